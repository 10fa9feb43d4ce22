"""Sending a file while it is made. It outlives the request, so it reads from a session of its own."""

import logging
from collections.abc import Callable, Iterator

from flask import Flask, Response
from sqlalchemy.orm import Session

from portal import db
from portal.reports.export import Export

log = logging.getLogger(__name__)


def download(app: Flask, make: Callable[[Session], Export], before: Callable[[Export], None] | None = None) -> Response:
    """Answer with a file that `make` gives, sent as it comes about; `before` is called ahead of its first byte.

    The session sees one state of the database; it is closed at the end, at a fault, and when the reader goes away. A
    fault breaks the file: ZIP and XLSX lack their end then, and CSV says so (see `csv_file.INCOMPLETE`).
    """
    session = db.snapshot(app)
    try:
        made = make(session)
        if before:
            before(made)
    except BaseException:
        session.close()
        raise
    response = Response(_sent(made), mimetype=None, content_type=made.type)
    response.call_on_close(session.close)
    response.headers.set("Content-Disposition", "attachment", filename=made.name)
    return response


def _sent(made: Export) -> Iterator[bytes]:
    try:
        yield from made.chunks
    except Exception:
        log.exception("a file was cut short", extra={"file": made.name})
        raise
