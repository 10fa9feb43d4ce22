"""The job by which a decision reaches the public and its author, once its undo window has closed."""

from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy.orm import Session

import portal.moderation.store as moderation
import portal.submissions.store as submissions
from portal.db import Bilingual
from portal.i18n import ZONE
from portal.moderation.models import Decision
from portal.policy.notices import notice
from portal.policy.rules import APPEAL_DAYS, Reason
from portal.publication.publish import publish
from portal.publication.retract import retract
from portal.publication.rules import Passage
from portal.submissions import receipts, word_store
from portal.submissions.models import Submission
from portal.submissions.rules import Status


def take_effect(session: Session, subject: str, now: datetime) -> None:
    """Publish or retract what was decided and write the notice; do nothing where it was undone, followed by another
    decision, or has taken effect already. `subject` is the decision's id.
    """
    decision = moderation.by_id(session, int(subject))
    if decision is None:
        return
    submission = submissions.locked(session, decision.submission_id)
    last = moderation.latest_decision(session, submission.id)
    if last is None or last.id != decision.id or submission.status != decision.to_status:
        return
    if moderation.notice_of(session, decision.id):
        return
    if decision.to_status == Status.PUBLISHED:
        publish(session, submission, hidden_passages(decision), now=now)
    else:
        retract(session, submission.id, now=now)
    reasons = [reason.code for reason in decision.reasons]
    text = notice_text(submission, reasons, published=decision.to_status == Status.PUBLISHED, now=now)
    moderation.add_notice(session, decision, text, now=now)
    word_store.drop(session, submission.id)


def hidden_passages(decision: Decision) -> list[Passage]:
    """List the passages that a decision hides."""
    return [
        Passage(reason.passage_start, reason.passage_end, reason.code)
        for reason in decision.reasons
        if reason.passage_start is not None and reason.passage_end is not None
    ]


def notice_text(submission: Submission, reasons: list[Reason], *, published: bool, now: datetime) -> Bilingual:
    """Write the notice of a decision as it would read if it took effect now."""
    today = now.astimezone(ZONE).date()
    return notice(
        receipts.spelled(submission.code),
        reasons=reasons,
        published=published,
        decided_on=today,
        appeal_until=today + timedelta(days=APPEAL_DAYS),
        base_url=current_app.config["SETTINGS"].base_url,
    )
