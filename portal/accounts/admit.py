"""Admitting somebody whom a provider vouches for: their account is found, tied or made, and has the roles it should."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

import portal.accounts.identity_store as identities
import portal.accounts.store as accounts
from portal.accounts import invite
from portal.accounts.claims import Identity, NoEntry, Why
from portal.accounts.models import Staff
from portal.accounts.rules import Role
from portal.audit.store import record
from portal.db import hold_exclusive

BY = "oidc"  # as the trail names single sign-on


def admit(session: Session, identity: Identity, roles: Collection[Role], *, now: datetime) -> Staff:
    """Give the account of somebody who proved who they are, with these roles and no others. Raises NoEntry.

    Nobody is signed in by it: a second factor may still be owed.
    """
    if identity.country is None:
        raise NoEntry(Why.OTHER_COUNTRY)
    hold_exclusive(session, "single sign-on")  # two first visits of one person make one account
    staff_id = identities.staff_id_of(session, identity.issuer, identity.subject)
    if staff_id:
        person, tied = accounts.locked(session, staff_id), None
    else:
        person, tied = _tied(session, identity, roles, now=now)
    if not person.active:
        raise NoEntry(Why.CLOSED)
    if person.country != identity.country:
        raise NoEntry(Why.OTHER_COUNTRY)
    identities.renew(session, person.id, identity.issuer, identity.subject)
    try:
        invite.give_roles(session, person.id, roles, actor_id=None, now=now)
    except invite.LastAdministrator:
        raise NoEntry(Why.LAST_ADMINISTRATOR) from None
    if tied:  # last: giving roles can lock more, and recording locks the trail
        record(session, tied.action, f"staff:{person.id}", actor_id=tied.actor_id, now=now, **tied.detail)
    return person


def confirm(session: Session, identity: Identity, staff_id: int, *, by: str, now: datetime) -> None:
    """Write that somebody who is signed in proved anew who they are. Raises NoEntry where it is somebody else."""
    if identities.staff_id_of(session, identity.issuer, identity.subject) != staff_id:
        raise NoEntry(Why.SOMEBODY_ELSE)
    record(session, "staff:confirmed", f"staff:{staff_id}", actor_id=staff_id, now=now, by=by)


def turn_away(session: Session, identity: Identity) -> None:
    """End what is open of somebody who is in no group any more."""
    if staff_id := identities.staff_id_of(session, identity.issuer, identity.subject):
        accounts.end_sessions(session, staff_id)


@dataclass(frozen=True)
class Tied:
    """What the trail says of an account that was tied or made."""

    action: str
    actor_id: int | None
    detail: dict[str, Any]


def _tied(session: Session, identity: Identity, roles: Collection[Role], *, now: datetime) -> tuple[Staff, Tied]:
    """Tie an account of the same address, which the provider must have verified; else make one."""
    if not identity.email or identity.country is None:
        raise NoEntry(Why.NO_ADDRESS)
    found = accounts.by_email(session, identity.email)
    if found is None:
        person = accounts.add(session, identity.email, identity.name, identity.country, roles, now=now)
        detail = {"roles": sorted(roles), "country": identity.country, "by": BY}
        tied = Tied("account:created", None, detail)
    else:
        person = accounts.locked(session, found.id)
        # Another government's provider has no say over this account, whatever address it vouches for.
        if person.country != identity.country:
            raise NoEntry(Why.OTHER_COUNTRY)
        if not identity.email_verified or identities.has_identity(session, person.id):
            raise NoEntry(Why.ADDRESS_TAKEN)
        if person.password is None:
            person.fs_uniquifier = accounts.new_uniquifier()  # links sent before would let a mailbox in
        tied = Tied("account:linked", person.id, {"by": BY})
    identities.tie(session, person.id, identity.issuer, identity.subject, now=now)
    return person, tied
