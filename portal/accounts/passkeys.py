"""Passkeys (WebAuthn, level 2): what a page asks of the browser, and what the browser's answer proves.

A challenge is used once. The address that people see must be the one that the passkey was made for; both come from
PORTAL_BASE_URL where it is set, else from the request, since a passkey of another address cannot answer for ours.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from urllib.parse import urlsplit

import webauthn
from sqlalchemy.orm import Session
from webauthn.helpers import parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

import portal.accounts.store as accounts
from portal.accounts.models import Staff, StaffPasskey
from portal.accounts.rules import CHALLENGE_LASTS, ISSUER, LONGEST_PASSKEY_NAME, MOST_PASSKEYS, LastFactor
from portal.audit.store import record
from portal.db import keys_of

CHALLENGE_BYTES = 32

# What reading an answer can raise: it is anyone's text, nested as deeply as they like.
UNREADABLE = (WebAuthnException, ValueError, KeyError, TypeError, RecursionError)


class Unproved(Exception):
    """A browser's answer that proves nothing: another challenge, another address, another key, or a copied device."""


class TooMany(Exception):
    """The account has as many passkeys as it can have."""


@dataclass(frozen=True)
class Answer:
    """What a browser answered, as JSON, at which address, to which challenge."""

    written: str
    site: "Site"
    challenge: str


@dataclass(frozen=True)
class Site:
    """The address that people see, for which passkeys are made."""

    origin: str

    @property
    def host(self) -> str:
        """The domain that a passkey is tied to."""
        return urlsplit(self.origin).hostname or ""

    @property
    def takes_passkeys(self) -> bool:
        """Whether browsers make passkeys here: at a name, not at a number."""
        try:
            ip_address(self.host)
        except ValueError:
            return bool(self.host)  # a request's Host header may name none
        return False


def new_challenge(now: datetime) -> str:
    """Draw a challenge, with the moment it was drawn; it is kept in the browser's session and used once."""
    return f"{secrets.token_urlsafe(CHALLENGE_BYTES)}.{int(now.timestamp())}"


def to_register(session: Session, person: Staff, site: Site, challenge: str) -> str:
    """Write what the browser is asked for a new passkey, as JSON."""
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name=ISSUER,
        user_id=person.handle,
        user_name=person.email,
        user_display_name=person.name,
        challenge=challenge.encode(),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=_descriptors(session, person),
    )
    return webauthn.options_to_json(options)


def to_prove(session: Session, person: Staff | None, site: Site, challenge: str) -> str:
    """Write what the browser is asked to sign, as JSON: by one of a person's passkeys, or by any that knows its owner.

    A passkey that stands for password and second factor at once must verify its user; as a second factor it need not.
    """
    options = webauthn.generate_authentication_options(
        rp_id=site.host,
        challenge=challenge.encode(),
        allow_credentials=_descriptors(session, person) if person else None,
        user_verification=UserVerificationRequirement.PREFERRED if person else UserVerificationRequirement.REQUIRED,
    )
    return webauthn.options_to_json(options)


def owned(session: Session, person: Staff) -> list[StaffPasskey]:
    """List a person's passkeys, oldest first."""
    return accounts.passkeys(session, person.id)


def add(session: Session, staff_id: int, answer: Answer, name: str, *, now: datetime) -> StaffPasskey:
    """Tie a new passkey to an account under a name. Raises Unproved and TooMany."""
    person = accounts.locked(session, staff_id)
    if len(accounts.passkeys(session, staff_id)) >= MOST_PASSKEYS:
        raise TooMany
    try:
        made = webauthn.verify_registration_response(
            credential=answer.written,
            expected_challenge=answer.challenge.encode(),
            expected_rp_id=answer.site.host,
            expected_origin=answer.site.origin,
        )
    except UNREADABLE:
        raise Unproved from None
    if accounts.passkey(session, made.credential_id):
        raise Unproved
    passkey = StaffPasskey(
        staff_id=person.id,
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        uses=made.sign_count,
        added_at=now,
    )
    passkey.sealed_name = keys_of(session).seal(name.strip()[:LONGEST_PASSKEY_NAME], passkey.place)
    session.add(passkey)
    session.flush()  # its id is told in the trail
    detail = {"factor": "passkey", "passkey": passkey.id}
    record(session, "factor:added", f"staff:{staff_id}", actor_id=staff_id, now=now, **detail)
    return passkey


def prove(session: Session, person: Staff | None, answer: Answer, *, now: datetime) -> Staff:
    """Check what a browser signed; give whose passkey signed it. Raises Unproved.

    Without a person, the passkey names its owner and must have verified who holds it, by a finger, a face or a PIN.
    """
    try:
        credential = parse_authentication_credential_json(answer.written)
        passkey = accounts.passkey(session, credential.raw_id)
        owner = accounts.by_id(session, passkey.staff_id) if passkey else None
        handle = credential.response.user_handle
        if passkey is None or owner is None or not owner.active or owner.id != (person or owner).id:
            raise Unproved
        if (person is None and handle is None) or (handle is not None and handle != owner.handle):
            raise Unproved
        shown = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=answer.challenge.encode(),
            expected_rp_id=answer.site.host,
            expected_origin=answer.site.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.uses,
            require_user_verification=person is None,
        )
    except UNREADABLE:
        raise Unproved from None
    passkey.uses, passkey.used_at = shown.new_sign_count, now
    return owner


def remove(session: Session, staff_id: int, passkey_id: int, *, now: datetime) -> bool:
    """Take a passkey from its account; False where the person has none of this number. Raises LastFactor."""
    person, all_of_them = accounts.locked(session, staff_id), accounts.passkeys(session, staff_id)
    mine = [passkey for passkey in all_of_them if passkey.id == passkey_id]
    if mine and person.sealed_totp is None and len(all_of_them) == 1:
        raise LastFactor
    for passkey in mine:
        session.delete(passkey)
        detail = {"factor": "passkey", "passkey": passkey_id}
        record(session, "factor:removed", f"staff:{staff_id}", actor_id=staff_id, now=now, **detail)
    return bool(mine)


def spend(session: Session, challenge: str, *, now: datetime) -> bool:
    """Use a challenge up, whatever the answer is worth; False where it was used before, or has run out."""
    _drawn, _, at = challenge.rpartition(".")
    age = now.timestamp() - int(at or 0)
    fresh = 0 <= age + 1 <= CHALLENGE_LASTS.total_seconds() + 1
    return fresh and accounts.spend(session, f"challenge {challenge}", until=now + CHALLENGE_LASTS, now=now)


def _descriptors(session: Session, person: Staff) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(id=passkey.credential_id) for passkey in accounts.passkeys(session, person.id)
    ]
