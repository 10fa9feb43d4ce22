"""Admitting somebody whom a provider vouches for: their account is found, tied or made, and has the roles it should."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

import portal.accounts.identity_store as identities
import portal.accounts.store as accounts
from portal.accounts import invite
from portal.accounts.claims import Identity, NoEntry, Why
from portal.accounts.models import Staff
from portal.accounts.rules import Role
from portal.audit.store import record
from portal.db import hold_exclusive


def admit(session: Session, identity: Identity, roles: Collection[Role], *, now: datetime) -> Staff:
    """Give the account of somebody who proved who they are, with these roles and no others. Raises NoEntry.

    Nobody is signed in by it: a second factor may still be owed.
    """
    if identity.country is None:
        raise NoEntry(Why.OTHER_COUNTRY)
    hold_exclusive(session, "single sign-on")  # two first visits of one person make one account
    staff_id = identities.staff_id_of(session, identity.issuer, identity.subject)
    person = accounts.locked(session, staff_id) if staff_id else _tied(session, identity, roles, now=now)
    if not person.active:
        raise NoEntry(Why.CLOSED)
    if person.country != identity.country:
        raise NoEntry(Why.OTHER_COUNTRY)
    try:
        invite.give_roles(session, person.id, roles, actor_id=None, now=now)
    except invite.LastAdministrator:
        raise NoEntry(Why.LAST_ADMINISTRATOR) from None
    identities.renew(session, person.id, identity.issuer, identity.subject)
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


def _tied(session: Session, identity: Identity, roles: Collection[Role], *, now: datetime) -> Staff:
    """Tie an account of the same address, which the provider must have verified; else make one."""
    if not identity.email or identity.country is None:
        raise NoEntry(Why.NO_ADDRESS)
    found = accounts.by_email(session, identity.email)
    if found is None:
        person = accounts.add(session, identity.email, identity.name, identity.country, roles, now=now)
        detail = {"roles": sorted(roles), "country": identity.country, "by": "oidc"}
        record(session, "account:created", f"staff:{person.id}", actor_id=None, now=now, **detail)
    else:
        person = accounts.locked(session, found.id)
        # Another government's provider has no say over this account, whatever address it vouches for.
        if person.country != identity.country:
            raise NoEntry(Why.OTHER_COUNTRY)
        if not identity.email_verified or identities.has_identity(session, person.id):
            raise NoEntry(Why.ADDRESS_TAKEN)
        record(session, "account:linked", f"staff:{person.id}", actor_id=person.id, now=now, by="oidc")
    identities.tie(session, person.id, identity.issuer, identity.subject, now=now)
    return person
