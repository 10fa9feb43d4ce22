"""What became of a submission: one answer for its receipt code and access key, from the rows that are the truth."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

import portal.publication.store as publications
import portal.submissions.store as submissions
from portal.audit.models import AuditEvent
from portal.db import Bilingual
from portal.i18n import ZONE
from portal.moderation.models import Decision, Notice
from portal.policy.rules import Reason
from portal.publication.models import Response
from portal.submissions.models import Submission
from portal.submissions.rules import Confidentiality, Status, TextLanguage, Verdict
from portal.tracking.rules import CAN_BE_WITHDRAWN, DECISIONS, Stage, appeal_until, stage


@dataclass(frozen=True)
class Step:
    """One thing that happened to a submission: where it came to stand, when, and for which reasons."""

    stage: Stage
    at: datetime
    redacted: bool = False
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """A submission as its author follows it. `code` has 8 characters; `notice` is the last one given.

    `hidden_for` are the reasons for which passages of the public version are hidden.
    """

    submission_id: int
    code: str
    status: Stage
    since: datetime
    received_at: datetime
    language: TextLanguage
    page_language: str
    hidden_for: tuple[Reason, ...]
    notice: Bilingual | None
    appeal_until: date | None
    history: tuple[Step, ...]
    is_public: bool
    responses: tuple[Response, ...]
    can_be_withdrawn: bool
    text: str
    public_summary: str | None
    for_governments_only: bool


def outcome(session: Session, receipt_digest: bytes, *, now: datetime) -> Outcome | None:
    """Tell what became of the submission of a receipt; None where no receipt has this digest."""
    submission = submissions.by_receipt(session, receipt_digest)
    if submission is None:
        return None
    told = _told(session, submission.id)
    decided = [(decision, notice) for decision, notice in told if decision.verdict in DECISIONS]
    last, last_notice = decided[-1] if decided else (None, None)
    being_read = submission.claimed_until is not None and submission.claimed_until > now
    status = stage(
        submission.status,
        last.to_status if last else None,
        being_read=being_read,
        hold_told=_hold_told(session, submission, now),
    )
    history = _history(session, submission, told, status)
    original = submissions.original(session, submission)
    publication = publications.by_code(session, submission.code)
    is_public = publication is not None and publication.retracted_at is None
    stands_by_decision = (
        status in {Stage.PUBLISHED, Stage.NOT_PUBLISHED} and last is not None and last_notice is not None
    )
    return Outcome(
        submission_id=submission.id,
        code=submission.code,
        status=status,
        since=_since(submission, history, status),
        received_at=submission.received_at,
        language=submission.language,
        page_language=submission.page_language,
        hidden_for=_codes(last) if last and is_public and last.verdict == Verdict.PUBLISH_REDACTED else (),
        notice=told[-1][1].text if told and status != Stage.RECEIVED else None,
        appeal_until=appeal_until(last.verdict, last_notice.given_at.astimezone(ZONE).date())
        if stands_by_decision and last and last_notice
        else None,
        history=history,
        is_public=is_public,
        responses=tuple(publication.responses) if publication and is_public else (),
        can_be_withdrawn=status in CAN_BE_WITHDRAWN,
        text=original.body,
        public_summary=original.public_summary,
        for_governments_only=submission.confidentiality == Confidentiality.GOVERNMENTS_ONLY,
    )


def waiting_decision(session: Session, submission_id: int) -> Decision | None:
    """Give the decision that was made and has not taken effect yet: not undone, and no notice given."""
    undone = select(Decision.undoes_id).where(Decision.submission_id == submission_id, Decision.undoes_id.is_not(None))
    query = select(Decision).outerjoin(Notice, Notice.decision_id == Decision.id)
    query = query.where(Decision.submission_id == submission_id, Decision.verdict.in_(DECISIONS), Notice.id.is_(None))
    return session.scalars(query.where(Decision.id.not_in(undone)).order_by(Decision.id.desc()).limit(1)).first()


def _told(session: Session, submission_id: int) -> list[tuple[Decision, Notice]]:
    """The decisions that took effect, each with its notice, in their order."""
    query = select(Decision, Notice).join(Notice, Notice.decision_id == Decision.id)
    rows = session.execute(query.where(Decision.submission_id == submission_id).order_by(Notice.given_at, Decision.id))
    return [(decision, notice) for decision, notice in rows]


def _hold_told(session: Session, submission: Submission, now: datetime) -> bool:
    """Say whether the window of the hold that a submission stands under is over."""
    if submission.status != Status.HELD:
        return True
    query = select(Decision.effective_at).where(
        Decision.submission_id == submission.id, Decision.verdict == Verdict.HOLD
    )
    effective_at = session.scalars(query.order_by(Decision.id.desc()).limit(1)).first()
    return effective_at is None or effective_at <= now


def _history(
    session: Session, submission: Submission, told: list[tuple[Decision, Notice]], status: Stage
) -> tuple[Step, ...]:
    steps = [Step(Stage.RECEIVED, submission.received_at)]
    first_told = told[0][0].decided_at if told else None
    if first_told or status == Stage.IN_REVIEW:
        taken_at = _taken_at(session, submission.code, before=first_told)
        steps += [Step(Stage.IN_REVIEW, taken_at)] if taken_at else []
    if status == Stage.HELD:
        steps.append(Step(Stage.HELD, submission.status_since))
    for decision, notice in told:
        redacted = decision.verdict == Verdict.PUBLISH_REDACTED
        steps.append(Step(Stage(decision.to_status), notice.given_at, redacted, _codes(decision)))
    return tuple(sorted(steps, key=lambda step: step.at))


def _codes(decision: Decision) -> tuple[Reason, ...]:
    return tuple(dict.fromkeys(reason.code for reason in decision.reasons))


def _taken_at(session: Session, code: str, *, before: datetime | None) -> datetime | None:
    """When a moderator took a submission that was not given back, before a moment if one is given."""
    query = select(AuditEvent.action, AuditEvent.at).where(
        AuditEvent.subject == f"submission:{code}", AuditEvent.action.in_(["submission:claimed", "submission:released"])
    )
    if before:
        query = query.where(AuditEvent.at <= before)
    taken_at: datetime | None = None
    for action, at in session.execute(query.order_by(AuditEvent.id)):
        taken_at = (taken_at or at) if action == "submission:claimed" else None  # claims are renewed while one reads
    return taken_at


def _since(submission: Submission, history: tuple[Step, ...], status: Stage) -> datetime:
    """Since when it stands there; no moment that would tell of a decision that has not taken effect."""
    moments = [step.at for step in history if step.stage == status]
    return moments[-1] if moments else submission.received_at
