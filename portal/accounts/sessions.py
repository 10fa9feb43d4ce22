"""Sessions: on the server for staff from their password on, a signed cookie for everyone else.

On staff addresses the cookie `staff` holds a random id of which the database keeps the digest, so that a session can
be ended from here. Elsewhere, and at the door before the password, the session is Flask's signed cookie `form`, which
holds the form token and, at the door, what a page asked its browser to sign.
"""

import hashlib
import secrets
from datetime import datetime
from typing import Any

from flask import Flask, Request, Response, request
from flask import session as browser
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionInterface, SessionMixin

import portal.accounts.store as accounts
from portal import db
from portal.accounts import models
from portal.accounts.rules import SEEN_WRITTEN_EVERY, device_of, is_staff_path
from portal.clock import utcnow

USER = accounts.SIGNED_IN  # Flask-Login's name for the account's uniquifier
STAFF_ID = "staff_id"  # there from the password on


class StaffSession(SecureCookieSession):
    """What a browser keeps with us on staff addresses. `key` is the id in its cookie; none before signing in."""

    def __init__(self, values: dict[str, Any] | None = None, key: str | None = None) -> None:
        super().__init__(values or {})
        self.key = key
        self.started_at: datetime | None = None
        self.seen_at: datetime | None = None
        self.begins = self.rotates = self.ends = False
        self.past_key, self.past_staff_id = "", 0  # of a session that ran out, but was not ended
        self.fault: BaseException | None = None


class SignedSessions(SecureCookieSessionInterface):
    """Flask's signed cookie, under the hash that everything else here has."""

    digest_method = staticmethod(hashlib.sha256)


class Sessions(SessionInterface):
    """Opens and saves the session that fits the address."""

    def __init__(self) -> None:
        self._signed = SignedSessions()

    def open_session(self, app: Flask, request: Request) -> SessionMixin | None:
        """Find the browser's session. A database that is away is told by `raise_fault`, once errors can be answered."""
        signed = self._signed.open_session(app, request)
        if not is_staff_path(request.path) or signed is None:
            return signed
        signed.pop(USER, None)
        signed.pop(STAFF_ID, None)
        key = request.cookies.get(cookie_name(app))
        if not key:
            return StaffSession(dict(signed))
        try:
            row = accounts.session_of(db.session, digest(key))
        except Exception as error:
            faulty = StaffSession()
            faulty.fault = error
            return faulty
        if row is None or not accounts.is_live(row, now=utcnow()):
            stranger = StaffSession(dict(signed))
            if row is not None and USER in row.values:
                stranger.past_key, stranger.past_staff_id = key, row.staff_id or 0
            return stranger
        session = StaffSession(dict(row.values), key)
        session.started_at, session.seen_at = row.started_at, row.seen_at
        return session

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Keep the session where it belongs, in a short transaction of its own."""
        if not isinstance(session, StaffSession):
            if session or session.modified:
                self._signed.save_session(app, session, response)
        elif session.fault is None:
            self._save(app, session, response)

    def _save(self, app: Flask, session: StaffSession, response: Response) -> None:
        now = utcnow()
        if STAFF_ID not in session:
            self._leave(app, session, response)
        elif session.begins or session.rotates or not session.key:
            self._renew(app, session, response, now)
        else:
            self._keep(app, session, now)

    def _renew(self, app: Flask, session: StaffSession, response: Response, now: datetime) -> None:
        """Store the session under a new id; one that was ended meanwhile is not brought back by turning its id."""
        key, left = secrets.token_urlsafe(32), session.key or session.past_key
        row = models.StaffSession(
            digest=digest(key),
            staff_id=session[STAFF_ID],
            device=device_of(request.user_agent.string),
            values=dict(session),
            started_at=session.started_at or now,
            seen_at=now,
        )
        with db.open_session(app) as own, db.writing(own) as writer:
            was_there = accounts.end_session(writer, digest(left)) if left else False
            if not (session.begins or was_there):
                return
            accounts.add_session(writer, row)
        # Without an age: it goes with the browser, and the server ends the session before that.
        response.set_cookie(cookie_name(app), key, **_attributes(app))

    def _leave(self, app: Flask, session: StaffSession, response: Response) -> None:
        """End the session of who signs out. An id that opens nothing is left alone: a newer one may be on its way."""
        if session.key:
            with db.open_session(app) as own, db.writing(own) as writer:
                accounts.end_session(writer, digest(session.key))
        if session.ends:
            response.delete_cookie(cookie_name(app), **_attributes(app))
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
        if not session.key:
            self._signed.save_session(app, session, response)

    def _keep(self, app: Flask, session: StaffSession, now: datetime) -> None:
        unseen = session.seen_at is None or now - session.seen_at >= SEEN_WRITTEN_EVERY
        if not (session.modified or unseen):
            return
        try:
            with db.open_session(app) as own, db.writing(own) as writer:
                accounts.keep_session(writer, digest(session.key or ""), dict(session), now=now)
        except Exception as error:
            # The page is made; that it was asked for can be written at the next one.
            if not db.is_unavailable(error):
                raise
            app.logger.warning("session not kept", extra={"fault": type(error).__name__})


def begin(staff_id: int) -> None:
    """Give this browser an empty session under a new id for somebody who just proved who they are."""
    browser.clear()
    browser[STAFF_ID] = staff_id
    current: Any = browser
    current.begins, current.started_at = True, None


def rotate() -> None:
    """Give this browser's session a new id, since what it may do has changed; the old id opens nothing from now on."""
    current: Any = browser
    current.rotates = True


def end() -> None:
    """End this browser's session, and let it forget the id."""
    browser.clear()
    current: Any = browser
    current.ends = True


def own_digest() -> bytes:
    """Give the digest of this browser's session, as the database knows it."""
    current: Any = browser
    return digest(current.key or "")


def cookie_name(app: Flask) -> str:
    """Name the staff cookie: over TLS, browsers hold it to this host and to every path of it."""
    return "__Host-staff" if app.config["SESSION_COOKIE_SECURE"] else "staff"


def digest(key: str) -> bytes:
    """Hash a session's id (32 bytes); 256 random bits need no slow hash."""
    return hashlib.sha256(key.encode()).digest()


def raise_fault() -> None:
    """Answer for a session that could not be opened, now that the request is under way."""
    current: Any = browser
    if fault := getattr(current, "fault", None):
        raise fault


def _attributes(app: Flask) -> dict[str, Any]:
    return {"path": "/", "secure": bool(app.config["SESSION_COOKIE_SECURE"]), "httponly": True, "samesite": "Lax"}


def init_app(app: Flask) -> None:
    """Keep sessions so. Called before CSRF protection, which reads them."""
    app.session_interface = Sessions()
    app.before_request(raise_fault)
