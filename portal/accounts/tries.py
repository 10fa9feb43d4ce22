"""Wrong tries at the door: each further one has to wait, the owner is told, and nobody is ever locked out.

Tries are counted for an account, whether it exists or not. A browser that signed in to it before is counted apart, so
that whoever guesses elsewhere does not slow its owner down. A wait is shown by a signed ticket, good for one try.
"""

from dataclasses import dataclass
from datetime import datetime

from itsdangerous import BadSignature
from sqlalchemy.orm import Session

import portal.accounts.store as accounts
from portal import db, jobs
from portal.accounts import devices, factors
from portal.accounts.models import Staff
from portal.accounts.rules import (
    RECOVERY_CODE_CHARACTERS,
    WRONG_TRIES_TICKET_LASTS,
    WRONG_TRIES_WAIT,
    folded_code,
    normalised,
)
from portal.db import keys_of
from portal.jobs import sealed_for
from portal.limits import WRONG_CODES, WRONG_PASSWORDS, count, forget, is_past

WARN = "account:warn"
PURPOSE = "wrong tries"
RECOVERY_CODE = "recovery code"


@dataclass(frozen=True)
class Wait:
    """How long the next try has to wait, and the ticket that shows that it did."""

    seconds: int
    ticket: str


def whom(email: str, person: Staff | None) -> str:
    """Name for whom wrong tries count: an account, from a browser it knows or from elsewhere."""
    at = "a known browser" if person is not None and devices.is_known(person) else "elsewhere"
    return f"account {normalised(email)} from {at}"


def must_wait(counted: str, ticket: str, *, now: datetime) -> Wait | None:
    """Say how long the next try has to wait, past five wrong ones in a quarter of an hour; None where it need not."""
    if not is_past(WRONG_PASSWORDS, counted):
        return None
    signer = keys_of(db.session).signer(PURPOSE)
    try:
        about, signed_at = signer.loads(
            ticket, max_age=int(WRONG_TRIES_TICKET_LASTS.total_seconds()), return_timestamp=True
        )
    except BadSignature:
        about, signed_at = None, now
    if about == _about(counted) and now - signed_at >= WRONG_TRIES_WAIT:
        with db.transaction() as session:
            if accounts.spend(session, f"ticket {ticket}", until=now + WRONG_TRIES_TICKET_LASTS, now=now):
                return None
    return Wait(int(WRONG_TRIES_WAIT.total_seconds()), str(signer.dumps(_about(counted))))


def count_wrong(session: Session, counted: str, email: str, *, now: datetime) -> None:
    """Count a wrong password. At the fifth the owner is told by a job, which alone knows whether there is one."""
    count(WRONG_PASSWORDS, counted)
    if is_past(WRONG_PASSWORDS, counted):
        sealed = keys_of(session).seal(normalised(email), sealed_for(WARN))
        jobs.enqueue(session, WARN, sealed.hex(), due_at=now)


def too_many_codes(counted: str) -> bool:
    """Say whether there were too many wrong codes for an account; a passkey opens it all the same."""
    return is_past(WRONG_CODES, counted)


def count_wrong_code(session: Session, counted: str, person: Staff, *, now: datetime) -> None:
    """Count a wrong code. Whoever came so far knows the password: the owner is told at the fifth."""
    count(WRONG_CODES, counted)
    if is_past(WRONG_CODES, counted):
        sealed = keys_of(session).seal(person.email, sealed_for(WARN))
        jobs.enqueue(session, WARN, sealed.hex(), due_at=now)


def use_code(session: Session, staff_id: int, typed: str, *, now: datetime) -> str:
    """Use what somebody typed, a code of their app or a recovery code; name which it was. Raises factors.WrongCode."""
    if len(folded_code(typed)) == RECOVERY_CODE_CHARACTERS:
        factors.use_recovery_code(session, staff_id, typed, now=now)
        return RECOVERY_CODE
    factors.use_app(session, staff_id, typed, now=now)
    return "app"


def begin_anew(counted: str) -> None:
    """Forget the wrong tries of somebody who got in."""
    forget(WRONG_PASSWORDS, counted)
    forget(WRONG_CODES, counted)


def _about(counted: str) -> str:
    return keys_of(db.session).keyed_hash(PURPOSE, counted).hex()[:24]
