"""One's own account: password, app, recovery codes."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts import factors
from portal.accounts.models import Staff, StaffSession
from portal.accounts.rules import Role
from portal.clock import utcnow
from portal.i18n import LANGUAGES
from tests.staff import PASSWORD, Member, an_account, secret_on

NEW = "otra contraseña larga y nueva"


def form_to(page: Any, end: str) -> Any:
    return next(form for form in page.forms.values() if form.action.endswith(end))


@pytest.mark.parametrize("language", LANGUAGES)
def test_people_see_their_account(moderator: Member, language: str) -> None:
    page = moderator.open("staff.me.me", language)
    said = page.html.select_one("main").get_text(" ", strip=True)
    assert moderator.email in said
    assert "M. Ortega" in said


def test_a_new_password_ends_every_other_session_and_keeps_this_one(app: Flask, session: Session) -> None:
    here = an_account(app, Role.MODERATOR)
    here.sign_in()
    there = Member(app, here.staff_id, here.email, here.secret, here.codes)
    there._last = here._last
    there.sign_in()
    form = here.get("/en/staff/me/password").forms[1]
    form["present"], form["password"] = PASSWORD, NEW
    form.submit(status=303).follow(status=200)
    there.get("/en/staff", status=303)
    assert len(session.scalars(select(StaffSession)).all()) == 1
    there.reset()
    form = there.open("staff.door.sign_in").forms[0]
    form["email"], form["password"] = here.email, PASSWORD
    form.submit(status=422)
    form["password"] = NEW
    form.submit(status=303)


@pytest.mark.parametrize(
    ("present", "new", "wrong"),
    [("no es esta", NEW, "present"), (PASSWORD, "corta", "password"), (PASSWORD, "contrasena1234", "password")],
)
def test_a_password_is_not_changed_by_a_wrong_or_a_weak_one(
    moderator: Member, session: Session, present: str, new: str, wrong: str
) -> None:
    before = session.scalars(select(Staff.password)).one()
    form = moderator.get("/en/staff/me/password").forms[1]
    form["present"], form["password"] = present, new
    assert form.submit(status=422).html.select_one(f"#{wrong}-error")
    session.rollback()
    assert session.scalars(select(Staff.password)).one() == before


def test_another_app_takes_the_place_of_the_first(app: Flask) -> None:
    member = an_account(app, Role.MODERATOR)
    member.sign_in()
    page = member.get("/en/staff/me/app")
    secret = secret_on(page.text)
    form = page.forms[1]
    form["code"] = factors.code_at(member.secret, utcnow())
    form.submit(status=422)
    form["code"] = factors.code_at(secret, utcnow())
    form.submit(status=303)
    member.reset()
    member.show_password()
    form = member.get(member.asked).forms[0]
    form["code"] = factors.code_at(member.secret, utcnow())
    form.submit(status=422)


def test_the_only_second_factor_cannot_be_removed(moderator: Member, session: Session) -> None:
    page = moderator.get("/en/staff/me")
    assert not [form for form in page.forms.values() if form.action.endswith("/app/remove")]
    token = page.forms[0]["csrf_token"].value
    moderator.post("/en/staff/me/app/remove", {"csrf_token": token}, status=403)
    assert session.scalars(select(Staff.sealed_totp)).one() is not None


def test_new_recovery_codes_replace_the_earlier_ones(moderator: Member) -> None:
    shown = form_to(moderator.get("/en/staff/me"), "/recovery-codes").submit(status=200)
    codes = [item.text.strip() for item in shown.html.select("#codes li")]
    moderator.reset()
    moderator.show_password()
    form = moderator.get(moderator.asked).forms[0]
    form["code"] = moderator.codes[0]
    form.submit(status=422)
    form["code"] = codes[0]
    form.submit(status=303)
