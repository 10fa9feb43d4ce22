"""Columns that hold sealed values, and how many values each key still opens."""

from collections import Counter
from typing import Any

from sqlalchemy import Column, LargeBinary, func, select
from sqlalchemy.orm import MappedColumn, Session, mapped_column

from portal.db import Base
from portal.keys import HEAD_BYTES, NAMED

MARK = "sealed"


def sealed(**options: Any) -> MappedColumn[Any]:
    """Make a column for what `Keys.seal` gives. Its values are bound to the table, the column and the row."""
    return mapped_column(LargeBinary, info={MARK: True}, **options)


def columns() -> list[Column[Any]]:
    """List every column that holds sealed values: those made by `sealed`, and those whose name says so."""
    every = (one for table in Base.metadata.sorted_tables for one in table.columns)
    return [one for one in every if one.info.get(MARK) or one.name.startswith(f"{MARK}_")]


def in_use(session: Session) -> dict[str, Counter[bytes]]:
    """Count the sealed values of each column, such as `version.body`, by their key's fingerprint.

    Values from before keys could be rotated count under the empty fingerprint. Reads every value's head: slow.
    """
    found = {}
    for column in columns():
        head = func.substr(column, 1, HEAD_BYTES)
        query = select(head, func.count()).where(column.is_not(None)).group_by(head)
        counted: Counter[bytes] = Counter()
        for written, number in session.execute(query):
            counted[bytes(written[len(NAMED) :]) if written[: len(NAMED)] == NAMED else b""] += number
        found[str(column)] = counted
    return found
