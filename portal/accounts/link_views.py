"""One-time links: taking an account over, and asking for a new link when one cannot sign in."""

from flask import Blueprint, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import db
from portal.accounts import gate, invite, letters
from portal.accounts.forms import AddressForm, FirstWelcomeForm, WelcomeForm
from portal.accounts.rules import StaffCountry, normalised
from portal.clock import utcnow
from portal.i18n import localised
from portal.limits import RESET, RESET_OF_ACCOUNT, SIGN_IN, count, limited

bp = Blueprint("links", __name__)


@localised(bp, en="/staff/cannot-sign-in", es="/equipo/no-puedo-entrar", methods=["GET", "POST"])
@limited(RESET, methods=("POST",))
def cannot_sign_in() -> ResponseReturnValue:
    """Send a one-time link to the owner of an account; the answer is the same whether there is one or not."""
    form = AddressForm()
    if form.validate_on_submit():
        email, now = form.email.data or "", utcnow()
        if count(RESET_OF_ACCOUNT, f"account {normalised(email)}"):
            with db.transaction() as session:
                invite.ask_for_link(session, email, language=g.language, now=now)
        return render_template("accounts/link_sent.html")
    return render_template(
        "accounts/cannot_sign_in.html", form=form, are_sent=letters.are_sent()
    ), 422 if form.errors else 200


@localised(bp, en="/staff/welcome/<token>", es="/equipo/bienvenida/<token>", methods=["GET", "POST"])
@limited(SIGN_IN, methods=("POST",))
def welcome(token: str) -> ResponseReturnValue:
    """Take an account over by its one-time link: write a name and choose a password."""
    try:
        person = invite.invited(db.session, token, now=utcnow())
    except invite.LinkWorthless:
        return render_template("accounts/link_worthless.html"), 410
    form = WelcomeForm(data={"name": person.name}) if person.email else FirstWelcomeForm(data={"name": person.name})
    form.known = (person.email, person.email.partition("@")[0])
    if not form.validate_on_submit():
        return render_template("accounts/welcome.html", form=form, person=person), 422 if form.errors else 200
    first = form if isinstance(form, FirstWelcomeForm) else None
    try:
        with db.transaction() as session:
            owner = invite.welcome(
                session,
                token,
                name=form.name.data or "",
                password=form.password.data or "",
                email=(first.email.data or "") if first else "",
                country=StaffCountry(first.country.data) if first else None,
                now=utcnow(),
            )
            if owner.signed_in_at is not None:
                letters.tell(session, owner, "password", now=utcnow())
    except invite.LinkWorthless:
        return render_template("accounts/link_worthless.html"), 410
    except invite.AddressTaken:
        form.form_errors.append(_("Another account has this e-mail address."))
        return render_template("accounts/welcome.html", form=form, person=person), 422
    return redirect(url_for(gate.SIGN_IN, welcome=1), 303)
