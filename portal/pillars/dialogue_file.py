"""What the file about the dialogue says, field by field, as rows for the tables. A bad file gets no further."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table

from portal.db import Base
from portal.pillars import models
from portal.pillars.rules import (
    AgencyKind,
    Format,
    Home,
    Kind,
    Level,
    NameBasis,
    PlaceKind,
    Precision,
    Progress,
    When,
    is_date,
)
from portal.pillars.yaml_file import BadFile, Entry, Row, when

LANGUAGE_CODES = {"en", "es"}
SLUG = r"[a-z0-9]+(-[a-z0-9]+)*"
PILLARS = (1, 2, 3, 4)
ORDER: tuple[type[Base], ...] = (
    models.Place,
    models.Agency,
    models.PriorityGroup,
    models.Dialogue,
    models.Promise,
    models.CoChair,
    models.Meeting,
    models.Pillar,
    models.Workstream,
    models.Initiative,
)


@dataclass
class Content:
    """The rows of a whole file: of each model in an order that keeps foreign keys, and of each table that joins two."""

    rows: dict[type[Base], list[Row]] = field(default_factory=lambda: {model: [] for model in ORDER})
    links: dict[Table, list[tuple[Any, str, int]]] = field(  # owner, other, position
        default_factory=lambda: {table: [] for table in models.LINKS}
    )

    def add(self, model: type[Base], row: Row) -> None:
        """Keep a row; its position is its place in the file."""
        rows = self.rows[model]
        rows.append({"position": len(rows) + 1, **row} if "position" in model.__table__.c else row)

    def join(self, table: Table, owner: Any, others: Iterable[str]) -> None:
        """Join a row to others, in their order."""
        self.links[table].extend((owner, other, i) for i, other in enumerate(others, 1))

    def known(self, model: type[Base]) -> set[Any]:
        """The ids seen so far."""
        return {row["id"] for row in self.rows[model]}


def read(data: Any) -> Content:
    """Read a parsed file into rows. Raises BadFile with a sentence for every fault, in the order of the file."""
    problems: list[str] = []
    content = Content()
    file = Entry(data, "", problems)
    for entry in file.entries("places"):
        content.add(models.Place, _place(entry))
    for section, kind in (("agencies", AgencyKind.AGENCY), ("organizations", AgencyKind.ORGANIZATION)):
        for entry in file.entries(section):
            content.add(models.Agency, {"kind": kind, **_agency(entry)})
    for entry in file.entries("priority_groups"):
        content.add(models.PriorityGroup, {"id": _slug(entry, "id"), "name": entry.both("name")})
    content.add(models.Dialogue, _dialogue(file, content))
    for entry in file.entries("promises"):
        content.add(models.Promise, _promise(entry))
    for entry in file.entries("co_chairs"):
        content.add(models.CoChair, _co_chair(entry, content))
    for entry in file.entries("meetings"):
        content.add(models.Meeting, _meeting(entry, content))
    _pillars(file, content)
    if not content.rows[models.Pillar]:
        problems.append("pillars: is missing.")
    file.close()
    _refuse_doubles(content, problems)
    if problems:
        raise BadFile(problems)
    return content


def _slug(entry: Entry, name: str) -> str:
    value = entry.text(name)
    if value and not re.fullmatch(SLUG, value):
        entry.fault(name, f'"{value}" must be small letters without accents, digits and hyphens.')
    return value


def _one(entry: Entry, name: str, known: set[Any], what: str) -> str | None:
    """An id that must be known where it is given."""
    if not entry.has(name):
        entry.take(name)
        return None
    value = entry.text(name)
    if value and value not in known:
        entry.fault(name, f'no {what} has the id "{value}".')
    return value


def _place(entry: Entry) -> Row:
    return {
        "id": _slug(entry, "id"),
        "kind": entry.one_of("kind", PlaceKind),
        "name": entry.both("name"),
        "note": entry.both_or_none("note"),
    }


def _agency(entry: Entry) -> Row:
    return {
        "id": _slug(entry, "id"),
        "country": entry.one_of("country", Home),
        "name": entry.both("name"),
        "acronym": entry.same_or_both("acronym"),
        "note": entry.both_or_none("note"),
    }


def _dialogue(file: Entry, content: Content) -> Row:
    as_of = file.text("as_of")
    if as_of and not is_date(When(as_of, Precision.DAY)):
        file.fault("as_of", f'"{as_of}" is not a day such as "2022-04-18".')
    entry = file.inside("dialogue")
    row = {
        "id": _slug(entry, "id"),
        "as_of": as_of,
        "name": entry.both("name"),
        "full_name": entry.both("full_name"),
        "acronym": entry.both("acronym"),
        "name_basis": entry.one_of("name_basis", NameBasis),
        "document": entry.both("document"),
        "objectives": entry.list_of_both("objectives"),
        "stakeholder_groups": entry.list_of_both("stakeholder_groups"),
        "countries": entry.ids("countries", content.known(models.Place), "place"),
    }
    entry.close()
    return row


def _promise(entry: Entry) -> Row:
    return {
        "id": _slug(entry, "id"),
        "status": entry.one_of("status", Progress),
        "text": entry.both("text"),
        "note": entry.both_or_none("note"),
    }


def _co_chair(entry: Entry, content: Content) -> Row:
    if not entry.has("agency"):
        entry.fault("agency", "is missing.")
    return {
        "id": _slug(entry, "id"),
        "name": entry.text("name"),
        "country": entry.one_of("country", Home),
        "agency_id": _one(entry, "agency", content.known(models.Agency), "agency"),
        "agency_inferred": entry.yes("agency_inferred"),
        "title": entry.both("title"),
        "note": entry.both_or_none("note"),
    }


def _meeting(entry: Entry, content: Content) -> Row:
    return {
        "id": _slug(entry, "id"),
        "level": entry.one_of("level", Level),
        "status": entry.one_of("status", Progress),
        "name": entry.both("name"),
        "place_id": _one(entry, "place", content.known(models.Place), "place"),
        "agenda": entry.list_of_both("agenda"),
        **when(entry),
    }


def _pillars(file: Entry, content: Content) -> None:
    workstreams, initiatives = _ids_below(file)
    places = content.known(models.Place)
    for pillar in file.entries("pillars", "number"):
        number = pillar.whole("number")
        if number not in PILLARS:
            pillar.fault("number", f"must be 1 to {PILLARS[-1]}, found {number}.")
        content.add(
            models.Pillar,
            {
                "number": number,
                "title": pillar.both("title"),
                "official_name": pillar.both("official_name"),
                "name_basis": pillar.one_of("name_basis", NameBasis),
                "aims": pillar.list_of_both("aims"),
            },
        )
        content.join(models.pillar_place, number, pillar.ids("places", places, "place"))
        for workstream in pillar.entries("workstreams"):
            key = _slug(workstream, "id")
            content.add(
                models.Workstream,
                {
                    "id": key,
                    "pillar_number": number,
                    "slug_es": _slug(workstream, "slug_es"),
                    "name": workstream.both("name"),
                    "short": workstream.both("short"),
                    "name_basis": workstream.one_of("name_basis", NameBasis),
                },
            )
            content.join(models.workstream_place, key, workstream.ids("places", places, "place"))
            for item in workstream.entries("items"):
                _initiative(item, key, content, workstreams, initiatives)


def _initiative(item: Entry, workstream: str, content: Content, workstreams: set[Any], initiatives: set[Any]) -> None:
    key = _slug(item, "id")
    row = {
        "id": key,
        "workstream_id": workstream,
        "kind": item.one_of("kind", Kind),
        "status": item.one_of("status", Progress),
        "name": item.both("name"),
        "name_basis": item.one_of("name_basis", NameBasis),
        "fact": item.both_or_none("fact"),
        "note": item.both_or_none("note"),
        "topics": item.list_of_both("topics"),
        "value_chains": item.list_of_both("value_chains"),
        "audience": item.both_or_none("audience"),
        "languages": item.ids("languages", LANGUAGE_CODES, "language"),
        "format": item.one_of("format", Format) if item.has("format") else item.take("format"),
        "part_of_id": _one(item, "part_of", initiatives - {key}, "other initiative"),
        "supports_id": _one(item, "supports", initiatives - {key}, "other initiative"),
        "related_workstream_id": _one(item, "related_workstream", workstreams - {workstream}, "other workstream"),
        **when(item),
        **_figures(item),
    }
    content.add(models.Initiative, row)
    content.join(models.initiative_agency, key, item.ids("agencies", content.known(models.Agency), "agency"))
    content.join(models.initiative_place, key, item.ids("places", content.known(models.Place), "place"))
    groups = item.ids("priority_groups", content.known(models.PriorityGroup), "priority group")
    content.join(models.initiative_priority_group, key, groups)


def _figures(item: Entry) -> Row:
    row: Row = dict.fromkeys(("count_value", "count_unit", "amount_value", "amount_currency"))
    if item.has("count"):
        count = item.inside("count")
        row |= {"count_value": count.whole("value"), "count_unit": count.both("unit")}
        count.close()
    if item.has("amount"):
        amount = item.inside("amount")
        row |= {"amount_value": amount.whole("value"), "amount_currency": amount.text("currency")}
        if not re.fullmatch("[A-Z]{3}", row["amount_currency"]):
            amount.fault("currency", "must be three capitals such as USD or MXN.")
        amount.close()
    return row


def _ids_below(file: Entry) -> tuple[set[Any], set[Any]]:
    """All ids of workstreams and of initiatives, before any is read, because one may name a later one."""
    quiet = Entry(file.values, "", [])
    workstreams = [w.values for p in quiet.entries("pillars") for w in p.entries("workstreams")]
    found = [i.values.get("id") for w in workstreams for i in Entry(w, "", []).entries("items")]
    return {str(w.get("id")) for w in workstreams}, {str(i) for i in found}


def _refuse_doubles(content: Content, problems: list[str]) -> None:
    for model, rows in content.rows.items():
        for name in ("id", "number", "slug_es"):
            values = [row[name] for row in rows if name in row]
            for value in sorted({v for v in values if values.count(v) > 1}):
                problems.append(f'{model.__tablename__} › {name}: "{value}" stands in the file twice.')
