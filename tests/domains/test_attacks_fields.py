"""Attacks through fields: too many of them, too long, and texts that no keyboard writes. Both databases bear them."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from portal.accounts.models import Staff
from portal.accounts.rules import Role
from portal.submissions import receipts
from tests.attacks import addresses, all_rows, staff_rules, token_of
from tests.authenticator import Passkey
from tests.builders import a_submission
from tests.domains.test_attacks_passkeys import add_passkey
from tests.staff import PASSWORD, Member, StaffFactory, an_account, invited
from tests.visitor import Visitor

EXTRA = {
    "id": "1",
    "staff_id": "1",
    "active": "1",
    "is_active": "y",
    "role": "administrator",
    "roles-0": "administrator",
    "permissions": "manage_accounts",
    "country": "US",
    "email": "malo@example.org",
    "email_digest": "00",
    "sealed_email": "00",
    "handle": "00",
    "password_hash": "x",
    "fs_uniquifier": "known",
    "totp_step": "99999999",
    "sealed_totp": "00",
    "secret": "JBSWY3DPEHPK3PXP",
    "challenge": "known",
    "half_way": "1",
    "proved": "99999999999",
    "_user_id": "1",
    "signed_in_at": "2020-01-01",
    "actor_id": "1",
    "submit": "1",
}
HUGE = 300_000
TEXTS = {
    "a NUL": "\0",
    "a NUL inside": "a\0b@example.org",
    "huge": "x" * HUGE,
    "huge and wide": "ﷺ" * 20_000,
    "one address, huge": "a" * HUGE + "@example.org",
    "emoji": "👩🏽‍🔬" * 500,
    "a template": "{{ 7*7 }}${7*7}%(x)s%s%n{0.__class__}",
    "SQL": "'; DROP TABLE staff; -- \\",
    "markup": "<script>alert(1)</script>\"' onload=x",
    "directions": "\u202egro.elpmaxe@olam\u2066",
    "lines": "a@example.org\r\nBcc: b@example.org",
    "a number": "-1",
    "far": "99999999999999999999999999",
    "a lone surrogate": b"\xed\xa0\x80",
    "no UTF-8": b"\xff\xfe\x00",
}


def columns(session: Session, staff_id: int) -> dict[str, Any]:
    session.rollback()
    row = session.scalars(select(Staff).where(Staff.id == staff_id)).one()
    values = {column.key: getattr(row, column.key) for column in inspect(Staff).columns}
    return values | {"roles": sorted(role.name for role in row.roles)}


def changed(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    return {name for name in before if before[name] != after[name]}


def test_more_fields_than_a_form_has_change_nothing_when_roles_are_changed(
    app: Flask, staff: StaffFactory, session: Session
) -> None:
    administrator, other = staff(Role.ADMINISTRATOR), an_account(app, Role.MODERATOR, email="otra@example.org")
    before = columns(session, other.staff_id), columns(session, administrator.staff_id)
    address = f"/en/staff/accounts/{other.staff_id}"
    body = EXTRA | {"csrf_token": token_of(administrator.get(address)), "roles": "analyst", "password": PASSWORD}
    administrator.post(address, body, status=303)
    assert changed(before[0], columns(session, other.staff_id)) == {"roles"}
    assert columns(session, other.staff_id)["roles"] == ["analyst"]
    assert changed(before[1], columns(session, administrator.staff_id)) == set()


def test_more_fields_than_a_form_has_change_nothing_on_ones_own_account(moderator: Member, session: Session) -> None:
    before = columns(session, moderator.staff_id)
    body = EXTRA | {"csrf_token": token_of(moderator.get("/en/staff/me/password")), "roles": "administrator"}
    new = {"present": PASSWORD, "password": "otra contraseña larga y nueva", "name": "Z. Malo"}
    moderator.post("/en/staff/me/password", body | new, status=303)
    assert changed(before, columns(session, moderator.staff_id)) == {"password", "fs_uniquifier"}
    moderator.get("/en/staff/accounts", status=403)


def test_an_invited_person_chooses_name_and_password_and_nothing_else(
    app: Flask, visitor: Visitor, session: Session
) -> None:
    address = f"/en/staff/welcome/{invited(app, Role.MODERATOR)}"
    staff_id = session.scalars(select(Staff.id)).one()
    before = columns(session, staff_id)
    body = EXTRA | {"csrf_token": token_of(visitor.get(address)), "roles": "administrator", "name": "R. Salas"}
    visitor.post(address, body | {"password": PASSWORD}, status=303)
    assert changed(before, columns(session, staff_id)) == {"sealed_name", "password", "fs_uniquifier"}


def test_signing_in_writes_nothing_that_was_sent(app: Flask, session: Session) -> None:
    member = an_account(app, Role.MODERATOR)
    before = columns(session, member.staff_id)
    body = EXTRA | {"csrf_token": token_of(member.open("staff.door.sign_in"))}
    answer = member.post("/en/staff/sign-in", body | {"email": member.email, "password": PASSWORD}, status=303)
    page = answer.follow()
    member.post(answer.location, EXTRA | {"csrf_token": token_of(page), "code": member.code()}, status=303)
    after = columns(session, member.staff_id)
    assert changed(before, after) == {"signed_in_at", "totp_step"}
    assert after["totp_step"] != 99999999
    member.get("/en/staff/accounts", status=403)


def test_a_role_that_is_none_and_a_country_that_is_none_are_refused(staff: StaffFactory, session: Session) -> None:
    administrator = staff(Role.ADMINISTRATOR)
    token = token_of(administrator.get("/en/staff/accounts/new"))
    before = all_rows(session)
    good = {"csrf_token": token, "email": "nueva@example.org", "roles": "moderator", "country": "MX"}
    for bad in ({"roles": "root"}, {"country": "CA"}, {"roles": ""}, {"country": ""}, {"roles": "MODERATOR"}):
        administrator.post("/en/staff/accounts/new", good | bad, status=422)
    assert all_rows(session) == before


def test_a_name_that_would_fill_every_page_is_refused(app: Flask, visitor: Visitor, staff: StaffFactory) -> None:
    form = visitor.open("staff.links.welcome", token=invited(app, Role.MODERATOR)).forms[0]
    form["name"], form["password"] = "x" * 121, PASSWORD
    assert form.submit(status=422).html.select_one("#name-error")
    form = staff(Role.ADMINISTRATOR).open("staff.accounts.new").forms[1]
    form["email"], form["country"], form["roles"], form["name"] = "otra@example.org", "MX", ["moderator"], "x" * 121
    assert form.submit(status=422).html.select_one("#name-error")


def test_the_same_field_twice_counts_once(app: Flask, session: Session) -> None:
    member, victim = an_account(app, Role.MODERATOR), an_account(app, Role.MODERATOR, email="otra@example.org")
    token = token_of(member.open("staff.door.sign_in"))
    fields = [("csrf_token", token), ("email", member.email), ("email", victim.email), ("password", PASSWORD)]
    page = member.post("/en/staff/sign-in?email=" + victim.email, fields, status=303).follow()
    assert member.email in page.text
    assert victim.email not in page.text


FIELDS = ("email", "name", "password", "present", "code", "ticket", "answer", "passkey_name", "country", "roles")


@pytest.fixture
def member(staff: StaffFactory) -> Member:
    """Somebody who may do everything, with a passkey."""
    member = staff(*Role)
    add_passkey(member, Passkey())
    return member


def test_no_text_in_a_field_of_the_door_breaks_anything(app: Flask, member: Member) -> None:
    folio = receipts.spelled(a_submission(app).code)
    half_way = an_account(app, Role.MODERATOR, email="otra@example.org")
    half_way.show_password()
    welcome, stranger = f"/en/staff/welcome/{invited(app, Role.MODERATOR)}", Visitor(app)
    tokens = {
        stranger: token_of(stranger.get("/en/staff/sign-in")),
        half_way: token_of(half_way.get("/en/staff/second-factor")),
        member: token_of(member.get("/en/staff")),
    }
    for name, text in TEXTS.items():
        body, good = dict.fromkeys(FIELDS, text), {"email": "n@example.org", "country": "MX", "roles": "moderator"}
        tries = [
            (stranger, "/en/staff/sign-in", body),
            (stranger, "/en/staff/sign-in", body | {"email": half_way.email}),
            (stranger, "/en/staff/sign-in/passkey", {"answer": text}),
            (stranger, "/en/staff/cannot-sign-in", body),
            (stranger, welcome, body),
            (half_way, "/en/staff/second-factor", {"code": text}),
            (half_way, "/en/staff/second-factor", {"answer": text}),
            (member, "/en/staff/confirm", {"code": text}),
            (member, "/en/staff/confirm", {"answer": text}),
            (member, "/en/staff/me/password", body),
            (member, "/en/staff/me/app", {"code": text}),
            (member, "/en/staff/me/passkeys/new", {"answer": text, "passkey_name": text}),
            (member, "/en/staff/accounts/new", body),
            (member, "/en/staff/accounts/new", body | good),
            (member, "/en/staff/accounts/1", body),
            (member, f"/en/staff/queue/{folio}", body | {"verdict": text, "note": text}),
        ]
        for browser, address, fields in tries:
            answer = browser.post(address, fields | {"csrf_token": tokens[browser]}, status="*")
            assert answer.status_int < 500, (name, address)
    assert member.get("/en/staff/accounts", status=200)


ODD = ("%00", "a%00b", "..%2f..", "-1", "0", "99999999999999999999", "%F0%9F%98%80", "1e3", "x" * 3_000, "'--")


def test_no_text_in_an_address_breaks_anything(app: Flask, member: Member) -> None:
    names = {"folio": "FOLIO", "token": "TOKEN", "browser": "BROWSER", "number": 7777777}
    for method in ("GET", "POST"):
        rules = [rule for rule in staff_rules(app, method) if rule.arguments - {"lang"}]
        token = token_of(member.get("/en/staff"))
        for rule, address in addresses(app, rules, names):
            for odd in ODD:
                there = address
                for name in map(str, names.values()):
                    there = there.replace(name, odd)
                send = member.get if method == "GET" else member.post
                answer = send(there, {"csrf_token": token}, status="*")
                assert answer.status_int in {303, 400, 404, 405, 410}, (rule.rule, there, answer.status)


def test_no_text_in_a_query_breaks_anything(member: Member) -> None:
    names = ("next", "kept", "welcome", "pillar", "page", "q", "lang", "_scheme", "_external", "_anchor", "endpoint")
    for odd in ODD:
        query = "&".join(f"{name}={odd}" for name in names)
        for address in ("/en/staff/queue", "/en/staff/reports", "/en/staff/exports", "/en/staff", "/en/staff/accounts"):
            assert member.get(f"{address}?{query}", status="*").status_int < 500
        assert Visitor(member.flask).get(f"/en/staff/sign-in?{query}", status="*").status_int < 500
