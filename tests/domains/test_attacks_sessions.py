"""Attacks on sessions: planted ids, stolen ids, ids of half a sign-in, and cookies that are none."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts.gate import HALF_WAY_IN, OPEN_TO_STRANGERS
from portal.accounts.models import StaffSession
from portal.accounts.rules import Role
from tests.attacks import addresses, another_browser, button, copy_of, plant, staff_rules, token_of, type_password
from tests.staff import PASSWORD, Member, an_account
from tests.visitor import Visitor

EXAMPLES = {"folio": "7K3F-92QM", "token": "nothing", "number": 1, "browser": "00"}


@pytest.fixture
def member(app: Flask) -> Member:
    """A moderator who is not signed in yet."""
    return an_account(app, Role.MODERATOR)


@pytest.fixture
def attacker(app: Flask) -> Member:
    """Another moderator, who means harm."""
    return an_account(app, Role.MODERATOR, email="atacante@example.org", name="Z. Malo")


def is_in(browser: Visitor) -> bool:
    return bool(browser.get("/en/staff", status="*").status_int == 200)


@pytest.mark.parametrize("planted", ["x" * 43, "planted", "0"])
def test_a_planted_id_is_never_adopted(member: Member, session: Session, planted: str) -> None:
    plant(member, "staff", planted)
    member.show_password()
    assert member.cookies["staff"] != planted
    form = member.get(member.asked).forms[0]
    form["code"] = member.code()
    form.submit(status=303)
    assert member.cookies["staff"] != planted
    assert len(session.scalars(select(StaffSession)).all()) == 1
    thief = Visitor(member.flask)
    plant(thief, "staff", planted)
    assert not is_in(thief)


def test_an_id_of_the_attackers_own_half_sign_in_never_becomes_the_victims(member: Member, attacker: Member) -> None:
    attacker.show_password()
    plant(member, "staff", attacker.cookies["staff"])
    assert member.get("/en/staff/second-factor").text.count(attacker.email)
    type_password(member, member.email)
    member.asked = "/en/staff/second-factor"
    form = member.get(member.asked).forms[0]
    form["code"] = member.code()
    form.submit(status=303)
    assert "M. Ortega" in member.get("/en/staff").text
    assert not is_in(attacker)


def test_an_id_of_the_attackers_own_session_never_becomes_the_victims(member: Member, attacker: Member) -> None:
    attacker.sign_in()
    plant(member, "staff", attacker.cookies["staff"])
    token = token_of(member.get("/en/staff"))
    body = {"csrf_token": token, "email": member.email, "password": PASSWORD}
    asked = member.post("/en/staff/sign-in", body, status=303)
    form = asked.follow().forms[0]
    form["code"] = member.code()
    form.submit(status=303)
    assert "M. Ortega" in member.get("/en/staff").text
    assert not is_in(attacker)


def test_each_step_gives_a_new_id_and_ends_the_one_before(member: Member, now: datetime) -> None:
    thieves = []
    member.show_password()
    thieves.append(copy_of(member))
    form = member.get(member.asked).forms[0]
    form["code"] = member.code()
    form.submit(status=303)
    thieves.append(copy_of(member))
    with time_machine.travel(now + timedelta(minutes=11), tick=True):
        form = member.get("/en/staff/me/app", status=303).follow().forms[1]
        form["code"] = member.code()
        form.submit(status=303)
        assert is_in(member)
        assert [is_in(thief) for thief in thieves] == [False, False]


def end_by_signing_out(member: Member) -> None:
    button(member.get("/en/staff/me"), "/sign-out").submit(status=303)


def end_everywhere(member: Member) -> None:
    button(another_in(member).get("/en/staff/me"), "/end-all").submit(status=303)


def end_this_one_from_another(member: Member) -> None:
    page = another_in(member).get("/en/staff/me")
    button(page, "/end").submit(status=303)


def end_by_a_new_password(member: Member) -> None:
    form = another_in(member).get("/en/staff/me/password").forms[1]
    form["present"], form["password"] = PASSWORD, "otra contraseña larga y nueva"
    form.submit(status=303)


def end_by_a_new_link(member: Member) -> None:
    button(administered(member), "/link").submit(status=200)


def end_by_taking_factors(member: Member) -> None:
    button(administered(member), "/factors").submit(status=200)


def end_by_closing_the_account(member: Member) -> None:
    button(administered(member), "/disable").submit(status=303)


def end_by_closing_and_opening_again(member: Member) -> None:
    page = button(administered(member), "/disable").submit(status=303).follow()
    button(page, "/enable").submit(status=303)


def another_in(member: Member) -> Member:
    other = another_browser(member)
    other.sign_in()
    return other


def administered(member: Member) -> Any:
    administrator = an_account(member.flask, Role.ADMINISTRATOR, email="admin@example.org")
    administrator.sign_in()
    return administrator.get(f"/en/staff/accounts/{member.staff_id}")


ENDS = [value for name, value in sorted(globals().items()) if name.startswith("end_")]


@pytest.mark.parametrize("end", ENDS, ids=lambda end: str(end.__name__))
def test_a_stolen_id_opens_nothing_after_its_session_ended(member: Member, end: Callable[[Member], None]) -> None:
    member.sign_in()
    thief = copy_of(member)
    assert is_in(thief)
    end(member)
    assert not is_in(thief)


def test_a_stolen_id_of_half_a_sign_in_opens_no_staff_page(app: Flask, member: Member) -> None:
    member.show_password()
    thief = copy_of(member)
    token = token_of(thief.get("/en/staff/second-factor"))
    for method in ("GET", "POST"):
        for rule, address in addresses(app, staff_rules(app, method), EXAMPLES):
            if rule.endpoint in OPEN_TO_STRANGERS | HALF_WAY_IN:
                continue
            send = thief.get if method == "GET" else thief.post
            answer = send(address, {"csrf_token": token}, status=303)
            assert "/second-factor" in answer.location or "/segundo-factor" in answer.location, address


def test_somebody_half_way_in_cannot_set_up_a_second_factor_in_place_of_the_one_there_is(member: Member) -> None:
    member.show_password()
    token = token_of(member.get("/en/staff/second-factor"))
    for body in ({"code": "000000"}, {"answer": "{}", "passkey_name": "Mine"}):
        answer = member.post("/en/staff/second-factor/set-up", {"csrf_token": token} | body, status=303)
        assert answer.location.startswith("/en/staff/second-factor")
    assert "set-up" not in member.get("/en/staff/second-factor/set-up", status=303).location


COOKIES = ("staff", "form", "device", "remember_token", "session", "receipt-7K3F92QM")
VALUES = {
    "empty": "",
    "dots": "..",
    "long": "a" * 60_000,
    "not text": "\xff\xfe",
    "a signature of nobody": "eyJzdGFmZl9pZCI6MX0.aaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbb",
    "a number": "1",
    "a name and a hash": "1|" + "0" * 128,
    "quotes": '"\\001\\000"',
}


def test_cookies_that_are_none_break_nothing_and_sign_nobody_in(app: Flask, member: Member) -> None:
    for name in COOKIES:
        for value in VALUES.values():
            for address, status in (("/en/staff", 303), ("/en/staff/sign-in", 200), ("/en/input/new", 200)):
                browser = Visitor(app)
                browser.get(address, status=status, headers={"Cookie": f"{name}={value}"})


def test_there_is_no_other_way_in(member: Member, session: Session) -> None:
    member.sign_in()
    row = session.scalars(select(StaffSession)).one()
    uniquifier = row.values["_user_id"]
    stranger = Visitor(member.flask)
    for headers in (
        {"Authentication-Token": uniquifier},
        {"Authorization": f"Bearer {uniquifier}"},
        {"Authorization": "Basic cGVyc29uYUBleGFtcGxlLm9yZzpjdWF0cm8="},
        {"X-Forwarded-User": member.email, "Remote-User": member.email, "X-User-ID": "1"},
        {"Cookie": f"staff={row.digest.hex()}"},
        {"Cookie": f"session={uniquifier}; _user_id={uniquifier}"},
    ):
        stranger.get("/en/staff", status=303, headers=headers)
    stranger.get(f"/en/staff?auth_token={uniquifier}&_user_id={uniquifier}", status=303)
