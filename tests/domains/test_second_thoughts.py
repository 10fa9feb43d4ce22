"""What happens to people who think again: senders who resend, moderators whose page is older than a colleague's act."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

import portal.submissions.store as submissions
from portal import db
from portal.accounts.rules import Role
from portal.clock import utcnow
from portal.moderation.claim import take
from portal.moderation.decide import DecidedByColleague, decide, undo
from portal.moderation.store import TakenByColleague
from portal.reports.row_store import count_rows
from portal.reports.rules import Scope
from portal.submissions.models import Submission
from portal.submissions.receive import Receipt
from portal.submissions.rules import NotAllowed, Status, Verdict
from portal.tracking.withdraw import withdraw
from tests.builders import a_decision, a_submission
from tests.domains.test_submissions import fill, open_form
from tests.staff import an_account
from tests.visitor import Visitor


def id_of(session: Session, receipt: Receipt) -> int:
    found = submissions.by_code(session, receipt.code)
    assert found
    return found.id


def test_words_sent_after_a_withdrawal_are_a_submission_of_their_own(
    app: Flask, visitor: Visitor, session: Session
) -> None:
    form = open_form(visitor, "en")
    fill(form, body="The first words, taken back later.")
    attempt = form["attempt"].value
    form.submit(status=303)
    with app.app_context(), db.transaction() as writer:
        withdraw(writer, writer.scalars(select(Submission)).one().id, now=utcnow())

    again = open_form(visitor, "en")
    fill(again, body="The second words, meant to stay.")
    again["attempt"] = attempt
    kept = again.submit(status=422)
    assert "The second words, meant to stay." in kept.text
    kept.forms["input"].submit(status=303)

    bodies = [submissions.original(session, one).body for one in session.scalars(select(Submission))]
    assert bodies == ["The first words, taken back later.", "The second words, meant to stay."]


def test_a_resend_that_asks_not_to_be_named_is_not_taken_for_the_first(visitor: Visitor) -> None:
    form = open_form(visitor, "es")
    fill(form, show_as="name", name="Rosa Ñu")
    attempt = form["attempt"].value
    form.submit(status=303)
    again = open_form(visitor, "es")
    fill(again, show_as="anonymous")
    again["attempt"] = attempt
    again.submit(status=422)


@pytest.mark.parametrize("status", [Status.WITHDRAWN, Status.HELD])
def test_what_was_withdrawn_or_waits_on_hold_leaves_in_no_file(app: Flask, session: Session, status: Status) -> None:
    a_submission(app)
    receipt = a_submission(app)
    moderator = an_account(app, Role.MODERATOR)
    with app.app_context(), db.transaction() as writer:
        if status == Status.WITHDRAWN:
            withdraw(writer, id_of(writer, receipt), now=utcnow())
        else:
            how = {"note": "Look twice.", "actor_id": moderator.staff_id, "now": utcnow(), "undo_seconds": 0}
            decide(writer, id_of(writer, receipt), Verdict.HOLD, **how)  # type: ignore[arg-type]  # plain values
    assert count_rows(session, Scope()) == 1


def test_a_page_older_than_a_colleagues_hold_decides_nothing(app: Flask) -> None:
    first, second = (an_account(app, Role.MODERATOR, email=f"{name}@example.org") for name in ("uno", "dos"))
    receipt = a_submission(app)
    now = utcnow()
    with app.app_context(), db.transaction() as session:
        number = id_of(session, receipt)
        decide(session, number, Verdict.HOLD, note="A threat?", actor_id=first.staff_id, now=now, undo_seconds=600)
    with app.app_context(), pytest.raises(DecidedByColleague), db.transaction() as session:
        decide(session, number, Verdict.PUBLISH, actor_id=second.staff_id, seen=0, now=now, undo_seconds=600)


def test_an_undo_takes_nothing_out_of_a_colleagues_hands(app: Flask) -> None:
    first, second = (an_account(app, Role.MODERATOR, email=f"{name}@example.org") for name in ("uno", "dos"))
    receipt = a_submission(app)
    now = utcnow()
    with app.app_context(), db.transaction() as session:
        number = id_of(session, receipt)
        hold = decide(
            session, number, Verdict.HOLD, note="Look twice.", actor_id=first.staff_id, now=now, undo_seconds=600
        ).id
        take(session, number, second.staff_id, now=now)
    with app.app_context(), pytest.raises(TakenByColleague), db.transaction() as session:
        undo(session, hold, actor_id=first.staff_id, may_review=False, now=now + timedelta(seconds=5))


def test_what_is_decided_cannot_be_claimed(app: Flask) -> None:
    receipt = a_decision(app, Verdict.PUBLISH)
    moderator = an_account(app, Role.MODERATOR)
    with app.app_context(), pytest.raises(NotAllowed), db.transaction() as session:
        take(session, id_of(session, receipt), moderator.staff_id, now=utcnow())
