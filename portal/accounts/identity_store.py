"""All SQL of identities: which account belongs to whom at the provider."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts.identity_models import StaffIdentity
from portal.db import keys_of


def staff_id_of(session: Session, issuer: str, subject: str) -> int | None:
    """Find the account of somebody at a provider."""
    return session.scalars(
        select(StaffIdentity.staff_id).where(
            StaffIdentity.issuer == issuer, StaffIdentity.subject == _digest(session, issuer, subject)
        )
    ).one_or_none()


def has_identity(session: Session, staff_id: int) -> bool:
    """Say whether an account belongs to somebody at a provider already."""
    return session.scalars(select(StaffIdentity.staff_id).where(StaffIdentity.staff_id == staff_id)).first() is not None


def tie(session: Session, staff_id: int, issuer: str, subject: str, *, now: datetime) -> None:
    """Let an account belong to somebody at a provider."""
    digest = _digest(session, issuer, subject)
    session.add(StaffIdentity(issuer=issuer, subject=digest, staff_id=staff_id, created_at=now))


def _digest(session: Session, issuer: str, subject: str) -> bytes:
    """Hash a person's name at the provider, which may be a number that one could guess."""
    return keys_of(session).keyed_hash("single sign-on", f"{issuer}\0{subject}")
