"""The database: base class, column types, sessions, transactions. With `fulltext.py` all that knows a dialect.

Reads happen in the request's own session (`db.session`). Writes happen in `transaction()`, which ends the read
snapshot, opens a write transaction (BEGIN IMMEDIATE on SQLite, so that writers queue instead of failing), and
commits once on leaving.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from weakref import WeakKeyDictionary

from flask import Flask, current_app, g
from sqlalchemy import (
    BigInteger,
    DateTime,
    Dialect,
    Engine,
    Enum,
    MetaData,
    Text,
    create_engine,
    event,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Composite, DeclarativeBase, Session, composite, mapped_column
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator
from werkzeug.local import LocalProxy

from portal.keys import Keys

DURABLE = ("journal_mode=WAL", "synchronous=FULL")
SQLITE_BUSY_SECONDS = 5
SQLITE_NAP_SECONDS = 0.0005
POSTGRESQL_LOCK_TIMEOUT_MS = 5000
WRITING = {"writing": True}

NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """What every model inherits: one registry, and names for every constraint so that migrations can speak of them."""

    metadata = MetaData(naming_convention=NAMES)


class UTCDateTime(TypeDecorator[datetime]):
    """A moment, aware and in UTC on both databases. Refuses one without a zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


@dataclass(frozen=True)
class Bilingual:
    """A text in both languages. `name["es"]` gives one of them."""

    en: str
    es: str

    def __getitem__(self, language: str) -> str:
        return str(getattr(self, language))


def bilingual(name: str) -> Composite[Bilingual]:
    """Map two NOT NULL columns, `name_en` and `name_es`, so that half a translation cannot be stored."""
    return composite(Bilingual, mapped_column(f"{name}_en", Text), mapped_column(f"{name}_es", Text))


def stored(values: type[StrEnum]) -> Enum:
    """A column type that keeps an enum's values as words."""
    return Enum(
        values,
        native_enum=False,
        create_constraint=False,
        length=40,
        values_callable=lambda e: [m.value for m in e],
    )


def make_engine(url: str) -> Engine:
    """Open an engine with the portal's rules for each dialect: durable commits, foreign keys, bounded waits."""
    url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    if url.startswith("sqlite"):
        engine = create_engine(url, connect_args={"timeout": SQLITE_BUSY_SECONDS}, pool_size=8, hide_parameters=True)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    options = f"-c lock_timeout={POSTGRESQL_LOCK_TIMEOUT_MS} -c timezone=UTC -c synchronous_commit=on"
    return create_engine(
        url,
        pool_size=8,
        hide_parameters=True,  # they may be what somebody wrote
        pool_pre_ping=True,
        connect_args={"options": options, "connect_timeout": 5},
    )


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    for pragma in (*DURABLE, "foreign_keys=ON", "secure_delete=ON", "recursive_triggers=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    if not connection.get_execution_options().get("writing"):
        connection.exec_driver_sql("BEGIN")
        return
    # SQLite's own wait for the write lock sleeps up to 100 ms at a time; a queue of short writes needs shorter naps.
    until = time.monotonic() + SQLITE_BUSY_SECONDS
    connection.exec_driver_sql("PRAGMA busy_timeout=0")
    try:
        while True:
            try:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            except OperationalError:
                if time.monotonic() > until:
                    raise
                time.sleep(SQLITE_NAP_SECONDS)
            else:
                break
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={SQLITE_BUSY_SECONDS * 1000}")


def is_sqlite(session: Session) -> bool:
    """Say whether a session speaks to SQLite."""
    return session.get_bind().dialect.name == "sqlite"


def hold_exclusive(session: Session, name: str) -> None:
    """Let one transaction at a time pass here until it ends. On SQLite every write transaction already is alone."""
    if not is_sqlite(session):
        session.execute(text("SELECT pg_advisory_xact_lock(hashtext(:name))"), {"name": name})


def is_unavailable(error: BaseException) -> bool:
    """Say whether an error means that the database is locked, full or gone, so that trying again later may help."""
    return isinstance(error, OperationalError) or (isinstance(error, DBAPIError) and error.connection_invalidated)


def open_session(app: Flask) -> Session:
    """Open a session of the portal's; it carries the keys that sealed columns need (see `keys_of`)."""
    return Session(
        app.extensions["engine"],
        expire_on_commit=False,
        info={"keys": app.extensions["keys"]},
    )


def keys_of(session: Session) -> Keys:
    """Give the keys that a session carries."""
    keys: Keys = session.info["keys"]
    return keys


def insert_into(session: Session, model: type[Base]) -> Any:
    """Start an INSERT that knows ON CONFLICT, which both databases spell alike."""
    return upsert(model, is_sqlite(session))


def upsert(model: type[Base], for_sqlite: bool) -> Any:
    """Start the same for a kind of database, to be kept and executed many times."""
    return (sqlite if for_sqlite else postgresql).insert(model)


_writers: WeakKeyDictionary[Any, threading.Lock] = WeakKeyDictionary()


def _current() -> Session:
    if "session" not in g:
        g.session = open_session(current_app)
    return g.session  # type: ignore[no-any-return]  # g is untyped


session: Session = LocalProxy(_current)  # type: ignore[assignment]


@contextmanager
def transaction() -> Iterator[Session]:
    """Open the one write transaction of a request, job or command; commit it on leaving, roll it back on an error."""
    current = _current()
    current.rollback()
    with writing(current) as writer:
        yield writer


@contextmanager
def writing(current: Session) -> Iterator[Session]:
    """Do the same for a session at hand, outside of any request."""
    with _one_writer(current):
        try:
            current.connection(execution_options=WRITING)
            yield current
            current.commit()
        except BaseException:
            current.rollback()
            raise


@contextmanager
def beside() -> Iterator[Session]:
    """Write in a session of its own while the request goes on with what it has read."""
    with closing(open_session(current_app)) as apart, writing(apart) as writer:
        yield writer


@contextmanager
def _one_writer(current: Session) -> Iterator[None]:
    """Let the threads of a process queue for SQLite's one write lock, which otherwise is asked for again and again.

    Who waits too long here goes on all the same, and SQLite says that it is locked.
    """
    if not is_sqlite(current):
        yield
        return
    lock = _writers.setdefault(current.get_bind(), threading.Lock())
    held = lock.acquire(timeout=SQLITE_BUSY_SECONDS)
    try:
        yield
    finally:
        if held:
            lock.release()


def init_app(app: Flask, url: str) -> None:
    """Give the application its engine; close each request's session at its end."""
    app.extensions["engine"] = make_engine(url)

    @app.teardown_appcontext
    def close(_error: BaseException | None) -> None:
        if current := g.pop("session", None):
            current.close()


class epoch(FunctionElement[int]):  # noqa: N801  # reads as the SQL function that it is
    """Whole seconds since 1970 of a moment's column, in SQL: arithmetic with time that both databases agree on."""

    type = BigInteger()
    inherit_cache = True


@compiles(epoch, "sqlite")
def _epoch_sqlite(element: epoch, compiler: SQLCompiler, **options: Any) -> str:
    return f"unixepoch({compiler.process(element.clauses, **options)})"


@compiles(epoch, "postgresql")
def _epoch_postgresql(element: epoch, compiler: SQLCompiler, **options: Any) -> str:
    return f"CAST(floor(date_part('epoch', {compiler.process(element.clauses, **options)})) AS BIGINT)"


def snapshot(app: Flask) -> Session:
    """Open a session that sees one state of the database until it is closed, and writes nothing: for long files.

    It is not the request's own, since a download outlives the request. Close it, whatever happens.
    """
    session = open_session(app)
    if not is_sqlite(session):
        session.connection(execution_options={"isolation_level": "REPEATABLE READ", "postgresql_readonly": True})
    return session
