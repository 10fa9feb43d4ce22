"""All SQL of the queue: what waits, found by filters and words, its counts, and handing the next one out.

No question here reads more rows than it shows: pages go by cursor over an index, counts come from `submission_count`.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, or_, select, tuple_
from sqlalchemy.orm import Session

import portal.submissions.store as submissions
from portal.moderation.rules import CLAIM_LASTS, UNDECIDED
from portal.moderation.store import government_of
from portal.submissions import word_store
from portal.submissions.models import Submission, SubmissionCount
from portal.submissions.rules import Country, StakeholderType, Status, TextLanguage
from portal.submissions.store import readable_by

FACETS = ("language", "pillar", "stakeholder_type", "country", "status")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

Cursor = tuple[datetime, int]


@dataclass(frozen=True)
class Filters:
    """What the queue is narrowed to. Nothing chosen is all that waits."""

    pillar: int | None = None
    language: TextLanguage | None = None
    stakeholder_type: StakeholderType | None = None
    country: Country | None = None
    status: Status = Status.RECEIVED
    words: str = ""

    def chosen(self) -> dict[str, Any]:
        """Give the columns that narrow, by their names."""
        return {name: value for name in FACETS if (value := getattr(self, name)) is not None}


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
    """How many wait: under the filters, and for each value of each facet with the other filters kept.

    A search that finds very many is counted no further (`and_more`), and has no counts of facets.
    """

    total: int
    by_facet: dict[str, Counter[Any]] = field(default_factory=dict)
    and_more: bool = False

    def of(self, facet: str, value: Any) -> int | None:
        """Count one value of a facet, where None is all of them; None where it was not counted."""
        counter = self.by_facet.get(facet)
        if counter is None:
            return None
        return counter.total() if value is None else counter[value]


@dataclass(frozen=True)
class Hit:
    """What a search of the queue needs to know of a submission that has all of the words."""

    id: int
    received_at: datetime
    language: TextLanguage
    pillar: int
    stakeholder_type: StakeholderType
    country: Country
    status: Status

    def differing(self, chosen: dict[str, Any]) -> set[str]:
        """Name the filters that this submission does not pass."""
        return {name for name, value in chosen.items() if getattr(self, name) != value}


Hits = list[Hit] | None


def hits(session: Session, government: str, filters: Filters) -> Hits:
    """List all that waits with the words of the filters, longest wait first; None where it is too much to list."""
    if not filters.words or (ids := word_store.matching(session, filters.words)) is None:
        return None
    columns = [getattr(Submission, name) for name in ("id", "received_at", *FACETS)]
    query = select(*columns).where(Submission.id.in_(ids), readable_by(Submission.only_for, [government]))
    found = [hit for row in session.execute(query) if (hit := Hit(**row._mapping)).status in UNDECIDED]
    return sorted(found, key=lambda hit: (hit.received_at, hit.id))


def waiting(session: Session, government: str, filters: Filters, after: Cursor | None = None) -> Select[Submission]:
    """Submissions that wait for a decision of a government's staff, longest wait first, from after the cursor on."""
    query = select(Submission).where(*(getattr(Submission, name) == value for name, value in filters.chosen().items()))
    query = query.where(readable_by(Submission.only_for, [government]))
    if filters.words:
        query = query.where(*word_store.having(session, filters.words))
    if after is not None:
        query = query.where(tuple_(Submission.received_at, Submission.id) > after)
    return query.order_by(Submission.received_at, Submission.id)


def page(
    session: Session,
    government: str,
    filters: Filters,
    *,
    after: Cursor | None,
    limit: int,
    total: int,
    listed: Hits = None,
) -> Page:
    """Read a page of the queue with the texts of its rows. `total`, from the counts, says when to stop looking;
    `listed` is what `hits` gave.
    """
    if not total:
        return Page([], {}, None)
    most = min(2 * limit, total)
    query = waiting(session, government, filters, after).limit(most)
    if listed is not None:
        ids = [hit.id for hit in _passing(listed, filters, after)][:most]
        query = select(Submission).where(Submission.id.in_(ids)).order_by(Submission.received_at, Submission.id)
    found = list(session.scalars(query))
    rows, more = found[:limit], len(found[limit:])
    return Page(rows, submissions.bodies(session, rows), place_of(rows[-1]) if more else None, more)


def _passing(listed: list[Hit], filters: Filters, after: Cursor | None) -> list[Hit]:
    chosen = filters.chosen()
    place = after or (EPOCH, 0)
    return [hit for hit in listed if not hit.differing(chosen) and (hit.received_at, hit.id) > place]


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


def counts(session: Session, government: str, filters: Filters, listed: Hits = None) -> Counts:
    """Count what waits for a government's staff, in one read of a row for each combination of filters.

    With words, count what `hits` listed; where it listed nothing, up to a bound.
    """
    if filters.words and listed is None:
        most = word_store.MOST_FOUND
        some = waiting(session, government, filters).with_only_columns(Submission.id).order_by(None).limit(most + 1)
        found = session.scalar(select(func.count()).select_from(some.subquery())) or 0
        return Counts(min(found, most), and_more=found > most)
    chosen = filters.chosen()
    by_facet: dict[str, Counter[Any]] = {facet: Counter() for facet in FACETS}
    total = 0
    rows = ({name: getattr(hit, name) for name in FACETS} | {"number": 1} for hit in listed or [])
    for row in rows if filters.words else _kept_counts(session, government):
        differing = {name for name, value in chosen.items() if row[name] != value}
        if not differing:
            total += row["number"]
        for facet in FACETS:
            if differing <= {facet}:
                by_facet[facet][row[facet]] += row["number"]
    return Counts(total, by_facet)


def _kept_counts(session: Session, government: str) -> Iterator[dict[str, Any]]:
    columns = [getattr(SubmissionCount, facet) for facet in FACETS]
    query = select(*columns, SubmissionCount.number).where(SubmissionCount.status.in_([Status.RECEIVED, Status.HELD]))
    query = query.where(readable_by(SubmissionCount.only_for, [government]))
    return (dict(row._mapping) for row in session.execute(query))


def number_waiting(session: Session, government: str) -> int:
    """Count the submissions that nobody has decided or put on hold, of those that a government's staff may see."""
    query = select(func.coalesce(func.sum(SubmissionCount.number), 0))
    query = query.where(readable_by(SubmissionCount.only_for, [government]))
    return int(session.scalar(query.where(SubmissionCount.status == Status.RECEIVED)) or 0)


def longest_waits(session: Session, government: str) -> dict[TextLanguage, datetime]:
    """Tell since when the longest-waiting submission of each language waits, of those that a government may see."""
    since = {}
    for language in TextLanguage:
        query = (
            waiting(session, government, Filters(language=language)).with_only_columns(Submission.received_at).limit(1)
        )
        if (received_at := session.scalars(query).first()) is not None:
            since[language] = received_at
    return since


def claim_next(
    session: Session, staff_id: int, *, filters: Filters | None = None, after: Cursor | None = None, now: datetime
) -> Submission | None:
    """Hand a moderator the longest-waiting submission that no colleague holds, from the one after the cursor on."""
    filters, government = filters or Filters(), government_of(session, staff_id)
    free = or_(Submission.claimed_until.is_(None), Submission.claimed_until < now)
    if (listed := hits(session, government, filters)) is None:
        queries = [waiting(session, government, filters, after)]
    else:  # one by one, so that no plan walks the whole queue for a rare word
        here = waiting(session, government, replace(filters, words=""))
        queries = [here.where(Submission.id == hit.id) for hit in _passing(listed, filters, after)]
    for query in queries:
        one = query.where(free).limit(1).with_for_update(skip_locked=True)
        if submission := session.scalars(one.execution_options(populate_existing=True)).first():
            submission.claimed_by_id, submission.claimed_until = staff_id, now + CLAIM_LASTS
            return submission
    return None
