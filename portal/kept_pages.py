"""Public pages are rendered once and kept as bytes, plain and compressed, until the content moves on.

A view marked `@kept` gives pages that hold no cookie and nothing of the reader's own. They are answered here, before
Flask, under their address and the content version, a number in the database that each publishing transaction raises.
"""

import gzip
import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any

import brotli
from flask import Flask, request
from sqlalchemy import Engine, select
from sqlalchemy.orm import Mapped, Session, mapped_column
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

from portal.db import Base, insert_into

LONGEST_ADDRESS = 500
MOST_BYTES = 32 * 1024 * 1024  # of all kept pages in a process; any query makes a page of its own
KEPT_SECONDS = 60  # pages show what is past and what is to come, so a day's change must reach them
POLL_SECONDS = 1.0  # PostgreSQL: how old a version may be
MARK = "portal.keep"
OWN_HEADERS = frozenset({"x-request-id", "content-length", "set-cookie"})

WSGI = Callable[..., Iterable[bytes]]


class Content(Base):
    """The content version: one row, raised by every transaction that changes what the public sees."""

    __tablename__ = "content"
    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int]


def content_moved(session: Session) -> None:
    """Make every kept page out of date once this transaction commits."""
    row = insert_into(session, Content).values(id=1, version=1)
    session.execute(row.on_conflict_do_update(index_elements=["id"], set_={"version": Content.version + 1}))


def kept(view: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a view whose pages are the same for every reader."""

    @wraps(view)
    def marked(*args: Any, **values: Any) -> Any:
        request.environ[MARK] = True
        return view(*args, **values)

    return marked


@dataclass(frozen=True)
class Page:
    """One page as it is sent: its headers with each encoding's body."""

    version: int
    until: float
    etag: str
    headers: tuple[tuple[str, str], ...]
    bodies: dict[str, bytes]

    @property
    def size(self) -> int:
        """How many bytes keeping it takes."""
        return sum(map(len, self.bodies.values()))


class KeptPages:
    """WSGI middleware that answers kept pages and lets everything else through."""

    def __init__(self, application: WSGI, engine: Engine) -> None:
        self._application = application
        self._version = ContentVersion(engine)
        self._pages: OrderedDict[str, Page] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            return self._application(environ, start_response)
        address = f"{environ.get('PATH_INFO', '')}?{environ.get('QUERY_STRING', '')}"
        version = self._version.read()
        page = self._pages.get(address)
        if page and page.version == version and page.until > time.monotonic():
            return _send(page, environ, start_response)
        return self._render(address, version, environ, start_response)

    def _render(
        self,
        address: str,
        version: int | None,
        environ: dict[str, Any],
        start_response: Callable[..., Any],
    ) -> Iterable[bytes]:
        answer: list[Any] = []

        def catch(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], None]:
            answer[:] = [status, headers]
            return lambda _data: None

        asked_with = environ["REQUEST_METHOD"]
        environ["REQUEST_METHOD"] = "GET"
        body = self._application(environ, catch)
        environ["REQUEST_METHOD"] = asked_with
        status, headers = answer
        sets_cookie = any(name.lower() == "set-cookie" for name, _ in headers)
        is_kept = bool(environ.get(MARK)) and status.startswith("200") and not sets_cookie and version is not None
        if not is_kept or version is None or len(address) > LONGEST_ADDRESS:
            start_response(status, headers)
            if asked_with == "HEAD":
                _close(body)
                return ()
            return body
        plain = b"".join(body)
        _close(body)
        page = _page(plain, headers, version)
        self._keep(address, page)
        return _send(page, environ, start_response)

    def _keep(self, address: str, page: Page) -> None:
        """Keep a page, and let go of those kept longest while all together are too large."""
        with self._lock:
            if before := self._pages.pop(address, None):
                self._bytes -= before.size
            self._pages[address] = page
            self._bytes += page.size
            while self._bytes > MOST_BYTES:
                _, oldest = self._pages.popitem(last=False)
                self._bytes -= oldest.size


class ContentVersion:
    """Reads the content version as cheaply as the database allows."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._sqlite = engine.dialect.name == "sqlite"
        self._connection: Any = None
        self._seen: int | None = None
        self._version: int | None = None
        self._read_at = 0.0
        self._lock = threading.Lock()

    def read(self) -> int | None:
        """Give the version, None while the database is away (then nothing is kept)."""
        # While one thread waits for PostgreSQL, the others go on with what it said last.
        if not self._lock.acquire(blocking=self._sqlite):
            return self._version
        try:
            return self._read_sqlite() if self._sqlite else self._read_polled()
        except Exception:
            self._connection, self._version, self._read_at = None, None, time.monotonic()
            return None
        finally:
            self._lock.release()

    def _read_sqlite(self) -> int | None:
        if self._connection is None:
            # Its own connection: to the one that commits a change, PRAGMA data_version stays as it was.
            own = self._engine.raw_connection()
            self._connection = own.driver_connection
            own.detach()
            self._seen = None
        seen = self._connection.execute("PRAGMA data_version").fetchone()[0]
        if seen != self._seen:
            row = self._connection.execute("SELECT version FROM content").fetchone()
            self._seen, self._version = seen, row[0] if row else 0
        return self._version

    def _read_polled(self) -> int | None:
        now = time.monotonic()
        if now - self._read_at > POLL_SECONDS:
            with Session(self._engine) as session:
                self._version = session.scalars(select(Content.version)).first() or 0
            self._read_at = now
        return self._version


def _close(body: Iterable[bytes]) -> None:
    if close := getattr(body, "close", None):
        close()


def _page(plain: bytes, headers: list[tuple[str, str]], version: int) -> Page:
    kept_headers = [(name, value) for name, value in headers if name.lower() not in OWN_HEADERS]
    kept_headers = [(name, value) for name, value in kept_headers if name.lower() not in {"cache-control", "vary"}]
    kept_headers += [("Cache-Control", "public, no-cache"), ("Vary", "Accept-Encoding")]
    bodies = {
        "br": brotli.compress(plain, quality=6),
        "gzip": gzip.compress(plain, 6, mtime=0),
        "": plain,
    }
    etag = hashlib.sha256(plain).hexdigest()[:20]
    return Page(version, time.monotonic() + KEPT_SECONDS, etag, tuple(kept_headers), bodies)


def _send(page: Page, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    accepted = parse_accept_header(environ.get("HTTP_ACCEPT_ENCODING", ""), Accept)
    encoding = "br" if accepted["br"] > 0 else "gzip" if accepted["gzip"] > 0 else ""
    etag = f'"{page.etag}-{encoding}"'
    headers = [*page.headers, ("ETag", etag)]
    if etag in environ.get("HTTP_IF_NONE_MATCH", ""):
        start_response("304 Not Modified", headers)
        return ()
    body = page.bodies[encoding]
    if encoding:
        headers.append(("Content-Encoding", encoding))
    start_response("200 OK", [*headers, ("Content-Length", str(len(body)))])
    return () if environ["REQUEST_METHOD"] == "HEAD" else (body,)


def init_app(app: Flask) -> None:
    """Put the keeper in front of the application."""
    app.wsgi_app = KeptPages(app.wsgi_app, app.extensions["engine"])  # type: ignore[method-assign]
