"""All SQL of accounts: people, their roles, their second factors, and the sessions of their browsers."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from portal.accounts.identity_models import StaffIdentity
from portal.accounts.models import (
    SpentOnce,
    Staff,
    StaffHasRole,
    StaffPasskey,
    StaffRecoveryCode,
    StaffRole,
    StaffSession,
)
from portal.accounts.rules import SESSION_IDLE, SESSION_LASTS, Role, StaffCountry, normalised
from portal.db import insert_into, keys_of

ADDRESS = "staff address"  # the purpose of the keyed hash of an address
HANDLE_BYTES = 32
SIGNED_IN = "_user_id"  # what a session holds once all factors were shown


def add(
    session: Session, email: str, name: str, country: StaffCountry, roles: Collection[Role], *, now: datetime
) -> Staff:
    """Store an account without a password: nobody can sign in to it yet."""
    person = Staff(
        handle=secrets.token_bytes(HANDLE_BYTES),
        country=country,
        password=None,
        active=True,
        fs_uniquifier=new_uniquifier(),
        created_at=now,
        roles=role_rows(session, roles),
    )
    write_email(session, person, email)
    write_name(session, person, name)
    session.add(person)
    session.flush()  # its id is wanted at once
    return person


def write_email(session: Session, person: Staff, email: str) -> None:
    """Seal a person's address, and the keyed hash by which the account is found."""
    address, keys = normalised(email), keys_of(session)
    person.sealed_email = keys.seal(address, person.place("email"))
    person.email_digest = keys.keyed_hash(ADDRESS, address) if address else None


def renew_digest(session: Session, person: Staff) -> None:
    """Find the account under the newest key from now on, so that old ones can be retired some day."""
    if person.email_digest is not None:
        person.email_digest = keys_of(session).keyed_hash(ADDRESS, person.email)


def write_name(session: Session, person: Staff, name: str) -> None:
    """Seal the name that colleagues see."""
    person.sealed_name = keys_of(session).seal(name.strip(), person.place("name"))


def new_uniquifier() -> str:
    """Draw the value that ties sessions and links to an account; a new one makes all earlier ones worthless."""
    return secrets.token_urlsafe(24)


def role_rows(session: Session, roles: Collection[Role]) -> list[StaffRole]:
    """Give the rows of roles, made on first use."""
    session.execute(insert_into(session, StaffRole).values([{"name": role} for role in roles]).on_conflict_do_nothing())
    return list(session.scalars(select(StaffRole).where(StaffRole.name.in_(roles)).order_by(StaffRole.name)))


def by_email(session: Session, email: str) -> Staff | None:
    """Find an account by its e-mail address, in any spelling."""
    digests = keys_of(session).keyed_hashes(ADDRESS, normalised(email))
    return session.scalars(select(Staff).where(Staff.email_digest.in_(digests))).one_or_none()


def by_id(session: Session, staff_id: int) -> Staff | None:
    """Find an account by its number."""
    return session.get(Staff, staff_id)


def locked(session: Session, staff_id: int) -> Staff:
    """Read an account afresh and keep others from changing it until the transaction ends."""
    return session.get_one(Staff, staff_id, with_for_update=True, populate_existing=True)


def everyone(session: Session) -> list[Staff]:
    """List the accounts, by their addresses."""
    return sorted(session.scalars(select(Staff)), key=lambda person: person.email)


def number_who_administer(session: Session, country: StaffCountry, *, but: int = 0) -> int:
    """Count the accounts of a government, without one, that can sign in and manage accounts."""
    administers = StaffHasRole.role == Role.ADMINISTRATOR
    query = select(func.count()).select_from(Staff).join(StaffHasRole, StaffHasRole.staff_id == Staff.id)
    vouched_for = select(StaffIdentity.staff_id).where(StaffIdentity.staff_id == Staff.id).exists()
    can_enter = (Staff.active, or_(Staff.password.is_not(None), vouched_for), Staff.id != but, Staff.country == country)
    return session.scalar(query.where(administers, *can_enter)) or 0


def number(session: Session) -> int:
    """Count the accounts."""
    return session.scalar(select(func.count()).select_from(Staff)) or 0


def without_address(session: Session) -> Staff | None:
    """Find the first administrator's account as long as nobody has taken it over."""
    return session.scalars(select(Staff).where(Staff.email_digest.is_(None))).one_or_none()


def names(session: Session, staff_ids: Collection[int]) -> dict[int, str]:
    """Give the names of several people by their numbers."""
    if not staff_ids:
        return {}
    return {person.id: person.name for person in session.scalars(select(Staff).where(Staff.id.in_(staff_ids)))}


def add_session(session: Session, row: StaffSession) -> None:
    """Store a browser's session, and clear away those that have run out."""
    session.execute(delete(StaffSession).where(StaffSession.started_at < row.seen_at - SESSION_LASTS))
    session.add(row)


def session_of(session: Session, digest: bytes) -> StaffSession | None:
    """Find a session by the digest of its id, one that ran out too."""
    return session.get(StaffSession, digest)


def is_live(row: StaffSession, *, now: datetime) -> bool:
    """Say whether a session was used a short while ago and began today."""
    return row.seen_at > now - SESSION_IDLE and row.started_at > now - SESSION_LASTS


def keep_in_past_session(session: Session, digest: bytes, name: str, value: str) -> None:
    """Write one value into a session that ran out, without making it live again."""
    row = session.get(StaffSession, digest, with_for_update=True)
    if row is not None:
        row.values = row.values | {name: value}


def sessions_of(session: Session, staff_id: int, *, now: datetime) -> list[StaffSession]:
    """List a person's sessions that are open, last used first."""
    query = select(StaffSession).where(StaffSession.staff_id == staff_id).order_by(StaffSession.seen_at.desc())
    return [row for row in session.scalars(query) if is_live(row, now=now) and SIGNED_IN in row.values]


def keep_session(session: Session, digest: bytes, values: dict[str, Any], *, now: datetime) -> None:
    """Write what a session holds and that it was used now; one that was ended meanwhile stays ended."""
    session.execute(update(StaffSession).where(StaffSession.digest == digest).values(values=values, seen_at=now))


def end_session(session: Session, digest: bytes) -> bool:
    """End one browser's session; False where it was ended before."""
    ended = delete(StaffSession).where(StaffSession.digest == digest).returning(StaffSession.digest)
    return session.execute(ended).first() is not None


def end_sessions(session: Session, staff_id: int, *, but: bytes = b"") -> None:
    """Sign a person out everywhere, except in the session with one digest."""
    session.execute(delete(StaffSession).where(StaffSession.staff_id == staff_id, StaffSession.digest != but))


def passkeys(session: Session, staff_id: int) -> list[StaffPasskey]:
    """List a person's passkeys, oldest first."""
    query = select(StaffPasskey).where(StaffPasskey.staff_id == staff_id)
    return list(session.scalars(query.order_by(StaffPasskey.id)))


def passkey(session: Session, credential_id: bytes) -> StaffPasskey | None:
    """Find a passkey by the id that its device gives, and keep others from using it until the transaction ends."""
    query = select(StaffPasskey).where(StaffPasskey.credential_id == credential_id)
    return session.scalars(query.with_for_update()).one_or_none()


def numbers_of_passkeys(session: Session) -> dict[int, int]:
    """Count the passkeys of everyone who has any."""
    return dict(session.execute(select(StaffPasskey.staff_id, func.count()).group_by(StaffPasskey.staff_id)).all())


def number_of_recovery_codes(session: Session, staff_id: int) -> int:
    """Count the recovery codes that a person has left."""
    query = select(func.count()).select_from(StaffRecoveryCode).where(StaffRecoveryCode.staff_id == staff_id)
    return session.scalar(query) or 0


def has_code(session: Session, staff_id: int) -> bool:
    """Say whether a person has an app, or recovery codes left."""
    person = by_id(session, staff_id)
    has_app = person is not None and person.sealed_totp is not None
    return has_app or number_of_recovery_codes(session, staff_id) > 0


def replace_recovery_codes(session: Session, staff_id: int, codes: Collection[str]) -> None:
    """Store the keyed hashes of new recovery codes in place of all earlier ones."""
    session.execute(delete(StaffRecoveryCode).where(StaffRecoveryCode.staff_id == staff_id))
    keys = keys_of(session)
    session.add_all(
        StaffRecoveryCode(staff_id=staff_id, digest=keys.keyed_hash(_codes_of(staff_id), code)) for code in codes
    )


def use_recovery_code(session: Session, staff_id: int, code: str) -> bool:
    """Use a recovery code up; False where the person has none like it, or it was used."""
    digests = keys_of(session).keyed_hashes(_codes_of(staff_id), code)
    mine = (StaffRecoveryCode.staff_id == staff_id, StaffRecoveryCode.digest.in_(digests))
    return bool(session.scalars(delete(StaffRecoveryCode).where(*mine).returning(StaffRecoveryCode.id)).all())


def _codes_of(staff_id: int) -> str:
    return f"recovery code of {staff_id}"


def forget_factors(session: Session, person: Staff) -> None:
    """Take all second factors from an account; its owner adds one anew before the next staff page."""
    person.sealed_totp, person.totp_step = None, 0
    session.execute(delete(StaffPasskey).where(StaffPasskey.staff_id == person.id))
    session.execute(delete(StaffRecoveryCode).where(StaffRecoveryCode.staff_id == person.id))


def spend(session: Session, what: str, *, until: datetime, now: datetime) -> bool:
    """Use something that works once; False where it was used before. What would have run out by now is cleared away."""
    session.execute(delete(SpentOnce).where(SpentOnce.until < now))
    digest = hashlib.sha256(what.encode()).digest()
    row = insert_into(session, SpentOnce).values(digest=digest, until=until)
    return session.execute(row.on_conflict_do_nothing().returning(SpentOnce.digest)).first() is not None
