"""Tickets: what lets a person send once more after the limit, when they have waited a little.

A ticket is signed and bound to the form's attempt, which can make one submission only; so it need not be remembered
when it is used, and is worthless for any other text.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from itsdangerous import BadSignature

from portal.keys import Keys

WAIT = timedelta(minutes=2)
AT_ONCE = timedelta(0)
LASTS = timedelta(hours=4)


@dataclass(frozen=True)
class Ticket:
    """A ticket as it was signed, and from when to when it lets its attempt through."""

    signed: str
    opens_at: datetime
    closes_at: datetime

    def is_open(self, now: datetime) -> bool:
        """Say whether it lets its attempt through."""
        return self.opens_at <= now <= self.closes_at


def issue(keys: Keys, attempt: str, *, wait: timedelta) -> Ticket:
    """Sign a ticket for an attempt, good after a wait and for four hours from now."""
    signed = keys.signer("ticket").dumps([attempt, int(wait.total_seconds())])
    ticket = read(keys, str(signed), attempt)
    assert ticket
    return ticket


def read(keys: Keys, signed: str, attempt: str) -> Ticket | None:
    """Read a ticket that was signed here for this attempt and is not too old; None for anything else."""
    try:
        payload, signed_at = keys.signer("ticket").loads(
            signed, max_age=int(LASTS.total_seconds()), return_timestamp=True
        )
        its_attempt, wait = payload
    except (BadSignature, TypeError, ValueError):
        return None
    if its_attempt != attempt:
        return None
    return Ticket(signed, signed_at + timedelta(seconds=wait), signed_at + LASTS)
