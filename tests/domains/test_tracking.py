"""What became of my input: following by receipt code and access key, and taking back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from webtest import TestResponse

import portal.audit.store as audit
import portal.submissions.store as submissions
import portal.tracking.store as tracking
from portal import create_app, db, jobs
from portal.audit.models import AuditEvent
from portal.config import Settings
from portal.i18n import ZONE, long_date
from portal.moderation import claim
from portal.moderation import decide as decisions
from portal.moderation.models import Decision, Notice
from portal.policy.rules import Reason
from portal.publication.rules import Passage
from portal.submissions import receipts
from portal.submissions.models import Submission
from portal.submissions.receive import Receipt
from portal.submissions.rules import NotAllowed, Status, Verdict
from portal.tracking.rules import Stage
from portal.tracking.store import Outcome
from portal.tracking.withdraw import withdraw
from tests.builders import a_publication, a_submission
from tests.samples import NASTY, received
from tests.staff import Member
from tests.visitor import Visitor

DO_NOT_MATCH = {
    "en": "That receipt code and access key do not match. Check the letters and numbers.",
    "es": "El folio y la clave de acceso no coinciden. Revise letras y números.",
}
LANGUAGES = ("en", "es")


def type_pair(visitor: Visitor, code: str, key: str, language: str = "en") -> TestResponse:
    form = visitor.open("tracking.follow", language).forms["follow"]
    form["code"], form["key"] = code, key
    return form.submit(expect_errors=True)


def follow(visitor: Visitor, receipt: Receipt, language: str = "en") -> TestResponse:
    return type_pair(visitor, receipts.spelled(receipt.code), receipts.spelled(receipt.key), language).follow()


def the(session: Session, receipt: Receipt) -> Submission:
    found = submissions.by_code(session, receipt.code)
    assert found
    return found


def outcome(session: Session, receipt: Receipt, now: datetime) -> Outcome:
    session.rollback()
    found = tracking.outcome(session, receipts.digest(receipt.code, receipt.key), now=now)
    assert found
    return found


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


def test_an_author_reads_in_review_while_somebody_holds_the_submission(
    app: Flask, session: Session, now: datetime
) -> None:
    receipt = a_submission(app, now=now)
    with app.app_context(), db.transaction() as writer:
        the(writer, receipt).claimed_until = now + timedelta(minutes=15)

    assert outcome(session, receipt, now).status == Stage.IN_REVIEW
    assert outcome(session, receipt, now + timedelta(minutes=16)).status == Stage.RECEIVED


def decide(app: Flask, receipt: Receipt, verdict: Verdict, actor_id: int, now: datetime, **values: Any) -> Decision:
    with app.app_context(), db.transaction() as session:
        return decisions.decide(
            session, the(session, receipt).id, verdict, actor_id=actor_id, now=now, undo_seconds=600, **values
        )


WINDOW = timedelta(seconds=601)
NUMBER = Passage(0, 3, Reason.PERSONAL_DATA)


def test_a_decision_is_told_only_once_it_has_taken_effect(
    app: Flask, visitor: Visitor, session: Session, moderator: Member, now: datetime
) -> None:
    receipt = a_submission(app, now - timedelta(days=1))
    decide(app, receipt, Verdict.PUBLISH, moderator.staff_id, now)

    waiting = outcome(session, receipt, now)
    jobs.run_due(app, now + WINDOW)
    told = outcome(session, receipt, now + WINDOW)

    assert (waiting.status, waiting.notice, waiting.is_public) == (Stage.IN_REVIEW, None, False)
    assert (told.status, told.is_public, told.since) == (Stage.PUBLISHED, True, now + WINDOW)
    page = follow(visitor, receipt, "es")
    assert page.html.h1.get_text(strip=True) == "Publicada"
    assert "Su aportación ya es pública." in page.html.select_one(".letter").text
    assert page.click(href=receipts.spelled(receipt.code) + "$", index=0).status_code == 200


@pytest.mark.parametrize(
    ("language", "title", "reason"),
    [
        ("en", "Published with personal data hidden", "Reason: personal data"),
        ("es", "Publicada con datos personales ocultos", "Motivo: datos personales"),
    ],
)
def test_the_title_says_that_personal_data_is_hidden_and_until_when_one_can_appeal(  # noqa: PLR0917  # a table of cases
    app: Flask,
    visitor: Visitor,
    session: Session,
    moderator: Member,
    now: datetime,
    language: str,
    title: str,
    reason: str,
) -> None:
    receipt = a_submission(app)
    decide(app, receipt, Verdict.PUBLISH_REDACTED, moderator.staff_id, now, hidden=[NUMBER])
    jobs.run_due(app, now + WINDOW)

    page = follow(visitor, receipt, language)

    found = outcome(session, receipt, now + WINDOW)
    told_on = (now + WINDOW).astimezone(ZONE).date()
    assert page.html.h1.get_text(strip=True) == title
    assert reason in page.html.select_one(".timeline").text
    assert found.appeal_until == told_on + timedelta(days=30)
    with app.test_request_context(f"/{language}/follow"):
        app.preprocess_request()
        assert long_date(found.appeal_until) in page.html.select_one(".letter").text


def test_what_is_not_published_says_why_and_has_nothing_to_withdraw(
    app: Flask, visitor: Visitor, session: Session, moderator: Member, now: datetime
) -> None:
    receipt = a_submission(app)
    decide(app, receipt, Verdict.NOT_PUBLISH, moderator.staff_id, now, reasons=[Reason.SPAM, Reason.OFF_TOPIC])
    jobs.run_due(app, now + WINDOW)

    page = follow(visitor, receipt)

    assert page.html.h1.get_text(strip=True) == "Not published"
    assert "Reasons: spam and off topic" in page.html.select_one(".timeline").text
    assert not page.html.select(".link--danger")
    with app.app_context(), db.transaction() as writer, pytest.raises(NotAllowed):
        withdraw(writer, the(writer, receipt).id, now=now + WINDOW)


def test_a_decision_that_was_undone_is_never_told(
    app: Flask, session: Session, moderator: Member, now: datetime
) -> None:
    receipt = a_submission(app)
    made = decide(app, receipt, Verdict.NOT_PUBLISH, moderator.staff_id, now, reasons=[Reason.SPAM])
    with app.app_context(), db.transaction() as writer:
        decisions.undo(writer, made.id, actor_id=moderator.staff_id, may_review=False, now=now)
    jobs.run_due(app, now + WINDOW)

    found = outcome(session, receipt, now + timedelta(hours=1))

    assert (found.status, found.notice) == (Stage.RECEIVED, None)
    assert [step.stage for step in found.history] == [Stage.RECEIVED]


def test_a_hold_is_told_when_its_window_is_over(app: Flask, session: Session, moderator: Member, now: datetime) -> None:
    receipt = a_submission(app)
    decide(app, receipt, Verdict.HOLD, moderator.staff_id, now, note="A second reading.")

    assert outcome(session, receipt, now).status == Stage.IN_REVIEW
    assert outcome(session, receipt, now + WINDOW).status == Stage.HELD


def test_in_review_counts_from_when_a_moderator_took_it_and_kept_it(
    app: Flask, session: Session, moderator: Member, now: datetime
) -> None:
    receipt = a_submission(app, now - timedelta(days=2))
    with app.app_context(), db.transaction() as writer:
        number = the(writer, receipt).id
        claim.take(writer, number, moderator.staff_id, now=now - timedelta(hours=5))
        claim.give_back(writer, number, moderator.staff_id, now=now - timedelta(hours=4))
        claim.take(writer, number, moderator.staff_id, now=now - timedelta(minutes=12))
        claim.take(writer, number, moderator.staff_id, now=now)

    found = outcome(session, receipt, now)

    assert (found.status, found.since) == (Stage.IN_REVIEW, now - timedelta(minutes=12))
    assert [step.stage for step in found.history] == [Stage.RECEIVED, Stage.IN_REVIEW]


@pytest.mark.parametrize(
    ("verdict", "values"),
    [
        (Verdict.PUBLISH, {}),
        (Verdict.PUBLISH_REDACTED, {"hidden": [NUMBER]}),
        (Verdict.NOT_PUBLISH, {"reasons": [Reason.SPAM]}),
        (Verdict.HOLD, {"note": "A second reading."}),
    ],
)
def test_a_withdrawal_wins_over_a_decision_in_its_window(  # noqa: PLR0917  # a table of cases
    app: Flask,
    visitor: Visitor,
    session: Session,
    moderator: Member,
    now: datetime,
    verdict: Verdict,
    values: dict[str, Any],
) -> None:
    receipt = a_submission(app)
    decide(app, receipt, verdict, moderator.staff_id, now, **values)

    follow(visitor, receipt).click(href="withdraw").forms[0].submit()
    jobs.run_due(app, now + WINDOW)

    found = outcome(session, receipt, now + WINDOW)
    assert (found.status, found.is_public) == (Stage.WITHDRAWN, False)
    assert [step.stage for step in found.history] == [Stage.RECEIVED, Stage.WITHDRAWN]
    assert len(session.scalars(select(Notice)).all()) == 1
    assert audit.check(session).is_whole


def test_a_decision_after_a_withdrawal_is_refused(app: Flask, moderator: Member, now: datetime) -> None:
    receipt = a_submission(app)
    with app.app_context(), db.transaction() as writer:
        withdraw(writer, the(writer, receipt).id, now=now)

    with pytest.raises(NotAllowed):
        decide(app, receipt, Verdict.PUBLISH, moderator.staff_id, now)
