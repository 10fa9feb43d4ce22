"""Questions about the dialogue. Each page says what it needs, and gets it in a handful of queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from portal.db import Base
from portal.pillars.models import (
    Agency,
    CoChair,
    Dialogue,
    Initiative,
    Meeting,
    Pillar,
    Place,
    PriorityGroup,
    Promise,
    Workstream,
)
from portal.pillars.rules import AgencyKind, Home, Progress, When, sort_key


@dataclass(frozen=True)
class Milestone:
    """A date to know: of an initiative or of a meeting, never of both."""

    when: When
    initiative: Initiative | None = None
    meeting: Meeting | None = None

    @property
    def status(self) -> Progress:
        """How far it has come."""
        return (self.initiative or self.meeting).status  # type: ignore[union-attr]  # one of them is there


def dialogue(session: Session) -> Dialogue | None:
    """The dialogue itself; nothing before the first load."""
    return session.scalars(select(Dialogue)).first()


def promises(session: Session) -> list[Promise]:
    """What both governments promise, in the file's order."""
    return list(session.scalars(select(Promise).order_by(Promise.position)))


def co_chairs(session: Session) -> list[CoChair]:
    """Who leads the dialogue, with their agencies."""
    return list(session.scalars(select(CoChair).options(joinedload(CoChair.agency)).order_by(CoChair.position)))


def meetings(session: Session) -> list[Meeting]:
    """Meetings with their places."""
    return list(session.scalars(select(Meeting).options(joinedload(Meeting.place)).order_by(Meeting.position)))


def agencies(session: Session) -> list[Agency]:
    """Agencies, then organizations, in the file's order."""
    return list(session.scalars(select(Agency).order_by(Agency.position)))


def places(session: Session) -> list[Place]:
    """Places, in the file's order."""
    return list(session.scalars(select(Place).order_by(Place.position)))


def priority_groups(session: Session) -> list[PriorityGroup]:
    """People whom the inclusive recovery is meant to reach."""
    return list(session.scalars(select(PriorityGroup).order_by(PriorityGroup.position)))


def pillars(session: Session) -> list[Pillar]:
    """The pillars with their workstreams: two queries."""
    return list(session.scalars(select(Pillar).options(selectinload(Pillar.workstreams)).order_by(Pillar.number)))


def number_of_initiatives(session: Session) -> dict[int, int]:
    """How many initiatives each pillar has."""
    query = select(Workstream.pillar_number, func.count(Initiative.id)).join(Initiative.workstream)
    return {number: count for number, count in session.execute(query.group_by(Workstream.pillar_number))}  # noqa: C416


def pillar(session: Session, number: int) -> Pillar | None:
    """A pillar with all that its page shows."""
    return session.scalars(
        select(Pillar)
        .where(Pillar.number == number)
        .options(
            selectinload(Pillar.places),
            selectinload(Pillar.workstreams).options(
                selectinload(Workstream.places), selectinload(Workstream.initiatives).options(*_whole_initiative())
            ),
        )
    ).first()


def by_slug(session: Session, number: int, slug: str, language: str) -> Workstream | None:
    """The workstream at an address of a pillar, with all that its page shows."""
    column = Workstream.slug_es if language == "es" else Workstream.id
    return session.scalars(
        select(Workstream)
        .where(Workstream.pillar_number == number, column == slug)
        .options(
            joinedload(Workstream.pillar).selectinload(Pillar.workstreams),
            selectinload(Workstream.places),
            selectinload(Workstream.initiatives).options(*_whole_initiative()),
        )
    ).first()


def workstream(session: Session, workstream_id: str | None) -> Workstream | None:
    """A workstream by its id, without what lies under it."""
    return session.get(Workstream, workstream_id) if workstream_id else None


def milestones(session: Session) -> list[Milestone]:
    """Every dated initiative and meeting, by the earliest moment its date can mean."""
    dated = session.scalars(
        select(Initiative).where(Initiative.date_value.is_not(None)).options(*_listed()).order_by(Initiative.position)
    )
    found = [Milestone(item.date, initiative=item) for item in dated if item.date]
    found += [Milestone(meeting.date, meeting=meeting) for meeting in meetings(session) if meeting.date]
    return sorted(found, key=lambda milestone: sort_key(milestone.when))


def to_come(session: Session) -> list[Milestone]:
    """The milestones that were still planned on the day the facts are true of."""
    return [milestone for milestone in milestones(session) if milestone.status is Progress.PLANNED]


def planned_without_date(session: Session) -> list[Initiative]:
    """Planned initiatives for which no date has been set, by pillar."""
    return list(
        session.scalars(
            select(Initiative)
            .join(Initiative.workstream)
            .where(Initiative.date_value.is_(None), Initiative.status == Progress.PLANNED)
            .options(*_listed())
            .order_by(Workstream.pillar_number, Initiative.position)
        )
    )


def government_choices(session: Session, language: str) -> list[tuple[str, str]]:
    """The agencies of both governments for a form: (id, name), in the file's order."""
    query = select(Agency).where(Agency.kind == AgencyKind.AGENCY, Agency.country.in_([Home.US, Home.MX]))
    return [(row.id, row.name[language]) for row in session.scalars(query.order_by(Agency.position))]


def choices(session: Session, language: str) -> list[tuple[str, str]]:
    """The pillars for a form: ("1", title)."""
    rows = session.scalars(select(Pillar).order_by(Pillar.number))
    return [(str(row.number), row.title[language]) for row in rows]


def workstream_choices(session: Session, language: str) -> dict[str, list[tuple[str, str]]]:
    """The workstreams for a form, under their pillar's title: (id, short name)."""
    return {row.title[language]: [(w.id, w.short[language]) for w in row.workstreams] for row in pillars(session)}


def workstream_name(session: Session, workstream_id: str | None, language: str) -> str | None:
    """The short name of a workstream, None where there is none."""
    workstream = session.get(Workstream, workstream_id) if workstream_id else None
    return workstream.short[language] if workstream else None


def _listed() -> tuple[Any, ...]:
    return (selectinload(Initiative.agencies), joinedload(Initiative.workstream))


def _whole_initiative() -> tuple[Any, ...]:
    return (
        selectinload(Initiative.agencies),
        selectinload(Initiative.places),
        selectinload(Initiative.priority_groups),
        joinedload(Initiative.part_of),
        joinedload(Initiative.supports),
        joinedload(Initiative.related_workstream),
    )


def key_of(model: type[Base], row: dict[str, Any]) -> Any:
    """The primary key in a row of a one-key table."""
    return row[_key_name(model)]


def rows_by_key(session: Session, model: type[Base]) -> dict[Any, Base]:
    """All rows of a one-key table by their key."""
    name = _key_name(model)
    return {getattr(row, name): row for row in session.scalars(select(model))}


def _key_name(model: type[Base]) -> str:
    return next(str(column.name) for column in model.__table__.c if column.primary_key)


def replace_links(session: Session, table: Table, links: Iterable[tuple[Any, str, int]]) -> set[Any]:
    """Make a joining table hold these rows (owner, other, position) and no other; say whose changed."""
    new = set(links)
    old = {(owner, other, position) for owner, other, position in session.execute(select(table))}
    owner_column = next(iter(table.c))
    touched = {owner for owner, _, _ in new ^ old}
    if touched:
        session.execute(table.delete().where(owner_column.in_(touched)))
        names = [column.name for column in table.c]
        rows = [dict(zip(names, link, strict=True)) for link in sorted(new, key=str) if link[0] in touched]
        if rows:
            session.execute(table.insert(), rows)
    return touched
