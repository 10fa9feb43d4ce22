"""What a report covers, what it holds, and how small groups are merged so that nobody is singled out."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum, auto
from functools import cache
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from portal.submissions.rules import PILLARS, Country, StakeholderType, Status, TextLanguage

# Days are those of Mexico City, whose time every page of the portal names.
ZONE = ZoneInfo("America/Mexico_City")

SMALLEST_GROUP = 5  # fewer people than this are not shown as a group of their own
LONGEST_SEARCH = 200  # characters
REST = ""  # the name of what was merged

Choice = TypeVar("Choice", bound=StrEnum)


YEARS = range(2000, 2101)  # of the days that a scope can name


class Problem(StrEnum):
    """What can be wrong with a scope as typed. The forms own the sentences."""

    PILLAR_UNKNOWN = auto()
    TYPE_UNKNOWN = auto()
    LANGUAGE_UNKNOWN = auto()
    COUNTRY_UNKNOWN = auto()
    STATUS_UNKNOWN = auto()
    FROM_UNREADABLE = auto()
    TO_UNREADABLE = auto()
    ENDS_BEFORE_IT_BEGINS = auto()


class BadScope(ValueError):
    """A scope that cannot be read. `problems` holds (filter, Problem) pairs."""

    def __init__(self, problems: list[tuple[str, Problem]]) -> None:
        super().__init__(", ".join(f"{name}: {problem}" for name, problem in problems))
        self.problems = problems


@dataclass(frozen=True)
class Scope:
    """Which submissions a report is about. Nothing chosen is all of them; `first` and `last` are days, both included.

    Where `published_only`, rows are the public ones and nothing else is read; `words` narrow those alone. What is shown
    to one government alone counts where that government is among `governments`: those of everyone who reads the report.
    """

    words: str = ""
    pillar: int | None = None
    stakeholder_type: StakeholderType | None = None
    language: TextLanguage | None = None
    country: Country | None = None
    status: Status | None = None
    first: date | None = None
    last: date | None = None
    published_only: bool = False
    governments: frozenset[str] = frozenset()

    @property
    def starts_at(self) -> datetime | None:
        """The moment from which on submissions count, in UTC."""
        return None if self.first is None else _midnight(self.first)

    @property
    def ends_at(self) -> datetime | None:
        """The moment before which submissions count, in UTC."""
        return None if self.last is None else _midnight(self.last + timedelta(days=1))

    def as_filters(self) -> dict[str, str]:
        """Write the scope as the filters of an address. `read_scope` reads it back."""
        return {name: str(value) for name, attribute in FILTERS.items() if (value := getattr(self, attribute))}

    def as_recorded(self) -> dict[str, str]:
        """Write the scope as the audit trail keeps it: for which governments, and not which words were looked for."""
        filters = {name: "…" if name == "q" else value for name, value in self.as_filters().items()}
        shown = bool(self.governments) and not self.published_only
        return filters | ({"governments": " ".join(sorted(self.governments))} if shown else {})


# The public surface's names of the filters, with the scope's.
FILTERS = {
    "q": "words",
    "pillar": "pillar",
    "type": "stakeholder_type",
    "language": "language",
    "country": "country",
    "status": "status",
    "from": "first",
    "to": "last",
}


def read_scope(typed: Mapping[str, str], *, published_only: bool = False) -> Scope:
    """Read a scope from filters as typed; an empty one counts as not chosen. Raises BadScope with all its problems."""
    found: list[tuple[str, Problem]] = []

    def value(name: str) -> str:
        return (typed.get(name) or "").strip()

    def choice(name: str, choices: type[Choice], problem: Problem) -> Choice | None:
        try:
            return choices(value(name)) if value(name) else None
        except ValueError:
            found.append((name, problem))
            return None

    def day(name: str, problem: Problem) -> date | None:
        try:
            read = date.fromisoformat(value(name)) if value(name) else None
        except ValueError:
            read = date.max
        if read and read.year not in YEARS:
            found.append((name, problem))
            return None
        return read

    pillar = value("pillar")
    if pillar and pillar not in map(str, PILLARS):
        found.append(("pillar", Problem.PILLAR_UNKNOWN))
        pillar = ""
    scope = Scope(
        words=value("q")[:LONGEST_SEARCH] if published_only else "",
        pillar=int(pillar) if pillar else None,
        stakeholder_type=choice("type", StakeholderType, Problem.TYPE_UNKNOWN),
        language=choice("language", TextLanguage, Problem.LANGUAGE_UNKNOWN),
        country=choice("country", Country, Problem.COUNTRY_UNKNOWN),
        status=choice("status", Status, Problem.STATUS_UNKNOWN),
        first=day("from", Problem.FROM_UNREADABLE),
        last=day("to", Problem.TO_UNREADABLE),
        published_only=published_only,
    )
    if scope.first and scope.last and scope.last < scope.first:
        found.append(("to", Problem.ENDS_BEFORE_IT_BEGINS))
    if found:
        raise BadScope(found)
    return scope


@cache
def offset_changes() -> tuple[tuple[datetime, int], ...]:
    """When the clocks of Mexico City changed, oldest first, and the seconds between them and UTC from then on.

    From 2020 on, before any submission; there has been no summer time since October 2022.
    """
    start, hour = datetime(2020, 1, 1, tzinfo=UTC), timedelta(hours=1)
    changes = [(start, _offset(start))]
    for day in range(1, 20 * 366):
        moment = start + timedelta(days=day)
        if _offset(moment) != changes[-1][1]:
            while _offset(moment - hour) != changes[-1][1]:
                moment -= hour
            changes.append((moment, _offset(moment)))
    return tuple(changes)


def _offset(moment: datetime) -> int:
    return int((moment.astimezone(ZONE).utcoffset() or timedelta()).total_seconds())


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ZONE).astimezone(UTC)


@dataclass(frozen=True)
class Group:
    """How many submissions share something, and how many of those are public, where anyone can count them."""

    received: int
    published: int = 0

    @property
    def unseen(self) -> int:
        """How many of them only the portal knows."""
        return self.received - self.published

    def __add__(self, other: "Group") -> "Group":
        return Group(self.received + other.received, self.published + other.published)


def merged(groups: Mapping[str, Group], smallest: int = SMALLEST_GROUP) -> dict[str, Group]:
    """Merge groups that would single somebody out into one, under the name `REST`; keep the others as they are.

    Public rows can be counted by anyone, so what a figure gives away is its difference from them. A group stays where
    that is nothing or at least `smallest`. The merged rest must come to at least `smallest` too, or subtracting the
    shown groups from the total would bring back what was merged; so it takes in the next-smallest groups until it
    does. Nothing is left where no way of merging passes: then only the total may be shown.
    """

    def is_safe(group: Group) -> bool:
        return group.unseen == 0 or group.unseen >= smallest

    kept = {name: group for name, group in groups.items() if is_safe(group)}
    rest = [group for name, group in groups.items() if name not in kept]
    if not rest:
        return dict(groups)
    # A group with nothing unseen adds no cover, however large; it joins only when no other is left.
    by_cover = sorted(kept, key=lambda name: (kept[name].unseen == 0, kept[name].unseen, kept[name].received, name))
    # A small group and others that hold `smallest` between them are more than one group.
    while (total := sum(rest, Group(0))).unseen < smallest:
        if not by_cover:
            return {}
        rest.append(kept.pop(by_cover.pop(0)))
    shown = {name: group for name, group in groups.items() if name in kept}
    return shown | {REST: total} if shown else {}


@dataclass(frozen=True)
class Wait:
    """How long people waited for a first decision: days, to the hour."""

    decided: int
    median: float
    p90: float


def wait_of(hours: Mapping[int, int]) -> Wait | None:
    """Tell the median and the 90th percentile of waits, given how many waited each number of whole hours."""
    decided = sum(hours.values())
    if not decided:
        return None
    return Wait(decided, round(_at_share(hours, 0.5) / 24, 1), round(_at_share(hours, 0.9) / 24, 1))


def _at_share(hours: Mapping[int, int], share: float) -> int:
    """The shortest wait that at least this share of all did not exceed."""
    needed, reached = share * sum(hours.values()), 0
    for wait in sorted(hours):
        reached += hours[wait]
        if reached >= needed:
            return wait
    raise AssertionError("the shares of all waits add up to one")


@dataclass(frozen=True)
class Week:
    """One week, named by its Monday: what was received in each language, and how long it waited."""

    monday: date
    received: dict[str, int]
    waits: dict[str, Wait]


@dataclass(frozen=True)
class Summary:
    """Every figure of a report. Keys are the codes of the public surface; what has no submissions is left out.

    `redacted` are among the `published`. `reasons` count submissions that were not published, once for each reason;
    `hidden_reasons` published ones, once for each reason that a passage was hidden for.
    """

    scope: Scope
    received: int = 0
    published: int = 0
    redacted: int = 0
    not_published: int = 0
    by_status: dict[str, int] = field(default_factory=dict)
    by_language: dict[str, Group] = field(default_factory=dict)
    by_pillar: dict[str, Group] = field(default_factory=dict)
    by_type: dict[str, Group] = field(default_factory=dict)
    by_country: dict[str, Group] = field(default_factory=dict)
    published_by: dict[str, dict[str, int]] = field(
        default_factory=dict
    )  # by language, pillar, stakeholder_type, country
    by_pillar_and_language: dict[str, dict[str, int]] = field(default_factory=dict)
    decided_by_language: dict[str, Group] = field(default_factory=dict)  # received: those of them that were decided
    reasons: dict[str, int] = field(default_factory=dict)
    hidden_reasons: dict[str, int] = field(default_factory=dict)
    waits: dict[str, Wait] = field(default_factory=dict)
    weeks: list[Week] = field(default_factory=list)

    @property
    def decided(self) -> int:
        """How many were published or not published."""
        return self.published + self.not_published

    def as_json(self) -> dict[str, Any]:
        """Write it as plain values for JSON, with the scope as filters."""
        values = {one.name: getattr(self, one.name) for one in fields(self) if one.name not in {"scope", "weeks"}}
        plain = {name: _plain(value) for name, value in values.items()}
        weeks = [asdict(week) | {"monday": week.monday.isoformat()} for week in self.weeks]
        return {"scope": self.scope.as_filters(), "decided": self.decided, **plain, "weeks": weeks}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return asdict(value) if isinstance(value, Group | Wait) else value
