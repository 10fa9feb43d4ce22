"""Work behind the scenes: rows added in the caller's transaction, done later by a worker, each at least once.

A job is leased while it runs, tried again with growing pauses when it fails, and set aside as dead after the last
try. Domains register their handlers in `create_app`, so this module knows none of them. A handler is
`handler(session, subject, now)`; it runs in the transaction that also marks the job done, and must bear running twice.
A handler that speaks to another machine is `handler(subject, now)` and runs before that transaction, so that nobody
waits for the database while it waits for the network.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import Index, Text, func, insert, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal import db
from portal.clock import utcnow
from portal.db import Base, UTCDateTime

LEASE = timedelta(minutes=5)
FIRST_PAUSE = timedelta(seconds=30)
MOST_TRIES = 8
POLL_SECONDS = 1.0

log = logging.getLogger(__name__)

Handler = Callable[[Session, str, datetime], None]
OutsideHandler = Callable[[str, datetime], None]


class NotNow(Exception):
    """What a job needs is away. It is tried again after a while, and no try is counted; `code` says what, for logs."""

    def __init__(self, code: str, after: timedelta) -> None:
        super().__init__(code)
        self.code, self.after = code, after


class Job(Base):
    """Something to be done for one subject, no earlier than `due_at`."""

    __tablename__ = "job"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    leased_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    dead_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    fault: Mapped[str | None] = mapped_column(Text)  # the exception's type alone: its words may hold personal data
    __table_args__ = (
        Index("ix_job_due", "done_at", "dead_at", "due_at"),
        Index("ix_job_subject", "kind", "subject"),
    )


ADD = insert(Job)  # put together once: people wait while it is written


def sealed_for(kind: str) -> str:
    """Name where a sealed value in a job's subject belongs; its row has no number yet."""
    return f"job.subject:{kind}"


def enqueue(session: Session, kind: str, subject: str, *, due_at: datetime) -> None:
    """Ask for a job in the caller's transaction: it exists if and only if the rows that ask for it do."""
    session.connection().execute(ADD, {"kind": kind, "subject": subject, "due_at": due_at, "tries": 0})


def bring_forward(session: Session, kind: str, subject: str, *, now: datetime) -> None:
    """Make a waiting job due at once."""
    waiting = (
        Job.kind == kind,
        Job.subject == subject,
        Job.done_at.is_(None),
        Job.due_at > now,
    )
    session.execute(update(Job).where(*waiting).values(due_at=now))


def oldest_due(session: Session, now: datetime) -> datetime | None:
    """Tell since when the longest-waiting due job waits; None when the worker has kept up."""
    due = (Job.done_at.is_(None), Job.dead_at.is_(None), Job.due_at <= now)
    return session.scalars(select(Job.due_at).where(*due).order_by(Job.due_at).limit(1)).first()


def number_of_dead(session: Session) -> int:
    """Count the jobs that were given up after their last try."""
    return session.scalar(select(func.count()).select_from(Job).where(Job.dead_at.is_not(None))) or 0


def run_due(app: Flask, now: datetime | None = None) -> int:
    """Do every job that is due; give how many were tried. `now` is for tests that move the clock."""
    tried = 0
    while (job_id := _lease_next(app, now or utcnow())) is not None:
        _run(app, job_id, now or utcnow())
        tried += 1
    return tried


def work(app: Flask, stopping: Callable[[], bool]) -> None:
    """Keep doing due jobs until told to stop. A database that is away is waited for."""
    while not stopping():
        try:
            tried = run_due(app)
        except Exception as error:
            if not db.is_unavailable(error):
                raise
            log.warning("database away", extra={"fault": type(error).__name__})
            tried = 0
        if not tried:
            time.sleep(POLL_SECONDS)


def _lease_next(app: Flask, now: datetime) -> int | None:
    with app.app_context(), db.transaction() as session:
        free = or_(Job.leased_until.is_(None), Job.leased_until < now)
        due = select(Job).where(Job.done_at.is_(None), Job.dead_at.is_(None), Job.due_at <= now, free)
        job = session.scalars(due.order_by(Job.due_at, Job.id).limit(1).with_for_update(skip_locked=True)).first()
        if job is None:
            return None
        job.leased_until, job.tries = now + LEASE, job.tries + 1
        return job.id


def _run(app: Flask, job_id: int, now: datetime) -> None:
    with app.app_context():
        try:
            _do(app, job_id, now)
        except NotNow as away:
            log.warning("job put off", extra={"job": job_id, "fault": away.code})
            with db.transaction() as session:
                job = session.get_one(Job, job_id, with_for_update=True)
                job.fault, job.leased_until, job.due_at = away.code, None, now + away.after
                job.tries -= 1
        except Exception as error:
            log.exception("job failed", extra={"job": job_id})
            with db.transaction() as session:
                job = session.get_one(Job, job_id, with_for_update=True)
                job.fault, job.leased_until = type(error).__name__, None
                job.due_at = now + FIRST_PAUSE * 2 ** (job.tries - 1)
                if db.is_unavailable(error):
                    job.tries -= 1  # the database was away; the job is not to blame
                if job.tries >= MOST_TRIES:
                    job.dead_at = now


def _do(app: Flask, job_id: int, now: datetime) -> None:
    handlers: dict[str, Handler] = app.extensions["jobs"]
    outside: dict[str, OutsideHandler] = app.extensions["outside jobs"]
    job = db.session.get_one(Job, job_id)
    if job.kind in outside and not (job.done_at or job.dead_at):
        kind, subject = job.kind, job.subject
        db.session.rollback()
        outside[kind](subject, now)
    with db.transaction() as session:
        job = session.get_one(Job, job_id, with_for_update=True)
        if job.done_at or job.dead_at:
            return  # another worker took it over when this one's lease had run out
        if job.kind in handlers:
            handlers[job.kind](session, job.subject, now)
        job.done_at = now


def init_app(app: Flask, handlers: dict[str, Handler], outside: dict[str, OutsideHandler]) -> None:
    """Tell the worker which function does which kind of job, within the database or outside of it."""
    app.extensions["jobs"], app.extensions["outside jobs"] = handlers, outside
