"""Wrong tries at the door: each further one has to wait, the owner is told, and nobody is ever locked out.

Tries are counted for an account, whether it exists or not. A browser that signed in to it before is counted apart, so
that whoever guesses elsewhere does not slow its owner down. A wait is shown by a signed ticket, good for one try.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime

from itsdangerous import BadSignature
from sqlalchemy.orm import Session

import portal.accounts.store as accounts
from portal import db, jobs
from portal.accounts import devices, factors
from portal.accounts.rules import (
    RECOVERY_CODE_CHARACTERS,
    WRONG_TRIES_TICKET_LASTS,
    WRONG_TRIES_WAIT,
    folded_code,
    normalised,
)
from portal.db import keys_of
from portal.jobs import sealed_for
from portal.limits import WRONG_CODES, WRONG_PASSWORDS, Limit, client, count, forget, is_past

WARN = "account:warn"
PURPOSE = "wrong tries"
RECOVERY_CODE = "recovery code"


@dataclass(frozen=True)
class Wait:
    """How long the next try has to wait, and the ticket that shows that it did."""

    seconds: int
    ticket: str


def whom(email: str) -> str:
    """Name for whom wrong tries count: an account, whether it exists or not, from a browser it knows or elsewhere."""
    at = "a known browser" if devices.is_known(email) else "elsewhere"
    return f"account {normalised(email)} from {at}"


def must_wait(counted: str, ticket: str, *, now: datetime) -> Wait | None:
    """Count a try at a password; past five in a quarter of an hour, say how long it has to wait. None: it need not.

    Counted before the password is looked at, so that many tries at once are many; whoever gets in is forgotten. A
    ticket is its client's own: as many can be waited for at once as a client may ask for in a minute.
    """
    if count(WRONG_PASSWORDS, counted):
        return None
    signer, about = keys_of(db.session).signer(PURPOSE), _about(counted)
    try:
        (_once, shown), signed_at = signer.loads(
            ticket, max_age=int(WRONG_TRIES_TICKET_LASTS.total_seconds()), return_timestamp=True
        )
    except (BadSignature, ValueError, TypeError):
        shown, signed_at = None, now
    if shown == about and now - signed_at >= WRONG_TRIES_WAIT:
        with db.transaction() as session:
            if accounts.spend(session, f"ticket {ticket}", until=now + WRONG_TRIES_TICKET_LASTS, now=now):
                return None
    fresh = str(signer.dumps([secrets.token_urlsafe(9), about]))
    return Wait(int(WRONG_TRIES_WAIT.total_seconds()), fresh)


def warn_owner(session: Session, limit: Limit, counted: str, email: str, *, now: datetime) -> None:
    """Tell the owner of an account after the fifth wrong try, by a job, which alone knows whether there is one."""
    if is_past(limit, counted):
        sealed = keys_of(session).seal(normalised(email), sealed_for(WARN))
        jobs.enqueue(session, WARN, sealed.hex(), due_at=now)


def may_try_code(counted: str, typed: str) -> bool:
    """Count a try at a code of an app, whose million could be gone through; False past five in a quarter of an hour.

    Whoever comes so far knows the password. The owner's ways stay open: a browser that the account knows, a passkey, a
    recovery code, whose sixty bits nobody goes through, and a new password, which ends what a stranger knows.
    """
    return is_recovery_code(typed) or count(WRONG_CODES, counted)


def is_recovery_code(typed: str) -> bool:
    """Say whether what was typed looks like a recovery code."""
    return len(folded_code(typed)) == RECOVERY_CODE_CHARACTERS


def use_code(session: Session, staff_id: int, typed: str, *, now: datetime) -> str:
    """Use what somebody typed, a code of their app or a recovery code; name which it was. Raises factors.WrongCode."""
    if is_recovery_code(typed):
        factors.use_recovery_code(session, staff_id, typed, now=now)
        return RECOVERY_CODE
    factors.use_app(session, staff_id, typed, now=now)
    return "app"


def begin_anew(limit: Limit, counted: str) -> None:
    """Forget the tries before one that was right."""
    forget(limit, counted)


def _about(counted: str) -> str:
    return keys_of(db.session).keyed_hash(PURPOSE, f"{counted} at {client()}").hex()[:24]
