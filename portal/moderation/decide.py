"""Deciding about a submission, taking a decision back, and letting it take effect early."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

import portal.moderation.store as moderation
import portal.submissions.store as submissions
from portal import jobs
from portal.audit.store import record
from portal.db import keys_of
from portal.i18n import ZONE
from portal.moderation.models import Decision, DecisionReason
from portal.moderation.rules import CLAIM_LASTS, TAKES_EFFECT, UNDECIDED, Refused, problems, second_person_problem
from portal.policy.rules import Reason
from portal.publication.rules import Passage
from portal.submissions.models import Submission
from portal.submissions.rules import NotAllowed, Verdict, next_status

TAKE_EFFECT = "decision:take_effect"


class DecidedByColleague(NotAllowed):
    """Somebody decided meanwhile; `decision` says who and what."""

    def __init__(self, decision: Decision) -> None:
        super().__init__(f"{decision.verdict} already")
        self.decision = decision


def decide(
    session: Session,
    submission_id: int,
    verdict: Verdict,
    *,
    actor_id: int,
    reasons: Sequence[Reason] = (),
    hidden: Sequence[Passage] = (),
    note: str = "",
    seen: int | None = None,
    now: datetime,
    undo_seconds: int,
) -> Decision:
    """Decide about a submission; give the decision, which takes public effect when its undo window closes.

    `hidden` are passages of the text that can be published, each with its reason; `reasons` are those for not
    publishing; `seen` is the last decision that the actor knew of (0 for none), where a page was shown. Raises
    DecidedByColleague, TakenByColleague, NotAllowed, and Refused with what is wrong.
    """
    submission = moderation.locked(session, submission_id, actor_id)
    before = moderation.history(session, submission_id)
    if before and (submission.status not in UNDECIDED or seen not in {None, before[-1].id}):
        raise DecidedByColleague(before[-1])
    to_status = next_status(submission.status, verdict)
    moderation.refuse_taken(submission, actor_id, now=now)
    length = len(submissions.original(session, submission).publishable)
    hold = moderation.hold_of(session, submission, before)
    government = moderation.government_of(session, actor_id)
    second = second_person_problem(hold, actor_id, government, now.astimezone(ZONE).date())
    if found := problems(verdict, reasons, hidden, note, length=length, second=second):
        raise Refused(found, hold)
    codes = [passage.code for passage in hidden] if verdict == Verdict.PUBLISH_REDACTED else list(reasons)
    effective_at = now + timedelta(seconds=undo_seconds)
    decision = Decision(
        submission_id=submission.id,
        actor_id=actor_id,
        verdict=verdict,
        from_status=submission.status,
        to_status=to_status,
        first_reason=codes[0] if codes else None,
        note=keys_of(session).seal(note.strip(), note_place(submission, now)) if note.strip() else None,
        decided_at=now,
        effective_at=effective_at,
        reasons=_reason_rows(verdict, reasons, hidden),
    )
    session.add(decision)
    submissions.set_status(session, submission, to_status, now)
    submission.claimed_by_id = submission.claimed_until = None
    session.flush()  # the job and the trail need its id
    if verdict in TAKES_EFFECT:
        jobs.enqueue(session, TAKE_EFFECT, str(decision.id), due_at=effective_at)
    # Policy, section 6: for those who must be protected the trail shows the id alone.
    is_grave = bool({Reason.SOURCE_PROTECTION, Reason.CARE} & set(codes))
    told = {} if is_grave else {"verdict": verdict, "reasons": sorted(set(codes))}
    detail = {"decision": decision.id} | told
    record(session, "decision:made", f"submission:{submission.code}", actor_id=actor_id, now=now, **detail)
    return decision


def undo(session: Session, decision_id: int, *, actor_id: int, may_review: bool, now: datetime) -> Decision:
    """Take a decision back within its window: the submission stands again where it stood, in the hands of who asks.

    Only who decided can, or somebody of the second level. Raises NotAllowed, and TakenByColleague while one reads it.
    """
    decision, submission = _latest(session, decision_id, actor_id)
    if actor_id != decision.actor_id and not may_review:
        raise NotAllowed("undo of a colleague's decision")
    moderation.refuse_taken(submission, actor_id, now=now)
    if now >= decision.effective_at or moderation.notice_of(session, decision_id):
        raise NotAllowed("undo after the window has closed")
    taken_back = Decision(
        submission_id=submission.id,
        actor_id=actor_id,
        verdict=Verdict.UNDO,
        from_status=submission.status,
        to_status=decision.from_status,
        undoes_id=decision.id,
        decided_at=now,
        effective_at=now,
    )
    session.add(taken_back)
    submissions.set_status(session, submission, decision.from_status, now)
    submission.claimed_by_id, submission.claimed_until = actor_id, now + CLAIM_LASTS
    session.flush()  # a second undo at once meets the unique key here
    subject = f"submission:{submission.code}"
    record(session, "decision:undone", subject, actor_id=actor_id, now=now, decision=decision.id)
    return taken_back


def make_public_now(session: Session, decision_id: int, *, actor_id: int, now: datetime) -> None:
    """Let a decision take effect without waiting for its window to close; only who decided can. Raises NotAllowed."""
    decision, submission = _latest(session, decision_id, actor_id)
    if actor_id != decision.actor_id or decision.verdict not in TAKES_EFFECT:
        raise NotAllowed("early effect of a colleague's decision")
    jobs.bring_forward(session, TAKE_EFFECT, str(decision.id), now=now)
    subject = f"submission:{submission.code}"
    record(session, "decision:brought-forward", subject, actor_id=actor_id, now=now, decision=decision.id)


def note_of(session: Session, submission: Submission, decision: Decision) -> str | None:
    """Open the note that a decision left for colleagues. Raises keys.SealBroken."""
    if decision.note is None:
        return None
    return keys_of(session).unseal(decision.note, note_place(submission, decision.decided_at))


def note_place(submission: Submission, decided_at: datetime) -> str:
    """Name where a note belongs; a decision's number is not known when its note is sealed."""
    return f"decision.note:{submission.code}/{decided_at.isoformat()}"


def _latest(session: Session, decision_id: int, actor_id: int) -> tuple[Decision, Submission]:
    decision = moderation.by_id(session, decision_id)
    if decision is None:
        raise NotAllowed("no such decision")
    submission = moderation.locked(session, decision.submission_id, actor_id)
    last = moderation.latest_decision(session, submission.id)
    if last is None or last.id != decision.id or decision.verdict == Verdict.UNDO:
        raise NotAllowed("the decision was followed by another")
    return decision, submission


def _reason_rows(verdict: Verdict, reasons: Sequence[Reason], hidden: Sequence[Passage]) -> list[DecisionReason]:
    if verdict == Verdict.PUBLISH_REDACTED:
        return [DecisionReason(code=one.code, passage_start=one.start, passage_end=one.end) for one in sorted(hidden)]
    return [DecisionReason(code=reason) for reason in dict.fromkeys(reasons)]
