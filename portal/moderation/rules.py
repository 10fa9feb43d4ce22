"""When a decision can be taken, by whom, for which reasons, and by when (moderation policy, sections 3 and 7)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum, auto

from portal.accounts.rules import StaffCountry
from portal.policy.rules import (
    FIRST_DECISION_LIMIT_DAYS,
    FIRST_DECISION_TARGET_DAYS,
    HIDES_PASSAGES,
    KEEPS_UNPUBLISHED,
    NEEDS_SECOND_PERSON,
    SECOND_REVIEW_TARGET_DAYS,
    Reason,
    business_day_after,
    business_days_between,
)
from portal.publication.rules import Passage
from portal.submissions.rules import Confidentiality, Status, Verdict

CLAIM_LASTS = timedelta(minutes=15)
LONGEST_NOTE = 2_000

# What a moderator can decide; the rest is for the author, the second level, or retention.
BY_MODERATORS = (Verdict.PUBLISH, Verdict.PUBLISH_REDACTED, Verdict.NOT_PUBLISH, Verdict.HOLD, Verdict.RESUME)

# What the public and the author come to see, by a job, when the undo window closes.
TAKES_EFFECT = frozenset({Verdict.PUBLISH, Verdict.PUBLISH_REDACTED, Verdict.NOT_PUBLISH})
UNDECIDED = frozenset({Status.RECEIVED, Status.HELD})


class Problem(StrEnum):
    """What keeps a decision from being taken. The form owns the sentences."""

    VERDICT_MISSING = auto()
    REASON_MISSING = auto()
    REASON_WRONG = auto()
    PASSAGE_MISSING = auto()
    PASSAGE_OUTSIDE = auto()
    NOTE_MISSING = auto()
    NOTE_TOO_LONG = auto()
    SECOND_PERSON = auto()
    OWN_HOLD = auto()
    OWN_HOLD_FOR_OTHER = auto()
    OTHER_GOVERNMENT = auto()
    PASSAGES_LEFT = auto()
    WORDS_NOT_FOUND = auto()


class Erasure(StrEnum):
    """Why a submission is erased: a request under the law of one country or the other, retention, or our own error."""

    ARCO = auto()
    PRIVACY_ACT = auto()
    RETENTION = auto()
    ERROR = auto()


class Refused(Exception):
    """A decision that breaks the rules. `problems` holds (field, Problem) pairs, `hold` the hold that they speak of."""

    def __init__(self, problems: list[tuple[str, Problem]], hold: "Hold | None" = None) -> None:
        super().__init__(", ".join(f"{field}: {problem}" for field, problem in problems))
        self.problems, self.hold = problems, hold


def allowed_reasons(verdict: Verdict) -> frozenset[Reason]:
    """Say which reasons a verdict can cite."""
    return {Verdict.PUBLISH_REDACTED: HIDES_PASSAGES, Verdict.NOT_PUBLISH: KEEPS_UNPUBLISHED}.get(verdict, frozenset())


@dataclass(frozen=True)
class Hold:
    """A hold in force: who put it, for which government they work, and on which day.

    `other_can` says whether anybody who works for the other government could decide.
    """

    by_id: int
    government: StaffCountry
    on: date
    other_can: bool

    @property
    def other(self) -> StaffCountry:
        """The government of whom the second person is to be."""
        return other_than(self.government)

    @property
    def until(self) -> date:
        """The last day on which the second person is of the other government: the target of a second review."""
        return business_day_after(self.on, SECOND_REVIEW_TARGET_DAYS)

    def waits_for_other(self, today: date) -> bool:
        """Say whether the second person must be of the other government."""
        return self.other_can and today <= self.until


def other_than(government: StaffCountry) -> StaffCountry:
    """Give the other of the two governments."""
    return StaffCountry.MX if government == StaffCountry.US else StaffCountry.US


def second_person_problem(
    hold: Hold | None, actor_id: int, government: StaffCountry | str, today: date
) -> Problem | None:
    """Say why somebody cannot decide under a reason that needs a second person (policy, section 3).

    Nobody decides who put it on hold. Until the target of a second review has passed, nor does anybody of the same
    government, as long as the other one has somebody.
    """
    if hold is None:
        return Problem.SECOND_PERSON
    if hold.by_id == actor_id:
        return Problem.OWN_HOLD_FOR_OTHER if hold.waits_for_other(today) else Problem.OWN_HOLD
    if government == hold.government and hold.waits_for_other(today):
        return Problem.OTHER_GOVERNMENT
    return None


def can_be_restricted(confidentiality: Confidentiality, status: Status, only_for: StaffCountry | None) -> bool:
    """Say whether the second level can show a submission to their own government alone.

    Only what its author sent for the governments, as long as both may see it.
    """
    is_open = only_for is None and status != Status.ERASED
    return is_open and confidentiality == Confidentiality.GOVERNMENTS_ONLY


def problems(
    verdict: Verdict,
    reasons: Sequence[Reason],
    hidden: Sequence[Passage],
    note: str,
    *,
    length: int,
    second: Problem | None = None,
) -> list[tuple[str, Problem]]:
    """Say what keeps a decision from being taken.

    `length` is that of the text that can be published, in code points; `second` is what keeps this person from
    deciding under a reason that needs a second one.
    """
    found: list[tuple[str, Problem]] = []
    cited = [passage.code for passage in hidden] if verdict == Verdict.PUBLISH_REDACTED else list(reasons)
    field = "passages" if verdict == Verdict.PUBLISH_REDACTED else "reasons"
    if verdict == Verdict.PUBLISH_REDACTED and not hidden:
        found.append((field, Problem.PASSAGE_MISSING))
    if any(not 0 <= passage.start < passage.end <= length for passage in hidden):
        found.append((field, Problem.PASSAGE_OUTSIDE))
    if verdict == Verdict.PUBLISH and hidden:
        found.append(("verdict", Problem.PASSAGES_LEFT))
    if verdict == Verdict.NOT_PUBLISH and not reasons:
        found.append((field, Problem.REASON_MISSING))
    if not set(cited) <= allowed_reasons(verdict):
        found.append((field, Problem.REASON_WRONG))
    if second and NEEDS_SECOND_PERSON & set(cited):
        found.append((field, second))
    if verdict == Verdict.HOLD and not note.strip():
        found.append(("note", Problem.NOTE_MISSING))
    if len(note) > LONGEST_NOTE:
        found.append(("note", Problem.NOTE_TOO_LONG))
    return found


@dataclass(frozen=True)
class Due:
    """By when a first decision is due, seen from a day: `days` are business days left, below zero once late."""

    on: date
    days: int

    @property
    def is_late(self) -> bool:
        """Whether the target has passed."""
        return self.days < 0


def due(received_on: date, today: date) -> Due:
    """Say by when a first decision is due: three business days, Monday to Friday, after the day it was received."""
    on = business_day_after(received_on, FIRST_DECISION_TARGET_DAYS)
    return Due(on, business_days_between(today, on))


def limit_on(received_on: date) -> date:
    """Say after which day a first decision breaks the policy's limit: ten business days."""
    return business_day_after(received_on, FIRST_DECISION_LIMIT_DAYS)


def find_words(text: str, words: str, which: int | None = None) -> list[tuple[int, int]]:
    """Find where words stand in a text, in code points: everywhere, or the `which`-th time alone (from 1).

    Line breaks and runs of spaces count as one space, since what is typed again or pasted seldom keeps them.
    """
    wanted = words.split()
    if not wanted:
        return []
    places = [(m.start(), m.end()) for m in re.finditer(r"\s+".join(map(re.escape, wanted)), text)]
    return places if which is None else places[which - 1 : which] if which > 0 else []
