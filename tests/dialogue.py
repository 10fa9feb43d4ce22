"""The project's own description of the dialogue, changed and loaded again."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from flask import Flask

from portal import db
from portal.pillars.load import Loaded, load


def loaded_again(app: Flask, data: Any, now: datetime) -> Loaded:
    """Load into the portal, which holds the project's own file already."""
    with app.app_context(), db.transaction() as session:
        return load(session, data, now=now)


def items_of(data: Any) -> Iterator[Any]:
    """Every initiative of a file."""
    for pillar in data["pillars"]:
        for workstream in pillar["workstreams"]:
            yield from workstream["items"]


def item(data: Any, key: str) -> Any:
    """One initiative of a file."""
    return next(found for found in items_of(data) if found["id"] == key)
