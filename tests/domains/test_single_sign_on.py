"""Single sign-on against a real provider: who comes in, as whom, with which roles, and who does not."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

import portal.accounts.store as accounts
from portal import create_app, db
from portal.accounts import factors, invite
from portal.accounts.identity_models import StaffIdentity
from portal.accounts.rules import Role, StaffCountry
from portal.audit.models import AuditEvent
from portal.clock import utcnow
from portal.config import Settings
from portal.i18n import LANGUAGES
from tests.oidc.provider import HOME, Provider, visit
from tests.oidc.visiting import ANA, at_the_provider, begin, refusal, sign_in
from tests.staff import an_account, secret_on
from tests.visitor import Visitor


@pytest.fixture
def settings(settings: Settings, provider: Provider) -> Settings:
    """Settings with that provider."""
    return at_the_provider(settings, provider)


def why(response: Any) -> str:
    return str(response.location.partition("?why=")[2])


def events(session: Session) -> list[tuple[str, dict[str, Any]]]:
    session.rollback()
    rows = session.execute(select(AuditEvent.action, AuditEvent.detail).order_by(AuditEvent.id))
    return [(action, detail) for action, detail in rows if action.split(":")[0] in {"account", "staff"}]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_sign_in_makes_an_account(app: Flask, session: Session, language: str) -> None:
    visitor = Visitor(app)
    answer = sign_in(visitor, language=language)
    assert answer.location == {"en": "/en/staff", "es": "/es/equipo"}[language]
    assert "Ana Ruiz" in visitor.get(answer.location, status=200)
    person = accounts.by_email(session, "ana@example.org")
    assert person
    assert (person.country, [role.name for role in person.roles], person.password) == ("MX", ["moderator"], None)
    created, signed_in = events(session)
    assert created == ("account:created", {"roles": ["moderator"], "country": "MX", "by": "oidc"})
    assert signed_in == ("staff:signed-in", {"by": ["oidc"]})


def test_the_second_sign_in_finds_it_again(app: Flask, session: Session) -> None:
    sign_in(Visitor(app))
    sign_in(Visitor(app))
    assert len(accounts.everyone(session)) == 1
    assert [action for action, _detail in events(session)] == ["account:created", "staff:signed-in", "staff:signed-in"]


def test_the_provider_is_asked_by_code_flow_with_proof(app: Flask) -> None:
    asked = {name: values[0] for name, values in parse_qs(urlsplit(begin(Visitor(app))).query).items()}
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == f"{HOME}/en/staff/sign-in/oidc/callback"
    assert {"openid", "email", "profile", "groups"} == set(asked["scope"].split())
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 20


def test_the_database_names_nobody_at_the_provider(app: Flask, session: Session) -> None:
    sign_in(Visitor(app))
    (identity,) = session.scalars(select(StaffIdentity))
    assert len(identity.subject_digest) == 32
    assert b"ana" not in identity.subject_digest


def test_an_account_is_found_after_its_keys_were_rotated(settings: Settings, session: Session) -> None:
    old, new = "the first secret of this portal, long enough", "the second secret of this portal, long enough"
    for secrets in (old, f"{new},{old}", new):  # the provider's person is hashed anew at every sign-in
        app = create_app(replace(settings, secret_key=secrets))
        assert sign_in(Visitor(app)).location == "/en/staff"
        app.extensions["engine"].dispose()
    session.rollback()
    assert len(session.scalars(select(StaffIdentity)).all()) == 1


def test_roles_follow_the_groups_at_every_sign_in(app: Flask, provider: Provider, session: Session) -> None:
    sign_in(Visitor(app))
    provider.knows({"ana": {"claims": ANA | {"groups": ["readers"]}, "amr": ["mfa"]}})
    sign_in(visitor := Visitor(app))
    assert visitor.open("staff.moderation.queue", status=403)
    changed = [detail for action, detail in events(session) if action == "account:roles-changed"]
    assert changed == [{"before": ["moderator"], "roles": ["analyst", "auditor"], "by": "oidc"}]


def test_without_a_group_nobody_comes_in(app: Flask, provider: Provider, session: Session) -> None:
    provider.knows({"ana": {"claims": ANA | {"groups": ["other"]}}})
    assert "none of your groups" in refusal(sign_in(Visitor(app)))
    assert accounts.everyone(session) == []


def test_who_lost_every_group_is_out_everywhere(app: Flask, provider: Provider) -> None:
    sign_in(inside := Visitor(app))
    provider.knows({"ana": {"claims": ANA | {"groups": []}}})
    assert "ninguno de sus grupos" in refusal(sign_in(Visitor(app), language="es"))
    inside.get("/en/staff", status=303)


def test_a_closed_account_stays_closed(app: Flask, session: Session) -> None:
    sign_in(Visitor(app))
    with app.app_context(), db.transaction() as own:
        person = accounts.by_email(own, "ana@example.org")
        assert person
        invite.disable(own, person.id, actor_id=None, now=utcnow())
    visitor = Visitor(app)
    assert "is closed" in refusal(sign_in(visitor))
    visitor.get("/en/staff", status=303)
    assert events(session)[-1][0] == "account:disabled"


def test_an_account_of_a_verified_address_is_tied(app: Flask, session: Session) -> None:
    member = an_account(app, Role.AUDITOR, email="ana@example.org", name="A. R.")
    sign_in(Visitor(app))
    assert len(accounts.everyone(session)) == 1
    assert [identity.staff_id for identity in session.scalars(select(StaffIdentity))] == [member.staff_id]
    assert ("account:linked", {"by": "oidc"}) in events(session)


@pytest.mark.parametrize(
    ("claims", "country", "words"),
    [
        ({"email_verified": False}, StaffCountry.MX, "has not verified your e-mail address"),
        ({}, StaffCountry.US, "cannot vouch for your government"),
    ],
)
def test_an_account_is_not_taken_over_by_its_address(  # noqa: PLR0917
    app: Flask, provider: Provider, session: Session, claims: dict[str, Any], country: StaffCountry, words: str
) -> None:
    provider.knows({"ana": {"claims": ANA | claims}})
    an_account(app, Role.AUDITOR, email="ana@example.org", country=country)
    assert words in refusal(sign_in(Visitor(app)))
    assert session.scalars(select(StaffIdentity)).all() == []


def test_an_address_that_moved_to_somebody_else_opens_nothing(app: Flask, provider: Provider) -> None:
    sign_in(Visitor(app))
    provider.knows({"new": {"claims": ANA}})
    assert "is not tied to you" in refusal(sign_in(Visitor(app), "new"))


def test_without_an_address_no_account_is_made(app: Flask, provider: Provider) -> None:
    provider.knows({"ana": {"claims": {"groups": ["mods"], "name": "Ana"}}})
    assert "e-mail address" in refusal(sign_in(Visitor(app)))


@pytest.mark.parametrize("amr", [["pwd", "otp"], ["mfa"], ["hwk", "pin"]])
def test_two_factors_at_the_provider_are_enough(
    app: Flask, provider: Provider, session: Session, amr: list[str]
) -> None:
    provider.knows({"ana": {"claims": ANA, "amr": amr}})
    assert sign_in(Visitor(app)).location == "/en/staff"
    assert events(session)[-1] == ("staff:signed-in", {"by": ["oidc"]})


@pytest.mark.parametrize("amr", [None, ["pwd"], ["pwd", "pin"], ["otp"]])
def test_after_one_factor_the_portal_asks_for_its_own(
    app: Flask, provider: Provider, session: Session, amr: list[str] | None
) -> None:
    provider.knows({"ana": {"claims": ANA, "amr": amr} if amr else {"claims": ANA}})
    visitor = Visitor(app)
    step = sign_in(visitor, next="/en/staff/queue")
    assert step.location == "/en/staff/second-factor/set-up?next=/en/staff/queue"
    assert "second-factor" in visitor.get("/en/staff/queue", status=303).location
    page = step.follow()
    form = next(form for form in page.forms.values() if "code" in form.fields)
    form["code"] = factors.code_at(secret_on(page.text), utcnow())
    form.submit(status=200)
    visitor.get("/en/staff/queue", status=200)
    assert events(session)[-1] == ("staff:signed-in", {"by": ["oidc", "app"]})


def test_the_provider_confirms_who_is_signed_in(app: Flask, session: Session) -> None:
    sign_in(visitor := Visitor(app))
    ask = visitor.get("/en/staff/me/app", status=303).location
    link = visitor.get(ask).html.select_one("a[href*='/oidc']")
    assert link
    back = visit(visitor.get(link["href"], status=303).location, "ana")
    assert visitor.get(back, status=303).location == "/en/staff/me/app"
    visitor.get("/en/staff/me/app", status=200)
    assert events(session)[-1] == ("staff:confirmed", {"by": "oidc"})


@pytest.mark.parametrize(("language", "words"), [("en", "one factor alone"), ("es", "un solo factor")])
def test_one_factor_at_the_provider_confirms_nothing(
    app: Flask, provider: Provider, session: Session, language: str, words: str
) -> None:
    sign_in(visitor := Visitor(app), language=language)
    provider.knows({"ana": {"claims": ANA, "amr": ["pwd"]}})
    start = {"en": "/en/staff/sign-in/oidc?confirm=1", "es": "/es/equipo/entrar/oidc?confirm=1"}[language]
    assert words in refusal(visitor.get(visit(visitor.get(start, status=303).location, "ana"), status=303))
    visitor.open("staff.me.app", language, status=303)
    assert events(session)[-1][0] == "staff:signed-in"


def test_a_code_is_asked_of_who_has_one(app: Flask) -> None:
    """Ana has nothing of the portal's: the provider alone can confirm her."""
    sign_in(visitor := Visitor(app))
    page = visitor.get(visitor.get("/en/staff/me/app", status=303).location)
    assert page.html.main.select("input[name=code]") == []
    assert page.html.select_one("a[href*='/oidc']")
    member = an_account(app, Role.MODERATOR, email="eva@example.org")
    member.sign_in()
    assert member.open("staff.door.confirm").html.main.select("input[name=code]")


def test_somebody_else_confirms_nothing(app: Flask, provider: Provider) -> None:
    others = {"claims": ANA | {"email": "eva@example.org"}, "amr": ["mfa"]}
    provider.knows({"ana": {"claims": ANA, "amr": ["mfa"]}, "eva": others})
    sign_in(Visitor(app), "eva")
    sign_in(visitor := Visitor(app))
    start = visitor.get("/en/staff/sign-in/oidc?confirm=1", status=303).location
    assert "somebody else" in refusal(visitor.get(visit(start, "eva"), status=303))
    visitor.get("/en/staff/me/app", status=303)
    visitor.get("/en/staff", status=200)


def test_a_provider_that_asks_nobody_anew_confirms_nothing(app: Flask) -> None:
    sign_in(visitor := Visitor(app))
    with requests.Session() as browser:
        start = visitor.get("/en/staff/sign-in/oidc?confirm=1", status=303).location
        as_if_asked = start.replace("prompt=login", "prompt=consent").replace("max_age=0", "max_age=9999")
        assert as_if_asked != start
        visit(as_if_asked, "ana", browser=browser)  # the provider knows this browser from now on
        later = utcnow() + timedelta(minutes=5)
        with time_machine.travel(later, tick=True):
            again = visitor.get("/en/staff/sign-in/oidc?confirm=1", status=303).location
            as_if_asked = again.replace("prompt=login", "prompt=consent").replace("max_age=0", "max_age=9999")
            # A name that it does not know shows that it asked for none.
            assert why(visitor.get(visit(as_if_asked, "nobody", browser=browser), status=303)) == "untrusted"
            assert visitor.get("/en/staff/me/app", status=303).location.startswith("/en/staff/confirm")


@pytest.mark.parametrize("groups", [["readers"], ["mods"]])
def test_the_last_administrator_is_kept(app: Flask, provider: Provider, session: Session, groups: list[str]) -> None:
    an_account(app, Role.ADMINISTRATOR, email="ana@example.org")
    provider.knows({"ana": {"claims": ANA | {"groups": groups}, "amr": ["mfa"]}})
    assert "last administrator of your government" in refusal(sign_in(Visitor(app)))
    assert [role.name for role in accounts.everyone(session)[0].roles] == ["administrator"]


def test_a_government_that_changes_closes_the_account(app: Flask, session: Session) -> None:
    sign_in(Visitor(app))
    with app.app_context(), db.transaction() as own:
        person = accounts.by_email(own, "ana@example.org")
        assert person
        person.country = StaffCountry.US
    assert "cannot vouch for your government" in refusal(sign_in(Visitor(app)))
