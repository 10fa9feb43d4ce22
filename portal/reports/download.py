"""Sending a file while it is made. It outlives the request, so it reads from a session of its own."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing

from flask import Flask, Response
from sqlalchemy.orm import Session
from werkzeug.exceptions import ServiceUnavailable

from portal import db
from portal.reports.export import Export

# Of a process's four threads: a slow reader holds one until the last byte, and people must get through meanwhile.
SLOTS = threading.BoundedSemaphore(2)
RETRY_SECONDS = 30

log = logging.getLogger(__name__)


def download(app: Flask, make: Callable[[Session], Export], before: Callable[[Export], None] | None = None) -> Response:
    """Answer with a file that `make` gives, sent as it comes about; `before` is called ahead of its first byte.

    At most two at once in a process; past that 503, with when to come back.

    The session sees one state of the database; it is closed at the end, at a fault, and when the reader goes away. A
    fault breaks the file: ZIP and XLSX lack their end then, and CSV says so (see `csv_file.INCOMPLETE`).
    """
    if not SLOTS.acquire(blocking=False):
        raise ServiceUnavailable(retry_after=RETRY_SECONDS)
    with ExitStack() as undone:
        undone.callback(SLOTS.release)
        session = undone.enter_context(closing(db.snapshot(app)))
        made = make(session)
        if before:
            before(made)
        finished = undone.pop_all()
    response = Response(_sent(made), mimetype=None, content_type=made.type)
    response.call_on_close(finished.close)
    response.headers.set("Content-Disposition", "attachment", filename=made.name)
    return response


def _sent(made: Export) -> Iterator[bytes]:
    try:
        yield from made.chunks
    except Exception:
        log.exception("a file was cut short", extra={"file": made.name})
        raise
