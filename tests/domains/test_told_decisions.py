"""What an author reads of a decision, and when; withdrawals that meet one."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

import portal.audit.store as audit
from portal import db, jobs
from portal.i18n import ZONE, long_date
from portal.moderation import claim
from portal.moderation import decide as decisions
from portal.moderation.models import Decision, Notice
from portal.policy.rules import Reason
from portal.publication.rules import Passage
from portal.submissions import receipts
from portal.submissions.receive import Receipt
from portal.submissions.rules import NotAllowed, Verdict
from portal.tracking.rules import Stage
from portal.tracking.withdraw import withdraw
from tests.builders import a_submission
from tests.following import follow, outcome, the
from tests.staff import Member
from tests.visitor import Visitor


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
