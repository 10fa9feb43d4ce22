"""The staff's door: password and second factor, passkeys, and a factor that is asked again; and the staff's home."""

from datetime import datetime, timedelta

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

import portal.accounts.store as accounts
from portal import db
from portal.accounts import ceremonies, devices, enter, factors, gate, kept_form, letters, passkeys, security, tries
from portal.accounts.forms import (
    FactorForm,
    NewPasskeyForm,
    PasskeyForm,
    PressForm,
    SignInForm,
)
from portal.accounts.gate import open_to_all_staff
from portal.accounts.models import Staff
from portal.accounts.rules import SHOWN_WARNING_LASTS, own_address
from portal.audit.store import record
from portal.clock import utcnow
from portal.i18n import localised
from portal.limits import SECOND_FACTOR, SIGN_IN, STAFF_WRITE, WRONG_CODES, WRONG_PASSWORDS, limited

bp = Blueprint("door", __name__)


@localised(bp, en="/staff/sign-in", es="/equipo/entrar", methods=["GET", "POST"])
@limited(SIGN_IN, methods=("POST",))
def sign_in() -> ResponseReturnValue:
    """Take an address and a password; the second factor follows."""
    form, now = SignInForm(), utcnow()
    if request.method == "GET" and g.staff:
        return redirect(onward(), 303)
    if not form.validate_on_submit():
        return sign_in_page(form, 422 if form.errors else 200)
    email = form.email.data or ""
    counted = tries.whom(email)
    if wait := tries.must_wait(counted, form.ticket.data or "", now=now):
        form.ask_to_wait(wait.seconds, wait.ticket)
        return sign_in_page(form, 429, retry_after=wait.seconds)
    person = accounts.by_email(db.session, email)
    if not security.is_password_of(person, form.password.data or "") or person is None:
        with db.transaction() as session:
            tries.warn_owner(session, WRONG_PASSWORDS, counted, email, now=now)
        form.refuse()
        return sign_in_page(form, 422)
    tries.begin_anew(WRONG_PASSWORDS, counted)
    security.begin_sign_in(person, now=now)
    return redirect(url_for(gate.next_step(db.session, person), next=request.args.get("next")), 303)


def sign_in_page(form: SignInForm, status: int, *, retry_after: int | None = None) -> Response:
    """Show the page on which staff sign in, with what is said there after a one-time link or a session that ended."""
    page = render_template(
        "accounts/sign_in.html",
        form=form,
        passkey=ceremonies.asked_to_prove(),
        passkey_form=PasskeyForm(formdata=None),
        is_welcome="welcome" in request.args,
        is_kept="kept" in request.args,
        onward=request.args.get("next"),
    )
    response = make_response(page, status)
    if retry_after:
        response.headers["Retry-After"] = str(retry_after)
    return response


@localised(bp, en="/staff/sign-in/passkey", es="/equipo/entrar/llave", methods=["GET", "POST"])
@limited(SIGN_IN, methods=("POST",))
def sign_in_by_passkey() -> ResponseReturnValue:
    """Let somebody in by a passkey alone, which verified who holds it."""
    form, now = PasskeyForm(), utcnow()
    if not form.validate_on_submit():
        return redirect(url_for(gate.SIGN_IN, next=request.args.get("next")), 303)
    try:
        answer = ceremonies.answered(form.answer.data or "")
        with db.transaction() as session:
            person = passkeys.prove(session, None, answer, now=now)
            enter.enter(session, person.id, by=["passkey"], now=now)
    except passkeys.Unproved:
        refused = SignInForm(formdata=None)
        refused.form_errors.append(_("That passkey did not work here. Try again, or sign in with your password."))
        return sign_in_page(refused, 422)
    return signed_in(person, by=["passkey"])


@localised(bp, en="/staff/second-factor", es="/equipo/segundo-factor", methods=["GET", "POST"])
@limited(SECOND_FACTOR, methods=("POST",))
@open_to_all_staff
def second_factor() -> ResponseReturnValue:
    """Take the second factor after the password: a code of the app, a recovery code, or a passkey."""
    person = half_way()
    if gate.next_step(db.session, person) != gate.SECOND_FACTOR:
        return redirect(url_for(gate.SET_UP, next=request.args.get("next")), 303)
    form = FactorForm(formdata=None if "answer" in request.form else request.form)
    if by := factor_shown(person, form):
        shown = [security.first_factor(), by]
        with db.transaction() as session:
            enter.enter(session, person.id, by=shown, now=utcnow())
        return signed_in(person, by=shown)
    return factor_page("accounts/second_factor.html", person, form)


@localised(bp, en="/staff/confirm", es="/equipo/confirmar", methods=["GET", "POST"])
@limited(SECOND_FACTOR, methods=("POST",))
@open_to_all_staff
def confirm() -> ResponseReturnValue:
    """Ask somebody who is signed in for a factor again, before what needs a recent one."""
    person = accounts.by_id(db.session, g.staff.id)
    assert person is not None
    form = FactorForm(formdata=None if "answer" in request.form else request.form)
    if by := factor_shown(person, form):
        now = utcnow()
        with db.transaction() as session:
            record(session, "staff:confirmed", f"staff:{person.id}", actor_id=person.id, now=now, by=by)
        security.prove(now=now)
        return redirect(url_for(gate.GO_ON) if kept_form.waiting() else onward(), 303)
    return factor_page("accounts/confirm.html", person, form)


def factor_shown(person: Staff, form: FactorForm) -> str | None:
    """Name the factor that was shown with this request; None with what is wrong said in the form."""
    if request.method != "POST":
        return None
    return passkey_shown(person, form) if "answer" in request.form else code_shown(person, form)


def passkey_shown(person: Staff, form: FactorForm) -> str | None:
    """Check the answer of a passkey."""
    try:
        answer = ceremonies.answered(request.form["answer"])
        with db.transaction() as session:
            passkeys.prove(session, person, answer, now=utcnow())
    except passkeys.Unproved:
        form.form_errors.append(_("That passkey did not work here. Try again, or use a code."))
        return None
    return "passkey"


def code_shown(person: Staff, form: FactorForm) -> str | None:
    """Check a code of the app, or a recovery code."""
    now, counted, typed = utcnow(), tries.whom(person.email), form.code.data or ""
    if not form.validate():
        return None
    if not tries.may_try_code(counted, typed):
        form.ask_to_wait()
        return None
    try:
        with db.transaction() as session:
            by = tries.use_code(session, person.id, typed, now=now)
            if by == tries.RECOVERY_CODE:
                letters.tell(session, person, by, now=now)
            return by
    except factors.WrongCode:
        with db.transaction() as session:
            tries.warn_owner(session, WRONG_CODES, counted, person.email, now=now)
        form.refuse()
        return None


def factor_page(template: str, person: Staff, form: FactorForm) -> ResponseReturnValue:
    """Show a page that asks for a factor."""
    page = render_template(
        template,
        form=form,
        person=person,
        passkey=ceremonies.asked_to_prove(person),
        passkey_form=PasskeyForm(formdata=None),
        leave_form=PressForm(formdata=None),
    )
    return page, 422 if form.errors else 200


@localised(bp, en="/staff/second-factor/set-up", es="/equipo/segundo-factor/preparar", methods=["GET", "POST"])
@limited(SECOND_FACTOR, methods=("POST",))
@open_to_all_staff
def set_up() -> ResponseReturnValue:
    """Add the first second factor, an app or a passkey; then ten recovery codes are shown once."""
    person, is_passkey = half_way(), "answer" in request.form
    if gate.next_step(db.session, person) != gate.SET_UP:
        return redirect(url_for(gate.SECOND_FACTOR, next=request.args.get("next")), 303)
    form = FactorForm(formdata=None if is_passkey else request.form)
    passkey_form = NewPasskeyForm(formdata=request.form if is_passkey else None)
    if ceremonies.add_passkey(person, passkey_form) if is_passkey else ceremonies.add_app(person, form):
        now, by = utcnow(), [security.first_factor(), "passkey" if is_passkey else "app"]
        with db.transaction() as session:
            codes = factors.new_recovery_codes(session, person.id, now=now)
            enter.enter(session, person.id, by=by, now=now)
        security.sign_in(person, by=by, now=now)
        g.staff = gate.current_staff()
        page = render_template("accounts/recovery_codes.html", codes=codes, onward=next_address(), is_first=True)
        response = make_response(page)
        devices.remember(response, person.email)
        return response
    page = render_template(
        "accounts/set_up.html",
        form=form,
        app=ceremonies.offered_app(person),
        passkey=ceremonies.asked_to_register(person),
        passkey_form=passkey_form,
        leave_form=PressForm(formdata=None),
    )
    return page, 422 if form.errors or passkey_form.errors else 200


def half_way() -> Staff:
    """Give who showed a password; the gate lets nobody else to this step."""
    person = security.half_way()
    assert person is not None
    return person


def signed_in(person: Staff, *, by: list[str]) -> Response:
    """Sign this browser in, and lead to where its person was going."""
    for limit in (WRONG_PASSWORDS, WRONG_CODES):
        tries.begin_anew(limit, tries.whom(person.email))
    security.sign_in(person, by=by, now=utcnow())
    response = make_response(redirect(next_address(), 303))
    devices.remember(response, person.email)
    return response


def next_address() -> str:
    """Give where to go after signing in: to the form that was kept, else to the page that was asked for."""
    return url_for(gate.GO_ON) if kept_form.waiting() else onward()


def onward() -> str:
    """Give the page of this portal that was asked for, else the staff's home."""
    return own_address(request.args.get("next", "")) or url_for(gate.HOME)


@localised(bp, en="/staff/continue", es="/equipo/continuar", methods=["GET", "POST"])
@limited(STAFF_WRITE, methods=("POST",))
@open_to_all_staff
def go_on() -> ResponseReturnValue:
    """Offer to send the form that was kept when a session ran out; POST discards it."""
    form, kept = PressForm(), kept_form.waiting()
    if form.validate_on_submit():
        kept_form.forget()
        return redirect(url_for(gate.HOME), 303)
    if kept is None:
        return redirect(url_for(gate.HOME), 303)
    return render_template("accounts/go_on.html", form=form, kept=kept)


@localised(bp, en="/staff/leave", es="/equipo/dejar", methods=["POST"])
@limited(STAFF_WRITE)
@open_to_all_staff
def leave() -> ResponseReturnValue:
    """Go back from the second factor to the password, as another person."""
    security.sign_out()
    return redirect(url_for(gate.SIGN_IN), 303)


@localised(bp, en="/staff/sign-out", es="/equipo/salir", methods=["POST"])
@limited(STAFF_WRITE)
@open_to_all_staff
def sign_out() -> ResponseReturnValue:
    """End this browser's session."""
    with db.transaction() as session:
        record(session, "staff:signed-out", f"staff:{g.staff.id}", actor_id=g.staff.id, now=utcnow())
    security.sign_out()
    return redirect(url_for(gate.SIGN_IN), 303)


@localised(bp, en="/staff", es="/equipo")
@open_to_all_staff
def home() -> ResponseReturnValue:
    """Show what this person can do, and how much waits."""
    person = accounts.by_id(db.session, g.staff.id)
    codes = accounts.number_of_recovery_codes(db.session, g.staff.id)
    warned = person is not None and is_recent(person.warned_at, SHOWN_WARNING_LASTS)
    page = "accounts/home.html"
    return render_template(page, sections=gate.my_sections(), person=person, codes=codes, warned=warned)


def is_recent(at: datetime | None, lasts: timedelta) -> bool:
    """Say whether something happened a while ago at most."""
    return at is not None and utcnow() - at < lasts
