"""What somebody can do to the trail who writes SQL and holds no key: each act alone, and with hashes made anew."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from flask import Flask
from sqlalchemy import Connection, text

from portal.audit.models import AuditEvent
from portal.audit.rules import START, hash_of

Act = Callable[[Connection], None]
EVENTS: Any = AuditEvent.__table__


def tamper(app: Flask, act: Act, *, rehash: bool = False) -> None:
    """Drop the trigger, do something to the trail, and where asked compute every plain hash anew."""
    with app.extensions["engine"].begin() as connection:
        if connection.dialect.name == "sqlite":
            for change in ("update", "delete"):
                connection.execute(text(f"DROP TRIGGER IF EXISTS audit_event_refuses_{change}"))
        else:
            connection.execute(text("DROP TRIGGER IF EXISTS audit_event_refuses_change ON audit_event"))
        act(connection)
        if rehash:
            chain_anew(connection)


def chain_anew(connection: Connection) -> None:
    """Make the plain hashes fit again from the first event to the last, as whoever reads our source can."""
    before = START
    for row in connection.execute(EVENTS.select().order_by(EVENTS.c.id)).all():
        hash = hash_of(before, row.at, row.actor_id, row.action, row.subject, row.detail)
        # First out of the way: another row may hold this hash until its turn comes.
        changed = EVENTS.update().where(EVENTS.c.id == row.id)
        connection.execute(changed, {"before": before, "hash": hash})
        before = hash


def change(event_id: int, **values: Any) -> Act:
    """Let an event say something else."""
    return lambda connection: run(connection, EVENTS.update().where(EVENTS.c.id == event_id), values)


def delete(*event_ids: int) -> Act:
    """Let events never have been."""
    return lambda connection: run(connection, EVENTS.delete().where(EVENTS.c.id.in_(event_ids)))


def swap(one: int, other: int) -> Act:
    """Let two events change places."""

    def act(connection: Connection) -> None:
        for old, new in ((one, -1), (other, one), (-1, other)):
            run(connection, EVENTS.update().where(EVENTS.c.id == old), {"id": new})

    return act


def insert(after: int, now: datetime, *, shift: bool = True) -> Act:
    """Put in an event that fits the one before it."""

    def act(connection: Connection) -> None:
        if shift:
            for event_id in ids(connection)[::-1]:
                if event_id > after:
                    run(connection, EVENTS.update().where(EVENTS.c.id == event_id), {"id": event_id + 1})
        before = connection.scalar(EVENTS.select().with_only_columns(EVENTS.c.hash).where(EVENTS.c.id == after))
        words: tuple[Any, ...] = (now, None, "staff:signed-in", "staff:1", {})
        named = dict(zip(("at", "actor_id", "action", "subject", "detail"), words, strict=True))
        before = before or START
        chained = {"id": after + 1, "before": before, "hash": hash_of(before, *words), "mark": None}
        run(connection, EVENTS.insert(), named | chained)

    return act


def ids(connection: Connection) -> Sequence[int]:
    """The ids of all events, in their order."""
    return connection.scalars(EVENTS.select().with_only_columns(EVENTS.c.id).order_by(EVENTS.c.id)).all()


def run(connection: Connection, statement: Any, values: dict[str, Any] | None = None) -> None:
    """Execute a statement of the attacker's."""
    connection.execute(statement, values) if values else connection.execute(statement)
