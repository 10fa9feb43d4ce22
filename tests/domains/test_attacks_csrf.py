"""Forged requests: every address that takes a form, public or staff's, in both languages."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts.models import Staff
from portal.accounts.rules import Role, is_staff_path
from portal.submissions import receipts
from tests.attacks import Rows, addresses, all_rows, another_browser, button, staff_rules, token_of
from tests.authenticator import Passkey
from tests.builders import a_submission
from tests.domains.test_attacks_passkeys import add_passkey
from tests.staff import PASSWORD, Member, StaffFactory, an_account, invited
from tests.visitor import Visitor

# What would change something at one address or another, if only the token were right.
BODY = {
    "verdict": "hold",
    "note": "Escrito por otra página.",
    "email": "persona0@example.org",
    "password": PASSWORD,
    "present": PASSWORD,
    "name": "Z. Malo",
    "country": "MX",
    "roles": "administrator",
    "rows": "all",
    "format": "csv",
    "code": "000000",
    "answer": "{}",
    "passkey_name": "Mía",
    "body": "Una aportación que nadie escribió.",
    "pillar": "2",
    "consent": "y",
}


@pytest.fixture
def victim(app: Flask, staff: StaffFactory) -> Member:
    """Somebody who may do everything, signed in, with a passkey and a second browser."""
    member = staff(*Role)
    add_passkey(member, Passkey())
    another_browser(member).sign_in()
    return member


@pytest.fixture
def values(app: Flask, victim: Member) -> dict[str, Any]:
    """What stands in addresses: rows that are there."""
    other = an_account(app, Role.ADMINISTRATOR, email="otra@example.org")
    browser = next(
        form.action.split("/")[-2] for form in victim.get("/en/staff/me").forms.values() if form.action.endswith("/end")
    )
    return {
        "folio": receipts.spelled(a_submission(app).code),
        "token": invited(app, Role.MODERATOR),
        "number": other.staff_id,
        "browser": browser,
    }


def forged_tokens(app: Flask, victim: Member) -> dict[str, str | None]:
    stranger = Visitor(app)
    return {
        "none": None,
        "empty": "",
        "wrong": "IjAwMDAi.aaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbb",
        "of a stranger's session": token_of(stranger.open("staff.door.sign_in")),
        "of a public page": token_of(victim.open("submissions.new")),
    }


def test_no_staff_form_of_another_session_is_taken(
    app: Flask, victim: Member, values: dict[str, Any], session: Session
) -> None:
    before = all_rows(session)
    rules = staff_rules(app, "POST")
    assert len(rules) > 40
    for token in forged_tokens(app, victim).values():
        body = BODY if token is None else BODY | {"csrf_token": token}
        for rule, address in addresses(app, rules, values):
            assert victim.post(address, body, status=400, headers={"Origin": "https://evil.example"}), rule
    assert all_rows(session) == before
    victim.get("/en/staff", status=200)


def test_no_public_form_of_another_session_is_taken(app: Flask, visitor: Visitor, session: Session) -> None:
    before = all_rows(session)
    rules = [rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())]
    public = [rule for rule in rules if not is_staff_path(rule.rule)]
    assert len(public) == 6
    other = token_of(Visitor(app).open("submissions.new"))
    for token in (None, "", "IjAwMDAi.aaaaaa.bbb", other):
        body = BODY if token is None else BODY | {"csrf_token": token}
        for _rule, address in addresses(app, public, {}):
            answer = visitor.post(address, body, status="*", headers={"Origin": "https://evil.example"})
            assert answer.status_int == 422 or answer.location.split("?")[0] in {"/en/follow", "/es/seguimiento"}
    assert all_rows(session) == before


def test_the_same_forms_are_taken_with_their_token(
    app: Flask, victim: Member, values: dict[str, Any], session: Session
) -> None:
    before = all_rows(session)
    button(victim.get(f"/en/staff/accounts/{values['number']}"), "/disable").submit(status=303)
    assert all_rows(session) != before


def test_a_token_ends_with_its_session(victim: Member, session: Session) -> None:
    token = token_of(victim.get("/en/staff"))
    victim.post("/en/staff/sign-out", {"csrf_token": token}, status=303)
    victim.sign_in()
    victim.post("/en/staff/sign-out", {"csrf_token": token}, status=400)


def without_trail(session: Session) -> Rows:
    return {table: rows for table, rows in all_rows(session).items() if not table.startswith("audit_")}


def test_reading_changes_nothing_but_the_trail(
    app: Flask, victim: Member, values: dict[str, Any], session: Session
) -> None:
    before = without_trail(session)
    for _rule, address in addresses(app, staff_rules(app, "GET"), values):
        victim.get(address, BODY, status="*")
    only_posts = [rule for rule in staff_rules(app, "POST") if "GET" not in (rule.methods or ())]
    for _rule, address in addresses(app, only_posts, values):
        assert victim.get(address, BODY, status="*").status_int in {404, 405}, address
    assert without_trail(session) == before


def test_a_method_cannot_be_written_into_a_form_or_a_header(
    app: Flask, victim: Member, values: dict[str, Any], session: Session
) -> None:
    address = f"/en/staff/accounts/{values['number']}/disable"
    token = token_of(victim.get("/en/staff"))
    before = all_rows(session)
    for name in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
        victim.get(address, {"_method": "POST", "csrf_token": token}, status=405, headers={name: "POST"})
    for method in ("PUT", "PATCH", "DELETE", "TRACE"):
        victim.request(address, method=method, body=f"csrf_token={token}".encode(), status=405)
    assert all_rows(session) == before


FOREIGN = ("cross-site", "same-site", "none", "")
ORIGINS = (
    "https://evil.example",
    "null",
    "http://localhost:8001",
    "https://localhost",
    "http://localhost.evil.example",
)


def test_a_form_of_another_site_is_never_kept_for_a_click(app: Flask, victim: Member, values: dict[str, Any]) -> None:
    address = f"/en/staff/queue/{values['folio']}"
    foreign = [{"Sec-Fetch-Site": site, "Origin": "http://localhost"} for site in FOREIGN[:3]]
    for headers in (*foreign, *({"Origin": origin} for origin in ORIGINS), {"Referer": "http://localhost/en/staff"}):
        victim.post(address, BODY, status=400, headers=headers)
        assert victim.get("/en/staff/continue", status=303).location == "/en/staff"


def test_a_form_of_another_site_is_not_kept_where_the_session_ran_out(
    app: Flask, victim: Member, values: dict[str, Any], now: datetime, session: Session
) -> None:
    address = f"/en/staff/queue/{values['folio']}"
    with time_machine.travel(now + timedelta(minutes=45), tick=True):
        before = all_rows(session)
        victim.post(address, BODY, status=400, headers={"Sec-Fetch-Site": "cross-site"})
        victim.post(address, BODY, status=400, headers={"Origin": "https://evil.example"})
        assert victim.sign_in() == "/en/staff"
        victim.get("/en/staff/continue", status=303)
        assert before["decision"] == all_rows(session)["decision"]


def is_open(session: Session, number: int) -> bool:
    session.rollback()
    return bool(session.scalar(select(Staff.active).where(Staff.id == number)))


def test_a_kept_form_is_sent_by_its_owners_click_alone(
    app: Flask, victim: Member, values: dict[str, Any], now: datetime, session: Session
) -> None:
    address = f"/en/staff/accounts/{values['number']}/disable"
    token = token_of(victim.get("/en/staff"))
    with time_machine.travel(now + timedelta(minutes=11), tick=True):
        asked = victim.post(address, {"csrf_token": token}, status=303)
        assert "/confirm" in asked.location
        form = asked.follow().forms[1]
        form["code"] = victim.code()
        page = form.submit(status=303).follow()
        assert is_open(session, values["number"])
        page.forms[1].submit(status=303)
        assert not is_open(session, values["number"])
