"""Attacks on pages: kept where they must not be, poisoned by headers that are no part of an address, and framed."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

from portal import create_app
from portal.accounts.gate import OPEN_TO_STRANGERS
from portal.accounts.rules import Role, is_staff_path
from portal.config import Settings
from portal.submissions import receipts
from tests.attacks import addresses, button, staff_rules, token_of
from tests.builders import a_publication, a_submission
from tests.domains.test_submissions import fill, open_form
from tests.staff import PASSWORD, Member, StaffFactory, an_account, invited
from tests.visitor import Visitor

STAFF_VALUES = {"folio": "7K3F-92QM", "number": 1, "token": "nothing", "browser": "00"}
PUBLIC_VALUES = {"code": "7K3F-92QM", "number": 2, "slug": "nothing", "format": "zip"}


@pytest.fixture
def member(staff: StaffFactory) -> Member:
    """Somebody who may open everything."""
    return staff(*Role)


def public_rules(app: Flask) -> list[Rule]:
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    return [rule for rule in rules if not is_staff_path(rule.rule)]


def test_no_staff_page_is_kept_by_a_browser_or_a_proxy(app: Flask, member: Member) -> None:
    values = STAFF_VALUES | {
        "folio": receipts.spelled(a_submission(app).code),
        "token": invited(app, Role.MODERATOR),
        "number": member.staff_id,
    }
    half_way = an_account(app, Role.MODERATOR, email="otra@example.org")
    half_way.show_password()
    opened = set()
    for browser in (member, half_way, Visitor(app)):
        for rule, address in addresses(app, staff_rules(app, "GET"), values):
            answer = browser.get(address, status="*")
            assert answer.headers["Cache-Control"] == "no-store", address
            opened |= {rule.endpoint} if answer.status_int == 200 else set()
    never = {"staff.door.go_on", "staff.door.set_up", "staff.door.sign_in_by_passkey", "staff.moderation.original"}
    there = {rule.endpoint for rule in staff_rules(app, "GET") if not rule.endpoint.startswith("staff.single_sign_on.")}
    assert there - opened <= never


def test_every_page_behind_the_door_shows_the_way_out(app: Flask, member: Member) -> None:
    values = STAFF_VALUES | {"folio": receipts.spelled(a_submission(app).code), "number": member.staff_id}
    for rule, address in addresses(app, staff_rules(app, "GET"), values):
        page = member.get(address, status="*")
        if page.status_int == 200 and rule.endpoint not in OPEN_TO_STRANGERS:
            assert button(page, ("/sign-out", "/salir")), address


@pytest.mark.parametrize(
    "address",
    [
        "/en/staff/me/style.css",
        "/en/staff/me;style.css",
        "/en/staff/me%2fstyle.css",
        "/en/staff/me%00.js",
        "/en/staff.css",
    ],
)
def test_no_staff_page_hides_behind_the_name_of_a_file(member: Member, address: str) -> None:
    answer = member.get(address, status=404)
    assert answer.headers["Cache-Control"] == "no-store"
    assert member.email not in answer.text


def test_public_pages_are_the_same_for_staff_and_strangers_and_ask_for_no_cookie(app: Flask, member: Member) -> None:
    a_publication(app)
    for _rule, address in addresses(app, public_rules(app), PUBLIC_VALUES):
        theirs = member.get(address, status="*")
        ours = Visitor(app).get(address, status="*")
        if "no-store" in ours.headers.get("Cache-Control", ""):
            continue
        assert theirs.body == ours.body, address
        for answer in (theirs, ours):
            assert "Set-Cookie" not in answer.headers, address
            assert "Cookie" not in answer.headers.get("Vary", ""), address


POISON = {
    "Host": "evil.example",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Scheme": "evil",
    "X-Forwarded-Prefix": "/evil",
    "X-Forwarded-Port": "1337",
    "X-Host": "evil.example",
    "X-Original-URL": "/en/evil",
    "X-Rewrite-URL": "/en/evil",
    "X-HTTP-Method-Override": "POST",
    "Forwarded": "host=evil.example",
    "Origin": "https://evil.example",
    "Referer": "https://evil.example/",
    "User-Agent": "<script>evil</script>",
    "Accept-Language": "es-evil",
    "Accept": "application/evil",
    "Cookie": "lang=evil; form=evil; staff=evil",
    "Range": "bytes=0-1",
    "Transfer-Encoding": "identity",
    "If-Modified-Since": "evil",
}


def test_no_header_poisons_a_kept_page(app: Flask, settings: Any) -> None:
    a_publication(app)
    clean, number = Visitor(app), 0
    for _rule, address in addresses(app, public_rules(app), PUBLIC_VALUES):
        poisoned = Visitor(app).get(address, headers=POISON, status="*")  # the first reader, whose page is kept
        assert b"evil" not in poisoned.body, address
        assert not any("evil" in value for name, value in poisoned.headerlist if name != "Location"), address
        after = clean.get(address, status="*")
        assert b"evil" not in after.body, address
        if "no-store" not in after.headers.get("Cache-Control", ""):
            number += 1
            with_nothing_kept = Visitor(app).get(f"{address}?fresh={number}", status="*")
            assert after.status_int == with_nothing_kept.status_int, address
    assert number > 20


def test_a_body_and_a_parameter_that_are_no_part_of_an_address_change_no_kept_page(app: Flask) -> None:
    a_publication(app)
    clean = app.test_client().get("/en/input?pillar=4").data
    client = app.test_client()
    fat = client.get("/en/input?q=agua", data={"q": "evil", "pillar": "1", "lang": "es"})
    assert b"evil" not in fat.data
    assert client.get("/en/input?q=agua").data == fat.data
    assert client.get("/en/input?pillar=4", data={"pillar": "1"}).data == clean
    assert client.get("/en/input?pillar=4;pillar=1").status_code in {200, 404}


def test_a_page_that_sets_a_cookie_or_fails_is_not_kept(app: Flask) -> None:
    first, second = Visitor(app), Visitor(app)
    tokens = {token_of(browser.open("submissions.new")) for browser in (first, second)}
    assert len(tokens) == 2
    code = a_submission(app).code
    address = f"/en/input/{receipts.spelled(code)}"
    first.get(address, status=404)


def assert_closed(answer: Any, what: object) -> None:
    policy = {part.split()[0]: part.split()[1:] for part in answer.headers["Content-Security-Policy"].split("; ")}
    assert policy["frame-ancestors"] == ["'none'"], what
    assert policy["base-uri"] == ["'none'"], what
    assert policy["default-src"] == ["'none'"], what
    assert policy["script-src"] == ["'self'"], what
    assert policy["form-action"] == ["'self'"], what
    assert answer.headers["X-Frame-Options"] == "DENY", what
    assert answer.headers["X-Content-Type-Options"] == "nosniff", what
    assert answer.headers["Referrer-Policy"] == "same-origin", what
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin", what
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin", what
    assert "Access-Control-Allow-Origin" not in answer.headers, what


def test_no_page_can_be_framed_whatever_it_answers(app: Flask, member: Member) -> None:
    for _rule, address in addresses(app, staff_rules(app, "GET"), STAFF_VALUES):
        for browser in (member, Visitor(app)):
            assert_closed(browser.get(address, status="*"), address)
    for _rule, address in addresses(app, public_rules(app), PUBLIC_VALUES):
        assert_closed(Visitor(app).get(address, status="*"), address)


def test_no_error_can_be_framed(app: Flask, member: Member) -> None:
    client = app.test_client()
    answers = {
        400: client.post("/en/staff/sign-in"),
        404: client.get("/en/nothing"),
        405: client.put("/en/about"),
        413: client.post("/en/input/new", data=b"x" * (1024 * 1024 + 1), content_type="text/plain"),
        308: client.get("/en"),
        303: client.get("/en/staff"),
        410: client.get("/en/staff/welcome/nothing"),
        204: client.options("/en/about"),
        304: client.get("/en/about", headers={"If-None-Match": client.get("/en/about").headers["ETag"]}),
    }
    for status, answer in answers.items():
        assert answer.status_code in {status, 200}, status
        assert_closed(answer, status)
    assert_closed(member.get("/en/staff/accounts/999999", status=404), "not there")


def test_static_files_are_taken_for_what_they_are_and_by_us_alone(app: Flask) -> None:
    page = app.test_client().get("/en/staff/sign-in").text
    built = {part.split('"')[0] for part in page.split('"/static/')[1:]}
    assert built
    for name in built:
        for headers in ({}, {"Accept-Encoding": "br"}, {"Origin": "https://evil.example"}):
            with app.test_client().get(f"/static/{name}", headers=headers) as answer:
                assert answer.status_code == 200
                assert_closed(answer, name)
    assert_closed(app.test_client().get("/static/../portal/keys.py"), "outside")
    assert_closed(app.test_client().get("/static/"), "a list")


def test_over_tls_every_cookie_is_held_to_tls_and_closed_to_scripts(settings: Settings) -> None:
    app = create_app(replace(settings, base_url="https://dialogue.example.org"))
    member = an_account(app, Role.MODERATOR)
    member.extra_environ["wsgi.url_scheme"] = "https"
    door = member.open("staff.door.sign_in")
    form = door.forms[0]
    form["email"], form["password"] = member.email, PASSWORD
    asked = form.submit(status=303)
    form = asked.follow().forms[0]
    form["code"] = member.code()
    answers = [door, asked, form.submit(status=303), fill(open_form(member)).submit(status=303)]
    set_by_us = [header for answer in answers for header in answer.headers.getall("Set-Cookie")]
    assert len({header.split("=")[0] for header in set_by_us}) == 4
    for header in set_by_us:
        host = header.startswith("__Host-") and "Path=/;" in f"{header};" and "Domain" not in header
        assert host or header.startswith("__Secure-receipt-"), header
        assert all(part in header for part in ("Secure", "HttpOnly", "SameSite=Lax")), header
        assert len(header.partition(";")[0]) < 4096
    assert member.get("/en/staff").headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"
    app.extensions["engine"].dispose()
