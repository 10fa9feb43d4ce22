"""How events are chained, and what a walk along the chain finds wrong.

Each event's hash covers its words and the hash of the event before, so that a row that was changed, put in, taken out
or moved fits its neighbours no more. Whoever can write to the database could compute such hashes anew; so each event
carries a mark under the portal's key, and a mark on the head says where the trail ends (see docs/decisions/0009).
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum, auto
from typing import Any

START = bytes(32)  # what the first event holds as the hash of the one before


class Fault(StrEnum):
    """What can be wrong with a trail."""

    CHANGED = auto()
    MISSING = auto()
    INSERTED = auto()
    REORDERED = auto()
    HEAD = auto()  # the events fit each other, and not what the portal signed as the end of the trail
    KEY = auto()  # the end is signed under a key that is not held here
    PAST = auto()  # they fit each other and the head, and not what somebody had noted of the trail


class Mark(StrEnum):
    """What a mark says of its row."""

    GOOD = auto()
    BAD = auto()
    UNKNOWN = auto()  # made under a key that is no longer held, or before marks were made


@dataclass(frozen=True)
class Link:
    """One event as the walk sees it; `hash_of_words` is None where its words cannot be read."""

    id: int
    before: bytes
    hash: bytes
    hash_of_words: bytes | None
    mark: Mark


@dataclass(frozen=True)
class End:
    """Where the head says that the trail ends, and what its mark says; `was_signed`: whether it has one."""

    last_id: int
    number: int
    hash: bytes
    mark: Mark
    was_signed: bool = True

    @property
    def is_signed(self) -> bool:
        """Whether the portal signed it, under a key that is held."""
        return self.mark == Mark.GOOD

    @property
    def key_is_away(self) -> bool:
        """Whether it is signed under a key that is not held here: events may be marked under it too."""
        return self.was_signed and self.mark == Mark.UNKNOWN


@dataclass(frozen=True)
class Verdict:
    """What a check found: how many events there are, how many do not fit, and the first of them.

    `broken_id` is where the trail breaks first (for missing events, where they should stand).
    """

    events: int
    last_hash: bytes
    faults: int = 0
    fault: Fault | None = None
    broken_id: int | None = None

    @property
    def is_whole(self) -> bool:
        """Whether every event is as it was recorded, and none is missing."""
        return self.faults == 0


@dataclass
class Suspect:
    """The first event that does not fit, with what tells, once the rest is seen, what was done there.

    `expected` is the hash that the event before it has, `claimed` the one that it holds instead.
    """

    id: int
    after_id: int
    expected: bytes
    claimed: bytes
    reads: bool
    follows: bool
    is_twin: bool  # two events follow the same one: the first of them was put in
    has_successor: bool = False  # another event holds `expected`: it belongs here
    has_predecessor: bool = False  # the event that `claimed` speaks of comes later


@dataclass
class Walk:
    """A walk along the chain, one event at a time, in constant memory; it can be put down and taken up again.

    Of the first event that does not fit it keeps what it needs to tell, from the rest, what was done there.
    """

    number: int = 0
    last_id: int = 0
    before: bytes = START  # of the last event seen
    hash: bytes = START  # of the last event seen
    is_marked: bool = False  # a good mark was seen: from there on each event must have one
    faults: int = 0
    passed_end: bool = False  # the event at which the head says that the trail ends was as the head says
    suspect: Suspect | None = None

    def take(self, link: Link, end: End | None) -> None:
        """Look at the next event in the order of ids.

        After the end there can be events of a process that did not hold the key under which the end is signed: in a
        rotation, until it is started again. Each must have a good mark.
        """
        reads = link.hash_of_words == link.hash
        follows = link.before == self.hash
        is_after = end is not None and end.is_signed and link.id > end.last_id
        may_be_unknown = not self.is_marked or (end is not None and end.key_is_away)
        marked = link.mark == Mark.GOOD or (link.mark == Mark.UNKNOWN and may_be_unknown and not is_after)
        if self.suspect:
            self.suspect.has_successor |= link.before == self.suspect.expected
            self.suspect.has_predecessor |= link.hash == self.suspect.claimed
        if not (reads and follows and marked):
            self.faults += 1
            if not self.suspect:
                twin = not follows and self.number > 0 and link.before == self.before
                at = self.last_id if twin else link.id
                self.suspect = Suspect(at, self.last_id, self.hash, link.before, reads, follows, twin)
        self.is_marked |= link.mark == Mark.GOOD
        self.number += 1
        self.last_id, self.before, self.hash = link.id, link.before, link.hash
        self.pass_by(end)

    def pass_by(self, end: End | None) -> None:
        """Note whether the trail is at its end as the head says it should be, once it comes there."""
        if end is not None and end.last_id == self.last_id:
            self.passed_end = (end.number, end.hash) == (self.number, self.hash)

    def verdict(self, end: End | None, *, passes_noted: bool = True) -> Verdict:
        """Compare what was seen with the head, and say what is wrong first."""
        number, last_hash = self.number, self.hash
        # An empty trail has nothing to sign.
        fits = end is not None and self.passed_end and (end.is_signed or (number == 0 and not end.was_signed))
        if self.suspect:
            fault = self._fault(self.suspect, end)
            broken_id = self.suspect.after_id + 1 if fault == Fault.MISSING else self.suspect.id
            return Verdict(number, last_hash, self.faults + (not fits), fault, broken_id)
        if fits:
            return Verdict(number, last_hash) if passes_noted else Verdict(number, last_hash, 1, Fault.PAST)
        if end is not None and end.is_signed and end.number > number:
            return Verdict(number, last_hash, 1, Fault.MISSING, self.last_id + 1)
        fault = Fault.KEY if end is not None and end.key_is_away else Fault.HEAD
        return Verdict(number, last_hash, 1, fault, None)

    def _fault(self, suspect: Suspect, end: End | None) -> Fault:
        """Tell what was done at the first event that does not fit."""
        if suspect.is_twin:
            return Fault.INSERTED
        if suspect.has_successor:
            return Fault.REORDERED if suspect.has_predecessor else Fault.INSERTED
        if not suspect.reads:
            return Fault.CHANGED
        if not suspect.follows:
            return Fault.MISSING
        # Every hash was computed anew from here on; how many there are tells the rest.
        expected = end.number if end is not None and end.is_signed else self.number
        return Fault.INSERTED if self.number > expected else Fault.MISSING if self.number < expected else Fault.CHANGED

    def put_down(self) -> dict[str, Any]:
        """Write the walk as plain JSON values."""
        walked = {name: _written(value) for name, value in vars(self).items() if name != "suspect"}
        suspect = {name: _written(value) for name, value in vars(self.suspect).items()} if self.suspect else None
        return walked | {"suspect": suspect}

    @classmethod
    def taken_up(cls, values: dict[str, Any]) -> "Walk":
        """Go on with a walk that was put down."""
        suspect = values["suspect"]
        walked = {name: _read(value) for name, value in values.items() if name != "suspect"}
        read = Suspect(**{name: _read(value) for name, value in suspect.items()}) if suspect else None
        return cls(**walked, suspect=read)


def hash_of(  # noqa: PLR0917  # the words of an event, in the order in which they are hashed
    before: bytes, at: datetime, actor_id: int | None, action: str, subject: str, detail: object
) -> bytes:
    """Hash an event's words with the hash of the event before."""
    said = [at.astimezone(UTC).isoformat(), actor_id, action, subject, detail]
    return hashlib.sha256(before + json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).digest()


def told(events: int, last_hash: bytes) -> str:
    """Write how many events there are and the end of their chain, as one line that can be kept on paper."""
    return f"{events}-{last_hash.hex()[:16]}"


def _written(value: object) -> object:
    return {"hex": value.hex()} if isinstance(value, bytes) else value


def _read(value: Any) -> Any:
    return bytes.fromhex(value["hex"]) if isinstance(value, dict) else value
