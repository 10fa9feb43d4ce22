"""Addresses: every public page has its twin, staff pages are closed, every POST is limited, none is lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import Rule

from portal import create_app
from portal.accounts.gate import ALL_STAFF
from portal.accounts.rules import Permission
from portal.config import Settings
from portal.i18n import LANGUAGES
from tests.visitor import Visitor

ROUTES = Path(__file__).with_name("routes.txt")
WITHOUT_LANGUAGE = {"health", "reading.start"}
OPEN_TO_STRANGERS = {
    "staff.door.sign_in",
    "staff.door.sign_in_by_passkey",
    "staff.links.cannot_sign_in",
    "staff.links.welcome",
    "staff.single_sign_on.start",
    "staff.single_sign_on.back",
    "staff.single_sign_on.refused",
}
FOR_ALL_STAFF = {
    *(f"staff.door.{name}" for name in ("confirm", "go_on", "home", "leave", "second_factor", "set_up", "sign_out")),
    *(f"staff.me.{name}" for name in ("app", "end_all_sessions", "end_session", "me", "new_passkey", "password")),
    *(f"staff.me.{name}" for name in ("recovery_codes", "remove_app", "remove_passkey")),
}
STAFF_PATHS = ("/en/staff", "/es/equipo")
EXAMPLES = {"folio": "7K3F-92QM", "slug": "nothing", "number": 1, "token": "nothing", "n": 1, "name": "submissions.csv"}


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Flask]:
    """A portal whose addresses alone matter."""
    app = create_app(Settings(data=tmp_path))
    yield app
    app.extensions["engine"].dispose()


def rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def is_staff(rule: Rule) -> bool:
    return str(rule.endpoint).startswith("staff.")


def test_every_page_has_its_twin(portal: Flask) -> None:
    languages: dict[str, set[str]] = {}
    for rule in rules(portal):
        if rule.endpoint.split(".")[0] not in WITHOUT_LANGUAGE and rule.endpoint not in WITHOUT_LANGUAGE:
            language = (rule.defaults or {}).get("lang", "none")
            languages.setdefault(rule.endpoint, set()).add(language)
            assert rule.rule.startswith(f"/{language}/"), rule.rule
    assert {endpoint: found for endpoint, found in languages.items() if found != set(LANGUAGES)} == {}


def test_staff_pages_lie_under_the_gate(portal: Flask) -> None:
    assert [rule.rule for rule in rules(portal) if is_staff(rule) != rule.rule.startswith(STAFF_PATHS)] == []


def test_every_staff_page_names_a_permission(portal: Flask) -> None:
    named = {rule.endpoint: getattr(portal.view_functions[rule.endpoint], "needs", None) for rule in rules(portal)}
    staff = {endpoint: needs for endpoint, needs in named.items() if endpoint.startswith("staff.")}
    assert {endpoint for endpoint, needs in staff.items() if needs is None} == OPEN_TO_STRANGERS
    assert {endpoint for endpoint, needs in staff.items() if needs == ALL_STAFF} == FOR_ALL_STAFF
    assert all(needs in {None, ALL_STAFF} or isinstance(needs, Permission) for needs in staff.values())


def test_a_stranger_is_sent_to_sign_in(app: Flask) -> None:
    visitor = Visitor(app)
    closed = [rule for rule in rules(app) if is_staff(rule) and rule.endpoint not in OPEN_TO_STRANGERS]
    assert closed
    for rule in closed:
        values = {name: EXAMPLES.get(name, 1) for name in rule.arguments if name != "lang"} | dict(rule.defaults or {})
        if "GET" in (rule.methods or ()):
            built = rule.build(values)
            assert built, rule.rule
            address = built[1]
            answer = visitor.get(address)
            assert answer.status_code in {302, 303}, address
            assert answer.location.split("?")[0].endswith(("/sign-in", "/entrar")), address


def test_every_post_has_a_named_limit(portal: Flask) -> None:
    def is_limited(rule: Rule) -> bool:
        marks = getattr(portal.view_functions[rule.endpoint], "limits", [])
        return any(mark.methods is None or "POST" in mark.methods for mark in marks)

    posts = [rule for rule in rules(portal) if "POST" in (rule.methods or ())]
    assert [rule.rule for rule in posts if not is_limited(rule)] == []


def test_no_address_is_lost(portal: Flask) -> None:
    there = {rule.rule for rule in rules(portal) if "GET" in (rule.methods or ())}
    assert set(ROUTES.read_text().splitlines()) == there, (
        "an address needs a redirect, a line in CHANGELOG.md and routes.txt"
    )
