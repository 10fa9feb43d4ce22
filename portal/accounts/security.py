"""Flask-Security, brought to our tables, words and addresses: it hashes passwords and signs people in and out.

None of its own pages are served; ours call the functions of this module.
"""

from typing import Any

from flask import Flask, current_app, g
from flask import session as browser
from flask_security import Security, SQLAlchemySessionUserDatastore, login_user, logout_user
from flask_security import hash_password as library_hash
from flask_security.proxies import _security as extension

from portal import db
from portal.accounts import sessions
from portal.accounts.models import Staff, StaffRole

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
    if person is None or person.password is None or not person.active:
        _check_against_nothing(password)
        return False
    return bool(person.verify_and_update_password(_normal(password)))


def sign_in(person: Staff) -> None:
    """Sign this browser in, under a new session id."""
    sessions.begin(person.id)
    login_user(person, remember=False, authn_via=["password"])


def sign_out() -> None:
    """Sign this browser out; its session ends."""
    logout_user()
    browser.clear()
    g.pop("staff", None)


def _normal(password: str) -> str:
    return str(extension._password_util.normalize(password))


def _check_against_nothing(password: str) -> None:
    if current_app.extensions["no such password"] is None:
        current_app.extensions["no such password"] = hash_password("a password that nobody has")
    nobody = Staff(password=current_app.extensions["no such password"])
    nobody.verify_and_update_password(_normal(password))
