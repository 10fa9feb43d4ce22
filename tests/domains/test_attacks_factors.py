"""Attacks on typed factors: codes seen over a shoulder, written down, or taken from another account."""

from datetime import datetime, timedelta
from typing import Any

import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from portal.accounts import factors
from portal.accounts.rules import Role
from portal.clock import utcnow
from tests.attacks import all_rows, another_browser, button, copy_of, token_of
from tests.staff import Member, an_account, secret_on

NOON = "2022-05-03T18:00:10Z"  # in the first half of a step


def type_code(browser: Member, code: str, status: int) -> Any:
    browser.reset()
    browser.show_password()
    form = browser.get(browser.asked).forms[0]
    form["code"] = code
    return form.submit(status=status)


def test_a_code_of_an_app_works_once_in_whatever_browser(app: Flask) -> None:
    owner = an_account(app, Role.MODERATOR)
    with time_machine.travel(NOON, tick=False):
        code = factors.code_at(owner.secret, utcnow())
        type_code(owner, code, 303)
        thief = another_browser(owner)
        for spelling in (code, f"{code[:3]} {code[3:]}", f" {code} "):
            page = type_code(thief, spelling, 422)
            assert "used before" in page.text
        thief.get("/en/staff", status=303)


def test_a_code_of_an_earlier_half_minute_does_not_work_after_a_later_one(app: Flask) -> None:
    owner = an_account(app, Role.MODERATOR)
    with time_machine.travel(NOON, tick=False):
        earlier, later = (factors.code_at(owner.secret, utcnow() + timedelta(seconds=at)) for at in (-30, 30))
        type_code(owner, later, 303)
        type_code(another_browser(owner), factors.code_at(owner.secret, utcnow()), 422)
        type_code(another_browser(owner), earlier, 422)


def test_a_code_that_signed_somebody_in_confirms_nothing(app: Flask, now: datetime) -> None:
    owner = an_account(app, Role.MODERATOR)
    with time_machine.travel(NOON, tick=False) as clock:
        type_code(owner, factors.code_at(owner.secret, utcnow()), 303)
        clock.shift(11 * 60)
        code = factors.code_at(owner.secret, utcnow())
        type_code(another_browser(owner), code, 303)
        form = owner.get("/en/staff/me/app", status=303).follow().forms[1]
        form["code"] = code
        form.submit(status=422)
        assert "/confirm" in owner.get("/en/staff/me/app", status=303).location


def test_a_code_that_added_an_app_does_not_sign_in(app: Flask) -> None:
    owner = an_account(app, Role.MODERATOR)
    with time_machine.travel(NOON, tick=False):
        owner.sign_in()
        page = owner.get("/en/staff/me/app")
        code = factors.code_at(secret_on(page.text), utcnow())
        form = page.forms[1]
        form["code"] = code
        form.submit(status=303)
        type_code(another_browser(owner), code, 422)


def test_codes_of_one_account_open_no_other(app: Flask) -> None:
    owner = an_account(app, Role.MODERATOR)
    victim = an_account(app, Role.MODERATOR, email="otra@example.org")
    type_code(victim, factors.code_at(owner.secret, utcnow()), 422)
    type_code(victim, owner.codes[0], 422)
    type_code(owner, owner.codes[0], 303)


def test_a_recovery_code_works_once_in_whatever_spelling(app: Flask) -> None:
    owner = an_account(app, Role.MODERATOR)
    code = owner.codes[0]
    type_code(owner, code, 303)
    for spelling in (
        code,
        code.lower(),
        f"{code[:4]}-{code[4:8]}-{code[8:]}",
        code.replace("0", "O").replace("1", "l"),
    ):
        type_code(another_browser(owner), spelling, 422)


def test_a_wrong_password_never_reaches_the_second_step(app: Flask) -> None:
    owner = an_account(app, Role.MODERATOR)
    form = owner.open("staff.door.sign_in").forms[0]
    form["email"], form["password"] = owner.email, "no es la contraseña"
    token = form["csrf_token"].value
    form.submit(status=422)
    answer = owner.post("/en/staff/second-factor", {"csrf_token": token, "code": owner.code()}, status=303)
    assert answer.location.startswith("/en/staff/sign-in")
    owner.get("/en/staff", status=303)


def test_a_second_factor_counts_for_the_password_that_was_shown(app: Flask) -> None:
    attacker = an_account(app, Role.MODERATOR, email="atacante@example.org", name="Z. Malo")
    victim = an_account(app, Role.ADMINISTRATOR)
    attacker.show_password()
    form = attacker.get(attacker.asked).forms[0]
    form["code"] = attacker.code()
    token = form["csrf_token"].value
    body = {"csrf_token": token, "code": form["code"].value, "email": victim.email, "staff_id": str(victim.staff_id)}
    attacker.post(f"/en/staff/second-factor?staff_id={victim.staff_id}", body, status=303)
    assert "Z. Malo" in attacker.get("/en/staff").text
    attacker.get("/en/staff/accounts", status=403)


def test_a_stolen_session_changes_no_factor_once_it_is_some_minutes_old(
    app: Flask, now: datetime, session: Session
) -> None:
    owner = an_account(app, Role.ADMINISTRATOR)
    owner.sign_in()
    thief = copy_of(owner)
    token = token_of(thief.get("/en/staff"))
    with time_machine.travel(now + timedelta(minutes=11), tick=True):
        before = all_rows(session)
        for page in ("password", "app", "passkeys/new"):
            assert "/confirm" in thief.get(f"/en/staff/me/{page}", status=303).location
        for page in ("password", "app", "app/remove", "passkeys/new", "passkeys/1/remove", "recovery-codes"):
            assert "/confirm" in thief.post(f"/en/staff/me/{page}", {"csrf_token": token}, status=303).location
        for page in ("new", "1", "1/disable", "1/enable", "1/link", "1/factors"):
            assert "/confirm" in thief.post(f"/en/staff/accounts/{page}", {"csrf_token": token}, status=303).location
        assert all_rows(session) == before


def test_recovery_codes_are_shown_to_no_second_reader(app: Flask) -> None:
    owner = an_account(app, Role.MODERATOR)
    owner.sign_in()
    shown = button(owner.get("/en/staff/me"), "/recovery-codes").submit(status=200)
    code = shown.html.select_one("#codes li").text.strip()
    owner.get("/en/staff/me/recovery-codes", status=405)
    assert code not in owner.get("/en/staff/me").text
    assert shown.headers["Cache-Control"] == "no-store"
