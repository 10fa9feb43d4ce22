"""Publishing: the one gate through which a submission becomes public."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

import portal.publication.store as publications
import portal.submissions.store as submissions
from portal import fulltext
from portal.audit.store import record
from portal.kept_pages import content_moved
from portal.publication.models import Publication
from portal.publication.rules import Passage, hide, with_labels
from portal.submissions import receipts
from portal.submissions.models import Submission
from portal.submissions.rules import ShowAs

__all__ = ["Passage", "publish"]


def publish(session: Session, submission: Submission, passages: Iterable[Passage], *, now: datetime) -> Publication:
    """Make a submission public, or replace its public version, without the passages that are to be hidden.

    Passages are code points of the text that can be published: the body, or the author's public summary where only
    the governments read the body. Safe to run twice. The caller holds the submission locked. Raises PassageOutside.
    """
    original = submissions.original(session, submission)
    body, hidden = hide(original.publishable, passages)
    publication = publications.by_submission(session, submission.id)
    if publication is None:
        publication = Publication(submission_id=submission.id, code=submission.code, received_at=submission.received_at)
        session.add(publication)
    elif publication.retracted_at is None:
        publications.tally(session, publication, -1)
    if publication.published_at is None or publication.retracted_at is not None:
        publication.published_at = now.replace(microsecond=0)  # the index orders by whole seconds
    publication.retracted_at = None
    publication.pillar = submission.pillar
    publication.workstream = submission.workstream
    publication.stakeholder_type = submission.stakeholder_type
    publication.country = submission.country
    publication.language = submission.language
    publication.show_as = submission.show_as
    publication.signature = {ShowAs.NAME: original.name, ShowAs.ORGANIZATION: original.organization}.get(
        submission.show_as
    )
    publication.is_summary = original.public_summary is not None
    publication.body, publication.hidden = body, hidden
    session.flush()  # the index needs its id
    publications.tally(session, publication, 1)
    words = with_labels(body, hidden, lambda _code: " ")
    fulltext.put(
        session,
        fulltext.place_of(publication.published_at, publication.id),
        f"{words} {publication.signature or ''} {receipts.spelled(publication.code)}",
        publications.marks_of(publications.filters_of(publication)),
    )
    content_moved(session)
    subject = f"publication:{publication.code}"
    record(session, "publication:made", subject, actor_id=None, now=now, hidden_passages=len(hidden))
    return publication
