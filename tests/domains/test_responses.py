"""Responses: written by staff in both languages, checked, previewed, published beside what they answer."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

import portal.publication.store as publications
import portal.submissions.store as submissions
from portal import db
from portal.accounts.rules import Role
from portal.audit.models import AuditEvent
from portal.db import Bilingual
from portal.publication import forms
from portal.publication.respond import respond
from portal.publication.retract import retract
from portal.publication.rules import Problem, Refused
from portal.submissions.receipts import spelled
from tests.builders import a_publication, a_submission
from tests.staff import Member, StaffFactory, an_account
from tests.visitor import Visitor

TITLE = Bilingual("Certification", "Certificación")
TEXT = Bilingual("It is under way.\n\nNo date has been set.", "Está en curso.\n\nNo se ha fijado una fecha.")


@pytest.fixture
def responder(staff: StaffFactory) -> Iterator[Member]:
    return staff(Role.RESPONDER)


def answer(app: Flask, *codes: str, title: Bilingual = TITLE, now: datetime | None = None) -> str:
    """Publish a response to these codes; give its English slug."""
    actor = an_account(app, Role.RESPONDER, email=f"{len(codes)}{title.en[-1:]}@example.org")
    with app.app_context(), db.transaction() as session:
        moment = now or datetime.fromisoformat("2022-05-12T16:00:00+00:00")
        return respond(session, codes, title, TEXT, ["dol", "stps"], 4, actor_id=actor.staff_id, now=moment).slug.en


def fill(responder: Member, codes: str, language: str = "en"):
    """The form of a response, filled in."""
    form = responder.open("staff.publication.write", language).forms["response"]
    form["pillar"], form["codes"] = "4", codes
    form.set("agencies", True, index=0)
    form["title_en"], form["title_es"], form["text_en"], form["text_es"] = TITLE.en, TITLE.es, TEXT.en, TEXT.es
    return form


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_response_is_previewed_then_published_in_both_languages(
    app: Flask, responder: Member, visitor: Visitor, session: Session, language: str
) -> None:
    code = a_publication(app, body="Una certificación por oficio, por favor.").code

    preview = fill(responder, spelled(code), language).submit("act", value="preview")
    assert preview.status_code == 200
    assert TEXT.es.split("\n", maxsplit=1)[0] in preview
    assert publications.number_of_responses(session) == 0
    session.rollback()
    listed = preview.forms["response"].submit("act", value="publish", status=303).follow()

    assert TITLE[language] in listed
    assert publications.number_of_responses(session, 4) == 1
    assert publications.number_of_responses(session, 1) == 0
    for reader, slug in (("en", "certification"), ("es", "certificacion")):
        page = visitor.open("publication.response", reader, slug=slug).html
        assert [part.get_text() for part in page.select("article .said p")] == TEXT[reader].split("\n\n")
        assert page.select_one(".submission a.code").get_text() == spelled(code)
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "response:published")).one()
    assert (event.actor_id, event.detail) == (responder.staff_id, {"answered": 1})


def test_changing_a_previewed_response_keeps_every_word(app: Flask, responder: Member) -> None:
    code = spelled(a_publication(app).code)
    preview = fill(responder, code).submit("act", value="preview")

    form = preview.forms["response"].submit("act", value="change").forms["response"]

    assert form["text_es"].value == TEXT.es
    assert form["codes"].value.strip() == code
    assert form.get("agencies", index=0).checked


def test_switching_the_language_keeps_every_word(app: Flask, responder: Member) -> None:
    form = fill(responder, "7K3F-92QM")
    form.action = "/es/equipo/respuestas/nueva"
    page = form.submit("switch", value="es")
    assert page.html.html["lang"] == "es"
    assert page.forms["response"]["title_en"].value == TITLE.en


def test_each_bad_code_is_named(app: Flask, responder: Member) -> None:
    public, waiting = a_publication(app).code, spelled(a_submission(app).code)
    page = fill(responder, f"{public}\n{waiting}\nXYZ").submit("act", value="preview", status=422)

    error = page.html.select_one("#codes-error").get_text()
    assert waiting in error
    assert "XYZ" in error
    assert public not in error
    assert page.forms["response"]["text_en"].value == TEXT.en


@pytest.mark.parametrize("language", ["en", "es"])
def test_an_empty_response_is_refused_field_by_field(responder: Member, language: str) -> None:
    form = responder.open("staff.publication.write", language).forms["response"]
    page = form.submit("act", value="preview", status=422)
    named = {link["href"] for link in page.html.select("#error-summary a")}
    assert len(named) == 7
    assert {"#title_en", "#title_es", "#text_en", "#text_es", "#codes"} <= named


def test_half_a_translation_is_refused(app: Flask, responder: Member) -> None:
    form = fill(responder, a_publication(app).code)
    form["text_es"] = "  "
    page = form.submit("act", value="preview", status=422)
    assert [link["href"] for link in page.html.select("#error-summary a")] == ["#text_es"]


def test_a_submission_withdrawn_before_publishing_is_named(
    app: Flask, responder: Member, session: Session, now: datetime
) -> None:
    code = a_publication(app).code
    preview = fill(responder, code).submit("act", value="preview")
    with app.app_context(), db.transaction() as writer:
        submission = submissions.by_code(writer, code)
        assert submission
        retract(writer, submission.id, now=now)

    page = preview.forms["response"].submit("act", value="publish", status=422)

    assert code in page.html.select_one("#codes-error").get_text()
    assert publications.number_of_responses(session) == 0


def test_who_may_not_respond_is_refused(staff: StaffFactory) -> None:
    moderator = staff(Role.MODERATOR)
    moderator.get("/en/staff/responses", status=403)
    moderator.get("/es/equipo/respuestas/nueva", status=403)


def test_the_answer_stands_beside_the_submission_and_marks_it_in_the_register(app: Flask, visitor: Visitor) -> None:
    answered, other = a_publication(app).code, a_publication(app).code
    answer(app, answered)

    page = visitor.open("publication.submission", "es", code=answered).html
    rows = visitor.open("publication.register", "es").html.select(".submission")

    assert page.select_one(".spine .response .said").get_text().startswith("Está en curso.")
    assert "Secretaría del Trabajo y Previsión Social (STPS)" in page.select_one(".response").get_text()
    assert page.select_one('.response a[href="/es/respuestas/certificacion"]')
    assert {row.select_one("a.code").get_text(): bool(row.select_one(".answered")) for row in rows} == {
        spelled(answered): True,
        spelled(other): False,
    }


def test_a_withdrawn_submission_leaves_its_response(app: Flask, visitor: Visitor, now: datetime) -> None:
    stays, goes = a_publication(app, body="Queda en pie esta aportación.").code, a_publication(app).code
    answer(app, stays, goes)
    with app.app_context(), db.transaction() as session:
        submission = submissions.by_code(session, goes)
        assert submission
        retract(session, submission.id, now=now)

    page = visitor.open("publication.response", "en", slug="certification")
    assert spelled(goes) not in page
    assert "The submission that it answers" in page
    assert "for 1 submission" in visitor.open("publication.responses", "en").text


def test_the_twin_of_a_response_has_the_slug_of_its_language(app: Flask, visitor: Visitor) -> None:
    answer(app, a_publication(app).code)
    page = visitor.open("publication.response", "en", slug="certification").html
    assert page.select_one('link[hreflang="es"]')["href"].endswith("/es/respuestas/certificacion")
    visitor.get("/es/respuestas/certification", status=404)


def test_responses_of_one_title_get_addresses_of_their_own(app: Flask) -> None:
    code = a_publication(app).code
    titles = [Bilingual(title, "Certificación") for title in ("Certification A", "Certification-a", "北京", "東京")]
    slugs = [answer(app, *[code] * (place + 1), title=title) for place, title in enumerate(titles)]
    assert slugs == ["certification-a", "certification-a-2", "response", "response-2"]


def test_the_newest_response_comes_first(app: Flask, session: Session, now: datetime) -> None:
    code = a_publication(app).code
    answer(app, code, title=Bilingual("Old", "Vieja"), now=now - timedelta(days=2))
    answer(app, code, title=Bilingual("New", "Nueva"), now=now)
    cards = publications.latest_responses(session, 1)
    assert [(card.title.es, card.number_answered) for card in cards] == [("Nueva", 1)]


def test_the_verb_refuses_by_itself(app: Flask, session: Session, now: datetime) -> None:
    with pytest.raises(Refused) as refused:
        respond(session, ["XYZ"], Bilingual("", "x"), Bilingual("x", "x" * 20_001), [], None, actor_id=1, now=now)
    assert {problem for _field, problem in refused.value.problems} == {
        Problem.TITLE_MISSING,
        Problem.TEXT_TOO_LONG,
        Problem.AGENCIES_MISSING,
        Problem.PILLAR_MISSING,
        Problem.CODES_NOT_PUBLIC,
    }


def test_every_problem_has_its_sentence() -> None:
    assert set(forms.MESSAGES) == set(Problem)
