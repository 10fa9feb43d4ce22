"""Many moderators at once: no two get the same submission, and of two who decide at once one wins."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import db, jobs
from portal.accounts.rules import Role
from portal.audit.store import check
from portal.clock import utcnow
from portal.moderation import claim
from portal.moderation.decide import DecidedByColleague, decide, make_public_now, undo
from portal.moderation.models import Decision, Notice
from portal.publication.models import Publication
from portal.submissions.models import Submission
from portal.submissions.rules import NotAllowed, Status, Verdict
from tests.builders import a_submission
from tests.staff import an_account

MODERATORS = 8


@pytest.fixture
def moderators(app: Flask) -> list[int]:
    """Eight moderators' accounts."""
    return [an_account(app, Role.MODERATOR, email=f"m{n}@example.org").staff_id for n in range(MODERATORS)]


def all_at_once(app: Flask, acts: list[Callable[[], Any]]) -> list[Any]:
    """Start every act at the same moment, each in a thread and an application context of its own."""
    ready = threading.Barrier(len(acts))

    def act_when_ready(act: Callable[[], Any]) -> Any:
        ready.wait()
        with app.app_context():
            return act()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(act_when_ready, acts))


def test_sixty_submissions_taken_by_eight_moderators_at_once_are_all_distinct(
    app: Flask, moderators: list[int], session: Session
) -> None:
    for _ in range(60):
        a_submission(app)

    def take_all(staff_id: int) -> list[int]:
        taken: list[int] = []
        while len(taken) <= 60:
            with db.transaction() as writer:
                submission = claim.take_next(writer, staff_id, now=utcnow())
                if submission is None:
                    return taken
                taken.append(submission.id)
        return taken

    taken = all_at_once(app, [partial(take_all, number) for number in moderators])
    assert sorted(number for each in taken for number in each) == sorted(session.scalars(select(Submission.id)))
    assert check(session).is_whole


def test_of_two_who_decide_at_once_one_wins_and_the_other_learns_what_was_decided(
    app: Flask, moderators: list[int], session: Session
) -> None:
    a_submission(app)
    number = session.scalars(select(Submission.id)).one()
    session.rollback()

    def decide_as(staff_id: int) -> tuple[int, int | None]:
        try:
            with db.transaction() as writer:
                made = decide(writer, number, Verdict.PUBLISH, actor_id=staff_id, now=utcnow(), undo_seconds=600)
                return made.id, made.actor_id
        except DecidedByColleague as lost:
            return lost.decision.id, lost.decision.actor_id

    seen = all_at_once(app, [partial(decide_as, number) for number in moderators])
    decision = session.scalars(select(Decision)).one()
    assert set(seen) == {(decision.id, decision.actor_id)}


def test_an_undo_and_an_early_effect_at_once_leave_one_truth(
    app: Flask, moderators: list[int], session: Session
) -> None:
    for _ in range(6):
        a_submission(app)
    staff_id = moderators[0]
    for number in session.scalars(select(Submission.id)).all():
        session.rollback()
        with app.app_context(), db.transaction() as writer:
            made = decide(writer, number, Verdict.PUBLISH, actor_id=staff_id, now=utcnow(), undo_seconds=600).id

        def take_back(decision_id: int = made) -> bool:
            try:
                with db.transaction() as writer:
                    undo(writer, decision_id, actor_id=staff_id, may_review=False, now=utcnow())
            except NotAllowed:
                return False
            return True

        def hasten(decision_id: int = made) -> None:
            try:
                with db.transaction() as writer:
                    make_public_now(writer, decision_id, actor_id=staff_id, now=utcnow())
            except NotAllowed:
                return
            jobs.run_due(app)

        undone, _ = all_at_once(app, [take_back, hasten])
        status = session.scalars(select(Submission.status).where(Submission.id == number)).one()
        public = session.scalars(select(Publication).where(Publication.submission_id == number)).all()
        told = session.scalars(select(Notice).where(Notice.submission_id == number)).all()
        assert (status, len(public), len(told)) == ((Status.RECEIVED, 0, 0) if undone else (Status.PUBLISHED, 1, 1))
