"""What is kept beside the rows, held against them: sealed texts, events, counts, where each submission stands."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Text, func, literal, select, type_coerce
from sqlalchemy.orm import Session

from portal.audit.models import AuditEvent
from portal.moderation.models import Decision
from portal.publication.models import Publication, PublicationCount
from portal.submissions.models import Contact, Submission, SubmissionCount, Version
from portal.submissions.rules import Status
from portal.submissions.store import ORIGINAL

SUBMISSION_KEY = ("status", "pillar", "language", "stakeholder_type", "country", "only_for")
PUBLICATION_KEY = ("pillar", "language", "stakeholder_type", "country")


def sealed(session: Session) -> Iterator[Any]:
    """Read each submission with its first version and its contact, as they are kept; a missing one is all None."""
    query = (
        select(
            Submission.code,
            Submission.status,
            Submission.attempt_digest,
            Submission.receipt_digest,
            Version.body,
            Version.public_summary,
            Contact.name,
            Contact.organization,
            Contact.email,
        )
        .outerjoin(Version, (Version.submission_id == Submission.id) & (Version.number == ORIGINAL))
        .outerjoin(Contact, Contact.submission_id == Submission.id)
        .order_by(Submission.id)
    )
    yield from session.execute(query.execution_options(yield_per=500))


def without_event(session: Session) -> list[str]:
    """List the receipt codes of submissions whose receipt no event tells of."""
    told = (AuditEvent.subject == literal("submission:") + Submission.code) & (
        AuditEvent.action == "submission:received"
    )
    query = select(Submission.code).outerjoin(AuditEvent, told).where(AuditEvent.id.is_(None))
    return list(session.scalars(query.order_by(Submission.id)))


def wrong_submission_counts(session: Session) -> int:
    """Count the combinations of filters for which the queue's counts differ from the rows."""
    shown_to = {"only_for": func.coalesce(type_coerce(Submission.only_for, Text), "")}
    return _differing(session, SubmissionCount, Submission, SUBMISSION_KEY, shown_to)


def wrong_publication_counts(session: Session) -> int:
    """Do the same for the register."""
    return _differing(session, PublicationCount, Publication, PUBLICATION_KEY, {}, Publication.retracted_at.is_(None))


def wrong_statuses(session: Session) -> list[str]:
    """List the receipt codes of submissions that stand elsewhere than their latest decision says."""
    latest = select(Decision.to_status).where(Decision.submission_id == Submission.id)
    decided = latest.order_by(Decision.id.desc()).limit(1).correlate(Submission).scalar_subquery()
    should_be = func.coalesce(decided, Status.RECEIVED.value)
    query = select(Submission.code).where(Submission.status != Status.ERASED, Submission.status != should_be)
    return list(session.scalars(query.order_by(Submission.id)))


def _differing(
    session: Session,
    kept: Any,
    of: Any,
    key: tuple[str, ...],
    spelled: dict[str, Any],
    *conditions: ColumnElement[bool],
) -> int:
    counted = Counter[tuple[Any, ...]]()
    for *values, number in session.execute(select(*(getattr(kept, name) for name in key), kept.number)):
        counted[tuple(values)] += number
    columns = [spelled[name] if name in spelled else getattr(of, name) for name in key]
    for *values, number in session.execute(select(*columns, func.count()).where(*conditions).group_by(*columns)):
        counted[tuple(values)] -= number
    return sum(1 for number in counted.values() if number)
