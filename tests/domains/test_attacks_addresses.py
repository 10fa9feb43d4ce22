"""Attacks by addresses: open redirects in `next`, forged `Host`, and headers that only a proxy may set."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import create_app, jobs, mail
from portal.accounts.rules import Role
from portal.config import Settings
from tests.attacks import token_of, type_password
from tests.authenticator import Passkey, form_on, options_on
from tests.domains.test_attacks_passkeys import add_passkey
from tests.staff import Member, an_account
from tests.visitor import Visitor

PUBLIC = "https://dialogue.example.org"
LURES = (
    "https://evil.example",
    "https://evil.example/en/staff",
    "//evil.example/en/staff",
    "///evil.example",
    "////evil.example//",
    "\\\\evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "/en/staff\\..\\..\\\\evil.example",
    "/en/staff//evil.example",
    "/en/staff/..//evil.example",
    "/en/staff/../..//evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)//en/staff",
    "data:text/html,<script>alert(1)</script>",
    "%2f%2fevil.example",
    "/%2fevil.example",
    "/%5cevil.example",
    "%2fen%2fstaff",
    "\t//evil.example",
    "/\t/evil.example",
    "/en/staff\t//evil.example",
    "/en/staff\r\nLocation: https://evil.example",
    "/en/staff?x=\r\nSet-Cookie: staff=1",
    "/en/staff\0",
    "https:evil.example",
    "https:/evil.example",
    "http:///evil.example",
    "/en/staff@evil.example",
    "/en/staff.evil.example",
    "//evil.example@localhost/en/staff",
    "http://localhost@evil.example/en/staff",
    "http://localhost.evil.example/en/staff",
    "//evil.example#@localhost/en/staff",
    "／／evil.example",
    "/en/staff\u2028//evil.example",
    "/en/staff/\u202e//evil.example",
    " /en/staff",
    "en/staff",
    ".evil.example",
    "@evil.example/en/staff",
    "?next=//evil.example",
    "#/en/staff",
    "/en/input",
    "/en/staff" + "/x" * 9_000 + "//evil.example",
)


def leads(location: str) -> str:
    """Tell where a browser goes from here: it drops control characters, and takes a backslash for a slash."""
    seen = "".join(character for character in location.strip() if character not in "\t\r\n").replace("\\", "/")
    return urljoin("http://localhost/en/staff/sign-in", seen)


def is_own(location: str) -> bool:
    parts = urlsplit(leads(location))
    return (parts.scheme, parts.netloc) == ("http", "localhost") and parts.path.startswith("/en/staff")


@pytest.fixture
def owner(app: Flask) -> Member:
    member = an_account(app, Role.MODERATOR)
    member.sign_in()
    return member


def test_no_lure_leads_away_after_a_passkey(owner: Member) -> None:
    passkey = add_passkey(owner, Passkey())
    for uses, lure in enumerate(("/en/staff/me?x=1", *LURES), 1):
        browser = Visitor(owner.flask)
        page = browser.open("staff.door.sign_in", next=lure)
        form = form_on(page)
        assert is_own(form.action), lure
        form["answer"] = passkey.lying(uses=uses).signed(options_on(page))
        answer = form.submit(status=303)
        assert answer.location == ("/en/staff/me?x=1" if uses == 1 else "/en/staff"), lure


def test_no_lure_leads_away_from_the_password_to_the_second_factor(owner: Member) -> None:
    passkey = add_passkey(owner, Passkey())
    for uses, lure in enumerate(LURES, 1):
        owner.reset()
        form = owner.open("staff.door.sign_in", next=lure).forms[0]
        assert is_own(form.action), lure
        if uses % 9 == 1:  # the password takes its time; the address is made by the same line each time
            owner.show_password(next=lure)
            assert is_own(owner.asked), lure
            assert urlsplit(owner.asked).path == "/en/staff/second-factor"
            page = owner.get(owner.asked)
            form = form_on(page)
            form["answer"] = passkey.lying(uses=uses).signed(options_on(page))
            assert form.submit(status=303).location == "/en/staff", lure


def test_no_lure_leads_away_after_a_confirmation(owner: Member) -> None:
    passkey = add_passkey(owner, Passkey())
    for uses, lure in enumerate(LURES, 1):
        page = owner.open("staff.door.confirm", next=lure)
        form = form_on(page)
        form["answer"] = passkey.lying(uses=uses).signed(options_on(page))
        assert form.submit(status=303).location == "/en/staff", lure


def test_somebody_signed_in_is_led_nowhere_else_by_the_door(owner: Member) -> None:
    for lure in LURES:
        assert owner.open("staff.door.sign_in", next=lure, status=303).location == "/en/staff", lure


@pytest.fixture
def public(settings: Settings) -> Iterator[Flask]:
    """The portal as the public reaches it: at its own address, over TLS, with a mail server that is away."""
    smtp = {"smtp_url": "smtp://127.0.0.1:9", "mail_from": "od@example.org"}
    app = create_app(replace(settings, base_url=PUBLIC, **smtp))  # type: ignore[arg-type]
    yield app
    app.extensions["engine"].dispose()


FORGED = {
    "Host": "evil.example",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "http",
    "X-Forwarded-Prefix": "/evil",
    "X-Forwarded-Server": "evil.example",
    "X-Host": "evil.example",
    "X-Original-Host": "evil.example",
    "Forwarded": "host=evil.example;proto=http",
    "X-Original-URL": "/en/staff",
    "X-Rewrite-URL": "/en/staff",
}


def over_tls(browser: Any) -> Any:
    browser.extra_environ["wsgi.url_scheme"] = "https"
    return browser


def test_letters_link_to_the_portals_own_address_whatever_host_asked(public: Flask, session: Session) -> None:
    member = an_account(public, Role.MODERATOR)
    visitor = over_tls(Visitor(public))
    token = token_of(visitor.open("staff.links.cannot_sign_in"))
    headers = FORGED | {"Cookie": "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())}
    visitor.post("/en/staff/cannot-sign-in", {"csrf_token": token, "email": member.email}, headers=headers, status=200)
    jobs.run_due(public)
    letter = session.scalars(select(mail.Letter)).one()
    assert letter.text
    text = public.extensions["keys"].unseal(letter.text, f"mail.text:{letter.id}")
    assert f"{PUBLIC}/es/equipo/bienvenida/" in text
    assert "evil" not in text


def test_links_on_pages_stay_at_the_portals_own_address(public: Flask) -> None:
    visitor = over_tls(Visitor(public))
    for address in ("/en/", "/es/aportaciones", "/en/staff/sign-in", "/en/input/new", "/en/nothing", "/en/data"):
        page = visitor.get(address, headers=FORGED, status="*")
        assert "evil" not in page.text
        assert all("evil" not in value for _name, value in page.headerlist), address
    canonical = visitor.get("/en/about", headers=FORGED).html.select_one("link[rel=canonical]")
    assert canonical
    assert canonical["href"] == f"{PUBLIC}/en/about"


@pytest.mark.parametrize(("asked", "location"), [("/en", "/en/"), ("/es", "/es/"), ("/en//input", "/en/input")])
def test_redirects_stay_on_this_host(public: Flask, asked: str, location: str) -> None:
    assert over_tls(Visitor(public)).get(asked, headers=FORGED, status=308).headers["Location"] == location


def test_redirects_of_views_stay_on_this_host(public: Flask) -> None:
    visitor = over_tls(Visitor(public))
    for address in ("/", "/en/staff", "/en/follow/submission", "/es/equipo/cola"):
        answer = visitor.get(address, headers=FORGED, status="*")
        assert answer.status_int in {302, 303}, address
        assert answer.headers["Location"].startswith("/"), address
        assert "evil" not in answer.headers["Location"]


def test_passkeys_are_asked_for_at_the_portals_own_address(public: Flask) -> None:
    page = over_tls(Visitor(public)).get("/en/staff/sign-in", headers=FORGED)
    assert options_on(page)["rpId"] == "dialogue.example.org"


def test_a_passkey_of_a_forged_host_is_none_of_ours(public: Flask) -> None:
    member = over_tls(an_account(public, Role.MODERATOR))
    member.sign_in()
    add_passkey(member, Passkey(origin="https://evil.example", rp_id="evil.example"), status=422)
    add_passkey(member, Passkey(origin=PUBLIC, rp_id="dialogue.example.org"), status=303)


HOSTS = ("a" * 300, "a..b", ".", "[::", "a b", "evil.example:99999", "é.example", "a@b", "-", "%00", "1.2.3.4:70000")


def test_a_host_that_is_none_breaks_nothing(app: Flask) -> None:
    client = app.test_client()
    for host in HOSTS:
        for address in ("/en/about", "/en", "/en/staff/sign-in", "/en/nothing", "/healthz"):
            answer = client.get(address, headers={"Host": host})
            assert answer.status_code < 500, (host, address)
            assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


def strict(settings: Settings, proxies: int) -> Flask:
    return create_app(replace(settings, limits_scale=1, trusted_proxies=proxies))


@pytest.mark.parametrize(("proxies", "forged"), [(0, "203.0.113.{n}"), (1, "203.0.113.{n}, 192.0.2.1")])
def test_an_address_written_by_the_client_is_not_counted(settings: Settings, proxies: int, forged: str) -> None:
    app = strict(settings, proxies)
    headers = ("X-Forwarded-For", "X-Real-IP", "Client-IP", "True-Client-IP", "CF-Connecting-IP")
    for number in range(11):
        visitor = Visitor(app)
        for name in headers:
            visitor.extra_environ[f"HTTP_{name.upper().replace('-', '_')}"] = forged.format(n=number)
        status = 422 if number < 10 else 429
        type_password(visitor, f"nadie{number}@example.org", "no es la contraseña", status=status)
    app.extensions["engine"].dispose()
