"""Recording events and checking their chain."""

import hashlib
import json
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from portal.audit.models import AuditEvent
from portal.db import hold_exclusive

START = bytes(32)
NEWEST = select(AuditEvent.hash).order_by(AuditEvent.id.desc()).limit(1)
ADD = insert(AuditEvent)

# Every action that is recorded anywhere; a test compares the list with the code and with docs/audit.md.
ACTIONS = frozenset(
    {
        "account:created",
        "account:enabled",
        "account:link-sent",
        "account:password-changed",
        "account:warned",
        "factor:added",
        "factor:removed",
        "factor:used-up",
        "staff:confirmed",
        "account:disabled",
        "account:linked",
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
) -> None:
    """Add an event to the chain, in the caller's transaction.

    `subject` names one thing, such as `submission:7K3F92QM`; `detail` holds plain JSON values and no personal data.
    """
    if action not in ACTIONS:
        raise ValueError(f"{action} is not in the list of actions")
    hold_exclusive(session, "audit")
    session.flush()  # what is recorded is written before its event
    connection = session.connection()
    before = connection.scalar(NEWEST) or START
    values = {"at": now, "actor_id": actor_id, "action": action, "subject": subject, "detail": detail, "before": before}
    connection.execute(ADD, values | {"hash": _hash(before, now, actor_id, action, subject, detail)})


def first_broken(session: Session) -> int | None:
    """Walk the whole chain; give the id of the first event that does not fit, None where all do."""
    before = START
    for event in session.scalars(select(AuditEvent).order_by(AuditEvent.id).execution_options(yield_per=1000)):
        said = (event.at, event.actor_id, event.action, event.subject, event.detail)
        if event.before != before or event.hash != _hash(before, *said):
            return event.id
        before = event.hash
    return None


def _hash(before: bytes, *said: object) -> bytes:
    """Hash an event with the hash of the one before; `said` is its moment, actor, action, subject and detail."""
    at, *rest = said
    written = json.dumps(
        [at.isoformat() if isinstance(at, datetime) else at, *rest], sort_keys=True, ensure_ascii=False
    )
    return hashlib.sha256(before + written.encode()).digest()
