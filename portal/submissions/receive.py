"""Receiving a submission: the verb after whose commit nothing can be lost."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

import portal.submissions.store as submissions
from portal.audit.store import record
from portal.db import keys_of
from portal.submissions import receipts
from portal.submissions.rules import Confidentiality, Draft, Refused, Status, as_received, problems


@dataclass(frozen=True)
class Receipt:
    """What a person takes away: the public code, the secret key, and when the portal received their text.

    `is_new` is false where the same attempt had been stored before.
    """

    code: str
    key: str
    received_at: datetime
    is_new: bool = True


def receive(session: Session, draft: Draft, *, now: datetime) -> Receipt:
    """Store a draft and give its receipt. The same attempt sent again gives the same receipt and stores nothing.

    The receipt may be shown once the caller has committed. Raises Refused with the draft's problems.
    """
    draft = replace(
        draft,
        body=as_received(draft.body),
        public_summary=as_received(draft.public_summary),
    )
    if found := problems(draft):
        raise Refused(found)
    keys = keys_of(session)
    attempt_digest = keys.keyed_hash("attempt", draft.attempt)
    key = receipts.access_key(keys.keyed_hash("access key", draft.attempt))
    while True:
        code = receipts.new_code()
        digests = {"attempt_digest": attempt_digest, "receipt_digest": receipts.digest(code, key)}
        if submissions.add(session, draft, code=code, **digests, now=now):
            break
        # The attempt was stored before, perhaps by another request this moment; else the code was taken: draw again.
        if earlier := submissions.by_attempt(session, attempt_digest):
            return Receipt(earlier.code, key, earlier.received_at, is_new=False)
    subject = f"submission:{code}"
    record(session, "submission:received", subject, actor_id=None, now=now, channel=draft.channel)
    return Receipt(code, key, now)


def already_received(session: Session, draft: Draft) -> Receipt | None:
    """Give the receipt of an attempt that was received before, as long as the form says what it said then."""
    keys = keys_of(session)
    earlier = submissions.by_attempt(session, keys.keyed_hash("attempt", draft.attempt))
    if earlier is None:
        return None
    key = receipts.access_key(keys.keyed_hash("access key", draft.attempt))
    receipt = Receipt(earlier.code, key, earlier.received_at, is_new=False)
    return receipt if is_as_sent(session, draft, receipt) else None


def is_as_sent(session: Session, draft: Draft, receipt: Receipt) -> bool:
    """Say whether a form that was sent again says what its receipt stands for."""
    submission = submissions.by_code(session, receipt.code)
    if submission is None or submission.status in {Status.WITHDRAWN, Status.ERASED}:
        return True
    sent = submissions.original(session, submission)
    only_governments = draft.confidentiality == Confidentiality.GOVERNMENTS_ONLY
    summary = as_received(draft.public_summary) if only_governments else ""
    return sent.body == as_received(draft.body) and (sent.public_summary or "") == summary
