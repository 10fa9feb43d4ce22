"""Taking in many submissions from a file: paper, e-mail, events. Rows become drafts, and drafts go through `receive`.

Every row is looked at before any is stored. A row's attempt is a keyed hash of its id and content, so that the same
row taken in twice, from whatever file, is stored once and keeps its receipt.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, fields
from datetime import datetime

from sqlalchemy.orm import Session

import portal.pillars.store as pillars
import portal.submissions.store as submissions
from portal import jobs
from portal.audit.store import record, record_each
from portal.db import keys_of
from portal.i18n import LANGUAGES
from portal.languages.detect import language_of
from portal.submissions.receive import SCREEN_WAITING, Receipt, is_known, keep
from portal.submissions.row_file import Row, RowFault
from portal.submissions.rules import (
    Channel,
    Confidentiality,
    Country,
    Draft,
    Problem,
    ShowAs,
    TextLanguage,
    as_received,
    problems,
)

MOST_ROWS = 100_000
FORGET_EVERY = 500
RECORDED_AT_ONCE = 1000
NUMERALS = {"I": 1, "II": 2, "III": 3, "IV": 4, "1": 1, "2": 2, "3": 3, "4": 4}
OTHER_NAMES = {"text": "body", "lang": "page_language", "workstream_id": "workstream"}
COLUMNS = frozenset({"id"} | {field.name for field in fields(Draft)} - {"attempt", "channel"})
CHECKED = frozenset({"true", "1", "yes", "y", "x", "si", "sí"})


@dataclass(frozen=True)
class Refusal:
    """What keeps one row from being taken in, with the draft that was made of it where the rules looked at one."""

    row: int
    field: str
    problem: Problem | RowFault
    draft: Draft | None = None


@dataclass
class Inspection:
    """What a look over a file found."""

    rows: int = 0
    refused: int = 0
    ignored: set[str] = field(default_factory=set)
    consent_by_channel: bool = False  # rows without the column: the channel's own notice recorded it
    has_too_many: bool = False


@dataclass(frozen=True)
class Taken:
    """One row that is stored: its own id, its receipt, and whether an earlier import had stored it already."""

    row_id: str
    receipt: Receipt
    was_there: bool


def look_over(session: Session, rows: Iterable[Row], channel: Channel, report: Callable[[Refusal], None]) -> Inspection:
    """Check every row and store nothing; hand each refusal to `report` as it is found."""
    inspection = Inspection()
    workstreams = _workstreams(session)
    row_of_id: dict[str, int] = {}
    for row in rows:
        inspection.rows += 1
        if inspection.rows > MOST_ROWS:
            inspection.has_too_many = True
            break
        values = _by_field(row)
        inspection.ignored |= values.keys() - COLUMNS
        inspection.consent_by_channel |= "consent" not in values and row.fault is None
        if row.fault:
            found = [Refusal(row.number, "row", row.fault)]
        else:
            found = list(_faults_of_id(row.number, values.get("id", "").strip(), row_of_id))
            found += _faults_of_draft(row.number, _draft(session, values, channel), workstreams)
        inspection.refused += bool(found)
        for refusal in found:
            report(refusal)
    return inspection


def take_in(
    session: Session, rows: Iterable[Row], channel: Channel, report: Callable[[Taken], None], *, now: datetime
) -> None:
    """Store every row in the caller's transaction; hand its receipt to `report`.

    Raises Refused where a row breaks the rules.
    The events, and one job for all rows, follow at the end: who sends their input meanwhile waits for the trail with
    rows that these rows need.
    """
    received: list[str] = []
    number, before = 0, submissions.latest_id(session)
    for number, row in enumerate(rows, 1):
        values = _by_field(row)
        receipt = keep(session, _draft(session, values, channel), now=now)
        received += [f"submission:{receipt.code}"] if receipt.is_new else []
        report(Taken(values.get("id", "").strip(), receipt, was_there=receipt.received_at != now))
        if number % FORGET_EVERY == 0:
            session.flush()  # so that what is written can be forgotten, and memory does not grow with the file
            session.expunge_all()
    for first in range(0, len(received), RECORDED_AT_ONCE):
        together = received[first : first + RECORDED_AT_ONCE]
        record_each(session, "submission:received", together, actor_id=None, now=now, channel=channel)
    if received:
        jobs.enqueue(session, SCREEN_WAITING, str(before), due_at=now)
    there = number - len(received)
    record(session, "import:made", f"import:{channel}", actor_id=None, now=now, rows=len(received), there=there)


def draft_of(session: Session, row: Row, channel: Channel) -> Draft:
    """Read a row as the draft of a submission; what it lacks is left to the rules."""
    return _draft(session, _by_field(row), channel)


def _faults_of_id(number: int, row_id: str, row_of_id: dict[str, int]) -> Iterator[Refusal]:
    if not row_id:
        yield Refusal(number, "id", RowFault.ID_MISSING)
    elif row_of_id.setdefault(row_id, number) != number:
        yield Refusal(number, "id", RowFault.ID_TWICE)


def _faults_of_draft(number: int, draft: Draft, workstreams: dict[str, int]) -> Iterator[Refusal]:
    if draft.page_language not in LANGUAGES:
        yield Refusal(number, "lang", RowFault.LANG_UNKNOWN)
    for name, problem in problems(draft):
        yield Refusal(number, name, problem, draft)
    if draft.workstream and workstreams.get(draft.workstream) != draft.pillar:
        yield Refusal(number, "workstream", Problem.WORKSTREAM_UNKNOWN, draft)


def _workstreams(session: Session) -> dict[str, int]:
    return {workstream.id: pillar.number for pillar in pillars.pillars(session) for workstream in pillar.workstreams}


def _by_field(row: Row) -> dict[str, str]:
    return {OTHER_NAMES.get(name, name): value for name, value in row.values.items()}


def _draft(session: Session, values: dict[str, str], channel: Channel) -> Draft:
    """Read a row by the surface's rules for imports; what it lacks is left to the rules of a submission."""

    def word(name: str) -> str:
        return values.get(name, "").strip()

    body = as_received(values.get("body", ""))
    written_in = word("language").lower() or language_of(body) or word("page_language").lower()
    organization = word("organization")
    sector = word("stakeholder_type").lower().replace("-", "_")
    return Draft(
        attempt=_attempt(session, values),
        page_language=word("page_language").lower() or (written_in if written_in in LANGUAGES else ""),
        pillar=_pillar(word("pillar")),
        stakeholder_type="ngo" if sector == "other_ngo" else sector,
        country=_country(word("country")),
        show_as=word("show_as").lower() or (ShowAs.ORGANIZATION if organization else ShowAs.ANONYMOUS),
        body=body,
        language=written_in if written_in in ("", *LANGUAGES) else TextLanguage.OTHER,
        consent="consent" not in values or word("consent").lower() in CHECKED,
        workstream=word("workstream"),
        organization=organization,
        name=word("name"),
        email=word("email"),
        confidentiality=word("confidentiality").lower().replace("-", "_") or Confidentiality.PUBLIC,
        public_summary=as_received(values.get("public_summary", "")),
        channel=channel,
    )


def _attempt(session: Session, values: dict[str, str]) -> str:
    """Name a row by what it says, under a key, so that nobody can guess a row's attempt and so be shown its receipt.

    A row that was taken in before keys were rotated keeps the name that it got then.
    """
    said = {name: as_received(value) for name, value in values.items() if name in COLUMNS and value}
    written = json.dumps(said, sort_keys=True, ensure_ascii=False)
    newest, *older = [f"row {digest.hex()}" for digest in keys_of(session).keyed_hashes("imported row", written)]
    return next((attempt for attempt in older if is_known(session, attempt)), newest)


def _pillar(written: str) -> int | None:
    return NUMERALS.get(written.upper())


def _country(written: str) -> str:
    listed = {country.upper(): country.value for country in Country}
    return listed.get(written.upper(), Country.OTHER) if written else ""
