"""What the pages of the desk show of submissions, put together for one reader: rows of the queue, and one case."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

import portal.accounts.store as accounts
import portal.moderation.store as moderation
import portal.pillars.store as pillars
import portal.screening.store as screening
import portal.submissions.store as submissions
from portal.accounts.gate import CurrentStaff
from portal.accounts.rules import Permission
from portal.i18n import ZONE
from portal.moderation import decide, queue_store, rules
from portal.moderation.models import Decision
from portal.moderation.rules import TAKES_EFFECT, UNDECIDED, Due, Hold, Problem
from portal.screening.models import Signal
from portal.submissions.models import Submission
from portal.submissions.rules import Confidentiality, Status, Verdict, may_read
from portal.submissions.store import Original

FIRST_WORDS = 160


@dataclass(frozen=True)
class Row:
    """One submission in the queue, with its first words and how many passages screening found in it."""

    submission: Submission
    words: str
    due: Due
    is_mine: bool
    taken_by: str | None
    found: int


@dataclass(frozen=True)
class Event:
    """One decision in a submission's history, with the names of its people and the note for colleagues."""

    decision: Decision
    by: str | None
    note: str | None


@dataclass(frozen=True)
class Case:
    """One submission as a member of staff may see it. `original` is closed (None) once it is decided.

    `second` is what keeps them from deciding under a reason that needs a second person, `hold` the hold in force.
    `found` is what screening found in the text that can become public; None before it was looked through.
    """

    submission: Submission
    original: Original | None
    found: list[Signal] | None
    workstream: str | None
    due: Due
    history: list[Event]
    is_mine: bool
    taken_by: str | None
    undoable: Decision | None
    may_open_original: bool
    hold: Hold | None
    second: Problem | None
    can_restrict: bool
    can_open_to_both: bool
    can_erase: bool

    @property
    def is_undecided(self) -> bool:
        """Whether a moderator can decide about it."""
        return self.submission.status in UNDECIDED

    @property
    def is_confidential(self) -> bool:
        """Whether only the governments read the whole text."""
        return self.submission.confidentiality == Confidentiality.GOVERNMENTS_ONLY

    @property
    def last(self) -> Event | None:
        """The latest decision."""
        return self.history[-1] if self.history else None


@dataclass(frozen=True)
class Recent:
    """What a moderator has just decided and can still take back."""

    decision: Decision
    code: str
    can_hasten: bool


def rows(session: Session, page: queue_store.Page, staff: CurrentStaff, *, now: datetime) -> list[Row]:
    """Put together the rows of a page of the queue."""
    holders = {row.id: moderation.holder_of(row, now=now) for row in page.rows}
    names = accounts.names(session, {holder for holder in holders.values() if holder})
    found = screening.numbers(session, list(holders))
    return [
        Row(
            submission=row,
            words=" ".join(page.texts[row.id][: 2 * FIRST_WORDS].split())[:FIRST_WORDS],
            due=due_of(row, now),
            is_mine=holders[row.id] == staff.id,
            taken_by=names.get(holders[row.id] or 0) if holders[row.id] != staff.id else None,
            found=found.get(row.id, 0),
        )
        for row in page.rows
    ]


def due_of(submission: Submission, now: datetime) -> Due:
    """Say by when a first decision is due, counted in days of Mexico City."""
    return rules.due(submission.received_at.astimezone(ZONE).date(), now.astimezone(ZONE).date())


def open_case(
    session: Session, submission: Submission, staff: CurrentStaff, language: str, *, now: datetime, opened: bool = False
) -> Case:
    """Put one submission's page together. `opened` shows the original of a decided one, as the caller has recorded."""
    decisions = moderation.history(session, submission.id)
    holder = moderation.holder_of(submission, now=now)
    people = {decision.actor_id for decision in decisions if decision.actor_id} | ({holder} if holder else set())
    names = accounts.names(session, people)
    history = [
        Event(decision, names.get(decision.actor_id or 0), decide.note_of(session, submission, decision))
        for decision in decisions
    ]
    readable = submission.status in UNDECIDED or opened
    is_erased = submission.status == Status.ERASED
    hold = moderation.hold_of(session, submission, decisions)
    is_screened = readable and screening.version_of(session, submission.id) is not None
    can_restrict = rules.can_be_restricted(submission.confidentiality, submission.status, submission.only_for)
    return Case(
        submission=submission,
        original=submissions.original(session, submission) if readable else None,
        found=screening.signals(session, submission.id) if is_screened else None,
        workstream=pillars.workstream_name(session, submission.workstream, language),
        due=due_of(submission, now),
        history=history,
        is_mine=holder == staff.id,
        taken_by=names.get(holder) if holder and holder != staff.id else None,
        undoable=undoable(session, decisions[-1] if decisions else None, staff, now=now),
        may_open_original=not readable and not is_erased and staff.may(Permission.READ_ORIGINAL),
        hold=hold,
        second=rules.second_person_problem(hold, staff.id, staff.country, now.astimezone(ZONE).date()),
        can_restrict=can_restrict and staff.may(Permission.REVIEW),
        can_open_to_both=submission.only_for is not None and staff.may(Permission.REVIEW),
        can_erase=not is_erased and staff.may(Permission.ERASE),
    )


def undoable(session: Session, last: Decision | None, staff: CurrentStaff, *, now: datetime) -> Decision | None:
    """Give the latest decision on a submission if this person can still take it back."""
    if last is None or last.actor_id is None or last.verdict == Verdict.UNDO or now >= last.effective_at:
        return None
    if staff.id != last.actor_id and not staff.may(Permission.REVIEW):
        return None
    return None if moderation.notice_of(session, last.id) else last


def recent(session: Session, decision_id: int | None, staff: CurrentStaff, *, now: datetime) -> Recent | None:
    """Give what this person decided a moment ago, if they can still take it back."""
    decision = moderation.by_id(session, decision_id) if decision_id else None
    if decision is None or decision.actor_id != staff.id:
        return None
    last = moderation.latest_decision(session, decision.submission_id)
    if last is None or last.id != decision.id or not undoable(session, decision, staff, now=now):
        return None
    submission = submissions.by_id(session, decision.submission_id)
    if not may_read(staff.country, submission.only_for):
        return None
    return Recent(decision, submission.code, decision.verdict in TAKES_EFFECT)
