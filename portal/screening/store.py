"""All SQL of screening: keeping what was found, reading it for the desk, and what has not been looked through."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from portal.screening.models import Screening, Signal
from portal.screening.rules import VERSION, Finding
from portal.submissions.models import Submission
from portal.submissions.rules import Status


def put(session: Session, submission_id: int, findings: list[Finding], *, now: datetime) -> None:
    """Keep what was found in a submission, in place of what had been found before."""
    drop(session, submission_id)
    session.add(Screening(submission_id=submission_id, version=VERSION, screened_at=now))
    session.add_all(
        Signal(
            submission_id=submission_id,
            start=one.start,
            end=one.end,
            kind=one.kind,
            rule=one.rule,
            version=VERSION,
        )
        for one in findings
    )


def drop(session: Session, submission_id: int) -> None:
    """Forget what was found in a submission, and that it was looked through."""
    for table in (Signal, Screening):
        session.execute(delete(table).where(table.submission_id == submission_id))


def signals(session: Session, submission_id: int) -> list[Signal]:
    """List what was found in a submission, in the order of its text."""
    query = select(Signal).where(Signal.submission_id == submission_id)
    return list(session.scalars(query.order_by(Signal.start, Signal.end)))


def version_of(session: Session, submission_id: int) -> int | None:
    """Say by which version of the rules a submission was looked through; None where it was by none."""
    return session.scalar(select(Screening.version).where(Screening.submission_id == submission_id))


def numbers(session: Session, submission_ids: Collection[int]) -> dict[int, int]:
    """Count what was found in each of some submissions; those in which nothing was found are missing."""
    query = select(Signal.submission_id, func.count()).where(Signal.submission_id.in_(submission_ids))
    return {row[0]: row[1] for row in session.execute(query.group_by(Signal.submission_id))}


def waiting_unscreened(session: Session, after: int, *, limit: int) -> list[Submission]:
    """List what waits and was not looked through by these rules, from after a number on."""
    query = select(Submission).outerjoin(Screening, Screening.submission_id == Submission.id)
    query = query.where(Submission.id > after, Submission.status.in_([Status.RECEIVED, Status.HELD]))
    query = query.where(func.coalesce(Screening.version, 0) < VERSION)
    return list(session.scalars(query.order_by(Submission.id).limit(limit)))
