"""The way to the provider and back: what is refused on it, its limits, and local accounts closed."""

from dataclasses import replace

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import create_app, db
from portal.accounts import invite
from portal.accounts.models import Staff
from portal.accounts.rules import Role, StaffCountry
from portal.clock import utcnow
from portal.config import Settings
from tests.oidc.provider import Provider, visit
from tests.oidc.visiting import at_the_provider, begin, refusal, sign_in
from tests.staff import PASSWORD, an_account
from tests.visitor import Visitor


@pytest.fixture
def settings(settings: Settings, provider: Provider) -> Settings:
    """Settings with that provider."""
    return at_the_provider(settings, provider)


def test_somebody_who_says_no_stays_out_and_reads_so(app: Flask) -> None:
    assert "detuvieron" in refusal(sign_in(Visitor(app), language="es", answer="deny"))


def test_another_browser_cannot_finish_what_this_one_began(app: Flask) -> None:
    back = visit(begin(Visitor(app)), "ana")
    stranger = Visitor(app)
    assert "another browser" in refusal(stranger.get(back, status=303))
    begin(stranger)
    assert "another browser" in refusal(stranger.get(back, status=303))
    stranger.get("/en/staff", status=303)


def test_an_answer_counts_once(app: Flask) -> None:
    visitor = Visitor(app)
    back = visit(begin(visitor), "ana")
    kept = dict(visitor.cookies)
    visitor.get(back, status=303)
    visitor.reset()
    assert "already used" in refusal(visitor.get(back, status=303))
    for name, value in kept.items():  # even with the cookie of before, the provider's code is used up
        visitor.set_cookie(name, value)
    assert "already used" in refusal(visitor.get(back, status=303))
    visitor.get("/en/staff", status=303)


def test_the_session_is_a_new_one(app: Flask) -> None:
    visitor = Visitor(app)
    back = visit(begin(visitor), "ana")
    visitor.set_cookie("staff", "a session that somebody planted")
    visitor.get(back, status=303)
    assert visitor.cookies["staff"] != "a session that somebody planted"
    visitor.get("/en/staff", status=200)


@pytest.mark.parametrize(
    ("onward", "leads"),
    [
        ("/en/staff/queue", "/en/staff/queue"),
        ("https://evil.example/en/staff", "/en/staff"),
        ("//evil.example", "/en/staff"),
        ("/en/staff\\@evil.example", "/en/staff"),
    ],
)
def test_signing_in_leads_on_within_the_portal_alone(app: Flask, onward: str, leads: str) -> None:
    assert sign_in(Visitor(app), next=onward).location == leads


@pytest.mark.parametrize(
    "query", ["", "?state=x&code=y", "?error=access_denied", "?error=x&state=%00", "?code=1&code=2"]
)
def test_a_callback_that_nobody_asked_for_is_a_page(app: Flask, query: str) -> None:
    visitor = Visitor(app)
    assert "Begin again" in refusal(visitor.get(f"/en/staff/sign-in/oidc/callback{query}", status=303))


def test_a_provider_that_is_away_is_a_page(app: Flask, provider_process: Provider) -> None:
    visitor = Visitor(app)
    back = visit(begin(visitor), "ana")
    provider_process.stop()
    try:
        assert "does not answer" in refusal(visitor.get(back, status=303), 503)
        fresh = Visitor(app)
        fresh.flask.extensions["single sign-on"]._client = None
        page = fresh.get("/es/equipo/entrar/oidc", status=303)
        assert "no responde" in refusal(page, 503)
    finally:
        provider_process.start()


class TestOneOffice:
    """Behind one address, with limits as they are."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return replace(settings, limits_scale=1)

    def test_wrong_passwords_do_not_close_the_way_to_the_provider(self, app: Flask) -> None:
        for turn in range(11):
            form = Visitor(app).open("staff.door.sign_in").forms[0]
            form["email"], form["password"] = f"{turn}@example.org", "not the password"
            form.submit(status=422 if turn < 10 else 429)
        assert sign_in(Visitor(app)).location == "/en/staff"

    def test_the_way_to_the_provider_is_open_sixty_times_a_minute(self, app: Flask) -> None:
        with time_machine.travel("2022-05-03T18:00:30Z", tick=False):
            statuses = [Visitor(app).get("/en/staff/sign-in/oidc/callback", status="*").status_int for _ in range(61)]
            assert statuses == [303] * 60 + [429]
            form = Visitor(app).open("staff.door.sign_in").forms[0]
            form["email"], form["password"] = "a@example.org", "not the password"
            form.submit(status=422)


class TestLocalAccountsClosed:
    """With PORTAL_OIDC_ONLY."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return replace(settings, oidc_only=True)

    def test_the_page_shows_the_button_alone(self, app: Flask) -> None:
        page = Visitor(app).open("staff.door.sign_in").html
        assert page.main.select("input[name=password]") == []
        assert "Sign in with Login.example" in page.main.get_text()

    def test_the_right_password_is_as_good_as_a_wrong_one(self, app: Flask) -> None:
        member = an_account(app, Role.MODERATOR)
        token = member.open("tracking.follow").html.select_one("[name=csrf_token]")
        assert token
        body = {"csrf_token": token["value"], "email": member.email, "password": PASSWORD}
        assert "do not match" in member.post("/en/staff/sign-in", body, status=422)
        member.get("/en/staff", status=303)

    def test_one_time_links_do_not_work(self, app: Flask) -> None:
        with app.app_context(), db.transaction() as session:
            written = invite.invite(
                session, "a@example.org", "A", StaffCountry.MX, [Role.AUDITOR], actor_id=None, now=utcnow()
            )
        Visitor(app).open("staff.links.welcome", token=written, status=410)

    def test_no_link_is_made_that_would_not_work(self, settings: Settings) -> None:
        app = create_app(replace(settings, oidc_groups="mods=administrator"))
        sign_in(visitor := Visitor(app))
        assert visitor.get("/en/staff/accounts").html.select("main a.button") == []
        app.extensions["engine"].dispose()

    def test_the_provider_lets_people_in(self, app: Flask) -> None:
        sign_in(visitor := Visitor(app))
        visitor.get("/en/staff", status=200)


def test_no_password_opens_an_account_of_the_providers(app: Flask, session: Session) -> None:
    sign_in(Visitor(app))
    form = (visitor := Visitor(app)).open("staff.door.sign_in").forms[0]
    form["email"], form["password"] = "ana@example.org", PASSWORD
    form.submit(status=422)
    visitor.get("/en/staff", status=303)
    assert session.scalars(select(Staff.password)).all() == [None]
