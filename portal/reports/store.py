"""All SQL of figures: plain counts, grouped by the database, never rows read one by one."""

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, FromClause, Select, case, func, literal, select
from sqlalchemy.orm import Session, aliased

from portal.accounts.rules import StaffCountry
from portal.db import epoch
from portal.moderation.models import Decision, DecisionReason
from portal.publication.models import Publication, PublicationCount
from portal.reports.rules import Scope, offset_changes
from portal.submissions.models import Submission, SubmissionCount
from portal.submissions.rules import Status, Verdict
from portal.submissions.store import readable_by

DECIDING = (Verdict.PUBLISH, Verdict.PUBLISH_REDACTED, Verdict.NOT_PUBLISH)
WAITING = (Status.RECEIVED, Status.HELD)
DAY, WEEK = 86_400, 604_800
BOTH = frozenset(StaffCountry)  # of them together nothing is kept
FIRST_MONDAY = date(1969, 12, 29)  # of the week in which seconds are counted from


class Counted(NamedTuple):
    """How many submissions share all of this."""

    pillar: int
    language: str
    stakeholder_type: str
    country: str
    status: str
    number: int


class Received(NamedTuple):
    """How many were received in a language in the week of a Monday."""

    monday: date
    language: str
    number: int


class Decided(NamedTuple):
    """How many first decisions fell in the week of a Monday on texts of a language, after so many whole hours."""

    monday: date
    language: str
    verdict: str
    hours: int
    number: int


def narrowed(table: FromClause, scope: Scope) -> list[ColumnElement[bool]]:
    """The conditions of a scope on a table that has the columns of a submission or of a publication."""
    columns = table.c
    chosen: list[ColumnElement[bool]] = [
        columns[name] == value
        for name in ("pillar", "stakeholder_type", "language", "country", "status")
        if name in columns and (value := getattr(scope, name)) is not None
    ]
    if "only_for" in columns and scope.governments != BOTH:
        chosen.append(readable_by(columns.only_for, scope.governments))
    if scope.starts_at is not None:
        chosen.append(columns.received_at >= scope.starts_at)
    if scope.ends_at is not None:
        chosen.append(columns.received_at < scope.ends_at)
    return chosen


def counts(session: Session, scope: Scope) -> list[Counted]:
    """Count submissions by all that figures are grouped by: at once from the kept counts, where no day is chosen."""
    if scope.first is None and scope.last is None:
        kept = SubmissionCount.__table__
        number: ColumnElement[int] = func.sum(kept.c.number)
    else:
        kept = Submission.__table__
        number = func.count()
    by = [kept.c[name] for name in Counted._fields[:-1]]
    query = select(*by, number).where(*narrowed(kept, scope)).group_by(*by)
    return [Counted._make(row) for row in session.execute(query) if row[-1]]


def public_counts(session: Session) -> list[Counted]:
    """Count what is public by the same, from the register's own counts."""
    table = PublicationCount.__table__
    query = select(*[table.c[name] for name in Counted._fields[:-2]], table.c.number)
    return [Counted._make([*row[:-1], Status.PUBLISHED, row[-1]]) for row in session.execute(query) if row[-1]]


def received_by_week(session: Session, scope: Scope) -> list[Received]:
    """Count submissions by week and language."""
    return _received_by_week(session, Submission.__table__, narrowed(Submission.__table__, scope))


def public_by_week(session: Session) -> list[Received]:
    """Count what is public by the week in which it was received, and by language."""
    table = Publication.__table__
    return _received_by_week(session, table, [table.c.retracted_at.is_(None)])


def _received_by_week(session: Session, table: FromClause, where: list[ColumnElement[bool]]) -> list[Received]:
    week = _week(table.c.received_at).label("week")
    query = select(week, table.c.language, func.count()).where(*where).group_by(week, table.c.language).order_by(week)
    return [Received(_monday(number), language, count) for number, language, count in session.execute(query)]


def first_decisions(session: Session, scope: Scope, *, effective_by: datetime | None = None) -> list[Decided]:
    """Count first decisions that stand, by week, language, verdict and wait; if asked, those in effect by a moment."""
    week = _week(Decision.decided_at).label("week")
    hours = ((epoch(Decision.decided_at) - epoch(Submission.received_at)) // 3600).label("hours")
    by = (week, Submission.language, Decision.verdict, hours)
    query = _standing(select(*by, func.count()), scope, effective_by).group_by(*by)
    return [
        Decided(_monday(week), language, verdict, wait, number)
        for week, language, verdict, wait, number in session.execute(query)
    ]


def reasons(session: Session, scope: Scope, *, effective_by: datetime | None = None) -> list[tuple[str, str, int]]:
    """Count submissions by verdict and reason, once for each of their reasons."""
    by = (Decision.verdict, DecisionReason.code)
    given = select(*by, func.count(Submission.id.distinct()))
    query = _standing(given.join(DecisionReason, DecisionReason.decision_id == Decision.id), scope, effective_by)
    rows = session.execute(query.group_by(*by)).all()
    return [(verdict, code, number) for verdict, code, number in rows]


def _standing(query: Any, scope: Scope, effective_by: datetime | None) -> Select[Any]:
    """Read only first decisions that nobody undid and that still describe their submission."""
    undo = aliased(Decision)
    undone = select(literal(1)).where(undo.undoes_id == Decision.id).exists()
    query = query.select_from(Decision).join(Submission, Submission.id == Decision.submission_id)
    query = query.where(
        Decision.verdict.in_(DECIDING),
        Decision.from_status.in_(WAITING),
        Decision.to_status == Submission.status,
        ~undone,
        *narrowed(Submission.__table__, scope),
    )
    standing: Select[Any] = query if effective_by is None else query.where(Decision.effective_at <= effective_by)
    return standing


def _week(moment: Any) -> ColumnElement[int]:
    """Number the weeks of Mexico City, Monday to Sunday, in which moments fall."""
    # Newest first, so that the moments of today are told by the first comparison.
    *changes, (_, first) = reversed(offset_changes())
    seconds = case(*[(moment >= at, offset) for at, offset in changes], else_=first)
    return (epoch(moment) + seconds + 3 * DAY) // WEEK


def _monday(week: int) -> date:
    return FIRST_MONDAY + timedelta(weeks=week)
