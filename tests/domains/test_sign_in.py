"""Signing in: address and password, words and time that tell nothing, waits for who guesses."""

import time
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import create_app
from portal.accounts.models import Staff
from portal.accounts.rules import Role
from portal.audit.models import AuditEvent
from portal.config import Settings
from portal.i18n import LANGUAGES
from tests.staff import PASSWORD, Member, StaffFactory, an_account
from tests.visitor import Visitor

WRONG = {"en": "do not match", "es": "no coinciden"}


def try_to_sign_in(visitor: Visitor, email: str, password: str, language: str = "en", status: int = 422) -> Any:
    form = visitor.open("staff.door.sign_in", language).forms[0]
    form["email"], form["password"] = email, password
    return form.submit(status=status)


@pytest.mark.parametrize("language", LANGUAGES)
def test_staff_sign_in_and_out(app: Flask, language: str) -> None:
    member = an_account(app, Role.MODERATOR)
    member.sign_in(language)
    home = member.open("staff.door.home", language)
    assert "M. Ortega" in home.text
    home.forms[0].submit(status=303)
    assert "/staff/sign-in" in member.open("staff.door.home", language, status=303).location or language == "es"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_are_the_same_whether_the_account_exists_or_not(app: Flask, visitor: Visitor, language: str) -> None:
    member = an_account(app, Role.MODERATOR)
    wrong = try_to_sign_in(visitor, member.email, "no es la contraseña", language)
    nobody = try_to_sign_in(visitor, "nadie@example.org", "no es la contraseña", language)
    said = [page.html.select_one(".error-summary").get_text(" ", strip=True) for page in (wrong, nobody)]
    assert said[0] == said[1]
    assert WRONG["en"] in said[0] or WRONG["es"] in said[0]


def test_an_unknown_account_takes_as_long_as_a_wrong_password(app: Flask, visitor: Visitor) -> None:
    member = an_account(app, Role.MODERATOR)

    def fastest(email: str) -> float:
        spans = []
        for _ in range(5):
            began = time.process_time()  # other work on the machine does not count
            try_to_sign_in(visitor, email, "no es la contraseña")
            spans.append(time.process_time() - began)
        return min(spans)

    known, unknown, unwelcomed = fastest(member.email), fastest("nadie@example.org"), fastest("")
    assert 0.6 < unknown / known < 1.7
    assert unwelcomed < known  # an empty address is refused by the form, and shows that hashing is what takes the time


def test_an_address_signs_in_in_any_spelling(app: Flask, visitor: Visitor) -> None:
    member = an_account(app, Role.MODERATOR, email="Maria.Ortega@Example.org")
    try_to_sign_in(visitor, "  MARIA.ortega@example.ORG ", PASSWORD, status=303)
    assert member.email


@pytest.mark.parametrize(
    ("asked", "reached"),
    [
        ("/en/staff?x=1", "/en/staff?x=1"),
        ("/es/equipo", "/es/equipo"),
        ("https://evil.example/en/staff", "/en/staff"),
        ("//evil.example/en/staff", "/en/staff"),
        ("/en/staff//evil.example", "/en/staff"),
        ("/en/staff\\@evil.example", "/en/staff"),
        ("/en/input/new", "/en/staff"),
        ("/en/staffing", "/en/staff"),
    ],
)
def test_signing_in_leads_on_to_own_staff_pages_only(app: Flask, asked: str, reached: str) -> None:
    member = an_account(app, Role.MODERATOR)
    assert member.sign_in(next=asked) == reached


def strict(settings: Settings) -> Flask:
    return create_app(replace(settings, limits_scale=1))


def test_ten_tries_a_minute_from_one_place(settings: Settings) -> None:
    app = strict(settings)
    visitor = Visitor(app)
    for number in range(10):
        try_to_sign_in(visitor, f"persona{number}@example.org", "no es la contraseña")
    page = try_to_sign_in(visitor, "otra@example.org", "no es la contraseña", status=429)
    assert int(page.headers["Retry-After"]) > 0
    app.extensions["engine"].dispose()


def test_five_tries_for_one_account_from_many_places_whether_it_exists_or_not(settings: Settings) -> None:
    app = strict(settings)
    for email in ("persona@example.org", "nadie@example.org"):
        for number in range(5):
            try_to_sign_in(Visitor(app, f"198.51.100.{number}"), email, "no es la contraseña")
        try_to_sign_in(Visitor(app, "198.51.100.9"), email.upper(), "no es la contraseña", status=429)
    app.extensions["engine"].dispose()


def test_no_address_and_no_key_is_kept_by_the_limits(settings: Settings) -> None:
    app = strict(settings)
    try_to_sign_in(Visitor(app), "persona@example.org", "no es la contraseña")
    app.extensions["engine"].dispose()
    kept = b"".join(path.read_bytes() for path in settings.data.glob("limits.sqlite3*"))
    assert b"persona" not in kept
    assert b"192.0.2.1" not in kept


def test_passwords_are_hashed_by_argon2id(app: Flask, session: Session) -> None:
    an_account(app, Role.MODERATOR)
    assert str(session.scalars(select(Staff.password)).one()).startswith("$argon2id$")


def test_coming_and_going_is_recorded_without_addresses(moderator: Member, session: Session) -> None:
    moderator.get("/en/staff").forms[0].submit(status=303)
    events = session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
    assert [event.action for event in events][-3:] == ["factor:added", "staff:signed-in", "staff:signed-out"]
    assert all("@" not in str(event.detail) for event in events)


def test_roles_join_their_permissions(staff: StaffFactory) -> None:
    both = staff(Role.ANALYST, Role.MODERATOR)
    assert {"Queue", "Reports"} <= {link.text for link in both.get("/en/staff").html.select("main .rows b")}
