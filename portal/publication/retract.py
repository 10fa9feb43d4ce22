"""Taking a submission out of every public place: its author withdrew it, or a decision was changed."""

from datetime import datetime

from sqlalchemy.orm import Session

import portal.publication.store as publications
from portal import fulltext
from portal.audit.store import record
from portal.kept_pages import content_moved


def retract(session: Session, submission_id: int, *, now: datetime) -> None:
    """Take a submission's public version away, its words included; do nothing where none is public."""
    publication = publications.by_submission(session, submission_id)
    if publication is None or publication.retracted_at is not None:
        return
    fulltext.drop(session, fulltext.place_of(publication.published_at, publication.id))
    publications.tally(session, publication, -1)
    publication.retracted_at = now
    # What is no longer public is kept sealed only, as the original.
    publication.body, publication.hidden, publication.signature = "", [], None
    content_moved(session)
    record(session, "publication:retracted", f"publication:{publication.code}", actor_id=None, now=now)
