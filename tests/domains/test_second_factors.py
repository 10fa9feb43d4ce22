"""Second factors: an app, recovery codes, and asking again before what needs a recent one."""

import time
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts import factors
from portal.accounts.models import Staff, StaffRecoveryCode
from portal.accounts.rules import Role
from portal.audit.models import AuditEvent
from portal.clock import utcnow
from portal.i18n import LANGUAGES
from portal.reports.export import Format
from tests.builders import a_submission
from tests.staff import PASSWORD, Member, StaffFactory, an_account, invited, secret_on
from tests.visitor import Visitor

HALF_A_MINUTE = timedelta(seconds=30)


def at_the_second_step(app: Flask, *roles: Role) -> tuple[Member, Any]:
    member = an_account(app, *(roles or (Role.MODERATOR,)))
    member.show_password()
    return member, member.get(member.asked).forms[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_invited_person_adds_an_app_before_the_first_staff_page(
    app: Flask, visitor: Visitor, session: Session, language: str
) -> None:
    token = invited(app, Role.MODERATOR)
    form = visitor.open("staff.links.welcome", language, token=token).forms[0]
    form["name"], form["password"] = "R. Salas", PASSWORD
    form = form.submit(status=303).follow().forms[0]
    form["email"], form["password"] = "nueva@example.org", PASSWORD
    page = form.submit(status=303).follow()
    assert page.html.select_one(".qr svg path")
    secret = secret_on(page.text)
    form = page.forms[0]
    form["code"] = "000000"
    again = form.submit(status=422)
    assert secret_on(again.text) == secret
    form = again.forms[0]
    form["code"] = factors.code_at(secret, utcnow())
    done = form.submit(status=200)
    codes = [item.text.strip() for item in done.html.select("#codes li")]
    assert len(set(codes)) == 10
    assert all(len(code) == 14 for code in codes)
    visitor.open("staff.door.home", language, status=200)
    stored = session.scalars(select(StaffRecoveryCode)).all()
    assert len(stored) == 10
    assert all(code.replace("-", "").encode() not in row.digest for code in codes for row in stored)


def test_the_secret_is_sealed(app: Flask, session: Session) -> None:
    member = an_account(app, Role.MODERATOR)
    sealed = session.scalars(select(Staff.sealed_totp)).one()
    assert sealed is not None
    assert member.secret.encode() not in sealed


@pytest.mark.parametrize("spelling", [lambda code: f" {code[:3]} {code[3:]} ", lambda code: code])
def test_a_code_may_be_typed_with_spaces(app: Flask, spelling: Any) -> None:
    member, form = at_the_second_step(app)
    form["code"] = spelling(member.code())
    form.submit(status=303)


@pytest.mark.parametrize(("off", "status"), [(-2, 422), (-1, 303), (0, 303), (1, 303), (2, 422)])
def test_a_clock_may_be_off_by_half_a_minute(app: Flask, off: int, status: int) -> None:
    member, form = at_the_second_step(app)
    form["code"] = factors.code_at(member.secret, utcnow() + off * HALF_A_MINUTE)
    if time.time() % 30 > 28:  # the step must not change on the way
        time.sleep(3)
        form["code"] = factors.code_at(member.secret, utcnow() + off * HALF_A_MINUTE)
    form.submit(status=status)


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "ñandú", "٣٤٥٦٧٨", "0" * 5000])
def test_what_is_no_code_is_refused_in_words(app: Flask, typed: str) -> None:
    _member, form = at_the_second_step(app)
    form["code"] = typed
    assert form.submit(status=422).html.select_one("#code-error")


def test_a_recovery_code_takes_the_place_of_the_phone_once(app: Flask, session: Session) -> None:
    member, form = at_the_second_step(app)
    code = member.codes.pop()
    form["code"] = "-".join(code[at : at + 4] for at in range(0, 12, 4)).lower()
    form.submit(status=303)
    assert "9 recovery codes left" in member.get("/en/staff/me").text
    actions = session.scalars(select(AuditEvent.action).order_by(AuditEvent.id.desc()).limit(2)).all()
    assert "factor:used-up" in actions


def test_people_are_told_when_few_recovery_codes_are_left(app: Flask) -> None:
    member = an_account(app, Role.MODERATOR)
    while len(member.codes) > 2:
        member.show_password()
        form = member.get(member.asked).forms[0]
        form["code"] = member.codes.pop()
        form.submit(status=303)
        member.reset()
    member.sign_in()
    assert "2 recovery codes left" in member.get("/en/staff").text


def test_somebody_half_way_in_can_leave(app: Flask) -> None:
    member = an_account(app, Role.MODERATOR)
    member.show_password()
    page = member.get(member.asked)
    next(form for form in page.forms.values() if form.action.endswith("/leave")).submit(status=303)
    assert member.get("/en/staff/second-factor", status=303).location.startswith("/en/staff/sign-in")


def old(now: datetime) -> Any:
    return time_machine.travel(now + timedelta(minutes=11), tick=True)


def confirm(member: Member, page: Any) -> Any:
    form = page.forms[1]
    form["code"] = member.code()
    return form.submit(status=303)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_factor_is_asked_again_before_the_password_is_changed(app: Flask, now: datetime, language: str) -> None:
    member = an_account(app, Role.MODERATOR)
    member.sign_in()
    member.open("staff.me.password", language, status=200)
    with old(now):
        asked = member.open("staff.me.password", language, status=303)
        page = confirm(member, asked.follow())
        assert page.location == asked.request.path
        page.follow(status=200)


def test_a_recovery_code_confirms_too(app: Flask, now: datetime) -> None:
    member = an_account(app, Role.MODERATOR)
    member.sign_in()
    with old(now):
        page = member.get("/en/staff/me/app", status=303).follow()
        form = page.forms[1]
        form["code"] = member.codes.pop()
        form.submit(status=303).follow(status=200)


def test_before_unpublished_rows_leave_a_factor_is_asked_again_and_the_form_is_kept(
    app: Flask, staff: StaffFactory, now: datetime
) -> None:
    a_submission(app, body="Todavía sin decidir.")
    analyst = staff(Role.ANALYST)
    form = analyst.open("staff.reports.exports").forms["export"]
    form["rows"], form["format"] = "all", Format.CSV
    assert "Todavía sin decidir." in form.submit(status=200).text
    with old(now):
        page = confirm(analyst, form.submit(status=303).follow()).follow()
        assert "Todavía sin decidir." in page.forms[1].submit(status=200).text


def test_public_rows_leave_without_asking_again(staff: StaffFactory, now: datetime) -> None:
    analyst = staff(Role.ANALYST)
    form = analyst.open("staff.reports.exports").forms["export"]
    form["rows"], form["format"] = "public", Format.CSV
    with old(now):
        form.submit(status=200)
