"""The receipt page: who sees the key, what it tells, and what a form sent again gets."""

import time

import time_machine
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import portal.submissions.store as submissions
from portal.submissions import receipts
from portal.submissions.models import Submission
from portal.submissions.proof_cookie import PATHS
from tests.domains.test_submissions import WHOLE, fill, open_form, original, values
from tests.visitor import Visitor

TUESDAY = 1651609800  # May 3, 2022, 3:30 p.m. in Mexico City


def test_the_receipt_shows_code_key_and_what_comes_next(visitor: Visitor, session: Session) -> None:
    with time_machine.travel(TUESDAY):
        english = fill(open_form(visitor, "en")).submit(status=303).follow()
        spanish = visitor.get(english.html.select_one('link[hreflang="es"]')["href"])
    assert "May 3, 2022, 3:30 p.m. CT" in english.html.main.text
    assert "By May 6, 2022; May 17, 2022 at the latest." in english.html.main.text
    assert "3 de mayo de 2022, 15:30 h, hora del centro de México" in spanish.html.main.text
    assert "Hacia el 6 de mayo de 2022; a más tardar, el 17 de mayo de 2022." in spanish.html.main.text
    pair = [english.html.select_one(part).text for part in ("#code", "#key")]
    assert pair == [spanish.html.select_one(part).text for part in ("#code", "#key")]
    code, key = receipts.parse_code(pair[0]), receipts.parse_key(pair[1])
    assert code
    found = submissions.by_receipt(session, receipts.digest(code, key))
    assert found
    assert found.code == code


def test_the_proof_goes_to_the_pages_that_need_it_and_no_script(visitor: Visitor) -> None:
    page = fill(open_form(visitor)).submit(status=303)
    proofs = [cookie for cookie in page.headers.getall("Set-Cookie") if cookie.startswith("receipt-")]
    assert [cookie.split("Path=")[1].split(";")[0] for cookie in proofs] == list(PATHS)
    assert all("HttpOnly" in cookie and "SameSite=Lax" in cookie and "Max-Age" not in cookie for cookie in proofs)


def test_two_receipts_in_one_browser_never_mix(visitor: Visitor) -> None:
    pages = [fill(open_form(visitor)).submit(status=303).follow() for _ in range(2)]
    first, second = [(page.html.select_one("#code").text, page.html.select_one("#key").text) for page in pages]
    again = visitor.open("submissions.receipt", "en", code=first[0])
    assert (again.html.select_one("#code").text, again.html.select_one("#key").text) == first != second


def test_another_browser_or_another_day_sees_no_key(app: object, visitor: Visitor) -> None:
    page = fill(open_form(visitor)).submit(status=303).follow()
    code = page.html.select_one("#code").text
    stranger = Visitor(visitor.flask).open("submissions.receipt", "es", code=code)
    assert "clave de acceso" in stranger.html.h1.text
    assert not stranger.html.select("#code, #key")
    with time_machine.travel(time.time() + 25 * 3600):
        assert not visitor.open("submissions.receipt", "es", code=code).html.select("#key")


def test_a_forged_or_exchanged_proof_opens_nothing(visitor: Visitor) -> None:
    first, second = [fill(open_form(visitor)).submit(status=303).follow().html.select_one("#code").text for _ in "12"]
    name, other = (f"receipt-{code.replace('-', '')}" for code in (first, second))
    proof = next(cookie for cookie in visitor.cookiejar if cookie.name == other)
    stranger = Visitor(visitor.flask)
    for value in (proof.value, "forged", ""):
        stranger.set_cookie(name, value or "x")
        assert not stranger.open("submissions.receipt", code=first).html.select("#key")


def test_a_code_in_another_spelling_leads_to_its_own(visitor: Visitor) -> None:
    code = fill(open_form(visitor)).submit(status=303).follow().html.select_one("#code").text
    page = visitor.open("submissions.receipt", "en", code=code.lower().replace("-", ""))
    assert page.status_int == 302
    assert page.follow().html.select_one("#code").text == code


def test_a_form_sent_again_gets_the_same_receipt(visitor: Visitor, session: Session) -> None:
    form = fill(open_form(visitor))
    pages = [form.submit(status=303).follow() for _ in range(3)]
    assert len({(page.html.select_one("#code").text, page.html.select_one("#key").text) for page in pages}) == 1
    assert session.scalar(select(func.count(Submission.id))) == 1


def test_words_changed_after_sending_are_kept_and_can_be_sent_as_another(visitor: Visitor, session: Session) -> None:
    form = fill(open_form(visitor, "en"))
    first = form.submit(status=303).follow().html.select_one("#code").text
    form["body"] = changed = "Llevamos un campamento comunitario de nueve cabañas."

    page = form.submit(status=422)

    assert page.html.select_one(".error-summary a").text == first
    again = page.forms["input"]
    assert again["body"].value == changed
    assert values(again)["attempt"] != values(form)["attempt"]
    receipt = again.submit(status=303).follow()
    assert receipt.html.select_one("#code").text != first
    assert original(session, receipt).body == changed
    assert original(session, visitor.open("submissions.receipt", code=first)).body == WHOLE["body"]


def test_a_guessable_attempt_is_not_taken(visitor: Visitor, session: Session) -> None:
    form = fill(open_form(visitor))
    form["attempt"].force_value("1")
    page = form.submit(status=422)
    assert len(values(page.forms["input"])["attempt"]) >= 16
    assert page.forms["input"].submit(status=303)


def test_the_fresh_form_is_light_and_pages_that_echo_go_plain(visitor: Visitor) -> None:
    browser = visitor.flask.test_client()
    accept = {"Accept-Encoding": "gzip, br"}

    def weight(address: str) -> int:
        with browser.get(address, headers=accept) as answer:
            assert (answer.headers["Content-Encoding"], answer.status_code) == ("br", 200)
            assert "Accept-Encoding" in answer.headers["Vary"]
            return len(answer.data)

    plain = visitor.open("submissions.new", "es", pillar=2)
    files = [plain.html.select_one(f'link[rel="{kind}"]')["href"] for kind in ("stylesheet", "icon")]
    assert sum(map(weight, ["/es/aportaciones/nueva?pillar=2", *files])) <= 14 * 1024
    gzipped = browser.get("/en/input/new", headers={"Accept-Encoding": "gzip"})
    assert gzipped.headers["Content-Encoding"] == "gzip"
    for echoing in ("?pillar=guess", "?workstream=guess", "?x=guess"):
        assert "Content-Encoding" not in browser.get(f"/en/input/new{echoing}", headers=accept).headers
    refused = fill(open_form(visitor), consent=False).submit(status=422, headers=accept)
    assert "Content-Encoding" not in refused.headers
