"""Browsers that signed in to an account before: a stranger's wrong tries do not slow them down.

The cookie `device` holds, signed, a mark of each account that this browser signed in to (OWASP: device cookies).
"""

from flask import Flask, Response, current_app, request
from itsdangerous import BadSignature

from portal import db
from portal.accounts.rules import normalised
from portal.db import keys_of

DAYS = 180
MOST_ACCOUNTS = 5
PURPOSE = "device"


def is_known(email: str) -> bool:
    """Say whether this browser has signed in to the account of an address before."""
    return _mark(email) in _marks()


def remember(response: Response, email: str) -> None:
    """Let this browser be known to an account from now on."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    others = [mark for mark in _marks() if mark != _mark(email)]
    written = keys_of(db.session).signer(PURPOSE).dumps([_mark(email), *others][:MOST_ACCOUNTS])
    secure = bool(app.config["SESSION_COOKIE_SECURE"])
    response.set_cookie(
        _name(), str(written), max_age=DAYS * 86_400, path="/", secure=secure, httponly=True, samesite="Lax"
    )


def _marks() -> list[str]:
    try:
        marks = keys_of(db.session).signer(PURPOSE).loads(request.cookies.get(_name(), ""), max_age=DAYS * 86_400)
    except BadSignature:
        return []
    return [str(mark) for mark in marks]


def _mark(email: str) -> str:
    return keys_of(db.session).keyed_hash(PURPOSE, normalised(email)).hex()[:16]


def _name() -> str:
    return "__Host-device" if current_app.config["SESSION_COOKIE_SECURE"] else "device"
