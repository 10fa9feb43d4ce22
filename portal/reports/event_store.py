"""Reading the trail back: a page of it, all of it for a file, and what the last check found."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from portal.audit.models import AuditEvent
from portal.audit.store import RAW, detail_of, moment_of
from portal.audit.verify import CHECK
from portal.jobs import Job

NOBODY = 0  # as an actor: a person outside, the system, or a command


@dataclass(frozen=True)
class Filters:
    """What the trail is narrowed to. `actions` and `subjects` are lists of those wanted; none is all of them.

    `first` and `until` are moments, the second one not included.
    """

    actions: tuple[str, ...] = ()
    actor_id: int | None = None
    subjects: tuple[str, ...] = ()
    first: datetime | None = None
    until: datetime | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """Write the filters as conditions on events."""
        found: list[ColumnElement[bool]] = []
        if self.actions:
            found.append(AuditEvent.action.in_(self.actions))
        if self.actor_id == NOBODY:
            found.append(AuditEvent.actor_id.is_(None))
        elif self.actor_id is not None:
            found.append(AuditEvent.actor_id == self.actor_id)
        if self.subjects:
            found.append(AuditEvent.subject.in_(self.subjects))
        if self.first:
            found.append(AuditEvent.at >= self.first)
        if self.until:
            found.append(AuditEvent.at < self.until)
        return found


@dataclass(frozen=True)
class Event:
    """One event as it is read back. Where a row was tampered with, `at` can be None and `detail` empty."""

    id: int
    at: datetime | None
    actor_id: int | None
    action: str
    subject: str
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Page:
    """A page of the trail, newest first. `next_before` is the cursor of the next one, if there is one."""

    events: list[Event]
    next_before: int | None


def page(session: Session, filters: Filters, *, before: int | None, limit: int) -> Page:
    """Read a page of the trail, newest first, from the event before the cursor on."""
    conditions = filters.conditions() + ([AuditEvent.id < before] if before is not None else [])
    query = select(*RAW).where(*conditions).order_by(AuditEvent.id.desc()).limit(limit + 1)
    found = [_event(row) for row in session.execute(query)]
    return Page(found[:limit], found[limit - 1].id if len(found) > limit else None)


def events(session: Session, filters: Filters) -> Iterator[Event]:
    """Read all of it, oldest first, in constant memory."""
    query = select(*RAW).where(*filters.conditions()).order_by(AuditEvent.id)
    for row in session.execute(query.execution_options(yield_per=1000)):
        yield _event(row)


def count(session: Session, filters: Filters) -> int:
    """Count the events under the filters."""
    return session.scalar(select(func.count()).select_from(AuditEvent).where(*filters.conditions())) or 0


def newest_id(session: Session) -> int:
    """Give the number of the newest event, 0 where there is none."""
    return session.scalar(select(func.max(AuditEvent.id))) or 0


def last_check(session: Session) -> Event | None:
    """Give the event of the last check of the trail."""
    return next(iter(page(session, Filters(actions=("audit:verified",)), before=None, limit=1).events), None)


def check_is_under_way(session: Session) -> bool:
    """Say whether somebody asked for a check that has not come to its end."""
    waiting = (Job.kind == CHECK, Job.done_at.is_(None), Job.dead_at.is_(None))
    return session.scalar(select(Job.id).where(*waiting).limit(1)) is not None


def actor_ids(session: Session) -> list[int]:
    """List who stands in the trail as an actor, by hopping along the index from one to the next."""
    found: list[int] = []
    following = select(func.min(AuditEvent.actor_id))
    while (actor_id := session.scalar(following.where(AuditEvent.actor_id > (found or [0])[-1]))) is not None:
        found.append(actor_id)
    return found


def _event(row: Any) -> Event:
    try:
        at: datetime | None = moment_of(row.at)
    except (TypeError, ValueError):
        at = None
    try:
        detail = detail_of(row.detail)
    except ValueError:
        detail = {}
    written = detail if isinstance(detail, dict) else {}
    return Event(row.id, at, row.actor_id, str(row.action), str(row.subject), written)
