"""What a page needs to ask for a factor or to add one, and what it makes of the answer.

What was asked waits in the browser's session: the challenge of a passkey, and the secret of an app until the first code
shows that it was taken over.
"""

from dataclasses import dataclass

import segno
from flask import current_app, request
from flask import session as browser
from flask_babel import gettext as _
from markupsafe import Markup

from portal import db
from portal.accounts import factors, letters, passkeys
from portal.accounts.forms import FactorForm, NewPasskeyForm
from portal.accounts.models import Staff
from portal.accounts.passkeys import Answer, Site
from portal.clock import utcnow
from portal.db import keys_of
from portal.keys import SealBroken

CHALLENGE, SECRET = "challenge", "secret"
QR_MARGIN = 4


@dataclass(frozen=True)
class OfferedApp:
    """An authenticator app that can be added: its QR code as SVG, and the same secret to be typed."""

    qr: Markup
    spelled: str


def site() -> Site:
    """Give the address that people see: the one set, else that of the request."""
    return Site((current_app.config["SETTINGS"].base_url or request.host_url).rstrip("/"))


def asked_to_prove(person: Staff | None = None) -> str | None:
    """Write what the page asks the browser to sign with a passkey; None where there is none to ask for."""
    if not site().takes_passkeys or (person and not _has_passkey(person)):
        return None
    return passkeys.to_prove(db.session, person, site(), _new_challenge())


def asked_to_register(person: Staff) -> str | None:
    """Write what the page asks the browser for a new passkey; None at an address where browsers make none."""
    if not site().takes_passkeys:
        return None
    return passkeys.to_register(db.session, person, site(), _new_challenge())


def answered(written: str) -> Answer:
    """Join a browser's answer with what was asked. It is asked once, right or wrong. Raises Unproved."""
    challenge, now = str(browser.pop(CHALLENGE, "")), utcnow()
    with db.transaction() as session:
        if not passkeys.spend(session, challenge, now=now):
            raise passkeys.Unproved
    return Answer(written, site(), challenge)


def offered_app(person: Staff) -> OfferedApp:
    """Give the app that is offered to a person, the same until it was added."""
    secret = _secret(person)
    qr = segno.make(factors.address(secret, person.email), error="m")
    drawn = qr.svg_inline(border=QR_MARGIN, omitsize=True, svgclass=None, lineclass=None)
    return OfferedApp(Markup(drawn), " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)))  # noqa: S704  # drawn by us


def add_app(person: Staff, form: FactorForm) -> bool:
    """Add the app that was offered by its first code; False with what is wrong said in the form."""
    if not form.validate_on_submit():
        return False
    try:
        with db.transaction() as session:
            factors.add_app(session, person.id, _secret(person), form.code.data or "", now=utcnow())
            letters.tell(session, person, "app", now=utcnow())
    except factors.WrongCode:
        form.refuse()
        return False
    browser.pop(SECRET, None)
    return True


def add_passkey(person: Staff, form: NewPasskeyForm) -> bool:
    """Add the passkey that a browser made; False with what is wrong said in the form."""
    if not form.validate_on_submit():
        return False
    name = form.passkey_name.data or ""
    try:
        answer = answered(form.answer.data or "")
        with db.transaction() as session:
            passkeys.add(session, person.id, answer, name, now=utcnow())
            letters.tell(session, person, "passkey", now=utcnow())
    except passkeys.Unproved:
        form.form_errors.append(_("That passkey could not be added. Try again."))
        return False
    except passkeys.TooMany:
        form.form_errors.append(_("You have as many passkeys as an account can have. Remove one first."))
        return False
    return True


def _secret(person: Staff) -> str:
    if SECRET not in browser:
        sealed = keys_of(db.session).seal(factors.new_secret(), person.place("offered_totp"))
        browser[SECRET] = sealed.hex()
    try:
        return person.opened("offered_totp", bytes.fromhex(browser[SECRET]))
    except SealBroken:  # its key was retired meanwhile
        del browser[SECRET]
        return _secret(person)


def _new_challenge() -> str:
    browser[CHALLENGE] = passkeys.new_challenge(utcnow())
    return str(browser[CHALLENGE])


def _has_passkey(person: Staff) -> bool:
    return bool(passkeys.owned(db.session, person))
