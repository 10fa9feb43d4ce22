"""Logs: one JSON object a line, with the request's number and no personal data.

A line for a request names its endpoint, never its address or query, which may hold a receipt code or words searched.
"""

import json
import logging
import secrets
import sys
import time
import traceback

from flask import Flask, Response, g, has_request_context, request

PLAIN = frozenset(logging.LogRecord("", 0, "", 0, "", None, None).__dict__) | {
    "message",
    "asctime",
    "taskName",
}


class JSONLines(logging.Formatter):
    """Formats a record as one JSON object. Exceptions keep their type and lines of code, not their words."""

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, object] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if has_request_context() and "request_id" in g:
            entry["request"] = g.request_id
        if record.exc_info and record.exc_info[0]:
            entry["exception"] = record.exc_info[0].__name__
            entry["where"] = [
                f"{f.filename}:{f.lineno} {f.name}" for f in traceback.extract_tb(record.exc_info[2])[-8:]
            ]
        entry.update((name, value) for name, value in record.__dict__.items() if name not in PLAIN)
        return json.dumps(entry, ensure_ascii=False, default=str)


def init_app(app: Flask, level: str) -> None:
    """Write the portal's logs to standard error, and one line for each request."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JSONLines())
    root = logging.getLogger("portal")
    root.handlers, root.propagate = [handler], False
    root.setLevel(level)
    access = logging.getLogger("portal.access")

    @app.before_request
    def number_request() -> None:
        g.request_id = secrets.token_hex(6)
        g.began = time.perf_counter()

    @app.after_request
    def log_request(response: Response) -> Response:
        if "request_id" in g:
            response.headers["X-Request-ID"] = g.request_id
            spent = round((time.perf_counter() - g.began) * 1000, 1)
            extra = {
                "method": request.method,
                "endpoint": request.endpoint,
                "status": response.status_code,
                "ms": spent,
            }
            access.info("request", extra=extra)
        return response
