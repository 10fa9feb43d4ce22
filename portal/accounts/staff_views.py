"""The accounts of staff, for those who manage them: who has one, what each may do, and inviting colleagues."""

from flask import Blueprint, abort, current_app, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

import portal.accounts.store as accounts
from portal import db
from portal.accounts import invite, labels, letters, passkeys
from portal.accounts.forms import InviteForm, PressForm, RolesForm
from portal.accounts.gate import fresh, needs
from portal.accounts.models import Staff
from portal.accounts.rules import PERMISSIONS, Permission, Role, StaffCountry
from portal.clock import utcnow
from portal.i18n import localised
from portal.limits import STAFF_WRITE, limited

bp = Blueprint("accounts", __name__)
bp.app_template_filter("account_state")(labels.state_of)
bp.app_template_filter("role_name")(labels.ROLE_NAMES.__getitem__)


@localised(bp, en="/staff/accounts", es="/equipo/cuentas")
@needs(Permission.MANAGE_ACCOUNTS)
def accounts_page() -> ResponseReturnValue:
    """Show everyone who has an account, and what each role may do."""
    people = accounts.everyone(db.session)
    return render_template(
        "accounts/accounts.html",
        people=people,
        passkeys=accounts.numbers_of_passkeys(db.session),
        roles=list(Role),
        permissions=[(permission, labels.PERMISSION_NAMES[permission]) for permission in Permission],
        table=PERMISSIONS,
    )


bp_accounts_endpoint = "accounts"
