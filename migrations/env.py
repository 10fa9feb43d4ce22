"""Runs the migrations on the engine that portal.schema hands over."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Enum
from sqlalchemy.types import TypeDecorator

import portal  # noqa: F401  # registers every model
from portal.db import Base

engine = context.config.attributes["engine"]


def written(kind: str, item: Any, _autogen: AutogenContext) -> str | Literal[False]:
    """Write a column's type as the database knows it, so that no migration imports a model."""
    if kind != "type":
        return False
    if isinstance(item, Enum):
        return f"sa.String({item.length})"
    if isinstance(item, TypeDecorator):
        return f"sa.{item.impl!r}"
    return False


def ours(_item: Any, name: str | None, kind: str, _reflected: bool, _compared: Any) -> bool:
    """Leave out the full-text tables, which `portal.fulltext` makes in each dialect's own way."""
    return not (kind == "table" and name is not None and name.startswith("words"))


with engine.connect() as connection:
    on_sqlite = engine.dialect.name == "sqlite"
    if on_sqlite:
        # A table that is rebuilt is dropped for a moment, which its references must survive. Set before any BEGIN.
        connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        render_item=written,
        include_object=ours,
    )
    with context.begin_transaction():
        context.run_migrations()
    if on_sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()):
        raise RuntimeError(f"the migration left {len(broken)} rows without what they refer to")
    connection.commit()
    if on_sqlite:
        connection.connection.driver_connection.execute("PRAGMA foreign_keys=ON")
