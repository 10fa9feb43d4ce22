"""The rows of exports, read as streams: memory does not grow with their number, and no row becomes an object.

Public rows come from `publication` alone. The others are opened row by row; those that protect their writer are left
out (moderation policy, section 6).
"""

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, Text, case, cast, func, literal, null, select, type_coerce
from sqlalchemy.orm import Session, aliased

import portal.submissions.store as submissions
from portal import fulltext
from portal.db import keys_of
from portal.moderation.models import Decision, DecisionReason
from portal.policy.rules import Reason
from portal.publication.models import Publication, Response, ResponsePublication
from portal.reports.columns import COLUMNS, PLACES, SEPARATOR, Row
from portal.reports.rules import Scope
from portal.reports.store import DECIDING, narrowed
from portal.submissions.models import Contact, Submission, Version
from portal.submissions.rules import ShowAs, Status

AT_ONCE = 2000  # rows that the database hands over in one go
NOTHING_HIDDEN = "[]"
LEFT_OUT = (Reason.SOURCE_PROTECTION, Reason.CARE)

PUBLIC, ANSWER, RESPONSES = Publication.__table__, ResponsePublication.__table__, Response.__table__
SUBMISSION, VERSION, CONTACT = Submission.__table__, Version.__table__, Contact.__table__

CODE, TEXT, HIDDEN = PLACES["response_id"], PLACES["response"], len(COLUMNS)
ORGANIZATION, SIGNED_AS = PLACES["organization"], PLACES["signed_as"]
DECIDED_AT, REASONS, ANSWERS = PLACES["decided_at"], PLACES["reasons"], PLACES["response_of_governments"]


def _spelled(code: ColumnElement[str]) -> ColumnElement[str]:
    """Write a receipt code as people do, 7K3F-92QM: a spreadsheet would take 1234E567 for a number."""
    return func.substr(code, 1, 4).concat("-").concat(func.substr(code, 5))


# What each column reads. One that is missing here is empty, or filled in from a stream beside the rows.
AS_THEY_ARE = ("language", "workstream", "stakeholder_type", "country", "channel", "status")
PUBLIC_VALUES: dict[str, ColumnElement[Any]] = {
    "response_id": _spelled(PUBLIC.c.code),
    "response": PUBLIC.c.body,
    "organization": case((PUBLIC.c.show_as == ShowAs.ORGANIZATION, PUBLIC.c.signature)),
    "signed_as": PUBLIC.c.signature,
    "status": literal(Status.PUBLISHED.value, Text),
    "decided_at": cast(PUBLIC.c.published_at, Text),
}
VALUES: dict[str, ColumnElement[Any]] = {
    "response_id": _spelled(SUBMISSION.c.code),
    "response": VERSION.c.body,
    "organization": case((SUBMISSION.c.show_as == ShowAs.ORGANIZATION, CONTACT.c.organization)),
    "signed_as": case((SUBMISSION.c.show_as == ShowAs.NAME, CONTACT.c.name)),
}


def count_rows(session: Session, scope: Scope) -> int:
    """How many rows `rows` will give in the same snapshot."""
    query = select(func.count()).select_from(_source(scope)).where(*_conditions(session, scope))
    return int(session.scalar(query) or 0)


def rows(session: Session, scope: Scope, language: str) -> Iterator[Row]:
    """Read rows in the order of their arrival: a list with a value for each column, then the hidden passages.

    Moments are texts in UTC, choices codes; addresses of responses are those of a language. Raises keys.SealBroken.
    """
    return _public_rows(session, scope, language) if scope.published_only else _all_rows(session, scope, language)


def public_query(session: Session, scope: Scope) -> Select[Any]:
    """The statement that reads public rows; last come their hidden passages, as JSON, and their number."""
    query = select(*_values(PUBLIC, PUBLIC_VALUES), cast(PUBLIC.c.hidden, Text), PUBLIC.c.id)
    return query.where(*_conditions(session, scope)).order_by(PUBLIC.c.id)


def _public_rows(session: Session, scope: Scope, language: str) -> Iterator[Row]:
    answers = _answers(session, scope, PUBLIC.c.id, language)
    for read in _stream(session, public_query(session, scope)):
        row = [*read]
        number = row.pop()
        if row[HIDDEN] == NOTHING_HIDDEN:
            row[HIDDEN] = None
        else:
            row[HIDDEN] = json.loads(row[HIDDEN])
            row[REASONS] = list(dict.fromkeys(code for _, code in row[HIDDEN]))
        if answers.at <= number and (slugs := answers.take(number)):
            row[ANSWERS] = SEPARATOR.join(slugs)
        yield row


def _all_rows(session: Session, scope: Scope, language: str) -> Iterator[Row]:
    keys = keys_of(session)
    answers = _answers(session, scope, PUBLIC.c.submission_id, language)
    decisions = _decisions(session, scope)
    query = select(*_values(SUBMISSION, VALUES), SUBMISSION.c.id).select_from(_source(scope))
    for read in _stream(session, query.where(*_conditions(session, scope)).order_by(SUBMISSION.c.id)):
        row = [*read]
        number, code = row.pop(), row[CODE].replace("-", "")
        row[TEXT] = submissions.opened(keys, code, "version.body", row[TEXT])
        if row[ORGANIZATION] is not None:
            row[ORGANIZATION] = submissions.opened(keys, code, "contact.organization", row[ORGANIZATION])
            row[SIGNED_AS] = row[ORGANIZATION]
        elif row[SIGNED_AS] is not None:
            row[SIGNED_AS] = submissions.opened(keys, code, "contact.name", row[SIGNED_AS])
        if taken := decisions.take(number):
            last = taken[-1]
            row[DECIDED_AT] = last.decided_at
            row[REASONS] = list(dict.fromkeys(one.code for one in taken if one.id == last.id and one.code)) or None
        if slugs := answers.take(number):
            row[ANSWERS] = SEPARATOR.join(slugs)
        row.append(None)  # nothing is hidden in what a person sent
        yield row


class Beside:
    """A stream of (number, value) pairs in rising order, read beside the rows whose numbers they name."""

    NOTHING_MORE = float("inf")

    def __init__(self, pairs: Iterator[tuple[int, Any]]) -> None:
        self._pairs = pairs
        self._move()

    def take(self, number: int) -> list[Any]:
        """Give all there is for a number, passing over what came before it."""
        while self.at < number:
            self._move()
        taken = []
        while self.at == number:
            taken.append(self._value)
            self._move()
        return taken

    def _move(self) -> None:
        self.at: float
        self._value: Any
        self.at, self._value = next(self._pairs, (self.NOTHING_MORE, None))


def _answers(session: Session, scope: Scope, number: ColumnElement[int], language: str) -> Beside:
    source = PUBLIC.join(ANSWER, ANSWER.c.publication_id == PUBLIC.c.id).join(RESPONSES)
    query = select(number, RESPONSES.c[f"slug_{language}"]).select_from(source)
    query = query.where(PUBLIC.c.retracted_at.is_(None), *narrowed(PUBLIC, scope)).order_by(number, RESPONSES.c.id)
    return Beside((number, slug) for number, slug in _stream(session, query))


def _decisions(session: Session, scope: Scope) -> Beside:
    """The decisions that stand, with a row for each of their reasons."""
    undo = aliased(Decision)
    undone = select(literal(1)).where(undo.undoes_id == Decision.id).exists()
    query = (
        select(
            Decision.submission_id,
            Decision.id,
            cast(Decision.decided_at, Text).label("decided_at"),
            type_coerce(DecisionReason.code, Text).label("code"),
        )
        .join(SUBMISSION, SUBMISSION.c.id == Decision.submission_id)
        .outerjoin(DecisionReason, DecisionReason.decision_id == Decision.id)
        .where(Decision.verdict.in_(DECIDING), Decision.to_status == SUBMISSION.c.status, ~undone)
        .where(*narrowed(SUBMISSION, scope))
        .order_by(Decision.submission_id, Decision.id, DecisionReason.id)
    )
    return Beside((row.submission_id, row) for row in _stream(session, query))


def _source(scope: Scope) -> FromClause:
    if scope.published_only:
        return PUBLIC
    original = (VERSION.c.submission_id == SUBMISSION.c.id) & (VERSION.c.number == submissions.ORIGINAL)
    return SUBMISSION.join(VERSION, original).outerjoin(CONTACT, CONTACT.c.submission_id == SUBMISSION.c.id)


def _conditions(session: Session, scope: Scope) -> list[ColumnElement[bool]]:
    if scope.published_only:
        found = [PUBLIC.c.id.in_(fulltext.publication_ids(session, scope.words))] if scope.words else []
        return [PUBLIC.c.retracted_at.is_(None), *narrowed(PUBLIC, scope), *found]
    reasons = select(literal(1)).select_from(Decision).outerjoin(DecisionReason)
    protects = Decision.first_reason.in_(LEFT_OUT) | DecisionReason.code.in_(LEFT_OUT)
    protected = reasons.where(Decision.submission_id == SUBMISSION.c.id, protects).correlate(SUBMISSION).exists()
    # What its author took back is nobody's to read; what is on hold may wait for a second person to protect it.
    closed = SUBMISSION.c.status.in_([Status.WITHDRAWN, Status.ERASED, Status.HELD])
    return [~protected, ~closed, *narrowed(SUBMISSION, scope)]


def _values(table: FromClause, own: dict[str, ColumnElement[Any]]) -> list[ColumnElement[Any]]:
    """One expression for each column, as the driver hands it over: a million rows are too many to convert."""
    same: dict[str, ColumnElement[Any]] = {
        name: type_coerce(table.c[name], Text) for name in AS_THEY_ARE if name in table.c
    }
    same |= {"pillar": table.c.pillar, "received_at": cast(table.c.received_at, Text)}
    return [(same | own).get(column.name, null()).label(column.name) for column in COLUMNS]


def _stream(session: Session, query: Any) -> Iterator[Any]:
    """Run a query on the session's connection with a cursor on the server, where the database has such."""
    options = {"stream_results": True, "yield_per": AT_ONCE}
    with session.connection().execute(query, execution_options=options) as result:
        yield from result
