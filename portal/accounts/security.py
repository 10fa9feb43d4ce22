"""Flask-Security, brought to our tables, words and addresses: it hashes passwords and signs people in and out.

None of its own pages are served; ours call the functions of this module.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import Flask, current_app, g
from flask import session as browser
from flask_security import Security, SQLAlchemySessionUserDatastore, login_user, logout_user
from flask_security import hash_password as library_hash
from flask_security.proxies import _security as extension

import portal.accounts.store as accounts
from portal import db
from portal.accounts import sessions
from portal.accounts.models import Staff, StaffRole
from portal.accounts.rules import FRESH_FOR, HALF_WAY_LASTS, LONGEST_PASSWORD
from portal.clock import utcnow

# What a staff session holds beside Flask-Login's own values and the form token.
HALF_WAY, PROVED, ROLES, KEPT_FORM = "half_way", "proved", "roles", "kept_form"

# OWASP's second choice for argon2id: 19 MiB, 2 passes, 1 lane. The library's default of 64 MiB and 4 lanes takes the
# machine down when a dozen people sign in at once.
ARGON2 = {"argon2__type": "ID", "argon2__memory_cost": 19 * 1024, "argon2__time_cost": 2, "argon2__parallelism": 1}

CONFIG: dict[str, Any] = {
    "SECURITY_PASSWORD_HASH": "argon2",
    "SECURITY_PASSWORD_SCHEMES": ["argon2"],
    "SECURITY_DEPRECATED_PASSWORD_SCHEMES": [],
    "SECURITY_PASSWORD_SINGLE_HASH": True,  # argon2 salts; a second key would lock everyone out when it is rotated
    "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": ARGON2,
    "SECURITY_PASSWORD_NORMALIZE_FORM": "NFKC",
    "SECURITY_JOIN_USER_ROLES": False,
    "SECURITY_CLI_USERS_NAME": False,
    "SECURITY_CLI_ROLES_NAME": False,
    "SESSION_PROTECTION": None,  # an address that changes on the way is no reason to sign somebody out
}


def init_app(app: Flask) -> None:
    """Set the library up over our tables, without its pages, commands, cookies and tokens."""
    app.config.update(CONFIG)
    session: Any = db.session  # the library asks for a scoped session; ours is one by request
    security = Security(app, SQLAlchemySessionUserDatastore(session, Staff, StaffRole), register_blueprint=False)
    security.login_manager.request_loader(lambda _request: None)  # no tokens in headers or queries
    app.extensions["no such password"] = None


def hash_password(password: str) -> str:
    """Hash a password by argon2id, in the normal form that people can type again."""
    return str(library_hash(_normal(password)))


def is_password_of(person: Staff | None, password: str) -> bool:
    """Say whether a password is a person's. For nobody, or somebody without one, it takes as long and says no."""
    can_be = len(password) <= LONGEST_PASSWORD  # nobody has a longer one, and hashing refuses what is far too long
    if person is None or person.password is None or not person.active or not can_be:
        _check_against_nothing(password[:LONGEST_PASSWORD])
        return False
    return bool(person.verify_and_update_password(_normal(password)))


def begin_sign_in(person: Staff, *, by: str = "password", now: datetime) -> None:
    """Remember for ten minutes, under a new session id, that this browser showed a person's first factor."""
    kept = _kept_for(person)
    sessions.begin(person.id)
    if kept:
        browser[KEPT_FORM] = kept
    browser[HALF_WAY] = [person.fs_uniquifier, now.timestamp(), by]


def half_way() -> Staff | None:
    """Tell who showed a password in this browser and owes a second factor; nobody once that is ten minutes ago."""
    uniquifier, at, _by = browser.get(HALF_WAY, ("", 0.0, ""))
    if not uniquifier or utcnow().timestamp() - at > HALF_WAY_LASTS.total_seconds():
        return None
    person = accounts.by_id(db.session, browser[sessions.STAFF_ID])
    return person if person and person.active and person.fs_uniquifier == uniquifier else None


def first_factor() -> str:
    """Name the first factor of somebody who owes a second: a password, or a provider's word."""
    return str(browser[HALF_WAY][2])


def sign_in(person: Staff, *, by: Sequence[str], now: datetime) -> None:
    """Sign this browser in, under a new session id: all factors were shown."""
    kept = _kept_for(person)
    sessions.begin(person.id)
    login_user(person, remember=False, authn_via=list(by))
    browser[ROLES] = sorted(role.name for role in person.roles)
    if kept:
        browser[KEPT_FORM] = kept
    prove(now=now)


def prove(*, now: datetime) -> None:
    """Remember that a factor was shown just now; the session gets a new id with what is open to it."""
    browser[PROVED] = now.timestamp()
    sessions.rotate()


def forget_proof() -> None:
    """Ask for a factor again before the next thing that needs a recent one."""
    browser[PROVED] = 0.0


def is_fresh(*, now: datetime) -> bool:
    """Say whether a factor was shown in this browser a short while ago."""
    return bool(now.timestamp() - browser.get(PROVED, 0.0) <= FRESH_FOR.total_seconds())


def follow_roles(person: Staff) -> None:
    """Give the session a new id where the person's roles have changed since the last one."""
    if browser.get(ROLES) != (roles := sorted(role.name for role in person.roles)):
        browser[ROLES] = roles
        sessions.rotate()


def sign_out() -> None:
    """Sign this browser out; its session ends."""
    logout_user()
    sessions.end()
    g.pop("staff", None)


def follow_password(person: Staff) -> None:
    """Keep whoever changed their password signed in here, under a new id, neither longer nor fresher than before."""
    browser[sessions.USER] = person.fs_uniquifier
    sessions.rotate()


def _kept_for(person: Staff) -> str | None:
    """Give the form that this browser kept for a person, from a session that ran out too."""
    current: Any = browser
    if browser.get(sessions.STAFF_ID) == person.id:
        return browser.get(KEPT_FORM)
    if current.past_staff_id == person.id:
        past = accounts.session_of(db.session, sessions.digest(current.past_key))
        return past.values.get(KEPT_FORM) if past else None
    return None


def _normal(password: str) -> str:
    return str(extension._password_util.normalize(password))


def _check_against_nothing(password: str) -> None:
    if current_app.extensions["no such password"] is None:
        current_app.extensions["no such password"] = hash_password("a password that nobody has")
    nobody = Staff(password=current_app.extensions["no such password"])
    nobody.verify_and_update_password(_normal(password))
