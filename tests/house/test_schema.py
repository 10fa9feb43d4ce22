"""The schema: migrations go up and down, equal the models, and guard what is append-only."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DatabaseError

from portal import create_app, schema, sealed
from portal.config import Settings
from portal.db import Base, make_engine
from portal.policy.rules import Reason
from portal.publication.rules import Passage
from tests.builders import a_decision

VERSIONS = sorted(path.name[:4] for path in (schema.MIGRATIONS / "versions").glob("[0-9]*.py"))


@pytest.fixture
def empty(empty_url: str) -> Iterator[Engine]:
    """An engine on a database with nothing in it."""
    engine = make_engine(empty_url)
    yield engine
    engine.dispose()


def is_ours(_item: object, name: str | None, _kind: str, _reflected: bool, _compared: object) -> bool:
    return not str(name).startswith("words")


def test_migrations_equal_the_models(empty: Engine) -> None:
    schema.migrate(empty)
    with empty.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"compare_type": True, "include_object": is_ours},
        )
        assert compare_metadata(context, Base.metadata) == []


def test_migrations_go_down_to_nothing_and_up_again(empty: Engine) -> None:
    schema.migrate(empty)
    schema.go_back(empty, "base")
    assert inspect(empty).get_table_names() == ["alembic_version"]
    for version in VERSIONS:
        schema.migrate(empty, version)
        assert schema.current(empty) == version


@pytest.mark.parametrize("stop", ["0008", "head"])
def test_no_file_of_the_database_keeps_what_was_sealed(
    empty: Engine, empty_url: str, tmp_path: Path, stop: str
) -> None:
    """PostgreSQL leaves a dropped column's bytes in every row that is not written anew."""
    keys = create_app(Settings(data=tmp_path, database_url=empty_url, log_level="ERROR")).extensions["keys"]
    schema.migrate(empty, "0003", keys=keys)
    with empty.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO staff (id, email, name, country, active, fs_uniquifier, created_at) "
                "VALUES (1, 'canary@example.org', 'Canaria Pérez', 'MX', true, 'u', '2022-01-01')"
            )
        )
    schema.migrate(empty, stop, keys=keys)
    schema.migrate(empty, keys=keys)
    with empty.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if empty.dialect.name == "sqlite":
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
            files = list(tmp_path.glob("empty.sqlite3*"))
        else:
            connection.execute(text("CHECKPOINT"))
            files = [path for path in (data_folder(connection) / "base").rglob("*") if path.is_file()]
    assert files
    kept = [path.name for path in files if re.search(b"canary@example|Canaria", path.read_bytes())]
    assert kept == []


def data_folder(connection: Connection) -> Path:
    return Path(connection.execute(text("SHOW data_directory")).scalar_one())


def test_head_names_the_newest_migration() -> None:
    assert (schema.MIGRATIONS / "HEAD").read_text().strip() == VERSIONS[-1] == schema.newest()


@pytest.mark.parametrize("table", schema.APPEND_ONLY)
@pytest.mark.parametrize("change", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_append_only_rows_cannot_be_changed(filled: Flask, table: str, change: str) -> None:
    with filled.extensions["engine"].connect() as connection:
        assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() > 0
        with pytest.raises(DatabaseError, match="append-only"):
            connection.execute(text(change.format(table)))


@pytest.fixture
def filled(app: Flask) -> Flask:
    """A portal with a row in every append-only table."""
    a_decision(app, hidden=[Passage(0, 3, Reason.ABUSE)])
    return app


def test_every_column_of_bytes_is_sealed_a_digest_or_random() -> None:
    plain = {
        str(column)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if str(column.type) == "BLOB" and column not in sealed.columns()
    }
    of_passkeys = {"staff_passkey.credential_id", "staff_passkey.public_key"}
    random = {"staff.handle"} | of_passkeys
    assert {name for name in plain if not re.search(r"digest|\.(hash|before|mark)$", name)} == random
