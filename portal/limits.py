"""Every named limit in one table, who is counted, and what happens past a limit.

A view carries its limits as marks (`@limited(SUBMIT)`); `init_app` gives them to Flask-Limiter. Embedded workers share
a small SQLite store; at scale it is Redis, and while Redis is away each process counts in memory: never a 500, never
an open door. No address is kept: keys are keyed hashes that change every day.
"""

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, current_app, request
from flask.typing import ResponseReturnValue
from flask_limiter import Limiter, RequestLimit
from limits import parse_many

from portal import limits_sqlite
from portal.clock import utcnow
from portal.config import Settings

REDIS_SECONDS = 0.3


@dataclass(frozen=True)
class Limit:
    """A limit's name and its windows, as `(most, "hour")` pairs, counted together wherever the name is used."""

    name: str
    windows: tuple[tuple[int, str], ...]

    def written(self, scale: float) -> str:
        """Write the windows as Flask-Limiter reads them, raised by the operator's factor."""
        return ";".join(f"{max(1, round(most * scale))} per {period}" for most, period in self.windows)


SUBMIT = Limit("submit", ((5, "hour"), (20, "day")))
SUBMIT_FORM = Limit("submit-form", ((120, "hour"),))  # every sending of the form, refused ones too
SUBMIT_WITH_TICKET = Limit("submit-with-ticket", ((60, "hour"),))  # after a wait, past `submit`
SUBMIT_TO_PILLAR = Limit("submit-to-pillar", ((600, "hour"),))
FOLLOW = Limit("follow", ((20, "hour"), (5, "minute")))
SEARCH = Limit("search", ((60, "minute"),))
SIGN_IN = Limit("sign-in", ((10, "minute"),))
SINGLE_SIGN_ON = Limit("single-sign-on", ((60, "minute"),))  # to the provider and back: an office has one address
SECOND_FACTOR = Limit("second-factor", ((10, "minute"),))
RESET = Limit("reset", ((10, "minute"),))
WRONG_PASSWORDS = Limit("wrong-passwords", ((5, "15 minutes"),))  # for one account, counted where they were wrong
WRONG_CODES = Limit("wrong-codes", ((5, "15 minutes"),))
RESET_OF_ACCOUNT = Limit("reset-of-account", ((5, "15 minutes"),))
STAFF_WRITE = Limit("staff-write", ((240, "minute"),))
EXPORT = Limit("export", ((30, "hour"),))
LIMITS = (
    SUBMIT,
    SUBMIT_FORM,
    SUBMIT_WITH_TICKET,
    SUBMIT_TO_PILLAR,
    FOLLOW,
    SEARCH,
    SIGN_IN,
    SINGLE_SIGN_ON,
    SECOND_FACTOR,
    RESET,
    WRONG_PASSWORDS,
    WRONG_CODES,
    RESET_OF_ACCOUNT,
    STAFF_WRITE,
    EXPORT,
)

Breach = Callable[[RequestLimit], ResponseReturnValue | None]


@dataclass(frozen=True)
class Mark:
    """One limit on one view: on which methods, counted for whom, lifted when, answered how."""

    limit: Limit
    methods: tuple[str, ...] | None = None
    key: Callable[[], str] | None = None
    lifted: Callable[[], bool] | None = None
    on_breach: Breach | None = field(default=None, compare=False)


def limited(
    limit: Limit,
    *,
    methods: tuple[str, ...] | None = None,
    key: Callable[[], str] | None = None,
    lifted: Callable[[], bool] | None = None,
    on_breach: Breach | None = None,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Mark a view with a named limit. Without `key` it counts per client; past it the reader gets the 429 page."""

    def mark(view: Callable[..., Any]) -> Callable[..., Any]:
        view.__dict__.setdefault("limits", []).append(Mark(limit, methods, key, lifted, on_breach))
        return view

    return mark


def client() -> str:
    """Name the client of this request for today, without keeping its address (IPv6 counts by /64)."""
    address = request.remote_addr or "unknown"
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        pass
    else:
        if parsed.version == 6:
            address = str(ipaddress.ip_network((parsed, 64), strict=False).network_address)
    return hashed(f"client {address}")


def hashed(whom: str) -> str:
    """Name whom a limit counts by a keyed hash that changes every day."""
    return str(current_app.extensions["keys"].keyed_hash(f"limit {utcnow():%Y-%m-%d}", whom).hex()[:24])


def count(limit: Limit, whom: str) -> bool:
    """Count one for somebody, where a view decides what counts; False once they are past the limit."""
    limiter, items = _counted(limit)
    within = [limiter.hit(item, limit.name, hashed(whom)) for item in items]
    return all(within)


def is_past(limit: Limit, whom: str) -> bool:
    """Say whether somebody has used a limit up, without counting."""
    limiter, items = _counted(limit)
    return not all(limiter.test(item, limit.name, hashed(whom)) for item in items)


def forget(limit: Limit, whom: str) -> None:
    """Let somebody begin anew."""
    limiter, items = _counted(limit)
    for item in items:
        limiter.clear(item, limit.name, hashed(whom))


def _counted(limit: Limit) -> tuple[Any, list[Any]]:
    limiter: Limiter = current_app.extensions["limiter store"]
    return limiter.limiter, parse_many(limit.written(current_app.config["SETTINGS"].limits_scale))


def init_app(app: Flask, settings: Settings) -> None:
    """Wrap every marked view. Called after all blueprints are registered."""
    options: dict[str, Any] = {}
    if settings.redis_url:
        uri = settings.redis_url
        options = {
            "socket_timeout": REDIS_SECONDS,
            "socket_connect_timeout": REDIS_SECONDS,
        }
    else:
        settings.data.mkdir(parents=True, exist_ok=True)
        uri = f"{limits_sqlite.SCHEME}:///{settings.data.resolve() / 'limits.sqlite3'}"
    limiter = Limiter(
        client,
        app=app,
        storage_uri=uri,
        storage_options=options,
        strategy="sliding-window-counter",
        key_prefix="sliding-window-counter",  # another strategy under the same Redis key is a WRONGTYPE error
        in_memory_fallback_enabled=True,
        headers_enabled=False,
    )
    app.extensions["limiter store"] = limiter
    views: dict[str, Any] = app.view_functions
    for endpoint, view in list(views.items()):
        for mark in getattr(view, "limits", []):
            shared = limiter.shared_limit(
                mark.limit.written(settings.limits_scale),
                scope=mark.limit.name,
                key_func=mark.key or client,
                methods=list(mark.methods) if mark.methods else None,
                exempt_when=mark.lifted,
                on_breach=mark.on_breach,
            )
            views[endpoint] = shared(views[endpoint])


def store_is_up(app: Flask) -> bool:
    """Say whether the shared store answers; while it does not, each process counts for itself."""
    limiter: Limiter = app.extensions["limiter store"]
    try:
        return bool(limiter.storage.check())
    except Exception:
        return False
