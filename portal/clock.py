"""The only reading of time. Everything else is handed `now`."""

from datetime import UTC, datetime


def utcnow() -> datetime:
    """Tell the present moment, aware, in UTC."""
    return datetime.now(UTC)
