"""Showing a confidential submission to one government alone, and to both again."""

from datetime import datetime

from sqlalchemy.orm import Session

import portal.moderation.store as moderation
import portal.submissions.store as submissions
from portal.audit.store import record
from portal.moderation.rules import can_be_restricted
from portal.submissions.models import Submission
from portal.submissions.rules import NotAllowed


def restrict(session: Session, submission_id: int, *, actor_id: int, now: datetime) -> Submission:
    """Show a submission to the actor's own government alone. A colleague of the other one who is reading it loses it.

    Its public summary can be published as before, by that government. Raises NotAllowed.
    """
    submission = moderation.locked(session, submission_id, actor_id)
    if not can_be_restricted(submission.confidentiality, submission.status, submission.only_for):
        raise NotAllowed("restriction of what is not confidential, is erased, or is restricted already")
    government = moderation.government_of(session, actor_id)
    submissions.show_only_to(session, submission, government)
    if submission.claimed_by_id and moderation.government_of(session, submission.claimed_by_id) != government:
        submission.claimed_by_id = submission.claimed_until = None
    subject = f"submission:{submission.code}"
    record(session, "submission:restricted", subject, actor_id=actor_id, now=now, government=government)
    return submission


def open_to_both(session: Session, submission_id: int, *, actor_id: int, now: datetime) -> Submission:
    """Show a submission to both governments again; only somebody of the one that sees it can. Raises NotAllowed."""
    submission = moderation.locked(session, submission_id, actor_id)
    if submission.only_for is None:
        raise NotAllowed("both governments see it already")
    submissions.show_only_to(session, submission, None)
    record(session, "submission:opened-to-both", f"submission:{submission.code}", actor_id=actor_id, now=now)
    return submission
