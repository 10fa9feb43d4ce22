"""Second factors that people type: codes of an authenticator app (TOTP, RFC 6238) and one-time recovery codes."""

import secrets
from datetime import datetime

from passlib.exc import TokenError
from passlib.totp import TOTP
from sqlalchemy.orm import Session

import portal.accounts.store as accounts
from portal.accounts.rules import ISSUER, RECOVERY_CODE_CHARACTERS, RECOVERY_CODES, LastFactor, folded_code
from portal.audit.store import record
from portal.db import keys_of

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
STEP_SECONDS = 30  # a clock may be off by one step either way


class WrongCode(Exception):
    """A code that is not the person's, has run out, or was used before."""


def new_secret() -> str:
    """Draw the secret of an authenticator app, in base 32."""
    return str(TOTP.new().base32_key)


def address(secret: str, email: str) -> str:
    """Write the `otpauth:` address that an app reads from a QR code."""
    return str(TOTP(key=secret).to_uri(label=email, issuer=ISSUER))


def code_at(secret: str, now: datetime) -> str:
    """Give the code that an app shows at a moment."""
    return str(TOTP(key=secret).generate(int(now.timestamp())).token)


def add_app(session: Session, staff_id: int, secret: str, code: str, *, now: datetime) -> None:
    """Tie an authenticator app to an account, in place of an earlier one. Raises WrongCode."""
    person = accounts.locked(session, staff_id)
    step = _step_of(secret, code, after=0, now=now)
    person.sealed_totp = keys_of(session).seal(secret, person.place("totp"))
    person.totp_step = step
    record(session, "factor:added", f"staff:{staff_id}", actor_id=staff_id, now=now, factor="app")


def remove_app(session: Session, staff_id: int, *, now: datetime) -> None:
    """Take the authenticator app from an account. Raises LastFactor where no passkey remains."""
    person = accounts.locked(session, staff_id)
    if not accounts.passkeys(session, staff_id):
        raise LastFactor
    person.sealed_totp, person.totp_step = None, 0
    record(session, "factor:removed", f"staff:{staff_id}", actor_id=staff_id, now=now, factor="app")


def use_app(session: Session, staff_id: int, code: str, *, now: datetime) -> None:
    """Use a code of a person's app; the same code, and any earlier one, works no second time. Raises WrongCode."""
    person = accounts.locked(session, staff_id)
    if person.sealed_totp is None:
        raise WrongCode
    secret = person.opened("totp", person.sealed_totp)
    person.totp_step = _step_of(secret, code, after=person.totp_step, now=now)


def _step_of(secret: str, code: str, *, after: int, now: datetime) -> int:
    digits = "".join(code.split())
    try:
        match = TOTP(key=secret).match(digits, int(now.timestamp()), window=STEP_SECONDS, last_counter=after)
    except (TokenError, ValueError):
        raise WrongCode from None
    return int(match.counter)


def new_recovery_codes(session: Session, staff_id: int, *, now: datetime) -> list[str]:
    """Draw ten recovery codes in place of all earlier ones. They are shown once: the database keeps keyed hashes."""
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(RECOVERY_CODE_CHARACTERS)) for _ in range(RECOVERY_CODES)]
    accounts.replace_recovery_codes(session, staff_id, codes)
    record(session, "factor:added", f"staff:{staff_id}", actor_id=staff_id, now=now, factor="recovery codes")
    return codes


def use_recovery_code(session: Session, staff_id: int, typed: str, *, now: datetime) -> int:
    """Use a recovery code up; give how many are left. Raises WrongCode."""
    if not accounts.use_recovery_code(session, staff_id, folded_code(typed)):
        raise WrongCode
    record(session, "factor:used-up", f"staff:{staff_id}", actor_id=staff_id, now=now, factor="recovery code")
    return accounts.number_of_recovery_codes(session, staff_id)
