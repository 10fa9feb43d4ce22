"""The form that somebody had typed when their session ran out, or when a factor was asked again: kept, sealed.

It waits in the row of the browser's session, the one that ran out too, and goes over to the session of the same person
that follows. Only whoever signs in to the same account finds it, and sends it by a button of their own.
"""

import base64
import json
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, request
from flask import session as browser

import portal.accounts.store as accounts
from portal import db
from portal.accounts import sessions
from portal.accounts.rules import own_address
from portal.accounts.security import KEPT_FORM
from portal.db import keys_of
from portal.keys import SealBroken

OURS = {"csrf_token"}


@dataclass(frozen=True)
class KeptForm:
    """Where a form was to go, and what was in it, as (name, value) pairs."""

    address: str
    fields: list[tuple[str, str]]

    @property
    def words(self) -> list[str]:
        """What a person typed in it at some length."""
        return [value for _name, value in self.fields if "\n" in value or " " in value.strip()]


def keep() -> bool:
    """Keep the form of the request at hand; False where no session of this browser, past or present, could hold it."""
    session: Any = browser
    staff_id = session.get(sessions.STAFF_ID) or session.past_staff_id
    address = own_address(request.full_path.rstrip("?"))
    if not staff_id or not address or request.files:
        return False
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in OURS]
    sealed = keys_of(db.session).seal(json.dumps([address, fields]), _place(staff_id))
    written = base64.b64encode(sealed).decode()
    if session.get(sessions.STAFF_ID):
        session[KEPT_FORM] = written
        return True
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    with db.open_session(app) as own, db.writing(own) as writer:
        accounts.keep_in_past_session(writer, sessions.digest(session.past_key), KEPT_FORM, written)
    return True


def waiting() -> KeptForm | None:
    """Give the form that waits in this browser's session."""
    if not (written := browser.get(KEPT_FORM)):
        return None
    try:
        opened = keys_of(db.session).unseal(base64.b64decode(written), _place(browser[sessions.STAFF_ID]))
    except SealBroken:  # its key was retired meanwhile
        return None
    address, fields = json.loads(opened)
    return KeptForm(address, [(name, value) for name, value in fields])


def forget() -> None:
    """Keep it no longer."""
    browser.pop(KEPT_FORM, None)


def _place(staff_id: int) -> str:
    return f"staff_session.kept_form:{staff_id}"
