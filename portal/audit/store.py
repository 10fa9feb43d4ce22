"""Recording events and checking their chain."""

import hashlib
import json
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.audit.models import AuditEvent
from portal.db import hold_exclusive

START = bytes(32)

# Every action that is recorded anywhere; a test compares the list with the code and with docs/audit.md.
ACTIONS = frozenset(
    {
        "account:created",
        "account:disabled",
        "account:reset",
        "account:roles-changed",
        "account:welcomed",
        "decision:brought-forward",
        "decision:made",
        "decision:undone",
        "export:made",
        "original:opened",
        "pillars:loaded",
        "publication:made",
        "publication:retracted",
        "response:published",
        "staff:signed-in",
        "staff:signed-out",
        "submission:claimed",
        "submission:received",
        "submission:released",
        "submission:withdrawn",
    }
)


def record(
    session: Session,
    action: str,
    subject: str,
    *,
    actor_id: int | None,
    now: datetime,
    **detail: object,
) -> AuditEvent:
    """Add an event to the chain, in the caller's transaction.

    `subject` names one thing, such as `submission:7K3F92QM`; `detail` holds plain JSON values and no personal data.
    """
    if action not in ACTIONS:
        raise ValueError(f"{action} is not in the list of actions")
    hold_exclusive(session, "audit")
    before = session.scalars(select(AuditEvent.hash).order_by(AuditEvent.id.desc()).limit(1)).first() or START
    event = AuditEvent(
        at=now,
        actor_id=actor_id,
        action=action,
        subject=subject,
        detail=detail,
        before=before,
    )
    event.hash = _hash(event)
    session.add(event)
    session.flush()  # the next event of this transaction reads this one's hash
    return event


def first_broken(session: Session) -> int | None:
    """Walk the whole chain; give the id of the first event that does not fit, None where all do."""
    before = START
    for event in session.scalars(select(AuditEvent).order_by(AuditEvent.id).execution_options(yield_per=1000)):
        if event.before != before or event.hash != _hash(event):
            return event.id
        before = event.hash
    return None


def _hash(event: AuditEvent) -> bytes:
    written = json.dumps(
        [
            event.at.isoformat(),
            event.actor_id,
            event.action,
            event.subject,
            event.detail,
        ],
        sort_keys=True,
        ensure_ascii=False,
    )
    return hashlib.sha256(event.before + written.encode()).digest()
