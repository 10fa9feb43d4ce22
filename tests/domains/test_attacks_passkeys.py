"""Attacks on passkeys: other origins, other challenges, other people's keys, copies, and answers that are none."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.accounts.models import StaffPasskey
from portal.accounts.rules import Role
from tests.authenticator import Passkey, form_on, from_text, options_on
from tests.staff import Member, an_account
from tests.visitor import Visitor


def add_passkey(member: Member, passkey: Passkey, *, status: int = 303, name: str = "Work phone") -> Passkey:
    """Add a passkey to an account; give it as its owner's device keeps it."""
    page = member.open("staff.me.new_passkey")
    options = options_on(page)
    form = form_on(page)
    form["passkey_name"], form["answer"] = name, passkey.made(options)
    form.submit(status=status)
    return passkey.lying(handle=from_text(options["user"]["id"]))


@pytest.fixture
def owner(app: Flask) -> Member:
    """Somebody with a passkey beside their app."""
    member = an_account(app, Role.MODERATOR)
    member.sign_in()
    return member


@pytest.fixture
def passkey(owner: Member) -> Passkey:
    """The owner's passkey."""
    return add_passkey(owner, Passkey())


def sign_in_alone(browser: Visitor, passkey: Passkey, *, status: int = 303, **how: Any) -> Any:
    page = browser.open("staff.door.sign_in")
    form = form_on(page)
    form["answer"] = passkey.signed(options_on(page), **how)
    return form.submit(status=status)


def as_second_factor(member: Member, passkey: Passkey, *, status: int = 303, **how: Any) -> Any:
    member.reset()
    member.show_password()
    page = member.get(member.asked)
    form = form_on(page)
    form["answer"] = passkey.signed(options_on(page), **how)
    return form.submit(status=status)


def test_a_passkey_signs_in_alone_and_as_a_second_factor(owner: Member, passkey: Passkey, visitor: Visitor) -> None:
    sign_in_alone(visitor, passkey)
    visitor.get("/en/staff", status=200)
    as_second_factor(owner, passkey.lying(uses=1))
    owner.get("/en/staff", status=200)


LIES: dict[str, dict[str, Any]] = {
    "another origin": {"origin": "https://evil.example"},
    "another port": {"origin": "http://localhost:8001"},
    "another scheme": {"origin": "https://localhost"},
    "a subdomain": {"origin": "http://staff.localhost"},
    "another relying party": {"rp_id": "evil.example"},
    "another key": {"key": Passkey().key},
    "another credential": {"credential_id": b"0123456789abcdef"},
    "another owner": {"handle": b"x" * 32},
}


def test_a_passkey_that_lies_opens_nothing(owner: Member, passkey: Passkey, visitor: Visitor) -> None:
    for told, lie in LIES.items():
        sign_in_alone(visitor, passkey.lying(**lie), status=422)
        visitor.get("/en/staff", status=303)
        as_second_factor(owner, passkey.lying(**lie), status=422)
        assert owner.get("/en/staff", status=303).location.startswith("/en/staff/second-factor"), told


def test_a_passkey_made_for_another_site_is_not_added(owner: Member, session: Session) -> None:
    for lie in list(LIES.values())[:5]:
        add_passkey(owner, Passkey(**lie), status=422)
    assert session.scalar(select(func.count(StaffPasskey.id))) == 0


def test_a_passkey_that_does_not_verify_its_user_is_a_second_factor_and_no_more(
    owner: Member, passkey: Passkey, visitor: Visitor
) -> None:
    sign_in_alone(visitor, passkey.lying(verifies=False), status=422)
    visitor.get("/en/staff", status=303)
    as_second_factor(owner, passkey.lying(verifies=False, uses=1))


def test_a_passkey_alone_must_name_its_owner(passkey: Passkey, visitor: Visitor) -> None:
    sign_in_alone(visitor, passkey, status=422, names_owner=False)
    visitor.get("/en/staff", status=303)


def test_another_persons_passkey_is_no_second_factor(app: Flask, passkey: Passkey) -> None:
    other = an_account(app, Role.MODERATOR, email="otra@example.org")
    other.sign_in()
    add_passkey(other, Passkey())
    as_second_factor(other, passkey, status=422)
    assert other.get("/en/staff", status=303).location.startswith("/en/staff/second-factor")


def test_another_persons_passkey_is_not_added_again(app: Flask, passkey: Passkey, session: Session) -> None:
    other = an_account(app, Role.MODERATOR, email="otra@example.org")
    other.sign_in()
    add_passkey(other, passkey, status=422)
    assert session.scalar(select(func.count(StaffPasskey.id))) == 1


def test_an_answer_works_once_even_with_the_cookies_of_its_moment(passkey: Passkey, visitor: Visitor) -> None:
    page = visitor.open("staff.door.sign_in")
    form = form_on(page)
    body = {"csrf_token": form["csrf_token"].value, "answer": passkey.signed(options_on(page))}
    cookies = {name: value.strip('"') for name, value in visitor.cookies.items()}
    visitor.post(form.action, body, status=303)
    thief = Visitor(visitor.flask, "198.51.100.7")
    for name, value in cookies.items():
        thief.set_cookie(name, value)
    thief.post(form.action, body, status=422)
    thief.get("/en/staff", status=303)


def test_an_answer_to_another_browsers_challenge_opens_nothing(passkey: Passkey, visitor: Visitor) -> None:
    asked_elsewhere = options_on(Visitor(visitor.flask).open("staff.door.sign_in"))
    page = visitor.open("staff.door.sign_in")
    form = form_on(page)
    form["answer"] = passkey.signed(asked_elsewhere)
    form.submit(status=422)


def test_an_answer_without_a_challenge_opens_nothing(passkey: Passkey, visitor: Visitor) -> None:
    form = form_on(visitor.open("staff.door.sign_in"))
    form["answer"] = passkey.signed({"challenge": ""})
    form.submit(status=422)
    form["answer"] = passkey.signed({"challenge": ""})
    form.submit(status=422)


def test_a_challenge_lasts_five_minutes(passkey: Passkey, visitor: Visitor, now: datetime) -> None:
    page = visitor.open("staff.door.sign_in")
    form = form_on(page)
    form["answer"] = passkey.signed(options_on(page))
    with time_machine.travel(now + timedelta(minutes=6), tick=True):
        form.submit(status=422)


def test_what_was_signed_for_a_new_passkey_does_not_prove_anybody(passkey: Passkey, visitor: Visitor) -> None:
    sign_in_alone(visitor, passkey, status=422, asks="webauthn.create")


def test_a_copied_device_is_noticed_by_its_count(passkey: Passkey, visitor: Visitor) -> None:
    sign_in_alone(visitor, passkey.lying(uses=7))
    for count in (7, 6, 0):
        sign_in_alone(Visitor(visitor.flask), passkey.lying(uses=count), status=422)
    sign_in_alone(Visitor(visitor.flask), passkey.lying(uses=8))


def test_a_removed_passkey_and_that_of_a_closed_account_open_nothing(
    owner: Member, passkey: Passkey, visitor: Visitor, session: Session
) -> None:
    page = owner.get("/en/staff/me")
    next(form for form in page.forms.values() if "/passkeys/" in form.action).submit(status=303)
    sign_in_alone(visitor, passkey, status=422)


def test_the_passkey_of_a_closed_account_opens_nothing(
    app: Flask, owner: Member, passkey: Passkey, visitor: Visitor
) -> None:
    administrator = an_account(app, Role.ADMINISTRATOR, email="admin@example.org")
    administrator.sign_in()
    page = administrator.get(f"/en/staff/accounts/{owner.staff_id}")
    next(form for form in page.forms.values() if form.action.endswith("/disable")).submit(status=303)
    sign_in_alone(visitor, passkey, status=422)


NO_ANSWERS = {
    "nothing": "",
    "no JSON": "nothing",
    "deep": "[" * 100_000,
    "deep in an object": '{"id":' * 50_000,
    "a number": "7",
    "NaN": '{"id":NaN}',
    "nulls": json.dumps({"id": None, "rawId": None, "type": "public-key", "response": None}),
    "empty parts": json.dumps(
        {
            "id": "",
            "rawId": "",
            "type": "public-key",
            "response": {"clientDataJSON": "", "authenticatorData": "", "signature": "", "attestationObject": ""},
        }
    ),
    "not base64": json.dumps(
        {
            "id": "ñ\0",
            "rawId": "ñ\0",
            "type": "public-key",
            "response": {"clientDataJSON": "ñ", "authenticatorData": "ñ", "signature": "ñ", "attestationObject": "ñ"},
        }
    ),
    "lists": json.dumps({"id": [], "rawId": [], "type": [], "response": [], "authenticatorAttachment": []}),
}


def test_what_is_no_answer_is_refused_in_words(owner: Member, passkey: Passkey, visitor: Visitor) -> None:
    half_way = an_account(owner.flask, Role.MODERATOR, email="otra@example.org")
    half_way.sign_in()
    add_passkey(half_way, Passkey())
    half_way.reset()
    half_way.show_password()
    for told, answer in NO_ANSWERS.items():
        for page in (
            visitor.open("staff.door.sign_in"),
            owner.open("staff.me.new_passkey"),
            half_way.get(half_way.asked),
        ):
            form = form_on(page)
            form["answer"] = answer
            if "passkey_name" in form.fields:
                form["passkey_name"] = "Otra"
            assert form.submit(status=422).html.select_one(".error-summary"), told


def test_a_changed_part_spoils_an_answer(passkey: Passkey, visitor: Visitor) -> None:
    for part in ("clientDataJSON", "authenticatorData", "signature"):
        for change in (
            lambda text: text[:-6] + ("BBBBBB" if text.endswith("AAAA") else "AAAAAA"),
            lambda text: text[: len(text) // 2],
            lambda text: "",
        ):
            page = visitor.open("staff.door.sign_in")
            answer = json.loads(passkey.signed(options_on(page)))
            answer["response"][part] = change(answer["response"][part])
            form = form_on(page)
            form["answer"] = json.dumps(answer)
            form.submit(status=422)
    visitor.get("/en/staff", status=303)
