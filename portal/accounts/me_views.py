"""One's own account: password, second factors, recovery codes, and the browsers that are signed in."""

from flask import Blueprint, abort, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

import portal.accounts.store as accounts
from portal import db
from portal.accounts import ceremonies, factors, gate, invite, letters, passkeys, security, sessions, tries
from portal.accounts.forms import FactorForm, NewPasskeyForm, PasswordForm, PressForm
from portal.accounts.gate import fresh, open_to_all_staff
from portal.accounts.models import Staff
from portal.accounts.rules import LastFactor
from portal.audit.store import record
from portal.clock import utcnow
from portal.i18n import localised
from portal.limits import SECOND_FACTOR, SIGN_IN, STAFF_WRITE, WRONG_PASSWORDS, limited

bp = Blueprint("me", __name__)


@localised(bp, en="/staff/me", es="/equipo/yo")
@open_to_all_staff
def me() -> ResponseReturnValue:
    """Show one's own account."""
    return render_template(
        "accounts/me.html",
        person=own(),
        press=PressForm(formdata=None),
        passkeys=passkeys.owned(db.session, own()),
        codes=accounts.number_of_recovery_codes(db.session, g.staff.id),
        browsers=accounts.sessions_of(db.session, g.staff.id, now=utcnow()),
        this_browser=sessions.own_digest(),
    )


@localised(bp, en="/staff/me/password", es="/equipo/yo/contrasena", methods=["GET", "POST"])
@limited(SIGN_IN, methods=("POST",))
@open_to_all_staff
@fresh
def password() -> ResponseReturnValue:
    """Choose a new password; every other browser is signed out."""
    form, person, now = PasswordForm(), own(), utcnow()
    form.known = (person.email, person.email.partition("@")[0], person.name)
    if not form.validate_on_submit():
        return render_template("accounts/password.html", form=form), 422 if form.errors else 200
    counted = tries.whom(person.email)
    if wait := tries.must_wait(counted, form.ticket.data or "", now=now):
        form.ask_to_wait(wait.seconds, wait.ticket)
        return render_template("accounts/password.html", form=form), 429, {"Retry-After": str(wait.seconds)}
    if not security.is_password_of(person, form.present.data or ""):
        with db.transaction() as session:
            tries.warn_owner(session, WRONG_PASSWORDS, counted, person.email, now=now)
        form.refuse()
        return render_template("accounts/password.html", form=form), 422
    tries.begin_anew(WRONG_PASSWORDS, counted)
    with db.transaction() as session:
        here, password = sessions.own_digest(), form.password.data or ""
        person = invite.change_password(session, person.id, password, but=here, now=now)
        letters.tell(session, person, "password", now=now)
    security.follow_password(person)
    return redirect(url_for(".me", _anchor="password"), 303)


@localised(bp, en="/staff/me/app", es="/equipo/yo/aplicacion", methods=["GET", "POST"])
@limited(SECOND_FACTOR, methods=("POST",))
@open_to_all_staff
@fresh
def app() -> ResponseReturnValue:
    """Add an authenticator app, or take another in place of the present one."""
    form, person = FactorForm(), own()
    if ceremonies.add_app(person, form):
        return redirect(url_for(".me", _anchor="app"), 303)
    page = render_template("accounts/app.html", form=form, app=ceremonies.offered_app(person), person=person)
    return page, 422 if form.errors else 200


@localised(bp, en="/staff/me/app/remove", es="/equipo/yo/aplicacion/quitar", methods=["POST"])
@limited(STAFF_WRITE)
@open_to_all_staff
@fresh
def remove_app() -> ResponseReturnValue:
    """Take the authenticator app away, where a passkey remains."""
    try:
        with db.transaction() as session:
            factors.remove_app(session, g.staff.id, now=utcnow())
            letters.tell(session, own(), "app removed", now=utcnow())
    except LastFactor:
        abort(403)
    return redirect(url_for(".me", _anchor="app"), 303)


@localised(bp, en="/staff/me/passkeys/new", es="/equipo/yo/llaves/nueva", methods=["GET", "POST"])
@limited(SECOND_FACTOR, methods=("POST",))
@open_to_all_staff
@fresh
def new_passkey() -> ResponseReturnValue:
    """Add a passkey under a name."""
    form, person = NewPasskeyForm(), own()
    if ceremonies.add_passkey(person, form):
        return redirect(url_for(".me", _anchor="passkeys"), 303)
    page = render_template("accounts/passkey.html", form=form, passkey=ceremonies.asked_to_register(person))
    return page, 422 if form.errors else 200


@localised(
    bp, en="/staff/me/passkeys/<row:number>/remove", es="/equipo/yo/llaves/<row:number>/quitar", methods=["POST"]
)
@limited(STAFF_WRITE)
@open_to_all_staff
@fresh
def remove_passkey(number: int) -> ResponseReturnValue:
    """Take a passkey away, unless it is the last second factor."""
    try:
        with db.transaction() as session:
            if not passkeys.remove(session, g.staff.id, number, now=utcnow()):
                abort(404)
            letters.tell(session, own(), "passkey removed", now=utcnow())
    except LastFactor:
        abort(403)
    return redirect(url_for(".me", _anchor="passkeys"), 303)


@localised(bp, en="/staff/me/recovery-codes", es="/equipo/yo/codigos", methods=["POST"])
@limited(STAFF_WRITE)
@open_to_all_staff
@fresh
def recovery_codes() -> ResponseReturnValue:
    """Draw ten new recovery codes in place of the earlier ones, and show them once."""
    with db.transaction() as session:
        codes = factors.new_recovery_codes(session, g.staff.id, now=utcnow())
        letters.tell(session, own(), "recovery codes", now=utcnow())
    return render_template("accounts/recovery_codes.html", codes=codes, onward=url_for(".me"), is_first=False)


@localised(bp, en="/staff/me/sessions/<browser>/end", es="/equipo/yo/sesiones/<browser>/terminar", methods=["POST"])
@limited(STAFF_WRITE)
@open_to_all_staff
def end_session(browser: str) -> ResponseReturnValue:
    """Sign one browser of one's own out."""
    mine = {row.digest.hex(): row for row in accounts.sessions_of(db.session, g.staff.id, now=utcnow())}
    if browser not in mine:
        abort(404)
    with db.transaction() as session:
        accounts.end_session(session, mine[browser].digest)
        record(session, "staff:signed-out", f"staff:{g.staff.id}", actor_id=g.staff.id, now=utcnow(), sessions=1)
    return redirect(url_for(".me", _anchor="browsers"), 303)


@localised(bp, en="/staff/me/sessions/end-all", es="/equipo/yo/sesiones/terminar-todas", methods=["POST"])
@limited(STAFF_WRITE)
@open_to_all_staff
def end_all_sessions() -> ResponseReturnValue:
    """Sign every browser of one's own out, this one too."""
    with db.transaction() as session:
        number = len(accounts.sessions_of(session, g.staff.id, now=utcnow()))
        accounts.end_sessions(session, g.staff.id)
        record(session, "staff:signed-out", f"staff:{g.staff.id}", actor_id=g.staff.id, now=utcnow(), sessions=number)
    security.sign_out()
    return redirect(url_for(gate.SIGN_IN), 303)


def own() -> Staff:
    """Give the account of whoever is signed in."""
    person = accounts.by_id(db.session, g.staff.id)
    assert person is not None
    return person
