"""Taking submissions from the queue and giving them back, so that nobody does what a colleague is doing."""

from datetime import datetime

from sqlalchemy.orm import Session

import portal.moderation.store as moderation
import portal.submissions.store as submissions
from portal.audit.store import record
from portal.moderation.queue_store import Cursor, Filters, claim_next
from portal.submissions.models import Submission


def take_next(
    session: Session, staff_id: int, *, filters: Filters | None = None, after: Cursor | None = None, now: datetime
) -> Submission | None:
    """Take the longest-waiting submission that is free, from the one after the cursor on; None when none is left."""
    submission = claim_next(session, staff_id, filters=filters, after=after, now=now)
    if submission:
        record(session, "submission:claimed", f"submission:{submission.code}", actor_id=staff_id, now=now)
    return submission


def take(session: Session, submission_id: int, staff_id: int, *, now: datetime) -> Submission:
    """Take this submission, or keep it longer. Raises TakenByColleague."""
    submission = moderation.claim(session, submission_id, staff_id, now=now)
    record(session, "submission:claimed", f"submission:{submission.code}", actor_id=staff_id, now=now)
    return submission


def renew(session: Session, submission_id: int, staff_id: int, *, now: datetime) -> None:
    """Keep a submission a while longer; it is an event only where it was free. Raises TakenByColleague and NotAllowed.

    The page of a submission renews by itself while its reader works on it.
    """
    held = moderation.holder_of(submissions.locked(session, submission_id), now=now) == staff_id
    submission = moderation.claim(session, submission_id, staff_id, now=now)
    if not held:
        record(session, "submission:claimed", f"submission:{submission.code}", actor_id=staff_id, now=now)


def give_back(session: Session, submission_id: int, staff_id: int, *, now: datetime) -> None:
    """Give a submission back to the queue, free at once; do nothing where somebody else holds it."""
    submission = moderation.release(session, submission_id, staff_id)
    if submission is None:
        return
    record(session, "submission:released", f"submission:{submission.code}", actor_id=staff_id, now=now)
