"""One-time links: taking an account over, once, for three days."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import db
from portal.accounts import factors, invite
from portal.accounts.models import Staff
from portal.accounts.rules import Role, StaffCountry
from portal.clock import utcnow
from portal.i18n import LANGUAGES
from tests.staff import PASSWORD, Member, secret_on
from tests.visitor import Visitor

WRONG = {"en": "do not match", "es": "no coinciden"}


def try_to_sign_in(visitor: Visitor, email: str, password: str, language: str = "en", status: int = 422) -> Any:
    form = visitor.open("staff.door.sign_in", language).forms[0]
    form["email"], form["password"] = email, password
    return form.submit(status=status)


@pytest.fixture
def token(app: Flask, now: datetime) -> str:
    """The token of a moderator's invitation."""
    with app.app_context(), db.transaction() as session:
        roles = [Role.MODERATOR]
        return invite.invite(session, "nueva@example.org", "", StaffCountry.MX, roles, actor_id=None, now=now)


def take_over(visitor: Visitor, token: str, password: str, language: str = "en", status: int = 303) -> Any:
    form = visitor.open("staff.links.welcome", language, token=token).forms[0]
    form["name"], form["password"] = "R. Salas", password
    return form.submit(status=status)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_invited_person_sets_a_password_and_signs_in(visitor: Visitor, token: str, language: str) -> None:
    take_over(visitor, token, PASSWORD, language).follow()
    page = try_to_sign_in(visitor, "nueva@example.org", PASSWORD, language, status=303).follow()
    form = page.forms[0]
    form["code"] = factors.code_at(secret_on(page.text), utcnow())
    assert len(form.submit(status=200).html.select("#codes li")) == 10
    assert "R. Salas" in visitor.open("staff.door.home", language).text


def test_an_invitation_works_once(visitor: Visitor, token: str) -> None:
    take_over(visitor, token, PASSWORD)
    assert "no longer works" in visitor.open("staff.links.welcome", token=token, status=410).text


def test_an_invitation_lasts_three_days(visitor: Visitor, token: str, now: datetime) -> None:
    with time_machine.travel(now + timedelta(hours=71), tick=True):
        visitor.open("staff.links.welcome", token=token, status=200)
    with time_machine.travel(now + timedelta(hours=73), tick=True):
        visitor.open("staff.links.welcome", token=token, status=410)


def test_a_changed_link_is_worthless(visitor: Visitor, token: str) -> None:
    other = "y" if token[8] == "x" else "x"
    for changed in (token[:8] + other + token[9:], f"{token}nothing.at.all", "nothing"):
        visitor.open("staff.links.welcome", token=changed, status=410)


@pytest.mark.parametrize(
    "password", ["corta", "aaaaaaaaaaaaaaaa", "nueva@example.org", "password1234", "R. Salas 1234"[:9], "x" * 201]
)
def test_weak_passwords_are_refused_with_what_was_typed_kept(visitor: Visitor, token: str, password: str) -> None:
    page = take_over(visitor, token, password, status=422)
    assert page.forms[0]["name"].value == "R. Salas"
    assert page.html.select_one("#password-error")


def test_a_reset_ends_sessions_and_earlier_links(
    app: Flask, moderator: Member, visitor: Visitor, now: datetime
) -> None:
    with app.app_context(), db.transaction() as session:
        old = invite.reset(session, moderator.staff_id, actor_id=None, now=now)
        new = invite.reset(session, moderator.staff_id, actor_id=None, now=now)
    moderator.get("/en/staff", status=303)
    visitor.open("staff.links.welcome", token=old, status=410)
    take_over(visitor, new, "otra contraseña larga")
    try_to_sign_in(visitor, moderator.email, PASSWORD)
    try_to_sign_in(visitor, moderator.email, "otra contraseña larga", status=303)


def test_the_first_administrator_says_who_they_are(
    app: Flask, visitor: Visitor, session: Session, now: datetime
) -> None:
    with app.app_context(), db.transaction() as writer:
        token = invite.first_administrator(writer, now=now)
        assert invite.first_administrator(writer, now=now)
    form = visitor.open("staff.links.welcome", token=token).forms[0]
    form["name"], form["password"] = "A. Ríos", PASSWORD
    assert "Enter your e-mail address." in form.submit(status=422).text
    form["email"], form["country"] = "Admin@example.org", "US"
    form.submit(status=303)
    person = session.scalars(select(Staff)).one()
    assert (person.email, person.name, person.country) == ("admin@example.org", "A. Ríos", StaffCountry.US)
    assert [role.name for role in person.roles] == [Role.ADMINISTRATOR]
    with app.app_context(), db.transaction() as writer:
        assert invite.first_administrator(writer, now=now) is None
