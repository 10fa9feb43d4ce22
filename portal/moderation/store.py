"""All SQL of decisions about submissions: who holds what, what was decided, and what people are told."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

import portal.submissions.store as submissions
from portal.accounts.models import Staff, StaffHasRole
from portal.accounts.rules import PERMISSIONS, Permission, StaffCountry
from portal.db import Bilingual
from portal.i18n import ZONE
from portal.moderation.models import Decision, Notice
from portal.moderation.rules import CLAIM_LASTS, UNDECIDED, Hold, other_than
from portal.submissions.models import Submission
from portal.submissions.rules import NotAllowed, Status, Verdict, may_read


class TakenByColleague(Exception):
    """A colleague is reading the submission; `staff_id` says who, `until` for how long."""

    def __init__(self, staff_id: int, until: datetime) -> None:
        super().__init__(f"taken by {staff_id} until {until}")
        self.staff_id, self.until = staff_id, until


def claim(session: Session, submission_id: int, staff_id: int, *, now: datetime) -> Submission:
    """Hand a moderator this submission, or longer time for one they hold. Raises TakenByColleague and NotAllowed."""
    submission = locked(session, submission_id, staff_id)
    if submission.status not in UNDECIDED:
        raise NotAllowed(f"claim of a {submission.status} submission")
    refuse_taken(submission, staff_id, now=now)
    submission.claimed_by_id, submission.claimed_until = staff_id, now + CLAIM_LASTS
    return submission


def locked(session: Session, submission_id: int, staff_id: int) -> Submission:
    """Read a submission afresh, for somebody who may see it, and keep others from changing it. Raises NotAllowed."""
    submission = submissions.locked(session, submission_id)
    if not may_read(government_of(session, staff_id), submission.only_for):
        raise NotAllowed(f"it is shown to {submission.only_for} alone")
    return submission


def government_of(session: Session, staff_id: int) -> StaffCountry:
    """Tell for which government a member of staff works."""
    return session.scalars(select(Staff.country).where(Staff.id == staff_id)).one()


def has_moderator(session: Session, government: StaffCountry) -> bool:
    """Say whether anybody who works for a government can decide about submissions."""
    deciding = [role for role, permissions in PERMISSIONS.items() if Permission.MODERATE in permissions]
    query = select(Staff.id).join(StaffHasRole, StaffHasRole.staff_id == Staff.id)
    query = query.where(Staff.active, Staff.country == government, StaffHasRole.role.in_(deciding))
    return session.scalars(query.limit(1)).first() is not None


def hold_of(session: Session, submission: Submission, decisions: Collection[Decision]) -> Hold | None:
    """Tell who holds up a submission that is on hold; the other government counts where it may see it."""
    last = last_hold(decisions) if submission.status == Status.HELD else None
    if last is None or last.actor_id is None:
        return None
    government = government_of(session, last.actor_id)
    other = other_than(government)
    other_can = may_read(other, submission.only_for) and has_moderator(session, other)
    return Hold(last.actor_id, government, last.decided_at.astimezone(ZONE).date(), other_can)


def refuse_taken(submission: Submission, staff_id: int, *, now: datetime) -> None:
    """Raise TakenByColleague if somebody else holds a submission."""
    holder = holder_of(submission, now=now)
    if holder is not None and holder != staff_id and submission.claimed_until:
        raise TakenByColleague(holder, submission.claimed_until)


def holder_of(submission: Submission, *, now: datetime) -> int | None:
    """Tell who holds a submission; a claim that has run out holds nothing."""
    return submission.claimed_by_id if submission.claimed_until and submission.claimed_until >= now else None


def release(session: Session, submission_id: int, staff_id: int) -> Submission | None:
    """Give a submission back to the queue; None where this person does not hold it."""
    submission = submissions.locked(session, submission_id)
    if submission.claimed_by_id != staff_id:
        return None
    submission.claimed_by_id = submission.claimed_until = None
    return submission


def by_id(session: Session, decision_id: int) -> Decision | None:
    """Find a decision."""
    return session.get(Decision, decision_id)


def history(session: Session, submission_id: int) -> list[Decision]:
    """List the decisions on a submission, oldest first."""
    return list(session.scalars(select(Decision).where(Decision.submission_id == submission_id).order_by(Decision.id)))


def latest_decision(session: Session, submission_id: int) -> Decision | None:
    """Give the last decision on a submission, an undo included."""
    query = select(Decision).where(Decision.submission_id == submission_id)
    return session.scalars(query.order_by(Decision.id.desc()).limit(1)).first()


def last_hold(decisions: Collection[Decision]) -> Decision | None:
    """Give the last hold that nobody took back."""
    undone = {decision.undoes_id for decision in decisions}
    holds = [d for d in decisions if d.verdict == Verdict.HOLD and d.id not in undone]
    return max(holds, key=lambda decision: decision.id, default=None)


def empty_notes(session: Session, submission_id: int) -> None:
    """Empty the notes for colleagues on a submission. Nothing brings them back."""
    notes = update(Decision).where(Decision.submission_id == submission_id, Decision.note.is_not(None))
    session.execute(notes.values(note=None))


def notice_of(session: Session, decision_id: int) -> Notice | None:
    """Give the notice of a decision; there is one from the moment it took effect."""
    return session.scalars(select(Notice).where(Notice.decision_id == decision_id)).one_or_none()


def add_notice(session: Session, decision: Decision, text: Bilingual, *, now: datetime) -> None:
    """Store what a person is told of a decision."""
    session.add(Notice(submission_id=decision.submission_id, decision_id=decision.id, text=text, given_at=now))
