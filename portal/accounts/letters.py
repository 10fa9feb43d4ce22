"""Letters to staff: one-time links, and word of what happened to an account."""

from dataclasses import asdict, dataclass
from datetime import datetime

from flask import current_app, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

import portal.accounts.identity_store as identities
import portal.accounts.store as accounts
from portal import mail
from portal.accounts import invite
from portal.accounts.models import Staff
from portal.accounts.rules import WARNED_EVERY, StaffCountry
from portal.accounts.tries import WARN
from portal.audit.store import record
from portal.db import keys_of
from portal.i18n import ENGLISH, SPANISH, moment, speaking
from portal.jobs import sealed_for

LOCAL = "http://127.0.0.1:8000"


@dataclass(frozen=True)
class Written:
    """A letter as it will be read: its kind for the operator, its subject, its text."""

    kind: str
    subject: str
    text: str


def language_of(person: Staff) -> str:
    """Tell in which language to write to somebody: that of their government."""
    return SPANISH if person.country == StaffCountry.MX else ENGLISH


def link(token: str, language: str, base_url: str = "") -> str:
    """Write the address of a one-time link."""
    base = current_app.config["SETTINGS"].base_url or base_url or LOCAL
    with current_app.test_request_context():
        return str(base.rstrip("/") + url_for("staff.links.welcome", token=token, lang=language))


def are_sent() -> bool:
    """Say whether letters go out; where they do not, an administrator hands one-time links over."""
    return mail.is_set(current_app.config["SETTINGS"])


def send_link(session: Session, person: Staff, token: str, *, is_first: bool, now: datetime) -> None:
    """Send somebody their one-time link: an invitation, or a way back into their account."""
    language = language_of(person)
    with speaking(language):
        address = link(token, language)
        if is_first:
            subject = _("You are invited to Open Dialogue")
            what = _("You are invited to the staff's portal of Open Dialogue. Set up your account here:")
        else:
            subject = _("A new link for your account of Open Dialogue")
            what = _("Choose a new password for your account of Open Dialogue here:")
        rest = _("The link works once, for three days. If you did not expect it, do nothing and tell an administrator.")
        _send(session, person, Written("one-time link", subject, f"{what}\n\n{address}\n\n{rest}"), now=now)


def tell(session: Session, person: Staff, what: str, *, now: datetime) -> None:
    """Tell somebody that their account changed; `what` is a key of `sentences`."""
    with speaking(language_of(person)):
        subject = _("Your account of Open Dialogue was changed")
        rest = _("If this was not you, tell an administrator at once.")
        text = f"{sentences()[what]}\n{moment(now)}\n\n{rest}"
        _send(session, person, Written("account changed", subject, text), now=now)


def sentences() -> dict[str, str]:
    """Say what can happen to an account, in the language spoken at the moment."""
    return {
        "password": _("Your password was changed."),
        "app": _("An authenticator app was added to your account."),
        "app removed": _("The authenticator app was removed from your account."),
        "passkey": _("A passkey was added to your account."),
        "passkey removed": _("A passkey was removed from your account."),
        "recovery codes": _("New recovery codes were made for your account. The earlier ones no longer work."),
        "recovery code": _("A recovery code was used to sign in to your account."),
        "roles": _("Your roles were changed."),
        "disabled": _("Your account was disabled."),
        "enabled": _("Your account was enabled again."),
    }


def send_asked_link(session: Session, subject: str, now: datetime) -> None:
    """Send the one-time link that somebody asked for at the door, where there is an account; a handler of jobs.

    An account that only the provider of single sign-on opens gets none: whoever reads its mailbox could give it a
    password and a second factor of their own.
    """
    email = keys_of(session).unseal(bytes.fromhex(subject.rsplit(maxsplit=1)[-1]), sealed_for(invite.SEND_LINK))
    person = accounts.by_email(session, email)
    if person is None or not person.active or not are_sent():
        return
    if person.password is None and identities.has_identity(session, person.id):
        return
    record(session, "account:link-sent", f"staff:{person.id}", actor_id=None, now=now)
    send_link(session, person, invite.token(session, person), is_first=person.password is None, now=now)


def warn(session: Session, subject: str, now: datetime) -> None:
    """Tell the owner of an account that somebody keeps trying to get in, once an hour at most; a handler of jobs."""
    email = keys_of(session).unseal(bytes.fromhex(subject), sealed_for(WARN))
    found = accounts.by_email(session, email)
    if found is None or not found.active:
        return
    person = accounts.locked(session, found.id)
    if person.warned_at and now - person.warned_at < WARNED_EVERY:
        return
    person.warned_at = now
    record(session, "account:warned", f"staff:{person.id}", actor_id=None, now=now)
    with speaking(language_of(person)):
        title = _("Somebody tries to sign in to your account")
        what = _("There were several wrong tries to sign in to your account of Open Dialogue.")
        rest = _(
            "Your account is not locked. If it was not you, you need do nothing; if it goes on, tell an administrator."
        )
        _send(session, person, Written("wrong tries", title, f"{what}\n{moment(now)}\n\n{rest}"), now=now)


def _send(session: Session, person: Staff, letter: Written, *, now: datetime) -> None:
    if are_sent():
        mail.enqueue(session, to=person.email, language=language_of(person), **asdict(letter), now=now)
