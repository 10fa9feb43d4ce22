"""Where a submission stands as its author reads it, and until when a decision can be appealed."""

from datetime import date, timedelta
from enum import StrEnum, auto

from portal.policy.rules import APPEAL_DAYS
from portal.submissions.rules import Status, Verdict


class Stage(StrEnum):
    """Where a submission stands as its author reads it: the statuses, and being read by somebody."""

    RECEIVED = auto()
    IN_REVIEW = auto()
    HELD = auto()
    PUBLISHED = auto()
    NOT_PUBLISHED = auto()
    WITHDRAWN = auto()
    ERASED = auto()


# What takes public effect when its undo window closes.
DECISIONS = frozenset({Verdict.PUBLISH, Verdict.PUBLISH_REDACTED, Verdict.NOT_PUBLISH, Verdict.REDECIDE})
CAN_BE_APPEALED = frozenset({Verdict.PUBLISH_REDACTED, Verdict.NOT_PUBLISH})
CAN_BE_WITHDRAWN = frozenset({Stage.RECEIVED, Stage.IN_REVIEW, Stage.HELD, Stage.PUBLISHED})


def stage(status: Status, in_effect: Status | None, *, being_read: bool, hold_told: bool = True) -> Stage:
    """Say where a submission stands for its author.

    `in_effect` is where the last decision that took effect put it: a decision in its undo window changes nothing
    yet. `hold_told` says whether the window of a hold is over.
    """
    if status in {Status.WITHDRAWN, Status.ERASED}:
        return Stage(status)
    if status in {Status.PUBLISHED, Status.NOT_PUBLISHED}:
        return Stage(in_effect) if in_effect else Stage.IN_REVIEW
    if status == Status.HELD:
        return Stage.HELD if hold_told else Stage.IN_REVIEW
    return Stage.IN_REVIEW if being_read else Stage.RECEIVED


def appeal_until(verdict: Verdict, told_on: date) -> date | None:
    """Give the last day on which a decision can be appealed; None for one that hides and refuses nothing."""
    return told_on + timedelta(days=APPEAL_DAYS) if verdict in CAN_BE_APPEALED else None
