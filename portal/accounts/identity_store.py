"""All SQL of identities: which account belongs to whom at the provider."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.accounts.identity_models import StaffIdentity
from portal.db import keys_of

PURPOSE = "single sign-on"  # of the keyed hash: a name at a provider may be a number that one could guess


def staff_id_of(session: Session, issuer: str, subject: str) -> int | None:
    """Find the account of somebody at a provider."""
    digests = keys_of(session).keyed_hashes(PURPOSE, _named(issuer, subject))
    theirs = (StaffIdentity.issuer == issuer, StaffIdentity.subject_digest.in_(digests))
    return session.scalars(select(StaffIdentity.staff_id).where(*theirs)).one_or_none()


def has_identity(session: Session, staff_id: int) -> bool:
    """Say whether an account belongs to somebody at a provider already."""
    return session.scalars(select(StaffIdentity.staff_id).where(StaffIdentity.staff_id == staff_id)).first() is not None


def staff_ids(session: Session) -> set[int]:
    """Give the accounts that belong to somebody at a provider."""
    return set(session.scalars(select(StaffIdentity.staff_id)))


def tie(session: Session, staff_id: int, issuer: str, subject: str, *, now: datetime) -> None:
    """Let an account belong to somebody at a provider."""
    digest = keys_of(session).keyed_hash(PURPOSE, _named(issuer, subject))
    session.add(StaffIdentity(issuer=issuer, subject_digest=digest, staff_id=staff_id, created_at=now))


def renew(session: Session, staff_id: int, issuer: str, subject: str) -> None:
    """Hash a person's name at the provider under the newest key."""
    digest = keys_of(session).keyed_hash(PURPOSE, _named(issuer, subject))
    mine = update(StaffIdentity).where(StaffIdentity.staff_id == staff_id, StaffIdentity.subject_digest != digest)
    session.execute(mine.values(subject_digest=digest))


def _named(issuer: str, subject: str) -> str:
    return f"{issuer}\0{subject}"
