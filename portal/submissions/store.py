"""All SQL of submissions: adding one, finding it by its receipt, opening what is sealed, changing its status."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, SQLColumnExpression, Text, delete, func, insert, or_, select, type_coerce, update
from sqlalchemy.orm import Session

from portal.accounts.rules import StaffCountry
from portal.db import is_sqlite, keys_of, upsert
from portal.keys import Keys
from portal.submissions.models import Contact, Submission, SubmissionCount, Version
from portal.submissions.rules import (
    Channel,
    Confidentiality,
    Country,
    Draft,
    ShowAs,
    StakeholderType,
    Status,
    TextLanguage,
)

ORIGINAL = 1
COUNTED = ("pillar", "language", "stakeholder_type", "country")


@dataclass(frozen=True)
class Original:
    """What a person sent, opened: the text, its public summary where only governments read it, and who wrote.

    Once erased the text is empty and the rest is missing.
    """

    body: str
    public_summary: str | None
    name: str | None
    organization: str | None
    email: str | None

    @property
    def publishable(self) -> str:
        """The text that can become public: the summary where there is one, else the body."""
        return self.body if self.public_summary is None else self.public_summary


def add(
    session: Session,
    draft: Draft,
    *,
    code: str,
    attempt_digest: bytes,
    receipt_digest: bytes,
    now: datetime,
) -> int | None:
    """Store a draft that the rules have passed: its row, its sealed first version, and its sealed contact.

    Gives its id; None where its attempt or its code is taken, and then nothing is stored.
    """
    keys, connection = keys_of(session), session.connection()

    def seal(text: str, column: str) -> bytes | None:
        return keys.seal(text, _place(column, code)) if text else None

    counted = {
        "pillar": draft.pillar,
        "language": TextLanguage(draft.language),
        "stakeholder_type": StakeholderType(draft.stakeholder_type),
        "country": Country(draft.country),
    }
    row = counted | {
        "code": code,
        "attempt_digest": attempt_digest,
        "receipt_digest": receipt_digest,
        "channel": Channel(draft.channel),
        "status": Status.RECEIVED,
        "status_since": now,
        "workstream": draft.workstream or None,
        "page_language": draft.page_language,
        "confidentiality": Confidentiality(draft.confidentiality),
        "show_as": ShowAs(draft.show_as),
        "received_at": now,
    }
    write = _statements(is_sqlite(session))
    submission_id: int | None = connection.execute(write.submission, row).scalar()
    if submission_id is None:
        return None
    version = {
        "submission_id": submission_id,
        "number": ORIGINAL,
        "body": keys.seal(draft.body, _place("version.body", code)),
        "public_summary": seal(draft.public_summary, "version.public_summary") if _is_closed(draft) else None,
        "sent_at": now,
    }
    contact = {
        "submission_id": submission_id,
        "name": seal(draft.name.strip(), "contact.name"),
        "organization": seal(draft.organization.strip(), "contact.organization"),
        "email": seal(draft.email.strip(), "contact.email"),
    }
    connection.execute(write.version, version)
    connection.execute(write.contact, contact)
    _count(session, counted | {"only_for": ""}, Status.RECEIVED, 1)
    return submission_id


def by_attempt(session: Session, attempt_digests: list[bytes]) -> Submission | None:
    """Find the submission that a form's attempt already made; the digests are those under each key there is."""
    return session.scalars(select(Submission).where(Submission.attempt_digest.in_(attempt_digests))).one_or_none()


def by_receipt(session: Session, receipt_digest: bytes) -> Submission | None:
    """Find a submission by the digest of its receipt code and access key."""
    return session.scalars(select(Submission).where(Submission.receipt_digest == receipt_digest)).one_or_none()


def by_code(session: Session, code: str) -> Submission | None:
    """Find a submission by its receipt code (8 characters)."""
    return session.scalars(select(Submission).where(Submission.code == code)).one_or_none()


def by_id(session: Session, submission_id: int) -> Submission:
    """Read a submission by its number, which the caller has from another row."""
    return session.get_one(Submission, submission_id)


def latest_id(session: Session) -> int:
    """Give the highest number that a submission has; 0 where there is none. Those added after it have higher ones."""
    return session.scalar(select(func.max(Submission.id))) or 0


def locked(session: Session, submission_id: int) -> Submission:
    """Read a submission afresh and keep others from changing it until the transaction ends."""
    return session.get_one(Submission, submission_id, with_for_update=True, populate_existing=True)


def original(session: Session, submission: Submission) -> Original:
    """Open what a person sent: two reads, and a decryption for each part there is. Raises keys.SealBroken."""
    version = session.scalars(
        select(Version).where(Version.submission_id == submission.id, Version.number == ORIGINAL)
    ).one()
    contact = session.get(Contact, submission.id)
    code = submission.code
    keys = keys_of(session)

    def unseal(sealed: bytes | None, place: str) -> str | None:
        return None if sealed is None else keys.unseal(sealed, _place(place, code))

    return Original(
        body=_body(keys, code, version.body),
        public_summary=unseal(version.public_summary, "version.public_summary"),
        name=unseal(contact.name, "contact.name") if contact else None,
        organization=unseal(contact.organization, "contact.organization") if contact else None,
        email=unseal(contact.email, "contact.email") if contact else None,
    )


def opened(keys: Keys, code: str, column: str, sealed: bytes) -> str:
    """Open one sealed column, such as `contact.name`, of the submission with a receipt code. Raises keys.SealBroken."""
    return keys.unseal(sealed, _place(column, code))


def bodies(session: Session, submissions: list[Submission]) -> dict[int, str]:
    """Open the texts of several submissions at once, by their ids: one read."""
    codes = {submission.id: submission.code for submission in submissions}
    rows = session.execute(
        select(Version.submission_id, Version.body).where(Version.submission_id.in_(codes), Version.number == ORIGINAL)
    )
    keys = keys_of(session)
    return {number: _body(keys, codes[number], body) for number, body in rows}


def _body(keys: Keys, code: str, sealed: bytes) -> str:
    return keys.unseal(sealed, _place("version.body", code)) if sealed else ""


def set_status(session: Session, submission: Submission, status: Status, now: datetime) -> None:
    """Write a new status and keep the counts right. Only verbs call this, after `next_status`."""
    if submission.status == status:
        return
    counted = _counted(submission)
    for moved, change in sorted([(submission.status, -1), (status, 1)]):
        _count(session, counted, moved, change)
    submission.status, submission.status_since = status, now


def show_only_to(session: Session, submission: Submission, government: StaffCountry | None) -> None:
    """Show a submission to the staff of one government, or of both again (None), and keep the counts right."""
    if submission.only_for == government:
        return
    counted = _counted(submission)
    for only_for, change in sorted([(submission.only_for or "", -1), (government or "", 1)]):
        _count(session, counted | {"only_for": only_for}, submission.status, change)
    submission.only_for = government


def readable_by(column: SQLColumnExpression[Any], governments: Collection[str]) -> ColumnElement[bool]:
    """Say in SQL what `may_read` says, for a column `only_for` and staff of some governments."""
    only_for = type_coerce(column, Text)
    return or_(only_for.is_(None), only_for.in_(["", *sorted(governments)]))


def empty(session: Session, submission: Submission) -> None:
    """Empty every version of a submission and remove who wrote it. Nothing brings them back."""
    session.execute(
        update(Version)
        .where(Version.submission_id == submission.id, Version.body != b"")
        .values(body=b"", public_summary=None)
    )
    session.execute(delete(Contact).where(Contact.submission_id == submission.id))


def _counted(submission: Submission) -> dict[str, Any]:
    return {name: getattr(submission, name) for name in COUNTED} | {"only_for": submission.only_for or ""}


def _count(session: Session, counted: dict[str, Any], status: Status, change: int) -> None:
    moved = {"status": status, "number": change} | counted
    session.connection().execute(_statements(is_sqlite(session)).count, moved)


class Statements(NamedTuple):
    """What `add` and a change of status write, put together once for each kind of database."""

    submission: Any
    version: Any
    contact: Any
    count: Any


@cache
def _statements(sqlite: bool) -> Statements:
    count = upsert(SubmissionCount, sqlite)
    return Statements(
        submission=upsert(Submission, sqlite).on_conflict_do_nothing().returning(Submission.id),
        version=insert(Version),
        contact=insert(Contact),
        count=count.on_conflict_do_update(
            index_elements=["status", *COUNTED, "only_for"],
            set_={"number": SubmissionCount.number + count.excluded.number},
        ),
    )


def _is_closed(draft: Draft) -> bool:
    return draft.confidentiality == Confidentiality.GOVERNMENTS_ONLY


def _place(column: str, code: str) -> str:
    """Name where a sealed value belongs: its table, its column, and its row by the receipt code."""
    return f"{column}:{code}/{ORIGINAL}" if column.startswith("version.") else f"{column}:{code}"
