"""Load what a file says about the dialogue: new rows are added, others updated in place, what the file dropped goes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.audit import store as audit
from portal.db import Base
from portal.kept_pages import content_moved
from portal.pillars import models, store
from portal.pillars.dialogue_file import read
from portal.pillars.yaml_file import BadFile, Row

# People's submissions refer to these, so a file cannot drop one.
KEPT = (models.Pillar, models.Workstream)
TO_OWN_TABLE = {"part_of_id", "supports_id"}


@dataclass(frozen=True)
class Loaded:
    """How many rows a file added, changed, left as they were, and removed."""

    added: int
    changed: int
    unchanged: int
    removed: int


def load(session: Session, data: Any, *, now: datetime) -> Loaded:
    """Take a parsed file in, whole or not at all; doing it again changes nothing.

    Raises BadFile with a sentence for every fault, before anything is written. Writes one audit event.
    """
    content = read(data)
    there = {model: store.rows_by_key(session, model) for model in content.rows}
    _refuse_to_drop(there, content.rows)
    added: dict[tuple[type[Base], Any], Base] = {}
    changed: set[tuple[type[Base], Any]] = set()

    # New rows first, and what points at a row of the same table only then: one may refer to a later one.
    for model, rows in content.rows.items():
        for row in rows:
            key = store.key_of(model, row)
            if key not in there[model]:
                new = model(**{name: value for name, value in row.items() if name not in TO_OWN_TABLE})
                session.add(new)
                added[model, key] = new
        session.flush()
    for model, rows in content.rows.items():
        for row in rows:
            key = store.key_of(model, row)
            if (model, key) in added:
                _update(added[model, key], row)
            elif _update(there[model][key], row):
                changed.add((model, key))
    session.flush()
    owners = {"pillar": models.Pillar, "workstream": models.Workstream, "initiative": models.Initiative}
    for table, links in content.links.items():
        model = owners[table.name.split("_")[0]]
        changed |= {(model, key) for key in store.replace_links(session, table, links) if key in there[model]}
    removed = _remove(session, there, content.rows)

    total = sum(len(rows) for rows in content.rows.values())
    content_moved(session)
    loaded = Loaded(len(added), len(changed), total - len(added) - len(changed), removed)
    audit.record(
        session,
        "pillars:loaded",
        "pillars",
        actor_id=None,
        now=now,
        as_of=content.rows[models.Dialogue][0]["as_of"],
        added=loaded.added,
        changed=loaded.changed,
        unchanged=loaded.unchanged,
        removed=loaded.removed,
    )
    return loaded


def _update(old: Base, row: Row) -> bool:
    """Write what differs; say whether anything did."""
    differing = {name: value for name, value in row.items() if getattr(old, name) != value}
    for name, value in differing.items():
        setattr(old, name, value)
    return bool(differing)


def _remove(session: Session, there: dict[type[Base], dict[Any, Base]], rows: dict[type[Base], list[Row]]) -> int:
    """Delete the rows that the file no longer has, those that refer to others first."""
    count = 0
    for model in reversed(rows):
        gone = there[model].keys() - {store.key_of(model, row) for row in rows[model]}
        for name in TO_OWN_TABLE & set(model.__table__.c.keys()):
            for key in gone:
                setattr(there[model][key], name, None)
        session.flush()
        for key in gone:
            session.delete(there[model][key])
        session.flush()
        count += len(gone)
    return count


def _refuse_to_drop(there: dict[type[Base], dict[Any, Base]], rows: dict[type[Base], list[Row]]) -> None:
    problems = []
    for model in KEPT:
        missing = there[model].keys() - {store.key_of(model, row) for row in rows[model]}
        what = model.__tablename__
        problems += [
            f'pillars: the {what} "{key}" is missing, but the portal has it and submissions may refer to it.'
            for key in sorted(missing, key=str)
        ]
    if problems:
        raise BadFile(problems)
