"""All SQL of accounts: people, their roles, and the sessions of their browsers."""

import secrets
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from portal.accounts.models import Staff, StaffRole, StaffSession
from portal.accounts.rules import SESSION_IDLE, SESSION_LASTS, Role, StaffCountry, normalised
from portal.db import insert_into


def add(
    session: Session, email: str, name: str, country: StaffCountry, roles: Collection[Role], *, now: datetime
) -> Staff:
    """Store an account without a password: nobody can sign in to it yet."""
    person = Staff(
        email=normalised(email),
        name=name.strip(),
        country=country,
        password=None,
        active=True,
        fs_uniquifier=new_uniquifier(),
        created_at=now,
        roles=role_rows(session, roles),
    )
    session.add(person)
    session.flush()  # its id is wanted at once
    return person


def new_uniquifier() -> str:
    """Draw the value that ties sessions and links to an account; a new one makes all earlier ones worthless."""
    return secrets.token_urlsafe(24)


def role_rows(session: Session, roles: Collection[Role]) -> list[StaffRole]:
    """Give the rows of roles, made on first use."""
    session.execute(insert_into(session, StaffRole).values([{"name": role} for role in roles]).on_conflict_do_nothing())
    return list(session.scalars(select(StaffRole).where(StaffRole.name.in_(roles)).order_by(StaffRole.name)))


def by_email(session: Session, email: str) -> Staff | None:
    """Find an account by its e-mail address, in any spelling."""
    address = normalised(email)
    return session.scalars(select(Staff).where(Staff.email == address)).one_or_none() if address else None


def by_id(session: Session, staff_id: int) -> Staff | None:
    """Find an account by its number."""
    return session.get(Staff, staff_id)


def locked(session: Session, staff_id: int) -> Staff:
    """Read an account afresh and keep others from changing it until the transaction ends."""
    return session.get_one(Staff, staff_id, with_for_update=True, populate_existing=True)


def everyone(session: Session) -> list[Staff]:
    """List the accounts, by their addresses."""
    return list(session.scalars(select(Staff).order_by(Staff.email)))


def number(session: Session) -> int:
    """Count the accounts."""
    return session.scalar(select(func.count()).select_from(Staff)) or 0


def without_address(session: Session) -> Staff | None:
    """Find the first administrator's account as long as nobody has taken it over."""
    return session.scalars(select(Staff).where(Staff.email == "")).one_or_none()


def names(session: Session, staff_ids: Collection[int]) -> dict[int, str]:
    """Give the names of several people by their numbers."""
    if not staff_ids:
        return {}
    return dict(session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(staff_ids))).all())


def add_session(session: Session, digest: bytes, staff_id: int, values: dict[str, Any], *, now: datetime) -> None:
    """Store a signed-in browser, and clear away the sessions that have run out."""
    session.execute(delete(StaffSession).where(StaffSession.started_at < now - SESSION_LASTS))
    session.add(StaffSession(digest=digest, staff_id=staff_id, values=values, started_at=now, seen_at=now))


def live_session(session: Session, digest: bytes, *, now: datetime) -> StaffSession | None:
    """Find a session that was used a short while ago and began today."""
    lives = (StaffSession.seen_at > now - SESSION_IDLE, StaffSession.started_at > now - SESSION_LASTS)
    return session.scalars(select(StaffSession).where(StaffSession.digest == digest, *lives)).one_or_none()


def keep_session(session: Session, digest: bytes, values: dict[str, Any], *, now: datetime) -> None:
    """Write what a session holds and that it was used now; one that was ended meanwhile stays ended."""
    session.execute(update(StaffSession).where(StaffSession.digest == digest).values(values=values, seen_at=now))


def end_session(session: Session, digest: bytes) -> None:
    """Sign one browser out."""
    session.execute(delete(StaffSession).where(StaffSession.digest == digest))


def end_sessions(session: Session, staff_id: int) -> None:
    """Sign a person out everywhere."""
    session.execute(delete(StaffSession).where(StaffSession.staff_id == staff_id))
