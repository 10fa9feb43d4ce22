"""The staff's door and home: signing in and out, taking an account over, and what each person can do here."""

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

import portal.accounts.store as accounts
from portal import db
from portal.accounts import gate, invite, security
from portal.accounts.forms import FirstWelcomeForm, SignInForm, WelcomeForm
from portal.accounts.gate import open_to_all_staff
from portal.accounts.rules import StaffCountry, normalised, own_address
from portal.audit.store import record
from portal.clock import utcnow
from portal.i18n import localised
from portal.limits import SIGN_IN, SIGN_IN_TO_ACCOUNT, STAFF_WRITE, hashed, limited

bp = Blueprint("accounts", __name__)


def account_typed() -> str:
    """Name the account that a sign-in is for, for its limit, whether it exists or not."""
    return hashed(f"account {normalised(request.form.get('email', ''))}")


@localised(bp, en="/staff/sign-in", es="/equipo/entrar", methods=["GET", "POST"])
@limited(SIGN_IN, methods=("POST",))
@limited(SIGN_IN_TO_ACCOUNT, methods=("POST",), key=account_typed)
def sign_in() -> ResponseReturnValue:
    """Let staff in by address and password."""
    form = SignInForm()
    onward = own_address(request.args.get("next", "")) or url_for(gate.HOME)
    if request.method == "GET" and g.staff:
        return redirect(onward, 303)
    if not form.validate_on_submit():
        ready = "welcome" in request.args
        return render_template("accounts/sign_in.html", form=form, ready=ready), 422 if form.errors else 200
    person = accounts.by_email(db.session, form.email.data or "")
    if not security.is_password_of(person, form.password.data or "") or person is None:
        form.refuse()
        return render_template("accounts/sign_in.html", form=form, ready=False), 422
    staff_id = person.id
    with db.transaction() as session:
        record(session, "staff:signed-in", f"staff:{staff_id}", actor_id=staff_id, now=utcnow())
    security.sign_in(person)
    return redirect(onward, 303)


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
    return render_template("accounts/home.html", sections=gate.my_sections())


@localised(bp, en="/staff/welcome/<token>", es="/equipo/bienvenida/<token>", methods=["GET", "POST"])
@limited(SIGN_IN, methods=("POST",))
def welcome(token: str) -> ResponseReturnValue:
    """Take an account over by its one-time link: write a name and choose a password."""
    try:
        person = invite.invited(db.session, token, now=utcnow())
    except invite.LinkWorthless:
        return render_template("accounts/link_worthless.html"), 410
    form = WelcomeForm(obj=person) if person.email else FirstWelcomeForm(data={"name": person.name})
    form.known = (person.email, person.email.partition("@")[0])
    if not form.validate_on_submit():
        return render_template("accounts/welcome.html", form=form, person=person), 422 if form.errors else 200
    first = form if isinstance(form, FirstWelcomeForm) else None
    try:
        with db.transaction() as session:
            invite.welcome(
                session,
                token,
                name=form.name.data or "",
                password=form.password.data or "",
                email=(first.email.data or "") if first else "",
                country=StaffCountry(first.country.data) if first else None,
                now=utcnow(),
            )
    except invite.LinkWorthless:
        return render_template("accounts/link_worthless.html"), 410
    except invite.AddressTaken:
        form.form_errors.append(_("Another account has this e-mail address."))
        return render_template("accounts/welcome.html", form=form, person=person), 422
    return redirect(url_for(gate.SIGN_IN, welcome=1), 303)
