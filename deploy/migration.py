"""Writes a migration: the difference between the models and a database at the newest revision."""

import re
import sys
import tempfile
from pathlib import Path

from portal import create_app, schema
from portal.config import Settings


def main(name: str) -> None:
    """Write `migrations/versions/NNNN_name.py` and note its number in `migrations/HEAD`."""
    versions = sorted((schema.MIGRATIONS / "versions").glob("[0-9]*.py"))
    number = f"{int(versions[-1].name[:4]) + 1 if versions else 1:04}"
    with tempfile.TemporaryDirectory() as data:
        app = create_app(Settings(data=Path(data)))
        engine = app.extensions["engine"]
        if versions:
            schema.migrate(engine)
        schema.write_revision(engine, name, number)
    (schema.MIGRATIONS / "HEAD").write_text(f"{number}\n")


if __name__ == "__main__":
    if len(sys.argv) != 2 or not re.fullmatch(r"[a-z0-9_]+", sys.argv[1]):
        sys.exit("Name the migration in words joined by underscores: make migration name=add_call")
    main(sys.argv[1])
