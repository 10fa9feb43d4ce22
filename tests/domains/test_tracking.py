"""What became of my input: following by receipt code and access key, and taking back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

import portal.audit.store as audit
from portal import create_app, db
from portal.audit.models import AuditEvent
from portal.config import Settings
from portal.moderation.models import Decision, Notice
from portal.submissions import receipts
from portal.submissions.rules import NotAllowed, Status, Verdict
from portal.tracking.rules import Stage
from portal.tracking.withdraw import withdraw
from tests.builders import a_publication, a_submission
from tests.following import follow, outcome, the, type_pair
from tests.samples import NASTY, received
from tests.visitor import Visitor

DO_NOT_MATCH = {
    "en": "That receipt code and access key do not match. Check the letters and numbers.",
    "es": "El folio y la clave de acceso no coinciden. Revise letras y números.",
}


LANGUAGES = ("en", "es")


@pytest.mark.parametrize("language", LANGUAGES)
def test_code_and_key_open_the_submission(app: Flask, visitor: Visitor, language: str) -> None:
    receipt = a_submission(app)

    page = follow(visitor, receipt, language)

    assert page.html.h1.get_text(strip=True) == {"en": "Received", "es": "Recibida"}[language]
    assert receipts.spelled(receipt.code) in page.html.select_one(".crumbs").text
    assert page.html.select_one("#text").text == "Más becas técnicas para quienes ya trabajan."


@pytest.mark.parametrize(
    "respell", [str.lower, lambda text: text.replace("-", ""), lambda text: f" {text.replace('-', ' ')} "]
)
def test_code_and_key_are_read_however_they_were_copied(
    app: Flask, visitor: Visitor, respell: Callable[[str], str]
) -> None:
    receipt = a_submission(app)

    answer = type_pair(visitor, respell(receipts.spelled(receipt.code)), respell(receipts.spelled(receipt.key)))

    assert answer.status_code == 303


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wrong_pair_gets_one_answer_whichever_half_was_wrong(app: Flask, visitor: Visitor, language: str) -> None:
    mine, other = a_submission(app), a_submission(app)
    unknown = receipts.new_code()

    pages = [
        type_pair(visitor, receipts.spelled(mine.code), receipts.spelled(other.key), language),
        type_pair(visitor, receipts.spelled(unknown), receipts.spelled(mine.key), language),
        type_pair(visitor, "not a code", "not a key", language),
    ]

    for page in pages:
        assert page.status_code == 422
        summary = page.html.select_one("#error-summary")
        assert [line.get_text(strip=True) for line in summary.select("li")] == [DO_NOT_MATCH[language]]
        assert not page.headers.getall("Set-Cookie") or "receipt-" not in str(page.headers.getall("Set-Cookie"))


def test_a_wrong_pair_keeps_the_code_and_not_the_key(app: Flask, visitor: Visitor) -> None:
    receipt = a_submission(app)

    page = type_pair(visitor, receipts.spelled(receipt.code), "WRONG-KEY")

    assert page.forms["follow"]["code"].value == receipts.spelled(receipt.code)
    assert page.forms["follow"]["key"].value == ""
    assert "WRONG-KEY" not in page.text


def test_what_is_missing_is_named_beside_its_field(visitor: Visitor) -> None:
    page = type_pair(visitor, "", "", "es")

    assert page.status_code == 422
    assert [error.get_text(strip=True) for error in page.html.select(".error")] == [
        "Error:Escriba su folio.",
        "Error:Escriba su clave de acceso.",
    ]


def test_a_form_whose_session_ended_keeps_the_code(app: Flask, visitor: Visitor) -> None:
    receipt = a_submission(app)
    form = visitor.open("tracking.follow").forms["follow"]
    form["code"], form["key"], form["csrf_token"] = receipts.spelled(receipt.code), receipts.spelled(receipt.key), "old"

    page = form.submit(expect_errors=True)

    assert page.status_code == 422
    assert page.forms["follow"]["code"].value == receipts.spelled(receipt.code)
    page.forms["follow"]["key"] = receipts.spelled(receipt.key)
    assert page.forms["follow"].submit().status_code == 303


def test_switching_the_language_keeps_the_code(app: Flask, visitor: Visitor) -> None:
    page = type_pair(visitor, "7K3F-92QM", "wrong")

    twin = visitor.post(
        "/es/seguimiento",
        {"csrf_token": page.forms["follow"]["csrf_token"].value, "code": "7K3F-92QM", "key": "wrong", "switch": "es"},
    ).follow()

    assert twin.html.html["lang"] == "es"
    assert twin.forms["follow"]["code"].value == "7K3F-92QM"
    assert twin.forms["follow"]["key"].value == ""


def test_looking_up_is_limited(app: Flask, settings: Settings) -> None:
    strict = create_app(replace(settings, limits_scale=1.0, data=settings.data / "strict"))
    visitor = Visitor(strict)

    answers = [type_pair(visitor, "7K3F-92QM", f"wrong {number}").status_code for number in range(6)]

    assert answers == [422] * 5 + [429]
    strict.extensions["engine"].dispose()


def test_without_the_proof_the_page_leads_to_the_form_with_the_code(app: Flask, visitor: Visitor) -> None:
    code = receipts.spelled(a_submission(app).code)

    form = visitor.open("tracking.submission", "es", code=code).follow().forms["follow"]

    assert form["code"].value == code


def test_one_browser_follows_two_submissions(app: Flask, visitor: Visitor) -> None:
    first, second = (
        a_submission(app, body="La primera, con sus palabras."),
        a_submission(app, body="La segunda, con otras."),
    )
    follow(visitor, first)
    follow(visitor, second)

    pages = [visitor.open("tracking.submission", code=receipts.spelled(one.code)) for one in (first, second)]

    assert [page.html.select_one("#text").text for page in pages] == [
        "La primera, con sus palabras.",
        "La segunda, con otras.",
    ]


def test_the_author_reads_exactly_what_was_received(app: Flask, visitor: Visitor) -> None:
    for name, text in NASTY.items():
        page = follow(visitor, a_submission(app, body=text))

        assert page.html.select_one("#text").text == received(text), name


def test_the_text_says_its_language(app: Flask, visitor: Visitor) -> None:
    page = follow(visitor, a_submission(app, language="en", body="More grants for technical schools."), "es")

    assert page.html.select_one("#text")["lang"] == "en"


@pytest.mark.parametrize("language", LANGUAGES)
def test_withdrawing_asks_once_more_and_then_says_so(
    app: Flask, visitor: Visitor, session: Session, now: datetime, language: str
) -> None:
    receipt = a_submission(app)
    page = follow(visitor, receipt, language)

    asked = page.click(href="withdraw|retiro")
    assert outcome(session, receipt, now).status == Stage.RECEIVED
    done = asked.forms[0].submit().follow()

    assert done.html.h1.get_text(strip=True) == {"en": "Withdrawn", "es": "Retirada"}[language]
    assert receipts.spelled(receipt.code) in done.html.select_one(".letter").text
    assert not done.html.select(".link--danger")


def test_a_withdrawn_submission_leaves_every_public_place_at_once(
    app: Flask, visitor: Visitor, session: Session, now: datetime
) -> None:
    receipt = a_publication(app)
    page = follow(visitor, receipt)

    page.click(href="withdraw").forms[0].submit()

    found = outcome(session, receipt, now)
    assert (found.status, found.is_public, found.can_be_withdrawn) == (Stage.WITHDRAWN, False, False)


def test_a_withdrawal_is_a_decision_with_its_event_and_its_notice(app: Flask, session: Session, now: datetime) -> None:
    receipt = a_submission(app)
    with app.app_context(), db.transaction() as writer:
        withdraw(writer, the(writer, receipt).id, now=now)

    decision = session.scalars(select(Decision)).one()
    assert (decision.verdict, decision.actor_id, decision.effective_at) == (Verdict.WITHDRAW, None, now)
    assert session.scalars(select(Notice.decision_id)).one() == decision.id
    actions = session.scalars(select(AuditEvent.action).where(AuditEvent.subject == f"submission:{receipt.code}")).all()
    assert actions == ["submission:received", "submission:withdrawn"]
    assert audit.check(session).is_whole


def test_a_submission_is_withdrawn_once(app: Flask, visitor: Visitor, session: Session) -> None:
    receipt = a_submission(app)
    asked = follow(visitor, receipt).click(href="withdraw")
    asked.forms[0].submit()

    again = asked.forms[0].submit()

    assert again.status_code == 303
    assert len(session.scalars(select(Decision)).all()) == 1


def test_nobody_withdraws_without_the_proof(app: Flask, visitor: Visitor, session: Session, now: datetime) -> None:
    receipt = a_submission(app)
    asked = follow(visitor, receipt).click(href="withdraw")
    stranger = Visitor(app)
    form = stranger.open("tracking.follow").forms["follow"]

    answer = stranger.post(asked.request.path_qs, {"csrf_token": form["csrf_token"].value})

    assert answer.status_code == 303
    assert outcome(session, receipt, now).status == Stage.RECEIVED


def test_what_is_withdrawn_cannot_be_withdrawn_again(app: Flask, session: Session, now: datetime) -> None:
    receipt = a_submission(app)
    with app.app_context(), db.transaction() as writer:
        withdraw(writer, the(writer, receipt).id, now=now)
        with pytest.raises(NotAllowed):
            withdraw(writer, the(writer, receipt).id, now=now)
    assert the(session, receipt).status == Status.WITHDRAWN
