"""Members of staff with a browser each, who came in through the door like anyone else."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Flask

from portal import db
from portal.accounts import factors, invite
from portal.accounts.rules import Role, StaffCountry
from portal.clock import utcnow
from tests.visitor import Visitor

PASSWORD = "cuatro palabras en fila"

StaffFactory = Callable[..., "Member"]


class Member(Visitor):
    """A member of staff with a password, an authenticator app and recovery codes."""

    def __init__(self, app: Flask, staff_id: int, email: str, secret: str, codes: list[str]) -> None:
        super().__init__(app)
        self.staff_id, self.email, self.secret, self.codes = staff_id, email, secret, codes
        self._last = ""

    def show_password(self, language: str = "en", **values: Any) -> None:
        """Take the first step of the door."""
        form = self.open("staff.door.sign_in", language, **values).forms[0]
        form["email"], form["password"] = self.email, PASSWORD
        self.asked = form.submit(status=303).location

    def sign_in(self, language: str = "en", **values: Any) -> str:
        """Come in through the door; give the address that one is led to."""
        self.show_password(language, **values)
        form = self.get(self.asked).forms[0]
        form["code"] = self.code()
        return str(form.submit(status=303).location)

    def code(self, at: datetime | None = None) -> str:
        """Give the code that the app shows, once; after it a recovery code, since a code works once."""
        shown = factors.code_at(self.secret, at or utcnow())
        if shown == self._last:
            return self.codes.pop()
        self._last = shown
        return shown


def an_account(
    app: Flask,
    *roles: Role,
    email: str = "persona@example.org",
    name: str = "M. Ortega",
    country: StaffCountry = StaffCountry.MX,
) -> Member:
    """Somebody who was invited, set their password and added a second factor, not signed in yet."""
    now, secret = utcnow(), factors.new_secret()
    with app.app_context(), db.transaction() as session:
        token = invite.invite(session, email, name, country, roles, actor_id=None, now=now)
        person = invite.welcome(session, token, name=name, password=PASSWORD, now=now)
        factors.add_app(session, person.id, secret, factors.code_at(secret, now), now=now)
        person.totp_step = 0  # so that a test can use the code of this half minute
        codes = factors.new_recovery_codes(session, person.id, now=now)
        return Member(app, person.id, email, secret, codes)


def invited(app: Flask, *roles: Role, email: str = "nueva@example.org") -> str:
    """Somebody who was invited; the token of their link."""
    with app.app_context(), db.transaction() as session:
        return invite.invite(session, email, "", StaffCountry.MX, roles, actor_id=None, now=utcnow())


def staff_factory(app: Flask) -> StaffFactory:
    """Give a function that signs somebody new in: `staff(Role.REVIEWER, name="R. Salas")`."""
    made: list[Member] = []

    def make(*roles: Role, name: str = "M. Ortega", country: StaffCountry = StaffCountry.MX) -> Member:
        made.append(an_account(app, *roles, email=f"persona{len(made)}@example.org", name=name, country=country))
        made[-1].sign_in()
        return made[-1]

    return make


def secret_on(page: str) -> str:
    """Read the secret that a page offers to be typed into an app."""
    found = re.search(r'id="secret">([A-Z2-7 ]+)<', page)
    assert found
    return found.group(1).replace(" ", "")
