"""Decisions are rows that are added and never changed, on both databases."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlalchemy.orm import Session

from portal import db, jobs
from portal.accounts.rules import Role
from portal.audit.store import check
from portal.clock import utcnow
from portal.moderation.decide import decide, undo
from portal.moderation.models import Decision, Notice
from portal.policy.rules import Reason
from portal.publication.models import Publication
from portal.publication.rules import Passage
from portal.submissions.models import Submission, SubmissionCount
from portal.submissions.rules import NotAllowed, Status, Verdict
from tests.builders import a_submission
from tests.staff import an_account


@pytest.fixture
def actor(app: Flask) -> int:
    """A moderator's account."""
    return an_account(app, Role.MODERATOR).staff_id


@pytest.fixture
def number(app: Flask, session: Session) -> int:
    """A submission that waits."""
    a_submission(app)
    found = session.scalars(select(Submission.id)).one()
    session.rollback()
    return found


def decided(app: Flask, number: int, verdict: Verdict, actor: int, undo_seconds: int = 600, **more: object) -> int:
    with app.app_context(), db.transaction() as writer:
        given: dict[str, object] = {"actor_id": actor, "now": utcnow(), "undo_seconds": undo_seconds} | more
        return decide(writer, number, verdict, **given).id  # type: ignore[arg-type]  # as the test gives them


@pytest.mark.parametrize("table", ["decision", "decision_reason", "notice"])
@pytest.mark.parametrize("change", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_decisions_reasons_and_notices_cannot_be_changed(
    app: Flask, number: int, actor: int, table: str, change: str
) -> None:
    passage = [Passage(0, 3, Reason.PERSONAL_DATA)]
    decided(app, number, Verdict.PUBLISH_REDACTED, actor, undo_seconds=0, hidden=passage)
    jobs.run_due(app)
    with app.extensions["engine"].connect() as connection:
        assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() == 1
        with pytest.raises(DatabaseError, match="append-only"):
            connection.execute(text(change.format(table)))


def test_the_database_itself_refuses_a_refusal_without_a_reason(app: Flask, number: int, actor: int) -> None:
    row = Decision(
        submission_id=number,
        actor_id=actor,
        verdict=Verdict.NOT_PUBLISH,
        from_status=Status.RECEIVED,
        to_status=Status.NOT_PUBLISHED,
        decided_at=utcnow(),
        effective_at=utcnow(),
    )
    with pytest.raises(IntegrityError), app.app_context(), db.transaction() as writer:
        writer.add(row)


def test_counts_follow_every_decision(app: Flask, number: int, actor: int, session: Session) -> None:
    made = decided(app, number, Verdict.NOT_PUBLISH, actor, reasons=[Reason.SPAM])
    counted = {row.status: row.number for row in session.scalars(select(SubmissionCount))}
    assert counted == {Status.RECEIVED: 0, Status.NOT_PUBLISHED: 1}
    session.rollback()
    with app.app_context(), db.transaction() as writer:
        undo(writer, made, actor_id=actor, may_review=False, now=utcnow())
    counted = {row.status: row.number for row in session.scalars(select(SubmissionCount))}
    assert counted == {Status.RECEIVED: 1, Status.NOT_PUBLISHED: 0}


def test_an_undone_decision_can_be_followed_by_another_and_only_that_takes_effect(
    app: Flask, number: int, actor: int, session: Session
) -> None:
    first = decided(app, number, Verdict.PUBLISH, actor)
    with app.app_context(), db.transaction() as writer:
        undo(writer, first, actor_id=actor, may_review=False, now=utcnow())
    second = decided(app, number, Verdict.NOT_PUBLISH, actor, undo_seconds=0, reasons=[Reason.OFF_TOPIC])
    for minutes in (0, 11):
        jobs.run_due(app, utcnow() + timedelta(minutes=minutes))
    assert [notice.decision_id for notice in session.scalars(select(Notice))] == [second]
    assert session.scalars(select(Publication)).all() == []


@pytest.mark.parametrize("seconds", [0, -1])
def test_nothing_is_undone_once_the_window_has_closed(app: Flask, number: int, actor: int, seconds: int) -> None:
    made = decided(app, number, Verdict.PUBLISH, actor, undo_seconds=seconds)
    with pytest.raises(NotAllowed), app.app_context(), db.transaction() as writer:
        undo(writer, made, actor_id=actor, may_review=True, now=utcnow())


def test_an_undo_is_not_undone_nor_done_twice(app: Flask, number: int, actor: int) -> None:
    made = decided(app, number, Verdict.PUBLISH, actor)
    with app.app_context(), db.transaction() as writer:
        back = undo(writer, made, actor_id=actor, may_review=False, now=utcnow()).id
    for decision_id in (made, back):
        with pytest.raises(NotAllowed), app.app_context(), db.transaction() as writer:
            undo(writer, decision_id, actor_id=actor, may_review=True, now=utcnow())


def test_a_published_submission_is_not_decided_again(app: Flask, number: int, actor: int) -> None:
    decided(app, number, Verdict.PUBLISH, actor)
    with pytest.raises(NotAllowed):
        decided(app, number, Verdict.HOLD, actor, note="?")


def test_the_trail_of_it_all_is_whole(app: Flask, number: int, actor: int, session: Session) -> None:
    decided(app, number, Verdict.PUBLISH, actor, undo_seconds=0)
    jobs.run_due(app)
    assert check(session).is_whole
