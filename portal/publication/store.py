"""Questions about what the public sees. Retracted publications are in no answer."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from portal.publication.models import Publication, Response


def latest(session: Session, limit: int, pillar: int | None = None) -> list[Publication]:
    """The newest published submissions, of one pillar or of all, with their responses."""
    query = select(Publication).where(Publication.retracted_at.is_(None))
    if pillar is not None:
        query = query.where(Publication.pillar == pillar)
    query = query.order_by(Publication.published_at.desc(), Publication.id.desc()).limit(limit)
    return list(session.scalars(query.options(selectinload(Publication.responses))))


def latest_responses(session: Session, limit: int) -> list[Response]:
    """The newest official responses, with the submissions that they answer."""
    query = select(Response).order_by(Response.published_at.desc(), Response.id.desc()).limit(limit)
    return list(session.scalars(query.options(selectinload(Response.publications))))


def number_published(session: Session, pillar: int) -> int:
    """How many published submissions a pillar has."""
    query = select(func.count()).select_from(Publication)
    return session.scalar(query.where(Publication.pillar == pillar, Publication.retracted_at.is_(None))) or 0


def number_of_responses(session: Session, pillar: int) -> int:
    """How many official responses a pillar has."""
    return session.scalar(select(func.count()).select_from(Response).where(Response.pillar == pillar)) or 0
