"""The accounts of staff, for those who manage them: who has one, what each may do, and inviting colleagues."""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

import portal.accounts.store as accounts
from portal import db
from portal.accounts import invite, labels, letters
from portal.accounts.forms import GOVERNMENTS, InviteForm, PressForm, RolesForm
from portal.accounts.gate import fresh, needs
from portal.accounts.models import Staff
from portal.accounts.rules import PERMISSIONS, Permission, Role, StaffCountry, spelled_code
from portal.clock import utcnow
from portal.i18n import localised
from portal.limits import STAFF_WRITE, limited

bp = Blueprint("accounts", __name__)
bp.app_template_filter("state_name")(labels.state_name)
bp.app_template_filter("role_name")(labels.role_name)
bp.app_template_filter("in_groups")(spelled_code)


@localised(bp, en="/staff/accounts", es="/equipo/cuentas")
@needs(Permission.MANAGE_ACCOUNTS)
def people() -> ResponseReturnValue:
    """Show everyone who has an account, and what each role may do."""
    return render_template(
        "accounts/people.html",
        people=accounts.everyone(db.session),
        passkeys=accounts.numbers_of_passkeys(db.session),
        roles=list(Role),
        permissions=[(permission, labels.PERMISSION_NAMES[permission]) for permission in Permission],
        table=PERMISSIONS,
    )


@localised(bp, en="/staff/accounts/new", es="/equipo/cuentas/nueva", methods=["GET", "POST"])
@limited(STAFF_WRITE, methods=("POST",))
@needs(Permission.MANAGE_ACCOUNTS)
@fresh
def new() -> ResponseReturnValue:
    """Invite a colleague by address, government and roles."""
    form, now = InviteForm(), utcnow()
    form.country.choices = [one for one in GOVERNMENTS if invite.may_look_after(db.session, one.value, g.staff.country)]
    if not form.validate_on_submit():
        return invite_page(form), 422 if form.errors else 200
    email, country = form.email.data or "", StaffCountry(form.country.data)
    try:
        with db.transaction() as session:
            token = invite.invite(
                session, email, form.name.data or "", country, form.chosen, actor_id=g.staff.id, now=now
            )
            invited = invite.invited(session, token, now=now)
            letters.send_link(session, invited, token, is_first=True, now=now)
    except invite.AddressTaken:
        form.email.errors = [*form.email.errors, _("Another account has this e-mail address.")]
        return invite_page(form), 422
    except invite.OtherGovernment:
        form.roles.errors = [
            *form.roles.errors,
            _("Of the other government you can invite its first administrator alone, who invites everyone else."),
        ]
        return invite_page(form), 422
    return link_page(invited, token)


@localised(bp, en="/staff/accounts/<row:number>", es="/equipo/cuentas/<row:number>", methods=["GET", "POST"])
@limited(STAFF_WRITE, methods=("POST",))
@needs(Permission.MANAGE_ACCOUNTS)
@fresh
def person(number: int) -> ResponseReturnValue:
    """Show one account; POST changes its roles."""
    whose = found(number)
    form = RolesForm(data={"roles": [role.name for role in whose.roles]})
    if not form.validate_on_submit():
        return person_page(whose, form, status=422 if form.errors else 200)

    def change(session: Session, now: datetime) -> None:
        invite.give_roles(session, number, form.chosen, actor_id=g.staff.id, now=now)
        letters.tell(session, whose, "roles", now=now)

    return changed(whose, change)


@localised(
    bp, en="/staff/accounts/<row:number>/disable", es="/equipo/cuentas/<row:number>/desactivar", methods=["POST"]
)
@limited(STAFF_WRITE)
@needs(Permission.MANAGE_ACCOUNTS)
@fresh
def disable(number: int) -> ResponseReturnValue:
    """Close an account; whoever works in it is out at their next request."""
    whose = found(number)

    def change(session: Session, now: datetime) -> None:
        invite.disable(session, number, actor_id=g.staff.id, now=now)
        letters.tell(session, whose, "disabled", now=now)

    return changed(whose, change)


@localised(bp, en="/staff/accounts/<row:number>/enable", es="/equipo/cuentas/<row:number>/activar", methods=["POST"])
@limited(STAFF_WRITE)
@needs(Permission.MANAGE_ACCOUNTS)
@fresh
def enable(number: int) -> ResponseReturnValue:
    """Open a closed account again."""
    whose = found(number)

    def change(session: Session, now: datetime) -> None:
        invite.enable(session, number, actor_id=g.staff.id, now=now)
        letters.tell(session, whose, "enabled", now=now)

    return changed(whose, change)


@localised(bp, en="/staff/accounts/<row:number>/link", es="/equipo/cuentas/<row:number>/enlace", methods=["POST"])
@limited(STAFF_WRITE)
@needs(Permission.MANAGE_ACCOUNTS)
@fresh
def new_link(number: int) -> ResponseReturnValue:
    """Take a person's password away and give them a new one-time link."""
    return linked(found(number), factors_too=False)


@localised(bp, en="/staff/accounts/<row:number>/factors", es="/equipo/cuentas/<row:number>/factores", methods=["POST"])
@limited(STAFF_WRITE)
@needs(Permission.MANAGE_ACCOUNTS)
@fresh
def reset_factors(number: int) -> ResponseReturnValue:
    """The same for somebody who lost their phone: the second factors go too."""
    return linked(found(number), factors_too=True)


def invite_page(form: InviteForm) -> str:
    """Show the page on which a colleague is invited."""
    return render_template("accounts/invite.html", form=form, role_hints=labels.role_hints())


def linked(whose: Staff, *, factors_too: bool) -> ResponseReturnValue:
    """Reset an account; send its owner the new link, or show it to be handed over."""
    now = utcnow()
    try:
        with db.transaction() as session:
            token = invite.reset(session, whose.id, factors_too=factors_too, actor_id=g.staff.id, now=now)
            again = invite.invited(session, token, now=now)
            letters.send_link(session, again, token, is_first=False, now=now)
    except invite.LastAdministrator:
        return person_page(whose, status=409, is_last=True)
    except invite.OtherGovernment:
        return person_page(whose, status=403)
    return link_page(whose, token)


def changed(whose: Staff, change: Callable[[Session, datetime], None]) -> ResponseReturnValue:
    """Change an account, unless nobody could manage accounts any more."""
    try:
        with db.transaction() as session:
            change(session, utcnow())
    except invite.LastAdministrator:
        return person_page(whose, status=409, is_last=True)
    except invite.OtherGovernment:
        return person_page(whose, status=403)
    return redirect(url_for(".person", number=whose.id), 303)


def person_page(
    whose: Staff, form: RolesForm | None = None, *, status: int, is_last: bool = False
) -> ResponseReturnValue:
    """Show one account, with why it could not be changed."""
    db.session.refresh(whose)
    page = render_template(
        "accounts/person.html",
        person=whose,
        form=form or RolesForm(formdata=None, data={"roles": [role.name for role in whose.roles]}),
        press=PressForm(formdata=None),
        passkeys=len(accounts.passkeys(db.session, whose.id)),
        browsers=len(accounts.sessions_of(db.session, whose.id, now=utcnow())),
        is_last=is_last,
        role_hints=labels.role_hints(),
        may_read_audit=g.staff.may(Permission.READ_AUDIT),
        may_change=invite.may_look_after(db.session, whose.country, g.staff.country),
        are_sent=letters.are_sent(),
    )
    return page, status


def link_page(whose: Staff, token: str) -> ResponseReturnValue:
    """Say that a one-time link was sent; where no letters go out, show it once, to be handed over."""
    shown = None if letters.are_sent() else letters.link(token, letters.language_of(whose), request.host_url)
    return render_template("accounts/link_made.html", person=whose, link=shown)


def found(number: int) -> Staff:
    """Find the account of an address, or answer 404."""
    return accounts.by_id(db.session, number) or abort(404)
