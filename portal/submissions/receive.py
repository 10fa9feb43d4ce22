"""Receiving a submission: the verb after whose commit nothing can be lost."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

import portal.submissions.store as submissions
from portal import jobs
from portal.audit.store import record
from portal.db import keys_of
from portal.submissions import receipts, word_store
from portal.submissions.rules import Confidentiality, Draft, Refused, Status, as_received, problems

# The jobs that look through one submission, by its receipt code, or all that wait after the one with a number.
SCREEN = "submission:screen"
SCREEN_WAITING = "screening:waiting"


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
    receipt = keep(session, draft, now=now)
    if receipt.is_new:
        subject = f"submission:{receipt.code}"
        jobs.enqueue(session, SCREEN, receipt.code, due_at=now)
        record(session, "submission:received", subject, actor_id=None, now=now, channel=draft.channel)
    return receipt


def keep(session: Session, draft: Draft, *, now: datetime) -> Receipt:
    """Do the same without its event and its job, which the caller adds once everything is stored. Raises Refused."""
    draft = replace(
        draft,
        body=as_received(draft.body),
        public_summary=as_received(draft.public_summary),
    )
    if found := problems(draft):
        raise Refused(found)
    keys = keys_of(session)
    attempt_digest, *older = keys.keyed_hashes("attempt", draft.attempt)
    if older and (receipt := _received(session, draft.attempt)):
        return receipt
    key = receipts.access_key(keys.keyed_hash("access key", draft.attempt))
    while True:
        code = receipts.new_code()
        digests = {"attempt_digest": attempt_digest, "receipt_digest": receipts.digest(code, key)}
        if (submission_id := submissions.add(session, draft, code=code, **digests, now=now)) is not None:
            break
        # The attempt was stored before, perhaps by another request this moment; else the code was taken: draw again.
        if receipt := _received(session, draft.attempt):
            return receipt
    word_store.put(session, submission_id, draft.body, draft.public_summary)
    return Receipt(code, key, now)


def already_received(session: Session, draft: Draft) -> Receipt | None:
    """Give the receipt of an attempt that was received before, as long as the form says what it said then."""
    receipt = _received(session, draft.attempt)
    return receipt if receipt and is_as_sent(session, draft, receipt) else None


def is_known(session: Session, attempt: str) -> bool:
    """Say whether an attempt was received before, whatever keys have been rotated since."""
    return submissions.by_attempt(session, keys_of(session).keyed_hashes("attempt", attempt)) is not None


def is_as_sent(session: Session, draft: Draft, receipt: Receipt) -> bool:
    """Say whether a form that was sent again says in every field what its receipt stands for.

    Where the submission was withdrawn or erased it does not: what is sent now would be lost under that receipt.
    """
    kept = submissions.by_code(session, receipt.code)
    if kept is None or kept.status in {Status.WITHDRAWN, Status.ERASED}:
        return False
    sent = submissions.original(session, kept)
    only_governments = draft.confidentiality == Confidentiality.GOVERNMENTS_ONLY
    said_now = {
        "body": as_received(draft.body),
        "public_summary": (as_received(draft.public_summary) or None) if only_governments else None,
        "pillar": draft.pillar,
        "workstream": draft.workstream or None,
        "language": draft.language,
        "stakeholder_type": draft.stakeholder_type,
        "country": draft.country,
        "show_as": draft.show_as,
        "confidentiality": draft.confidentiality,
        "name": draft.name.strip() or None,
        "organization": draft.organization.strip() or None,
        "email": draft.email.strip() or None,
    }
    return all(getattr(sent if hasattr(sent, name) else kept, name) == said for name, said in said_now.items())


def _received(session: Session, attempt: str) -> Receipt | None:
    """Give the receipt of an attempt that was stored before, with the access key that it was given then."""
    keys = keys_of(session)
    earlier = submissions.by_attempt(session, keys.keyed_hashes("attempt", attempt))
    if earlier is None:
        return None
    given = map(receipts.access_key, keys.keyed_hashes("access key", attempt))
    key = next(key for key in given if receipts.digest(earlier.code, key) == earlier.receipt_digest)
    return Receipt(earlier.code, key, earlier.received_at, is_new=False)
