"""The gate: every staff page is closed to strangers and names who may open it."""

from typing import Any

import pytest
from flask import Flask, url_for
from werkzeug.routing import Rule

from portal.accounts.gate import OPEN_TO_STRANGERS
from portal.accounts.rules import Role, is_staff_path
from tests.staff import StaffFactory
from tests.visitor import Visitor


def staff_rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if is_staff_path(rule.rule)]


def address_of(app: Flask, rule: Rule) -> str:
    arguments: dict[str, Any] = {
        name: "7K3F92QM" if name == "folio" else 1 for name in rule.arguments if name != "lang"
    }
    with app.test_request_context():
        return url_for(rule.endpoint, lang=rule.rule[1:3], **arguments)


def test_there_are_staff_pages(app: Flask) -> None:
    assert len(staff_rules(app)) > 10


def test_every_staff_page_lies_under_the_gate(app: Flask) -> None:
    assert [rule.endpoint for rule in staff_rules(app) if not rule.endpoint.startswith("staff.")] == []
    elsewhere = [rule.rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("staff.")]
    assert [path for path in elsewhere if not is_staff_path(path)] == []


def test_every_staff_page_says_who_may_open_it(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in staff_rules(app)} - OPEN_TO_STRANGERS
    assert [name for name in endpoints if not hasattr(app.view_functions[name], "needs")] == []


def test_a_stranger_is_sent_to_sign_in_from_every_staff_page(app: Flask, visitor: Visitor) -> None:
    for rule in staff_rules(app):
        if rule.endpoint not in OPEN_TO_STRANGERS and "GET" in (rule.methods or set()):
            address = address_of(app, rule)
            door = "/es/equipo/entrar" if address.startswith("/es/") else "/en/staff/sign-in"
            assert visitor.get(address, status=303).location.startswith(f"{door}?next=")


def test_a_stranger_can_write_nothing(app: Flask, visitor: Visitor) -> None:
    token = visitor.open("staff.door.sign_in").forms[0]["csrf_token"].value
    for rule in staff_rules(app):
        if rule.endpoint not in OPEN_TO_STRANGERS and "POST" in (rule.methods or set()):
            answer = visitor.post(address_of(app, rule), {"csrf_token": token}, status=303)
            assert "/staff/sign-in" in answer.location or "/equipo/entrar" in answer.location


@pytest.mark.parametrize("role", Role)
def test_each_role_sees_the_links_it_may_follow_and_no_others(app: Flask, staff: StaffFactory, role: Role) -> None:
    member = staff(role)
    links = member.get("/en/staff").html.select(".bar__nav a")
    for link in links:
        member.get(link["href"], status=200)


def test_staff_without_the_permission_are_refused(staff: StaffFactory) -> None:
    refused = staff(Role.AUDITOR).open("staff.moderation.queue", status=403)
    assert "does not have permission" in refused.text


def test_a_view_that_names_no_permission_is_closed_to_everyone(
    app: Flask, staff: StaffFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(app.view_functions["staff.moderation.queue"], "needs")
    staff(Role.MODERATOR).open("staff.moderation.queue", status=403)


def test_public_pages_set_no_cookie_and_ask_for_none(visitor: Visitor) -> None:
    answer = visitor.get("/healthz")
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")
