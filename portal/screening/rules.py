"""What a signal can be about, and where in a text."""

from bisect import bisect_left
from dataclasses import dataclass
from enum import StrEnum, auto

VERSION = 1  # of all rules together: raised with each change of them, so that what waits is looked through again


class Kind(StrEnum):
    """The kinds of personal data that rules can find (moderation policy, section 3)."""

    CURP = auto()
    RFC = auto()
    NSS = auto()
    VOTER_KEY = auto()
    CLABE = auto()
    ACCOUNT = auto()
    CARD = auto()
    SSN = auto()
    ITIN = auto()
    ALIEN_NUMBER = auto()
    PASSPORT = auto()
    PHONE = auto()
    EMAIL = auto()
    ADDRESS = auto()


@dataclass(frozen=True, order=True)
class Finding:
    """A passage, `text[start:end]` in code points, with what it seems to be and the rule that says so."""

    start: int
    end: int
    kind: Kind
    rule: str


def apart(findings: list[Finding]) -> list[Finding]:
    """Drop each finding that overlaps an earlier one of the list; give the rest in the order of the text."""
    kept: list[Finding] = []
    for one in findings:
        place = bisect_left(kept, one)
        neighbours = kept[max(0, place - 1) : place + 1]
        if all(one.end <= other.start or one.start >= other.end for other in neighbours):
            kept.insert(place, one)
    return kept
