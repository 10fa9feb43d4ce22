"""What a submission may be: its choices, its limits, and where each verdict takes it.

Limits are those of the public surface: 10 to 20,000 characters of text, counted as grapheme clusters.
"""

from dataclasses import dataclass
from enum import StrEnum, auto
from itertools import islice

import regex
from email_validator import EmailNotValidError, validate_email

from portal.accounts.rules import StaffCountry

SHORTEST_BODY, LONGEST_BODY = 10, 20_000
LONGEST_SUMMARY = 2_000
LONGEST_ORGANIZATION = 200
LONGEST_NAME = 120
PILLARS = (1, 2, 3, 4)
CLUSTER = regex.compile(r"\X")


class StakeholderType(StrEnum):
    """The sector a person writes for."""

    CIVIL_SOCIETY = auto()
    PRIVATE_SECTOR = auto()
    ACADEMIA = auto()
    NGO = auto()
    LABOR = auto()
    GOVERNMENT = auto()
    INDIVIDUAL = auto()
    OTHER = auto()


class Country(StrEnum):
    """Where a person writes from: the two countries of the dialogue, the three of Pillar II, or another."""

    MX = "MX"
    US = "US"
    SV = "SV"
    HN = "HN"
    GT = "GT"
    OTHER = "other"


class Confidentiality(StrEnum):
    """Who may read the whole text."""

    PUBLIC = auto()
    GOVERNMENTS_ONLY = auto()


class ShowAs(StrEnum):
    """How the published text is signed."""

    NAME = auto()
    ORGANIZATION = auto()
    ANONYMOUS = auto()


class TextLanguage(StrEnum):
    """The language a text is written in."""

    EN = auto()
    ES = auto()
    OTHER = auto()


class Channel(StrEnum):
    """How a submission reached the portal."""

    FORM = auto()
    PAPER = auto()
    EMAIL = auto()
    EVENT = auto()
    IMPORT = auto()


class Status(StrEnum):
    """Where a submission stands."""

    RECEIVED = auto()
    HELD = auto()
    PUBLISHED = auto()
    NOT_PUBLISHED = auto()
    WITHDRAWN = auto()
    ERASED = auto()


class Verdict(StrEnum):
    """What can be decided about a submission."""

    PUBLISH = auto()
    PUBLISH_REDACTED = auto()
    NOT_PUBLISH = auto()
    HOLD = auto()
    RESUME = auto()
    UNDO = auto()
    REDECIDE = auto()
    WITHDRAW = auto()
    ERASE = auto()


class NotAllowed(Exception):
    """A verdict that a submission's status does not take."""


NEXT_STATUS = {
    (Status.RECEIVED, Verdict.PUBLISH): Status.PUBLISHED,
    (Status.RECEIVED, Verdict.PUBLISH_REDACTED): Status.PUBLISHED,
    (Status.RECEIVED, Verdict.NOT_PUBLISH): Status.NOT_PUBLISHED,
    (Status.RECEIVED, Verdict.HOLD): Status.HELD,
    (Status.RECEIVED, Verdict.WITHDRAW): Status.WITHDRAWN,
    (Status.HELD, Verdict.PUBLISH): Status.PUBLISHED,
    (Status.HELD, Verdict.PUBLISH_REDACTED): Status.PUBLISHED,
    (Status.HELD, Verdict.NOT_PUBLISH): Status.NOT_PUBLISHED,
    (Status.HELD, Verdict.RESUME): Status.RECEIVED,
    (Status.HELD, Verdict.WITHDRAW): Status.WITHDRAWN,
    (Status.PUBLISHED, Verdict.WITHDRAW): Status.WITHDRAWN,
} | {(status, Verdict.ERASE): Status.ERASED for status in Status if status != Status.ERASED}


def next_status(status: Status, verdict: Verdict) -> Status:
    """Say where a verdict takes a submission. Raises NotAllowed if its status does not take this verdict.

    `undo` is not here: it goes back to what the undone decision found.
    """
    try:
        return NEXT_STATUS[status, verdict]
    except KeyError:
        raise NotAllowed(f"{verdict} on a {status} submission") from None


def may_read(government: StaffCountry | str, only_for: StaffCountry | None) -> bool:
    """Say whether staff of a government may see a submission; `only_for` is the one that it is shown to, if one alone.

    `submissions.store.readable_by` says the same in SQL.
    """
    return only_for is None or only_for == government


class Problem(StrEnum):
    """What can be wrong with a draft. The forms own the sentences."""

    PILLAR_MISSING = auto()
    WORKSTREAM_UNKNOWN = auto()
    STAKEHOLDER_TYPE_MISSING = auto()
    COUNTRY_MISSING = auto()
    CONFIDENTIALITY_MISSING = auto()
    SHOW_AS_MISSING = auto()
    LANGUAGE_MISSING = auto()
    BODY_MISSING = auto()
    BODY_TOO_SHORT = auto()
    BODY_TOO_LONG = auto()
    SUMMARY_MISSING = auto()
    SUMMARY_TOO_LONG = auto()
    ORGANIZATION_MISSING = auto()
    ORGANIZATION_TOO_LONG = auto()
    NAME_MISSING = auto()
    NAME_TOO_LONG = auto()
    EMAIL_WRONG = auto()
    CONSENT_MISSING = auto()


@dataclass(frozen=True)
class Draft:
    """One submission as typed, before it is checked. Choices are the surface's words; empty means not chosen."""

    attempt: str
    page_language: str
    pillar: int | None
    stakeholder_type: str
    country: str
    show_as: str
    body: str
    language: str
    consent: bool
    workstream: str = ""
    organization: str = ""
    name: str = ""
    email: str = ""
    confidentiality: str = Confidentiality.PUBLIC
    public_summary: str = ""
    channel: Channel = Channel.FORM


class Refused(Exception):
    """A draft that breaks the rules. `problems` holds (field, Problem) pairs."""

    def __init__(self, problems: list[tuple[str, Problem]]) -> None:
        super().__init__(", ".join(f"{field}: {problem}" for field, problem in problems))
        self.problems = problems


def as_received(text: str) -> str:
    """Make line breaks LF and a NUL U+FFFD; change nothing else."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "�")


def length(text: str) -> int:
    """Count characters as a person counts them: grapheme clusters."""
    return len(text) if text.isascii() else len(CLUSTER.findall(text))


def is_longer(text: str, most: int) -> bool:
    """Say whether a text has more characters than that; counts only where code points do not settle it."""
    return len(text) > most and length(text) > most


def is_shorter(text: str, least: int) -> bool:
    """Say whether a text has fewer characters than that; counts no further than it must."""
    return next(islice(CLUSTER.finditer(text), least - 1, None), None) is None


CHOICES: dict[type[StrEnum], frozenset[str]] = {
    choice: frozenset(choice) for choice in (StakeholderType, Country, Confidentiality, ShowAs, TextLanguage)
}


def problems(draft: Draft) -> list[tuple[str, Problem]]:
    """Say what keeps a draft from being received, field by field in the form's order."""
    found: list[tuple[str, Problem]] = []

    def check(wrong: bool, field: str, problem: Problem) -> None:
        if wrong:
            found.append((field, problem))

    check(draft.pillar not in PILLARS, "pillar", Problem.PILLAR_MISSING)
    body = draft.body.strip()
    check(not body, "body", Problem.BODY_MISSING)
    check(bool(body) and is_shorter(body, SHORTEST_BODY), "body", Problem.BODY_TOO_SHORT)
    check(is_longer(draft.body, LONGEST_BODY), "body", Problem.BODY_TOO_LONG)
    check(draft.language not in CHOICES[TextLanguage], "language", Problem.LANGUAGE_MISSING)
    check(
        draft.stakeholder_type not in CHOICES[StakeholderType],
        "stakeholder_type",
        Problem.STAKEHOLDER_TYPE_MISSING,
    )
    check(draft.country not in CHOICES[Country], "country", Problem.COUNTRY_MISSING)
    check(draft.show_as not in CHOICES[ShowAs], "show_as", Problem.SHOW_AS_MISSING)
    signs_as_organization = draft.show_as == ShowAs.ORGANIZATION
    check(
        signs_as_organization and not draft.organization.strip(),
        "organization",
        Problem.ORGANIZATION_MISSING,
    )
    check(
        is_longer(draft.organization, LONGEST_ORGANIZATION),
        "organization",
        Problem.ORGANIZATION_TOO_LONG,
    )
    check(
        draft.show_as == ShowAs.NAME and not draft.name.strip(),
        "name",
        Problem.NAME_MISSING,
    )
    check(is_longer(draft.name, LONGEST_NAME), "name", Problem.NAME_TOO_LONG)
    check(
        draft.confidentiality not in CHOICES[Confidentiality],
        "confidentiality",
        Problem.CONFIDENTIALITY_MISSING,
    )
    needs_summary = draft.confidentiality == Confidentiality.GOVERNMENTS_ONLY
    check(
        needs_summary and not draft.public_summary.strip(),
        "public_summary",
        Problem.SUMMARY_MISSING,
    )
    check(
        is_longer(draft.public_summary, LONGEST_SUMMARY),
        "public_summary",
        Problem.SUMMARY_TOO_LONG,
    )
    check(
        bool(draft.email.strip()) and not _is_address(draft.email.strip()),
        "email",
        Problem.EMAIL_WRONG,
    )
    check(not draft.consent, "consent", Problem.CONSENT_MISSING)
    return found


def _is_address(email: str) -> bool:
    try:
        validate_email(email, check_deliverability=False)
    except EmailNotValidError:
        return False
    return True
