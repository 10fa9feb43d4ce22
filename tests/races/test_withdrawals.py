"""A last-second withdrawal: whichever comes first, the decision's effect or the withdrawal, nothing stays public."""

from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

import portal.publication.store as publications
import portal.submissions.store as submissions
from portal import db, jobs
from portal.moderation.decide import decide
from portal.publication.store import Filters
from portal.submissions.models import Submission
from portal.submissions.receive import Receipt
from portal.submissions.rules import NotAllowed, Status, Verdict
from portal.tracking.withdraw import withdraw
from tests.at_once import at_once
from tests.builders import a_submission
from tests.staff import Member

ROUNDS = 6
UNDO_SECONDS = 600
AFTER_WINDOW = timedelta(seconds=UNDO_SECONDS + 1)


def id_of(session: Session, receipt: Receipt) -> int:
    found = submissions.by_code(session, receipt.code)
    assert found
    return found.id


def test_nothing_stays_public_when_effect_and_withdrawal_meet(
    app: Flask, session: Session, moderator: Member, now: datetime
) -> None:
    for _ in range(ROUNDS):
        receipt = a_submission(app)
        with app.app_context(), db.transaction() as writer:
            number = id_of(writer, receipt)
            decide(writer, number, Verdict.PUBLISH, actor_id=moderator.staff_id, now=now, undo_seconds=UNDO_SECONDS)

        def take_back(number: int = number) -> None:
            with app.app_context(), db.transaction() as writer:
                withdraw(writer, number, now=now + AFTER_WINDOW)

        at_once(take_back, lambda: jobs.run_due(app, now + AFTER_WINDOW))
        jobs.run_due(app, now + 2 * AFTER_WINDOW)

    assert set(session.scalars(select(Submission.status))) == {Status.WITHDRAWN}
    assert publications.register(session, filters=Filters(), limit=50).cards == []
    assert publications.number_published(session) == 0


def test_two_withdrawals_at_once_are_one(app: Flask, session: Session, now: datetime) -> None:
    receipt = a_submission(app)
    refused: list[NotAllowed] = []

    def take_back() -> None:
        with app.app_context():
            try:
                with db.transaction() as writer:
                    withdraw(writer, id_of(writer, receipt), now=now)
            except NotAllowed as fault:
                refused.append(fault)

    at_once(take_back, take_back)

    assert len(refused) == 1
    assert session.scalars(select(Submission.status)).one() == Status.WITHDRAWN
