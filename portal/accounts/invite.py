"""Inviting staff: one-time links on which a person sets their password; new links, roles and the end of an account."""

import hashlib
from collections.abc import Collection
from datetime import datetime
from typing import Any

from itsdangerous import BadSignature
from sqlalchemy.orm import Session

import portal.accounts.store as accounts
from portal import jobs
from portal.accounts import security
from portal.accounts.models import Staff
from portal.accounts.rules import INVITATION_LASTS, Role, StaffCountry, may_manage, normalised
from portal.audit.store import record
from portal.db import hold_exclusive, keys_of
from portal.jobs import sealed_for

PURPOSE = "welcome"
SEND_LINK = "account:send-link"


class AddressTaken(Exception):
    """Another account has this e-mail address."""


class LastAdministrator(Exception):
    """Without this account nobody could manage accounts."""


class OtherGovernment(Exception):
    """The account is one of the other government, which looks after its own."""


class LinkWorthless(Exception):
    """A one-time link that was used, replaced, changed, or is older than three days."""


def invite(
    session: Session,
    email: str,
    name: str,
    country: StaffCountry,
    roles: Collection[Role],
    *,
    actor_id: int | None,
    now: datetime,
) -> str:
    """Make an account and give the token of its one-time link. Raises AddressTaken and OtherGovernment.

    The other government's first administrator, and nobody else of it, can be invited by this one's.
    """
    if actor_id is not None:
        is_own = _refuse_other_government(session, country, actor_id)
        if not is_own and set(roles) != {Role.ADMINISTRATOR}:
            raise OtherGovernment
    hold_exclusive(session, "addresses")
    if accounts.by_email(session, email):
        raise AddressTaken(email)
    person = accounts.add(session, email, name, country, roles, now=now)
    written = sorted(roles)
    record(session, "account:created", f"staff:{person.id}", actor_id=actor_id, now=now, roles=written, country=country)
    return token(session, person)


def token(session: Session, person: Staff) -> str:
    """Write the token of a person's one-time link. Earlier tokens work until one of them is used."""
    return keys_of(session).signer(PURPOSE).dumps([person.id, _mark(session, person)])


def invited(session: Session, written: str, *, now: datetime) -> Staff:
    """Find whom a token invites. Raises LinkWorthless."""
    try:
        (staff_id, mark), signed_at = keys_of(session).signer(PURPOSE).loads(written, return_timestamp=True)
    except (BadSignature, ValueError, TypeError):
        raise LinkWorthless from None
    person = accounts.by_id(session, staff_id)
    fresh = now - signed_at <= INVITATION_LASTS
    if person is None or not person.active or not fresh or mark != _mark(session, person):
        raise LinkWorthless
    return person


def welcome(
    session: Session,
    written: str,
    *,
    name: str,
    password: str,
    now: datetime,
    email: str = "",
    country: StaffCountry | None = None,
) -> Staff:
    """Give an account its owner's name and password; the link is used up and every session of the account ends.

    `email` and `country` count only for the first administrator, whose account was made without them.
    Raises LinkWorthless and AddressTaken.
    """
    person = accounts.locked(session, invited(session, written, now=now).id)
    invited(session, written, now=now)  # of two who use it at once, the second finds it used
    if not person.email:
        hold_exclusive(session, "addresses")
        if accounts.by_email(session, email):
            raise AddressTaken(email)
        accounts.write_email(session, person, email)
        person.country = country or person.country
    accounts.write_name(session, person, name)
    person.password = security.hash_password(password)
    _end_links_and_sessions(session, person)
    record(session, "account:welcomed", f"staff:{person.id}", actor_id=person.id, now=now)
    return person


def reset(session: Session, staff_id: int, *, factors_too: bool = False, actor_id: int | None, now: datetime) -> str:
    """Take a person's password away, and their second factors where asked; sign them out; give a new link's token."""
    person = _changed(session, staff_id, actor_id)
    if actor_id is not None:
        _keep_one_administrator(session, person)
    was_active, person.password, person.active = person.active, None, True
    if factors_too:
        accounts.forget_factors(session, person)
    _end_links_and_sessions(session, person)
    if not was_active:
        record(session, "account:enabled", f"staff:{person.id}", actor_id=actor_id, now=now)
    detail = {"factors": True} if factors_too else {}
    record(session, "account:reset", f"staff:{person.id}", actor_id=actor_id, now=now, **detail)
    return token(session, person)


def disable(session: Session, staff_id: int, *, actor_id: int | None, now: datetime) -> None:
    """Close an account: its sessions and links end, and nobody can sign in to it.

    Raises LastAdministrator and OtherGovernment, as do all changes by somebody who manages accounts.
    """
    person = _changed(session, staff_id, actor_id)
    _keep_one_administrator(session, person)
    person.active = False
    _end_links_and_sessions(session, person)
    record(session, "account:disabled", f"staff:{person.id}", actor_id=actor_id, now=now)


def enable(session: Session, staff_id: int, *, actor_id: int | None, now: datetime) -> None:
    """Open a closed account again, with the password and the factors that it had."""
    person = _changed(session, staff_id, actor_id)
    person.active = True
    record(session, "account:enabled", f"staff:{person.id}", actor_id=actor_id, now=now)


def give_roles(
    session: Session, staff_id: int, roles: Collection[Role], *, actor_id: int | None, by: str = "", now: datetime
) -> None:
    """Give a person these roles in place of those they have; `by` says what gave them, where nobody did.

    Raises LastAdministrator.
    """
    person = _changed(session, staff_id, actor_id)
    before = sorted(role.name for role in person.roles)
    if before == sorted(roles):
        return
    if Role.ADMINISTRATOR not in roles:
        _keep_one_administrator(session, person)
    person.roles = accounts.role_rows(session, roles) if roles else []
    detail: dict[str, Any] = {"before": before, "roles": sorted(roles)} | ({"by": by} if by else {})
    record(session, "account:roles-changed", f"staff:{person.id}", actor_id=actor_id, now=now, **detail)


def change_password(session: Session, staff_id: int, password: str, *, but: bytes, now: datetime) -> Staff:
    """Give a person a new password; every session of theirs but one ends, and links sent before are worthless."""
    person = accounts.locked(session, staff_id)
    person.password = security.hash_password(password)
    _end_links_and_sessions(session, person, but=but)
    record(session, "account:password-changed", f"staff:{person.id}", actor_id=staff_id, now=now)
    return person


def ask_for_link(session: Session, email: str, *, language: str, now: datetime) -> None:
    """Ask for a one-time link to be sent to an address; whether it has an account only the job finds out."""
    sealed = keys_of(session).seal(normalised(email), sealed_for(SEND_LINK))
    jobs.enqueue(session, SEND_LINK, f"{language} {sealed.hex()}", due_at=now)


def _keep_one_administrator(session: Session, person: Staff) -> None:
    """Raise LastAdministrator where nobody else of a government could manage its accounts; two at once meet here."""
    if not person.active or Role.ADMINISTRATOR not in {role.name for role in person.roles}:
        return
    hold_exclusive(session, "administrators")
    if not accounts.number_who_administer(session, person.country, but=person.id):
        raise LastAdministrator


def first_administrator(session: Session, *, now: datetime) -> str | None:
    """Give the token of the first administrator's link until it was used, None from then on.

    Where there is no account at all, one is made; its owner writes name and address on the page of the link.
    """
    hold_exclusive(session, "first administrator")
    if not accounts.number(session):
        return invite(session, "", "", StaffCountry.MX, [Role.ADMINISTRATOR], actor_id=None, now=now)
    person = accounts.without_address(session)
    return token(session, person) if person else None


def _changed(session: Session, staff_id: int, actor_id: int | None) -> Staff:
    """Lock the account that somebody changes. Raises OtherGovernment; an operator's commands know no government."""
    person = accounts.locked(session, staff_id)
    if actor_id is not None:
        _refuse_other_government(session, person.country, actor_id)
    return person


def may_look_after(session: Session, country: str, own: str) -> bool:
    """Say whether somebody of one government may change accounts of another, as things stand."""
    has_one = own == country or accounts.number_who_administer(session, StaffCountry(country)) > 0
    return may_manage(own, country, has_administrator=has_one)


def _refuse_other_government(session: Session, country: StaffCountry, actor_id: int) -> bool:
    """Raise OtherGovernment; else say whether the account is one of the actor's own government."""
    actor = accounts.by_id(session, actor_id)
    assert actor is not None
    if not may_look_after(session, country, actor.country):
        raise OtherGovernment
    return actor.country == country


def _end_links_and_sessions(session: Session, person: Staff, *, but: bytes = b"") -> None:
    person.fs_uniquifier = accounts.new_uniquifier()
    accounts.end_sessions(session, person.id, but=but)


def _mark(session: Session, person: Staff) -> str:
    """Tie a link to the account as it stands: the uniquifier changes with each password."""
    return hashlib.sha256(f"{PURPOSE} {person.fs_uniquifier}".encode()).hexdigest()[:16]
