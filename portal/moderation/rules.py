"""When a decision can be taken, by whom, for which reasons, and by when (moderation policy, sections 3 and 7)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum, auto

from portal.policy.rules import (
    FIRST_DECISION_LIMIT_DAYS,
    FIRST_DECISION_TARGET_DAYS,
    HIDES_PASSAGES,
    KEEPS_UNPUBLISHED,
    NEEDS_SECOND_PERSON,
    Reason,
)
from portal.publication.rules import Passage
from portal.submissions.rules import Status, Verdict

CLAIM_LASTS = timedelta(minutes=15)
LONGEST_NOTE = 2_000
SATURDAY = 5

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
    PASSAGES_LEFT = auto()
    WORDS_NOT_FOUND = auto()


class Refused(Exception):
    """A decision that breaks the rules. `problems` holds (field, Problem) pairs."""

    def __init__(self, problems: list[tuple[str, Problem]]) -> None:
        super().__init__(", ".join(f"{field}: {problem}" for field, problem in problems))
        self.problems = problems


def allowed_reasons(verdict: Verdict) -> frozenset[Reason]:
    """Say which reasons a verdict can cite."""
    return {Verdict.PUBLISH_REDACTED: HIDES_PASSAGES, Verdict.NOT_PUBLISH: KEEPS_UNPUBLISHED}.get(verdict, frozenset())


def problems(
    verdict: Verdict,
    reasons: Sequence[Reason],
    hidden: Sequence[Passage],
    note: str,
    *,
    length: int,
    actor_id: int,
    held_by_id: int | None,
) -> list[tuple[str, Problem]]:
    """Say what keeps a decision from being taken.

    `length` is that of the text that can be published, in code points; `held_by_id` is who last put it on hold.
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
    if NEEDS_SECOND_PERSON & set(cited) and held_by_id in {None, actor_id}:
        found.append((field, Problem.SECOND_PERSON))
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
    on = business_days_after(received_on, FIRST_DECISION_TARGET_DAYS)
    return Due(on, business_days_between(today, on))


def limit_on(received_on: date) -> date:
    """Say after which day a first decision breaks the policy's limit: ten business days."""
    return business_days_after(received_on, FIRST_DECISION_LIMIT_DAYS)


def business_days_after(day: date, number: int) -> date:
    """Count business days onward. Holidays of neither country are known here, so they count as working days."""
    while number:
        day += timedelta(days=1)
        number -= day.weekday() < SATURDAY
    return day


def business_days_between(start: date, end: date) -> int:
    """Count the business days from one day to another: 0 on the day itself, below zero when `end` has passed."""
    if end < start:
        return -business_days_between(end, start)
    weeks, rest = divmod((end - start).days, 7)
    return weeks * 5 + sum((start + timedelta(days=day)).weekday() < SATURDAY for day in range(1, rest + 1))


def find_words(text: str, words: str, which: int | None = None) -> list[tuple[int, int]]:
    """Find where words stand in a text, in code points: everywhere, or the `which`-th time alone (from 1).

    Line breaks and runs of spaces count as one space, since what is typed again or pasted seldom keeps them.
    """
    wanted = words.split()
    if not wanted:
        return []
    places = [(m.start(), m.end()) for m in re.finditer(r"\s+".join(map(re.escape, wanted)), text)]
    return places if which is None else places[which - 1 : which] if which > 0 else []
