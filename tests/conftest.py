"""The parts that tests stand on: a portal on a real database, a visitor who checks every page, members of staff.

Each test has a database of its own, copied from one that was migrated once and holds the four pillars: a file on
SQLite, a template database on PostgreSQL. `--database` chooses `sqlite` (default), `postgresql` or `both`.
"""

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy.orm import Session

from portal import create_app, db
from portal.accounts.rules import Role
from portal.clock import utcnow
from portal.config import Settings
from tests.databases import PostgreSQL, fill, keep_key
from tests.mail_server import Mailbox, Server
from tests.oidc.provider import Provider
from tests.oidc.visiting import ANA
from tests.staff import Member, StaffFactory, staff_factory
from tests.visitor import Visitor


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=("sqlite", "postgresql", "both"), default="sqlite")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    chosen = metafunc.config.getoption("--database")
    databases = ["sqlite", "postgresql"] if chosen == "both" else [chosen]
    for fixture in {"database_url", "empty_url"} & set(metafunc.fixturenames):
        metafunc.parametrize(fixture, databases, indirect=True)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """A PostgreSQL server of this run's own, on a socket in a folder of its own."""
    with PostgreSQL() as server:
        yield server


@pytest.fixture(scope="session")
def filled_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the schema and the four pillars, to be copied."""
    path = tmp_path_factory.mktemp("filled") / "portal.sqlite3"
    fill(f"sqlite:///{path}")
    return path


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh, filled database."""
    if request.param == "sqlite":
        path = tmp_path / "portal.sqlite3"
        shutil.copy(request.getfixturevalue("filled_sqlite"), path)
        yield f"sqlite:///{path}"
    else:
        server: PostgreSQL = request.getfixturevalue("postgresql")
        with server.filled_database() as url:
            yield url


@pytest.fixture
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database with nothing in it."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    else:
        server: PostgreSQL = request.getfixturevalue("postgresql")
        with server.empty_database() as url:
            yield url


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Where templates that one test compiled wait for the next."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings of a portal that lives in the test's folder."""
    keep_key(tmp_path)
    return Settings(data=tmp_path, database_url=database_url, limits_scale=1000, log_level="ERROR")


@pytest.fixture
def app(settings: Settings, compiled_templates: FileSystemBytecodeCache) -> Iterator[Flask]:
    """The portal. Its templates are compiled once a run."""
    app = create_app(settings)
    app.jinja_env.bytecode_cache = compiled_templates
    yield app
    app.extensions["engine"].dispose()


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A session that reads what the portal stored."""
    # No application context: requests would share it, and with it what they keep in `g`.
    with db.open_session(app) as session:
        yield session


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    """Somebody with a browser and no script, who checks every page they get."""
    return Visitor(app)


@pytest.fixture
def now() -> datetime:
    """The moment the test runs."""
    return utcnow()


@pytest.fixture
def staff(app: Flask) -> StaffFactory:
    """Signs in as many members of staff as a test needs, each with a browser of their own."""
    return staff_factory(app)


@pytest.fixture
def moderator(staff: StaffFactory) -> Member:
    """A moderator at their desk."""
    return staff(Role.MODERATOR)


@pytest.fixture(scope="session")
def provider_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    """The provider, started once a run."""
    with Provider(tmp_path_factory.mktemp("provider")) as running:
        yield running


@pytest.fixture
def provider(provider_process: Provider) -> Provider:
    """The provider, where Ana alone is known."""
    provider_process.knows({"ana": {"claims": ANA, "amr": ["pwd", "otp"]}})
    return provider_process


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def mail_server(mailbox: Mailbox) -> Iterator[Server]:
    server = Server(mailbox)
    yield server
    server.stop()
