"""Reasons for a decision: their codes, how each may be used, and which need a second person (policy, section 3)."""

from datetime import date, timedelta
from enum import StrEnum


class Reason(StrEnum):
    """Why a passage was hidden or a submission not published."""

    PERSONAL_DATA = "personal-data"
    MINOR = "minor"
    SOURCE_PROTECTION = "source-protection"
    CONFIDENTIAL = "confidential"
    ABUSE = "abuse"
    HATE = "hate"
    THREAT = "threat"
    CARE = "care"
    ILLEGAL = "illegal"
    SPAM = "spam"
    OFF_TOPIC = "off-topic"
    DUPLICATE = "duplicate"


# Codes marked S: a second review by a different moderator.
NEEDS_SECOND_PERSON = frozenset(
    {
        Reason.SOURCE_PROTECTION,
        Reason.CONFIDENTIAL,
        Reason.HATE,
        Reason.THREAT,
        Reason.CARE,
        Reason.ILLEGAL,
    }
)

# The "use" column: which codes may hide a passage, and which may keep a whole submission from being published.
HIDES_PASSAGES = frozenset(
    {
        Reason.PERSONAL_DATA,
        Reason.MINOR,
        Reason.SOURCE_PROTECTION,
        Reason.CONFIDENTIAL,
        Reason.ABUSE,
        Reason.HATE,
    }
)
KEEPS_UNPUBLISHED = frozenset(Reason) - {Reason.PERSONAL_DATA}

# Section 8: calendar days in which a decision can be appealed.
APPEAL_DAYS = 30

# Section 7: business days until a first decision.
FIRST_DECISION_TARGET_DAYS = 3
FIRST_DECISION_LIMIT_DAYS = 10

# Section 7: business days until a second review, counted from the hold that asks for it.
SECOND_REVIEW_TARGET_DAYS = 2

SATURDAY = 5


def business_day_after(day: date, number: int) -> date:
    """Count a number of business days from a day: Monday to Friday; holidays of neither country are known here."""
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
