"""Real databases for tests: how one is filled, and a PostgreSQL server that lives as long as the run."""

import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg
import yaml

from portal import create_app, db, schema
from portal.clock import utcnow
from portal.config import Settings
from portal.pillars.load import load

FILE = Path(__file__).resolve().parent.parent / "portal" / "pillars" / "dialogue.yaml"
BINARIES = Path("/usr/lib/postgresql/15/bin")
# The end of the audit trail is signed: who copies a filled database takes its key along.
SIGNING_KEY = "the signing key of the portals that tests fill"
FAST = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_connections=200"


def fill(url: str) -> None:
    """Migrate an empty database and load the four pillars into it."""
    with tempfile.TemporaryDirectory() as data:
        keep_key(Path(data))
        app = create_app(Settings(data=Path(data), database_url=url, log_level="ERROR"))
        schema.migrate(app.extensions["engine"], keys=app.extensions["keys"])
        with app.app_context(), db.transaction() as session:
            load(session, yaml.safe_load(FILE.read_text()), now=utcnow())
        app.extensions["engine"].dispose()


def keep_key(data: Path) -> None:
    """Put the key of filled databases into a portal's folder."""
    (data / "secret.key").write_text(SIGNING_KEY)


class PostgreSQL:
    """A server on a socket in a temporary folder, run by the `postgres` user where we are root."""

    def __enter__(self) -> Self:
        self._folder = Path(tempfile.mkdtemp(prefix="portal-pg-"))
        self._as_postgres = os.geteuid() == 0
        if self._as_postgres:
            user = pwd.getpwnam("postgres")
            os.chown(self._folder, user.pw_uid, user.pw_gid)
        self._run(
            "initdb",
            "-D",
            f"{self._folder}/data",
            "-U",
            "portal",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
        )
        options = f"-k {self._folder} -c listen_addresses='' {FAST}"
        self._run(
            "pg_ctl",
            "-D",
            f"{self._folder}/data",
            "-w",
            "-o",
            options,
            "-l",
            f"{self._folder}/log",
            "start",
        )
        self._filled = False
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self._run("pg_ctl", "-D", f"{self._folder}/data", "-m", "immediate", "-w", "stop")
        shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(BINARIES / program), *arguments]
        if self._as_postgres:
            command = ["runuser", "-u", "postgres", "--", *command]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")

    @property
    def folder(self) -> Path:
        """Where the server keeps everything."""
        return self._folder

    def url(self, name: str) -> str:
        """Give the address of a database of this server."""
        return f"postgresql://portal@/{name}?host={self._folder}"

    def execute(self, statement: str) -> None:
        """Run a statement on the server's own database."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)

    @contextmanager
    def empty_database(self) -> Iterator[str]:
        """Give a database with nothing in it, gone afterwards."""
        with self._database("template1") as url:
            yield url

    @contextmanager
    def filled_database(self) -> Iterator[str]:
        """Give a migrated database with the four pillars, gone afterwards."""
        if not self._filled:
            self.execute("CREATE DATABASE filled")
            fill(self.url("filled"))
            self._filled = True
        with self._database("filled") as url:
            yield url

    @contextmanager
    def _database(self, template: str) -> Iterator[str]:
        name = f"t_{uuid.uuid4().hex}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        try:
            yield self.url(name)
        finally:
            self.execute(f"DROP DATABASE {name} WITH (FORCE)")
