"""The accounts page: who has an account, inviting, changing roles, resetting, disabling; the last administrator."""

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts.models import Staff
from portal.accounts.rules import PERMISSIONS, Permission, Role, StaffCountry
from portal.audit.models import AuditEvent
from portal.i18n import LANGUAGES
from tests.staff import PASSWORD, Member, StaffFactory, an_account
from tests.visitor import Visitor


@pytest.fixture
def administrator(staff: StaffFactory) -> Member:
    return staff(Role.ADMINISTRATOR, name="G. Ibarra")


def invite(administrator: Member, language: str = "en", status: int = 200, **fields: Any) -> Any:
    form = administrator.open("staff.accounts.new", language).forms[1]
    form["email"], form["country"] = fields.get("email", "nueva@example.org"), fields.get("country", "MX")
    form["roles"] = fields.get("roles", ["moderator"])
    return form.submit(status=status)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_administrator_invites_and_hands_the_link_over(
    administrator: Member, visitor: Visitor, session: Session, language: str
) -> None:
    page = invite(administrator, language, roles=["moderator", "analyst"])
    link = page.html.select_one("#link").text.strip()
    form = visitor.get(link).forms[0]
    form["name"], form["password"] = "R. Salas", PASSWORD
    form.submit(status=303)
    person = session.scalars(select(Staff).order_by(Staff.id.desc()).limit(1)).one()
    session.info["keys"] = administrator.flask.extensions["keys"]
    assert (person.email, person.country) == ("nueva@example.org", StaffCountry.MX)
    assert {role.name for role in person.roles} == {Role.MODERATOR, Role.ANALYST}


def test_the_trail_says_who_invited_whom_as_what_without_the_address(administrator: Member, session: Session) -> None:
    invite(administrator)
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "account:created")).all()[-1]
    assert event.actor_id == administrator.staff_id
    assert event.detail["roles"] == ["moderator"]
    assert "@" not in str(event.detail)


@pytest.mark.parametrize("email", ["nadie", "", "persona0@example.org", "PERSONA0@Example.org "])
def test_an_invitation_to_no_address_or_a_taken_one_is_refused(administrator: Member, email: str) -> None:
    page = invite(administrator, status=422, email=email)
    assert page.html.select_one("#email-error")


def test_an_invitation_needs_a_role(administrator: Member) -> None:
    assert invite(administrator, status=422, roles=[]).html.select_one("#roles-error")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_shows_everyone_and_what_each_role_may_do(administrator: Member, language: str) -> None:
    invite(administrator)
    page = administrator.open("staff.accounts.people", language).html
    people, roles = page.select("table")
    assert len(people.select("tbody tr")) == 2
    rows = roles.select("tbody tr")
    assert len(rows) == len(Permission)
    for permission, row in zip(Permission, rows, strict=True):
        has = ["–" not in cell.text for cell in row.select("td")]
        assert has == [permission in PERMISSIONS[role] for role in Role]


def account(administrator: Member, app: Flask, *roles: Role) -> tuple[Member, Any]:
    member = an_account(app, *(roles or (Role.MODERATOR,)), email="otra@example.org", name="L. Carranza")
    member.sign_in()
    return member, administrator.get(f"/en/staff/accounts/{member.staff_id}")


def button(page: Any, end: str) -> Any:
    return next(form for form in page.forms.values() if form.action.endswith(end))


def test_roles_are_changed_and_count_at_once(administrator: Member, app: Flask) -> None:
    member, page = account(administrator, app)
    member.get("/en/staff/queue", status=200)
    form = page.forms[1]
    form["roles"] = ["editor"]
    form.submit(status=303)
    member.get("/en/staff/queue", status=403)


def test_a_disabled_account_is_out_and_comes_back_as_it_was(administrator: Member, app: Flask) -> None:
    member, page = account(administrator, app)
    button(page, "/disable").submit(status=303)
    assert member.get("/en/staff", status=303).location.startswith("/en/staff/sign-in")
    again = administrator.get(f"/en/staff/accounts/{member.staff_id}")
    assert "Disabled" in again.text
    button(again, "/enable").submit(status=303)
    member.reset()
    member.sign_in()


def test_a_new_link_ends_password_and_sessions_and_keeps_the_phone(administrator: Member, app: Flask) -> None:
    member, page = account(administrator, app)
    link = button(page, "/link").submit(status=200).html.select_one("#link").text.strip()
    member.get("/en/staff", status=303)
    member.reset()
    form = member.get(link).forms[0]
    form["password"] = PASSWORD
    form.submit(status=303)
    member.sign_in()


def test_whoever_lost_the_phone_sets_a_new_one_up(administrator: Member, app: Flask) -> None:
    member, page = account(administrator, app)
    link = button(page, "/factors").submit(status=200).html.select_one("#link").text.strip()
    member.reset()
    form = member.get(link).forms[0]
    form["password"] = PASSWORD
    form.submit(status=303)
    member.show_password()
    assert "/second-factor/set-up" in member.asked


@pytest.mark.parametrize("act", ["/disable", "/link", "/factors", "roles"])
def test_the_last_administrator_stays(administrator: Member, session: Session, act: str) -> None:
    page = administrator.get(f"/en/staff/accounts/{administrator.staff_id}")
    form = page.forms[1] if act == "roles" else button(page, act)
    if act == "roles":
        form["roles"] = ["auditor"]
    assert "last account" in form.submit(status=409).text
    person = session.get_one(Staff, administrator.staff_id)
    assert person.active
    assert person.password
    assert [role.name for role in person.roles] == [Role.ADMINISTRATOR]


def test_one_of_two_administrators_can_leave(administrator: Member, app: Flask) -> None:
    an_account(app, Role.ADMINISTRATOR, email="segunda@example.org")
    button(administrator.get(f"/en/staff/accounts/{administrator.staff_id}"), "/disable").submit(status=303)
    administrator.get("/en/staff", status=303)


def test_an_account_that_is_none_is_not_found(administrator: Member) -> None:
    administrator.get("/en/staff/accounts/999", status=404)
    administrator.get("/en/staff/accounts/99999999999999999999", status=404)


def test_no_page_shows_a_password_a_secret_or_a_hash(administrator: Member, app: Flask) -> None:
    member, page = account(administrator, app)
    text = page.text + administrator.get("/en/staff/accounts").text + member.get("/en/staff/me").text
    assert member.secret not in text
    assert not re.search(r"argon2|fs_uniquifier", text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_accounts_page_leads_to_what_was_done_to_it_and_by_whom(
    administrator: Member, app: Flask, language: str
) -> None:
    member, page = account(administrator, app)
    button(page, "/disable").submit(status=303)
    page = administrator.open("staff.accounts.person", language, number=member.staff_id)
    trail = page.click(href="/audit|/bitacora", index=-1)
    first = trail.html.select_one(".trail__event").get_text(" ", strip=True)
    assert "G. Ibarra" in first
    assert "L. Carranza" in first
    assert len(trail.html.select(".trail__event")) < 8


def test_each_government_looks_after_its_own_staff(administrator: Member, app: Flask, session: Session) -> None:
    other = an_account(app, Role.ADMINISTRATOR, email="us@example.org", country=StaffCountry.US)
    page = administrator.get(f"/en/staff/accounts/{other.staff_id}")
    assert "looks after" in page.text
    assert not [form for form in page.forms.values() if "/accounts/" in form.action]
    token = page.forms[0]["csrf_token"].value
    for act in ("disable", "link", "factors"):
        administrator.post(f"/en/staff/accounts/{other.staff_id}/{act}", {"csrf_token": token}, status=403)
    administrator.post(f"/en/staff/accounts/{other.staff_id}", {"csrf_token": token, "roles": "reviewer"}, status=403)
    assert [
        option["value"] for option in administrator.get("/en/staff/accounts/new").html.select("#country input")
    ] == ["MX"]
    assert [role.name for role in session.get_one(Staff, other.staff_id).roles] == [Role.ADMINISTRATOR]


def test_the_first_administrator_of_the_other_government_is_invited_and_nobody_else_of_it(
    administrator: Member, session: Session
) -> None:
    page = invite(administrator, status=422, country="US", roles=["reviewer"])
    assert page.html.select_one("#roles-error")
    invite(administrator, country="US", roles=["administrator"])
    assert [person.country for person in session.scalars(select(Staff).order_by(Staff.id))] == ["MX", "US"]
