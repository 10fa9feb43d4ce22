"""Forced browsing: addresses that nobody showed, rows of others, and rooms that one has no key to."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts.gate import HALF_WAY_IN, OPEN_TO_STRANGERS
from portal.accounts.models import StaffPasskey, StaffSession
from portal.accounts.rules import Permission, Role
from portal.submissions import receipts
from tests.attacks import addresses, all_rows, staff_rules, token_of
from tests.authenticator import Passkey
from tests.builders import a_submission
from tests.domains.test_attacks_passkeys import add_passkey
from tests.staff import Member, StaffFactory, an_account, invited
from tests.visitor import Visitor


@pytest.fixture
def owner(app: Flask) -> Member:
    """Somebody with a session and a passkey of their own."""
    member = an_account(app, Role.MODERATOR, email="duena@example.org", name="L. Carranza")
    member.sign_in()
    add_passkey(member, Passkey())
    return member


@pytest.fixture
def values(app: Flask, owner: Member) -> dict[str, Any]:
    """What stands in addresses: rows that are there, and another's."""
    folio = receipts.spelled(a_submission(app).code)
    return {"folio": folio, "token": invited(app, Role.MODERATOR), "number": owner.staff_id, "browser": "00"}


def test_a_stranger_opens_and_writes_nothing_at_any_staff_address(
    app: Flask, visitor: Visitor, values: dict[str, Any], session: Session
) -> None:
    before = all_rows(session)
    token = token_of(visitor.open("staff.door.sign_in"))
    for method, send in (("GET", visitor.get), ("POST", visitor.post)):
        for rule, address in addresses(app, staff_rules(app, method), values):
            if rule.endpoint not in OPEN_TO_STRANGERS:
                answer = send(address, {"csrf_token": token}, status=303)
                assert answer.location.split("?")[0] in {"/en/staff/sign-in", "/es/equipo/entrar"}, address
                assert "L. Carranza" not in answer.text
    assert all_rows(session) == before


def test_whoever_has_no_permission_opens_and_writes_nothing_that_needs_one(
    app: Flask, staff: StaffFactory, values: dict[str, Any], session: Session
) -> None:
    member = staff(Role.EDITOR)
    token, before, number = token_of(member.get("/en/staff")), all_rows(session), 0
    for method, send in (("GET", member.get), ("POST", member.post)):
        for rule, address in addresses(app, staff_rules(app, method), values):
            needed = getattr(app.view_functions[rule.endpoint], "needs", None)
            if isinstance(needed, Permission) and needed != Permission.EDIT_CONTENT:
                number += 1
                answer = send(address, {"csrf_token": token}, status=403)
                assert "L. Carranza" not in answer.text, address
    assert number > 30
    assert all_rows(session) == before


def test_whoever_is_in_does_not_go_back_through_the_door(app: Flask, moderator: Member) -> None:
    token = token_of(moderator.get("/en/staff"))
    for rule, address in addresses(app, [r for r in staff_rules(app, "POST") if r.endpoint in HALF_WAY_IN], {}):
        body = {"csrf_token": token, "code": moderator.codes[0], "answer": "{}", "passkey_name": "Otra"}
        answer = moderator.post(address, body, status=303)
        assert answer.location in {"/en/staff", "/es/equipo"}, rule
    moderator.get("/en/staff", status=200)


def test_a_session_of_another_person_cannot_be_ended(owner: Member, moderator: Member, session: Session) -> None:
    theirs = session.scalars(select(StaffSession).where(StaffSession.staff_id == owner.staff_id)).one().digest.hex()
    token = token_of(moderator.get("/en/staff"))
    for browser in (theirs, theirs.upper(), "all", "0" * 64, "%2e%2e"):
        moderator.post(f"/en/staff/me/sessions/{browser}/end", {"csrf_token": token}, status=404)
    owner.get("/en/staff", status=200)
    assert theirs not in moderator.get("/en/staff/me").text


def test_a_passkey_of_another_person_cannot_be_removed(owner: Member, moderator: Member, session: Session) -> None:
    number = session.scalars(select(StaffPasskey.id)).one()
    add_passkey(moderator, Passkey())
    token = token_of(moderator.get("/en/staff"))
    moderator.post(f"/en/staff/me/passkeys/{number}/remove", {"csrf_token": token}, status=404)
    assert "Work phone" in owner.get("/en/staff/me").text


def test_the_last_factor_cannot_be_taken_by_its_address(moderator: Member, session: Session) -> None:
    add_passkey(moderator, Passkey())
    number = session.scalars(select(StaffPasskey.id)).one()
    token = token_of(moderator.get("/en/staff"))
    moderator.post("/en/staff/me/app/remove", {"csrf_token": token}, status=303)
    moderator.post(f"/en/staff/me/passkeys/{number}/remove", {"csrf_token": token}, status=403)
    session.rollback()
    assert session.scalars(select(StaffPasskey.id)).all() == [number]


def test_an_administrator_is_not_let_to_what_people_wrote(staff: StaffFactory, values: dict[str, Any]) -> None:
    administrator = staff(Role.ADMINISTRATOR)
    for page in ("", "/original"):
        administrator.get(f"/en/staff/queue/{values['folio']}{page}", status=403)
    for page in ("queue", "exports", "reports", "responses"):
        administrator.get(f"/en/staff/{page}", status=403)


def test_rows_that_are_not_there_are_told_apart_by_nobody_without_permission(
    owner: Member, moderator: Member, app: Flask
) -> None:
    there = moderator.get(f"/en/staff/accounts/{owner.staff_id}", status=403)
    nowhere = moderator.get("/en/staff/accounts/999999", status=403)
    assert there.html.main.h1.text == nowhere.html.main.h1.text


def test_a_public_address_shows_nothing_that_is_not_published(app: Flask, moderator: Member) -> None:
    code = receipts.spelled(a_submission(app, body="Sin decidir todavía, y de nadie más.").code)
    for browser in (moderator, Visitor(app)):
        for address in (f"/en/input/{code}", f"/es/aportaciones/{code}", f"/en/responses/{code}"):
            assert "Sin decidir" not in browser.get(address, status=404).text
        assert "Sin decidir" not in browser.get("/en/data/submissions.csv").text
        assert "Sin decidir" not in browser.get("/en/input?q=decidir").text
