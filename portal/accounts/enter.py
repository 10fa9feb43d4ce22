"""Coming in: what is written when somebody has shown all that is asked."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

import portal.accounts.store as accounts
from portal.audit.store import record


def enter(session: Session, staff_id: int, *, by: Sequence[str], now: datetime) -> None:
    """Write that somebody signs in now, and by which factors; the caller then opens the browser's session."""
    person = accounts.locked(session, staff_id)
    person.signed_in_at = now
    accounts.renew_digest(session, person)
    record(session, "staff:signed-in", f"staff:{staff_id}", actor_id=staff_id, now=now, by=list(by))
