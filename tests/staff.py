"""Members of staff with a browser each, who came in through the door like anyone else."""

from collections.abc import Callable

from flask import Flask

from portal import db
from portal.accounts import invite
from portal.accounts.rules import Role, StaffCountry
from portal.clock import utcnow
from tests.visitor import Visitor

PASSWORD = "cuatro palabras en fila"

StaffFactory = Callable[..., "Member"]


class Member(Visitor):
    """A signed-in member of staff."""

    def __init__(self, app: Flask, staff_id: int, email: str) -> None:
        super().__init__(app)
        self.staff_id, self.email = staff_id, email

    def sign_in(self, language: str = "en") -> None:
        """Come in through the sign-in page."""
        form = self.open("staff.accounts.sign_in", language).forms[0]
        form["email"], form["password"] = self.email, PASSWORD
        form.submit(status=303)


def an_account(
    app: Flask,
    *roles: Role,
    email: str = "persona@example.org",
    name: str = "M. Ortega",
    country: StaffCountry = StaffCountry.MX,
) -> Member:
    """Somebody who was invited and set their password, not signed in yet."""
    with app.app_context(), db.transaction() as session:
        token = invite.invite(session, email, name, country, roles, actor_id=None, now=utcnow())
        person = invite.welcome(session, token, name=name, password=PASSWORD, now=utcnow())
        return Member(app, person.id, email)


def staff_factory(app: Flask) -> StaffFactory:
    """Give a function that signs somebody new in: `staff(Role.REVIEWER, name="R. Salas")`."""
    made: list[Member] = []

    def make(*roles: Role, name: str = "M. Ortega", country: StaffCountry = StaffCountry.MX) -> Member:
        made.append(an_account(app, *roles, email=f"persona{len(made)}@example.org", name=name, country=country))
        made[-1].sign_in()
        return made[-1]

    return make
