"""All SQL of moderation: the queue and its counts, claims, decisions and notices.

No question here reads more rows than it shows: pages go by cursor over an index, counts come from `submission_count`.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, or_, select, tuple_, update
from sqlalchemy.orm import Session

import portal.submissions.store as submissions
from portal.accounts.models import Staff, StaffHasRole
from portal.accounts.rules import PERMISSIONS, Permission, StaffCountry
from portal.db import Bilingual
from portal.i18n import ZONE
from portal.moderation.models import Decision, Notice
from portal.moderation.rules import CLAIM_LASTS, UNDECIDED, Hold, other_than
from portal.submissions.models import Submission, SubmissionCount
from portal.submissions.rules import Country, NotAllowed, StakeholderType, Status, TextLanguage, Verdict, may_read
from portal.submissions.store import readable_by

FACETS = ("language", "pillar", "stakeholder_type", "country", "status")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

Cursor = tuple[datetime, int]


class TakenByColleague(Exception):
    """A colleague is reading the submission; `staff_id` says who, `until` for how long."""

    def __init__(self, staff_id: int, until: datetime) -> None:
        super().__init__(f"taken by {staff_id} until {until}")
        self.staff_id, self.until = staff_id, until


@dataclass(frozen=True)
class Filters:
    """What the queue is narrowed to. Nothing chosen is all that waits."""

    pillar: int | None = None
    language: TextLanguage | None = None
    stakeholder_type: StakeholderType | None = None
    country: Country | None = None
    status: Status = Status.RECEIVED

    def chosen(self) -> dict[str, Any]:
        """Give the columns that narrow, by their names."""
        return {one.name: value for one in fields(self) if (value := getattr(self, one.name)) is not None}


@dataclass(frozen=True)
class Page:
    """A page of the queue, longest wait first. `next_after` is the cursor of the next one, if there is one.

    `next_number` is how many rows the next page holds.
    """

    rows: list[Submission]
    texts: dict[int, str]
    next_after: Cursor | None
    next_number: int = 0


@dataclass(frozen=True)
class Counts:
    """How many wait: under the filters, and for each value of each facet with the other filters kept."""

    total: int
    by_facet: dict[str, Counter[Any]] = field(default_factory=dict)

    def of(self, facet: str, value: Any) -> int:
        """Count one value of a facet; None is all of them."""
        counter = self.by_facet[facet]
        return counter.total() if value is None else counter[value]


def waiting(government: str, filters: Filters, after: Cursor | None = None) -> Select[Submission]:
    """Submissions that wait for a decision of a government's staff, longest wait first, from after the cursor on."""
    query = select(Submission).where(*(getattr(Submission, name) == value for name, value in filters.chosen().items()))
    query = query.where(readable_by(Submission.only_for, [government]))
    if after is not None:
        query = query.where(tuple_(Submission.received_at, Submission.id) > after)
    return query.order_by(Submission.received_at, Submission.id)


def page(session: Session, government: str, filters: Filters, *, after: Cursor | None, limit: int, total: int) -> Page:
    """Read a page of the queue with the texts of its rows. `total`, from the counts, says when to stop looking."""
    if not total:
        return Page([], {}, None)
    found = list(session.scalars(waiting(government, filters, after).limit(min(2 * limit, total))))
    rows, more = found[:limit], len(found[limit:])
    return Page(rows, submissions.bodies(session, rows), place_of(rows[-1]) if more else None, more)


def place_of(submission: Submission) -> Cursor:
    """Give a submission's place in the queue."""
    return submission.received_at, submission.id


def written(cursor: Cursor) -> str:
    """Write a place for an address."""
    return f"{(cursor[0] - EPOCH) // MICROSECOND}-{cursor[1]}"


LARGEST_ID = 2**31


def read(text: str) -> Cursor | None:
    """Read a place from an address; None if it is none."""
    moment, _, number = text.partition("-")
    try:
        at, last = EPOCH + int(moment) * MICROSECOND, int(number)
    except (ValueError, OverflowError):
        return None
    return (at, last) if 0 <= last < LARGEST_ID else None


def counts(session: Session, government: str, filters: Filters) -> Counts:
    """Count what waits for a government's staff, in one read of a table with a row for each combination of filters."""
    chosen = filters.chosen()
    by_facet: dict[str, Counter[Any]] = {facet: Counter() for facet in FACETS}
    total = 0
    columns = [getattr(SubmissionCount, facet) for facet in FACETS]
    query = select(*columns, SubmissionCount.number).where(SubmissionCount.status.in_([Status.RECEIVED, Status.HELD]))
    query = query.where(readable_by(SubmissionCount.only_for, [government]))
    for *values, number in session.execute(query):
        row = dict(zip(FACETS, values, strict=True))
        differing = [name for name, value in chosen.items() if row[name] != value]
        if not differing:
            total += number
        for facet in FACETS:
            if set(differing) <= {facet}:
                by_facet[facet][row[facet]] += number
    return Counts(total, by_facet)


def number_waiting(session: Session, government: str) -> int:
    """Count the submissions that nobody has decided or put on hold, of those that a government's staff may see."""
    query = select(func.coalesce(func.sum(SubmissionCount.number), 0))
    query = query.where(readable_by(SubmissionCount.only_for, [government]))
    return int(session.scalar(query.where(SubmissionCount.status == Status.RECEIVED)) or 0)


def longest_waits(session: Session, government: str) -> dict[TextLanguage, datetime]:
    """Tell since when the longest-waiting submission of each language waits, of those that a government may see."""
    since = {}
    for language in TextLanguage:
        query = waiting(government, Filters(language=language)).with_only_columns(Submission.received_at).limit(1)
        if (received_at := session.scalars(query).first()) is not None:
            since[language] = received_at
    return since


def claim_next(
    session: Session, staff_id: int, *, filters: Filters | None = None, after: Cursor | None = None, now: datetime
) -> Submission | None:
    """Hand a moderator the longest-waiting submission that no colleague holds, from the one after the cursor on."""
    free = or_(Submission.claimed_until.is_(None), Submission.claimed_until < now)
    query = (
        waiting(government_of(session, staff_id), filters or Filters(), after)
        .where(free)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    submission = session.scalars(query.execution_options(populate_existing=True)).first()
    if submission:
        submission.claimed_by_id, submission.claimed_until = staff_id, now + CLAIM_LASTS
    return submission


def claim(session: Session, submission_id: int, staff_id: int, *, now: datetime) -> Submission:
    """Hand a moderator this submission, or longer time for one they hold. Raises TakenByColleague and NotAllowed."""
    submission = locked(session, submission_id, staff_id)
    if submission.status not in UNDECIDED:
        raise NotAllowed(f"claim of a {submission.status} submission")
    refuse_taken(submission, staff_id, now=now)
    submission.claimed_by_id, submission.claimed_until = staff_id, now + CLAIM_LASTS
    return submission


def locked(session: Session, submission_id: int, staff_id: int) -> Submission:
    """Read a submission afresh, for somebody who may see it, and keep others from changing it. Raises NotAllowed."""
    submission = submissions.locked(session, submission_id)
    if not may_read(government_of(session, staff_id), submission.only_for):
        raise NotAllowed(f"it is shown to {submission.only_for} alone")
    return submission


def government_of(session: Session, staff_id: int) -> StaffCountry:
    """Tell for which government a member of staff works."""
    return session.scalars(select(Staff.country).where(Staff.id == staff_id)).one()


def has_moderator(session: Session, government: StaffCountry) -> bool:
    """Say whether anybody who works for a government can decide about submissions."""
    deciding = [role for role, permissions in PERMISSIONS.items() if Permission.MODERATE in permissions]
    query = select(Staff.id).join(StaffHasRole, StaffHasRole.staff_id == Staff.id)
    query = query.where(Staff.active, Staff.country == government, StaffHasRole.role.in_(deciding))
    return session.scalars(query.limit(1)).first() is not None


def hold_of(session: Session, submission: Submission, decisions: Collection[Decision]) -> Hold | None:
    """Tell who holds up a submission that is on hold; the other government counts where it may see it."""
    last = last_hold(decisions) if submission.status == Status.HELD else None
    if last is None or last.actor_id is None:
        return None
    government = government_of(session, last.actor_id)
    other = other_than(government)
    other_can = may_read(other, submission.only_for) and has_moderator(session, other)
    return Hold(last.actor_id, government, last.decided_at.astimezone(ZONE).date(), other_can)


def refuse_taken(submission: Submission, staff_id: int, *, now: datetime) -> None:
    """Raise TakenByColleague if somebody else holds a submission."""
    holder = holder_of(submission, now=now)
    if holder is not None and holder != staff_id and submission.claimed_until:
        raise TakenByColleague(holder, submission.claimed_until)


def holder_of(submission: Submission, *, now: datetime) -> int | None:
    """Tell who holds a submission; a claim that has run out holds nothing."""
    return submission.claimed_by_id if submission.claimed_until and submission.claimed_until >= now else None


def release(session: Session, submission_id: int, staff_id: int) -> Submission | None:
    """Give a submission back to the queue; None where this person does not hold it."""
    submission = submissions.locked(session, submission_id)
    if submission.claimed_by_id != staff_id:
        return None
    submission.claimed_by_id = submission.claimed_until = None
    return submission


def by_id(session: Session, decision_id: int) -> Decision | None:
    """Find a decision."""
    return session.get(Decision, decision_id)


def history(session: Session, submission_id: int) -> list[Decision]:
    """List the decisions on a submission, oldest first."""
    return list(session.scalars(select(Decision).where(Decision.submission_id == submission_id).order_by(Decision.id)))


def latest_decision(session: Session, submission_id: int) -> Decision | None:
    """Give the last decision on a submission, an undo included."""
    query = select(Decision).where(Decision.submission_id == submission_id)
    return session.scalars(query.order_by(Decision.id.desc()).limit(1)).first()


def last_hold(decisions: Collection[Decision]) -> Decision | None:
    """Give the last hold that nobody took back."""
    undone = {decision.undoes_id for decision in decisions}
    holds = [d for d in decisions if d.verdict == Verdict.HOLD and d.id not in undone]
    return max(holds, key=lambda decision: decision.id, default=None)


def empty_notes(session: Session, submission_id: int) -> None:
    """Empty the notes for colleagues on a submission. Nothing brings them back."""
    notes = update(Decision).where(Decision.submission_id == submission_id, Decision.note.is_not(None))
    session.execute(notes.values(note=None))


def notice_of(session: Session, decision_id: int) -> Notice | None:
    """Give the notice of a decision; there is one from the moment it took effect."""
    return session.scalars(select(Notice).where(Notice.decision_id == decision_id)).one_or_none()


def add_notice(session: Session, decision: Decision, text: Bilingual, *, now: datetime) -> None:
    """Store what a person is told of a decision."""
    session.add(Notice(submission_id=decision.submission_id, decision_id=decision.id, text=text, given_at=now))
