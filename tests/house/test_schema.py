"""The schema: migrations go up and down, equal the models, and guard what is append-only."""

from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DatabaseError

from portal import schema
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
