"""Making export files, and reading them back."""

import csv
import io

from portal import db
from portal.reports.columns import COLUMNS
from portal.reports.export import Format, export
from portal.reports.rules import Scope

NAMES = [column.name for column in COLUMNS]


EVERYTHING_PUBLIC = Scope(published_only=True)


def rows_of(content, name=None):
    """Read CSV as rows by the columns' names."""
    text = content.decode("utf-8-sig")
    _, *rows = csv.reader(io.StringIO(text, newline=""))
    return [dict(zip(NAMES, row, strict=True)) for row in rows]


def taken(app, scope, format=Format.CSV, language="en"):
    """Make a file and take all of it."""
    with app.app_context(), db.snapshot(app) as session:
        return b"".join(export(session, scope, format, language).chunks)
