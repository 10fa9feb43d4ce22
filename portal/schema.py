"""The database's schema, brought up to date by the migrations in `migrations/`."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from portal.keys import Keys

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"

# Tables whose rows are added and never changed. The migrations give each a trigger that refuses the rest.
APPEND_ONLY = ("audit_event", "decision", "decision_reason", "notice", "version")


def _config(engine: Engine, keys: Keys | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["engine"] = engine
    config.attributes["keys"] = keys
    return config


def migrate(engine: Engine, revision: str = "head", *, keys: Keys | None = None) -> None:
    """Bring the schema up to a revision, the newest by default. A revision that seals rows needs the keys."""
    command.upgrade(_config(engine, keys), revision)


def go_back(engine: Engine, revision: str, *, keys: Keys | None = None) -> None:
    """Take the schema down to a revision; `base` is the empty database. One that opens rows needs the keys."""
    command.downgrade(_config(engine, keys), revision)


def write_revision(engine: Engine, name: str, number: str) -> None:
    """Write a new migration from what the models have and the database lacks."""
    command.revision(_config(engine), message=name, rev_id=number, autogenerate=True)


def current(engine: Engine) -> str | None:
    """Tell at which revision the database is; None where it is empty."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest() -> str:
    """Tell the newest revision that these files hold."""
    head = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    assert head is not None
    return head
