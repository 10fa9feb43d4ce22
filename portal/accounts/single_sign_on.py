"""Signing in by the provider of one's government: the way there, the way back, and a page for those who stay out."""

from typing import Any

from flask import Blueprint, abort, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

import portal.accounts.admit as admitted
import portal.accounts.identity_store as identities
import portal.accounts.store as accounts
from portal import db
from portal.accounts import enter, gate, kept_form, security
from portal.accounts.admit import BY, admit, turn_away
from portal.accounts.claims import NoEntry, Why, roles_of
from portal.accounts.provider import Attempt, Provider, current_provider
from portal.accounts.rules import FRESH_FOR, own_address
from portal.clock import utcnow
from portal.config import Settings
from portal.i18n import ENGLISH, LANGUAGES, localised, preferred
from portal.limits import SINGLE_SIGN_ON, limited

bp = Blueprint("single_sign_on", __name__)

# Where people come in by what this portal keeps of them; closed where the provider alone lets people in.
LOCAL_DOORS = frozenset({gate.SIGN_IN, "staff.door.sign_in_by_passkey", "staff.links.cannot_sign_in"})
LOCAL_LINK = "staff.links.welcome"
MAKE_LINKS = frozenset({f"staff.accounts.{name}" for name in ("new", "new_link", "reset_factors")})
AUTH_TIME_MAY_LAG = 60  # seconds by which the provider's clock may be behind ours

REASONS: dict[Why, Any] = {
    Why.DENIED: _l("You or %(name)s stopped the sign-in. Try again if you still want to come in."),
    Why.EXPIRED: _l("This sign-in was begun too long ago, in another browser, or is already used. Begin again."),
    Why.UNREACHABLE: _l("%(name)s does not answer. Try again in a few minutes."),
    Why.UNTRUSTED: _l("The answer of %(name)s could not be verified. If it happens again, tell an administrator."),
    Why.NO_GROUP: _l("%(name)s knows you, but none of your groups works in this portal. Ask an administrator."),
    Why.NO_ADDRESS: _l("%(name)s did not tell us your e-mail address. Ask an administrator."),
    Why.UNVERIFIED: _l("%(name)s has not verified your e-mail address. Ask an administrator."),
    Why.ADDRESS_TAKEN: _l("An account with your e-mail address exists and is not tied to you. Ask an administrator."),
    Why.OTHER_COUNTRY: _l("%(name)s cannot vouch for your government here. Ask an administrator."),
    Why.CLOSED: _l("Your account in this portal is closed. Ask an administrator."),
    Why.LAST_ADMINISTRATOR: _l(
        "You are the last administrator of your government here, and none of your groups says so. Ask whoever manages "
        "the groups to add you to one, or make somebody else an administrator first."
    ),
    Why.SOMEBODY_ELSE: _l("%(name)s sent back somebody else than the person who is signed in. Try again."),
    Why.ONE_FACTOR: _l(
        "%(name)s asked you for one factor alone; this needs both. Go back and show your second factor of this portal."
    ),
}


@localised(bp, en="/staff/sign-in/oidc", es="/equipo/entrar/oidc")
@limited(SINGLE_SIGN_ON)
def start() -> ResponseReturnValue:
    """Send this browser to the provider, to sign in or to prove anew who is signed in.

    By a link, not by a form: browsers hold where a form leads to our own pages, through every redirect that follows.
    """
    onward = own_address(request.args.get("next", "")) or url_for(gate.HOME)
    confirms = g.staff.id if g.staff and "confirm" in request.args else 0
    if g.staff and not confirms:
        return redirect(onward, 303)
    try:
        return redirect(provider().begin(callback(), Attempt(g.language, onward, confirms)), 303)
    except NoEntry as refusal:
        return stay_out(refusal.why)


@localised(bp, en="/staff/sign-in/oidc/callback", es="/equipo/entrar/oidc/regreso")
@limited(SINGLE_SIGN_ON)
def back() -> ResponseReturnValue:
    """Let in whom the provider sends back."""
    g.language = preferred()  # the provider knows one address; the attempt remembers the language
    try:
        attempt = provider().attempt()
        g.language = attempt.language if attempt.language in LANGUAGES else g.language
        return confirm(attempt) if attempt.confirms else come_in(attempt)
    except NoEntry as refusal:
        return stay_out(refusal.why)


def come_in(attempt: Attempt) -> ResponseReturnValue:
    """Sign in whoever the provider says came back; without two factors the portal asks for its own. Raises NoEntry."""
    identity, now = provider().identity(), utcnow()
    roles = roles_of(identity.groups, provider().roles)
    if not roles:
        with db.transaction() as session:
            turn_away(session, identity, now=now)
        raise NoEntry(Why.NO_GROUP)
    with db.transaction() as session:
        person = admit(session, identity, roles, now=now)
        if identity.both_factors:
            enter.enter(session, person.id, by=[BY], now=now)
    onward = own_address(attempt.onward) or url_for(gate.HOME)
    if not identity.both_factors:
        security.begin_sign_in(person, by=BY, now=now)
        return redirect(url_for(gate.next_step(db.session, person), next=onward), 303)
    security.sign_in(person, by=[BY], now=now)
    if now.timestamp() - identity.proved_at > FRESH_FOR.total_seconds():
        security.forget_proof()  # they may have shown it to the provider in the morning
    return redirect(url_for(gate.GO_ON) if kept_form.waiting() else onward, 303)


def confirm(attempt: Attempt) -> ResponseReturnValue:
    """Open what needs a recent factor to somebody whom the provider asked anew. Raises NoEntry."""
    identity, now = provider().identity(), utcnow()
    if g.staff is None or g.staff.id != attempt.confirms:
        raise NoEntry(Why.EXPIRED)
    if identity.proved_at < attempt.began - AUTH_TIME_MAY_LAG:
        raise NoEntry(Why.UNTRUSTED)  # it was asked to ask anew, and did not
    with db.transaction() as session:
        admitted.confirm(session, identity, g.staff.id, by=BY, now=now)
    security.prove(now=now)
    onward = own_address(attempt.onward) or url_for(gate.HOME)
    return redirect(url_for(gate.GO_ON) if kept_form.waiting() else onward, 303)


@localised(bp, en="/staff/sign-in/oidc/refused", es="/equipo/entrar/oidc/rechazo")
def refused() -> ResponseReturnValue:
    """Say why somebody does not come in, and what they can do."""
    try:
        why = Why(request.args.get("why", ""))
    except ValueError:
        abort(404)
    said = str(REASONS[why]) % {"name": provider().name}
    status = 503 if why == Why.UNREACHABLE else 403
    return render_template("accounts/sso_refused.html", said=said), status


def stay_out(why: Why) -> ResponseReturnValue:
    """Lead to the page that says why: its address holds nothing of the provider's, and it has a twin."""
    return redirect(url_for(".refused", why=why.value), 303)


def provider() -> Provider:
    """Give the provider; without one these addresses do not exist."""
    return current_provider() or abort(404)


def callback() -> str:
    """Write the one address that is registered with the provider, whatever the reader's language."""
    settings: Settings = current_app.config["SETTINGS"]
    return settings.base_url.rstrip("/") + url_for("staff.single_sign_on.back", lang=ENGLISH)


def close_local_doors() -> ResponseReturnValue | None:
    """Where the provider alone lets people in: no password and no passkey counts, no one-time link works or is made."""
    found = current_provider()
    if found is None or not found.only:
        return None
    if g.staff:
        return abort(404) if request.endpoint in MAKE_LINKS else None
    if request.endpoint == LOCAL_LINK:
        return render_template("accounts/link_worthless.html"), 410
    if request.endpoint in LOCAL_DOORS:
        wrong = request.method == "POST"
        said = _("That e-mail address and password do not match. Check both and try again.") if wrong else None
        return render_template("accounts/sign_in_elsewhere.html", said=said), 422 if wrong else 200
    return None


def way_in() -> dict[str, Any]:
    """Give staff pages the link to the provider: its name, where it begins, and where one proves anew who one is.

    The page that asks for a factor again learns too whether there is any code that somebody could type there.
    """
    confirms = g.staff.id if request.endpoint == gate.CONFIRM and g.get("staff") else None
    asks_code = confirms is not None and accounts.has_code(db.session, confirms)
    found = current_provider()
    if found is None:
        return {"single_sign_on": None, "asks_code": asks_code}
    onward, start_at = own_address(request.args.get("next", "")), "staff.single_sign_on.start"
    tied = confirms is not None and identities.has_identity(db.session, confirms)
    again = url_for(start_at, confirm=1, next=onward) if tied else None
    way = {
        "name": found.name,
        "only": found.only,
        "url": url_for(start_at, next=onward),
        "confirm_url": again,
    }
    return {"single_sign_on": way, "asks_code": asks_code}
