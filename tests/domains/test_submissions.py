"""Giving input through the form: what is refused, what is kept, what arrives."""

import time
from typing import Any

import pytest
import time_machine
from sqlalchemy.orm import Session
from webtest import Form, TestResponse

import portal.submissions.store as submissions
from portal.submissions import receipts
from tests.visitor import Visitor

WHOLE = {
    "pillar": "2",
    "workstream": "root-causes",
    "body": "Llevamos un campamento comunitario de ocho cabañas.",
    "language": "es",
    "stakeholder_type": "private_sector",
    "organization": "Ecoturismo Laguna Escondida",
    "country": "MX",
    "show_as": "organization",
    "confidentiality": "public",
    "email": "laguna@example.org",
    "consent": True,
}
FAMILY = "👩‍👩‍👧‍👦"

# What to type instead, the field that is wrong, and what is said in English and in Spanish.
WRONG: list[tuple[dict[str, Any], str, str, str]] = [
    ({"pillar": None}, "pillar", "Choose a pillar", "Elija un pilar"),
    (
        {"workstream": "cybersecurity"},
        "workstream",
        "Choose a workstream of your pillar, or leave it open",
        "Elija una línea de trabajo de su pilar o no elija ninguna",
    ),
    ({"body": ""}, "body", "Enter your submission", "Escriba su aportación"),
    (
        {"body": FAMILY * 9},
        "body",
        "Write 10 characters or more. Your submission has 9.",
        "Escriba 10 caracteres o más. Su aportación tiene 9.",
    ),
    (
        {"body": "é" * 20_123},
        "body",
        "Shorten your submission to 20,000 characters or fewer. It has 20,123.",
        "Reduzca su aportación a 20,000 caracteres o menos. Tiene 20,123.",
    ),
    ({"stakeholder_type": ""}, "stakeholder_type", "Choose a sector", "Elija un sector"),
    ({"country": ""}, "country", "Choose a country", "Elija un país"),
    ({"show_as": None}, "show_as", "Choose how we sign your text", "Elija cómo firmamos su texto"),
    (
        {"organization": ""},
        "organization",
        "Enter your organization's name, or choose another signature",
        "Escriba el nombre de su organización o elija otra firma",
    ),
    (
        {"organization": "ó" * 201},
        "organization",
        "Shorten the organization's name to 200 characters or fewer. It has 201.",
        "Reduzca el nombre de la organización a 200 caracteres o menos. Tiene 201.",
    ),
    (
        {"show_as": "name"},
        "name",
        "Enter your name, or choose another signature",
        "Escriba su nombre o elija otra firma",
    ),
    (
        {"show_as": "name", "name": "ó" * 121},
        "name",
        "Shorten your name to 120 characters or fewer. It has 121.",
        "Reduzca su nombre a 120 caracteres o menos. Tiene 121.",
    ),
    (
        {"confidentiality": "governments_only"},
        "public_summary",
        "Write a summary for the public, or let everyone read your text",
        "Escriba un resumen para el público o permita que su texto se publique",
    ),
    (
        {"confidentiality": "governments_only", "public_summary": "ó" * 2_001},
        "public_summary",
        "Shorten the summary to 2,000 characters or fewer. It has 2,001.",
        "Reduzca el resumen a 2,000 caracteres o menos. Tiene 2,001.",
    ),
    (
        {"email": "laguna@"},
        "email",
        "Enter an e-mail address like name@example.org",
        "Escriba un correo como nombre@example.org",
    ),
    (
        {"consent": False},
        "consent",
        "Check the box so that we can publish your submission",
        "Marque la casilla para que podamos publicar su aportación",
    ),
]

# Each of these arrives as it was typed.
TEXTS = [
    "Más becas técnicas. ¿Cuándo? ¡Pronto! Ñandú, pingüino.",
    "Line one\n\nLine three\n  and an indented one\tafter a tab  ",
    "\nStarts with an empty line",
    f"Familias {FAMILY} y banderas 🇲🇽🇺🇸, todas juntas",
    "مرحبا بكم في الحوار الاقتصادي",
    "Combining: me\u0301dico, n\u0303andu\u0301 and precomposed: médico, ñandú",
    "<script>alert('x')</script> <b>fuerte</b> &amp; &lt; ]]>",
    '=HYPERLINK("http://example.org","x") +1 -1 @SUM(A1)',
    "{{ 7*7 }} {% raw %} ${7*7} %(code)s %s \\n \\u0041",
    "In Nahuatl: Nimitztlazohtla, tlazohcamati huel miac",
    "zero\u200bwidth \u202eright-to-left override\u202c and \ufeffmarks",
]


def fill(form: Form, **changes: Any) -> Form:
    """Type a whole submission into the form, or something else in some of its fields."""
    for name, value in (WHOLE | changes).items():
        if value is not None:
            form[name] = value
    return form


def open_form(visitor: Visitor, language: str = "es", **query: Any) -> Form:
    """Open the input form."""
    return visitor.open("submissions.new", language, **query).forms["input"]


def values(form: Form) -> dict[str, Any]:
    """Give what a form holds, apart from its token."""
    return {name: value for name, value in form.submit_fields() if name not in {"csrf_token", "ticket"}}


def original(session: Session, page: TestResponse) -> submissions.Original:
    """Open what was stored for the receipt on a page."""
    session.rollback()  # see what was stored since the last look
    code = receipts.parse_code(page.html.select_one("#code").get_text())
    assert code
    submission = submissions.by_code(session, code)
    assert submission
    return submissions.original(session, submission)


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_refusal_says_what_is_wrong_where_it_is_and_keeps_the_rest(visitor: Visitor, language: str) -> None:
    for changes, field, english, spanish in WRONG:
        form = fill(open_form(visitor, language), **changes)
        sent = values(form)

        page = form.submit(status=422)

        said = english if language == "en" else spanish
        summary = page.html.select_one(".error-summary")
        assert summary["role"] == "alert"
        assert [link.get_text() for link in summary.select("a")] == [said]
        assert page.html.select_one(summary.a["href"])["name"] == field
        assert page.html.select_one(f"#{field}-error").get_text(" ", strip=True).endswith(said)
        assert values(page.forms["input"]) == sent


@pytest.mark.parametrize("language", ["en", "es"])
def test_an_empty_form_names_everything_that_is_asked_in_the_order_of_the_form(visitor: Visitor, language: str) -> None:
    page = open_form(visitor, language).submit(status=422)
    led_to = [link["href"].removesuffix("-0") for link in page.html.select(".error-summary a")]
    assert led_to == ["#pillar", "#body", "#stakeholder_type", "#country", "#show_as", "#consent"]


def test_every_character_arrives(session: Session, visitor: Visitor) -> None:
    for text in TEXTS:
        line = text.strip().splitlines()[0]
        page = fill(open_form(visitor), body=text, organization=line).submit(status=303).follow()
        stored = original(session, page)
        assert (stored.body, stored.organization) == (text, line)


def test_every_character_is_kept_on_the_page(visitor: Visitor) -> None:
    for text in TEXTS:
        page = fill(open_form(visitor), body=text, consent=False).submit(status=422)
        assert page.forms["input"]["body"].value == text


def test_line_breaks_become_lf_and_a_nul_the_replacement_character(session: Session, visitor: Visitor) -> None:
    form = fill(open_form(visitor), body="uno\r\ndos\rtres\ncuatro\0cinco", organization="Lagu\0na")
    stored = original(session, form.submit(status=303).follow())
    assert stored.body == "uno\ndos\ntres\ncuatro\ufffdcinco"
    assert stored.organization == "Lagu\ufffdna"


def test_both_encodings_of_a_form_are_read(session: Session, visitor: Visitor) -> None:
    sent = fill(open_form(visitor)).submit_fields()
    page = visitor.post("/es/aportaciones/nueva", sent, content_type="multipart/form-data", status=303)
    assert original(session, page.follow()).body == WHOLE["body"]


def test_everything_that_was_asked_is_stored(session: Session, visitor: Visitor) -> None:
    changes = {"confidentiality": "governments_only", "public_summary": "Hace falta señal de celular."}
    page = fill(open_form(visitor), show_as="name", name="Inés Aguirre", **changes).submit(status=303).follow()
    code = receipts.parse_code(page.html.select_one("#code").get_text())
    row = submissions.by_code(session, code or "")
    assert row
    assert (row.pillar, row.workstream, row.language, row.page_language) == (2, "root-causes", "es", "es")
    assert (row.stakeholder_type, row.country, row.show_as) == ("private_sector", "MX", "name")
    assert (row.confidentiality, row.channel, row.status) == ("governments_only", "form", "received")
    stored = submissions.original(session, row)
    assert (stored.public_summary, stored.name) == ("Hace falta señal de celular.", "Inés Aguirre")
    assert (stored.organization, stored.email) == (WHOLE["organization"], WHOLE["email"])


def test_a_name_is_not_kept_where_the_text_is_signed_in_another_way(session: Session, visitor: Visitor) -> None:
    page = fill(open_form(visitor), show_as="anonymous", name="Inés Aguirre").submit(status=303).follow()
    assert original(session, page).name is None


@pytest.mark.parametrize("language", ["en", "es"])
def test_an_address_presets_pillar_and_workstream(visitor: Visitor, language: str) -> None:
    assert open_form(visitor, language, pillar=3)["pillar"].value == "3"
    form = open_form(visitor, language, workstream="technical-training")
    assert (form["pillar"].value, form["workstream"].value) == ("4", "technical-training")
    form = open_form(visitor, language, pillar="<b>", workstream="<i>")
    assert (form["pillar"].value, form["workstream"].value, form["language"].value) == (None, "", language)


@pytest.mark.parametrize(("language", "other"), [("en", "es"), ("es", "en")])
def test_switching_language_keeps_what_was_typed_and_finds_no_fault(
    visitor: Visitor, language: str, other: str
) -> None:
    page = visitor.open("submissions.new", language, pillar=2)
    form = fill(page.forms["input"], body="A medias", consent=False)
    sent = values(form)
    switch = page.html.select_one('button[form="input"][name="switch"]')

    page = visitor.post(switch["formaction"], [*form.submit_fields(), ("switch", other)], status=200)

    assert page.html.html["lang"] == other
    assert not page.html.select(".error-summary, .error")
    assert values(page.forms["input"]) == sent


def test_enter_sends_the_form_and_does_not_switch_language(visitor: Visitor) -> None:
    page = visitor.open("submissions.new", "es")
    buttons = page.html.select('form#input button, button[form="input"]')
    assert not buttons[0].get("name")


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("fault", ["old", "none", "forged", "cookie"])
def test_an_old_or_missing_token_keeps_everything_and_brings_a_fresh_one(
    visitor: Visitor, language: str, fault: str
) -> None:
    with time_machine.travel(time.time() - (5 * 3600 if fault == "old" else 0), tick=True):
        form = fill(open_form(visitor, language))
    sent = values(form)
    if fault in {"none", "forged"}:
        form["csrf_token"].force_value("" if fault == "none" else "forged")
    if fault == "cookie":
        visitor.reset()

    page = form.submit(status=422)

    assert ("session ended" if language == "en" else "sesión venció") in page.html.select_one(".error-summary").text
    assert values(page.forms["input"]) == sent
    assert page.forms["input"].submit(status=303)


def test_a_body_over_the_limit_says_that_the_words_are_in_the_browser(visitor: Visitor) -> None:
    page = visitor.post("/es/aportaciones/nueva", {"body": "é" * 200_000}, status=413)
    assert "siguen en su navegador" in page.html.main.text


def test_more_than_two_hundred_parts_are_not_read(visitor: Visitor) -> None:
    parts = [(f"field{number}", "x") for number in range(201)]
    visitor.post("/en/input/new", parts, content_type="multipart/form-data", status=413)


def test_no_cookie_is_set_before_the_form_is_opened(visitor: Visitor) -> None:
    assert "Set-Cookie" not in visitor.get("/en/input/receipt").headers
    cookie = visitor.open("submissions.new").headers["Set-Cookie"]
    assert cookie.startswith("form=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
