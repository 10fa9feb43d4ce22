"""The operator's account commands: each prints what it did, and mistakes are sentences."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask

import portal.accounts.store as accounts
from portal import create_app, db
from portal.accounts.admit import admit
from portal.accounts.claims import Identity
from portal.accounts.rules import Role, StaffCountry
from portal.cli import main
from portal.cli.accounts import invite_first_administrator
from portal.clock import utcnow
from portal.config import Settings
from tests.staff import PASSWORD
from tests.visitor import Visitor

Run = Callable[..., Result]
ANA = Identity(
    "https://login.example", "7", "ana@example.org", True, "Ana Ruiz", frozenset(), StaffCountry.MX, True, 0.0
)


@pytest.fixture
def portal(settings: Settings) -> Run:
    """Runs the console script on the test's database."""
    environment = {
        "PORTAL_DATA": str(settings.data),
        "PORTAL_DATABASE_URL": settings.database_url,
        "PORTAL_LOG_LEVEL": "ERROR",
        "PORTAL_BASE_URL": "https://dialogue.example.org",
    }
    return lambda *arguments, **options: CliRunner(env=environment).invoke(main, arguments, **options)


def link_in(output: str) -> str:
    found = re.search(r"https://dialogue\.example\.org(/\S+)", output)
    assert found, output
    return found.group(1)


@pytest.mark.parametrize(("country", "path"), [("MX", "/es/equipo/bienvenida/"), ("US", "/en/staff/welcome/")])
def test_an_account_is_added_and_its_link_opens_the_welcome_page(
    app: Flask, portal: Run, country: str, path: str
) -> None:
    result = portal("account", "add", "nueva@example.org", "--role", "moderator", "--country", country)
    assert result.exit_code == 0
    assert link_in(result.output).startswith(path)
    page = Visitor(app).get(link_in(result.output))
    page.forms[0]["name"], page.forms[0]["password"] = "R. Salas", PASSWORD
    page.forms[0].submit(status=303)
    assert "nueva@example.org\tR. Salas\t" in portal("account", "list").output


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("add", "no address", "--role", "moderator", "--country", "MX"), 2, "is no e-mail address"),
        (("add", "a@example.org", "--role", "king", "--country", "MX"), 2, "king"),
        (("add", "a@example.org", "--role", "moderator"), 2, "--country"),
        (("reset", "nobody@example.org"), 1, "nobody@example.org has no account"),
        (("disable", "nobody@example.org"), 1, "nobody@example.org has no account"),
        (("role", "nobody@example.org", "--role", "auditor"), 1, "nobody@example.org has no account"),
    ],
)
def test_a_mistake_is_a_sentence(portal: Run, arguments: tuple[str, ...], code: int, words: str) -> None:
    result = portal("account", *arguments)
    assert (result.exit_code, words in result.output) == (code, True), result.output
    assert "Traceback" not in result.output


def test_an_address_has_one_account(portal: Run) -> None:
    add = ("account", "add", "a@example.org", "--role", "auditor", "--country", "US")
    portal(*add)
    result = portal(*add)
    assert (result.exit_code, "already has an account" in result.output) == (1, True)


def test_roles_change_accounts_close_and_open_again(app: Flask, portal: Run) -> None:
    portal("account", "add", "a@example.org", "--role", "auditor", "--country", "US")
    portal("account", "role", "a@example.org", "--role", "analyst", "--role", "responder")
    assert "analyst, responder\tinvited" in portal("account", "list").output
    assert portal("account", "disable", "a@example.org").exit_code == 0
    assert "\tdisabled" in portal("account", "list").output
    assert Visitor(app).get(link_in(portal("account", "reset", "a@example.org").output)).status_int == 200


ONLY_THE_PROVIDER: dict[str, Any] = {
    "oidc_issuer": "https://login.example",
    "oidc_client_id": "portal",
    "oidc_client_secret": "a secret between the portal and its provider",
    "oidc_name": "Login.example",
    "oidc_country": "MX",
    "oidc_only": True,
}
GROUPS = "mods=moderator, bosses=administrator"


def with_provider(settings: Settings, groups: str = GROUPS) -> Settings:
    return replace(settings, base_url="https://dialogue.example.org", oidc_groups=groups, **ONLY_THE_PROVIDER)


@pytest.mark.parametrize(
    ("groups", "words"),
    [(GROUPS, "group bosses at Login.example"), ("mods=moderator", "gives no group the role administrator")],
)
def test_where_links_do_not_work_a_start_says_what_to_do(
    settings: Settings, capsys: pytest.CaptureFixture[str], groups: str, words: str
) -> None:
    app = create_app(with_provider(settings, groups))
    with app.app_context():
        invite_first_administrator(app, "http://127.0.0.1:8000")
        said = capsys.readouterr().out
        assert words in said
        assert "welcome" not in said
        assert accounts.everyone(db.session) == []
        with db.transaction() as session:
            admit(session, ANA, [Role.ADMINISTRATOR], now=utcnow())
        invite_first_administrator(app, "http://127.0.0.1:8000")
        assert capsys.readouterr().out == ""
    app.extensions["engine"].dispose()


def test_where_links_do_not_work_none_is_printed(settings: Settings, portal: Run) -> None:
    values = {"issuer": "https://login.example", "client_id": "portal", "client_secret": "a secret between us two"}
    values |= {"name": "Login.example", "country": "MX", "groups": GROUPS, "only": "yes"}
    environment = {f"PORTAL_OIDC_{name.upper()}": value for name, value in values.items()}
    add = ("account", "add", "a@example.org", "--role", "auditor", "--country", "MX")
    for arguments in (add, ("account", "reset", "a@example.org")):
        result = portal(*arguments, env=environment)
        assert result.exit_code == 0, result.output
        assert "come in by Login.example" in result.output
        assert "https://" not in result.output


def test_the_list_says_who_comes_in_by_the_provider(app: Flask, portal: Run) -> None:
    portal("account", "add", "ana@example.org", "--role", "auditor", "--country", "MX")
    assert portal("account", "list").output.endswith("\tinvited\n")
    with app.app_context(), db.transaction() as session:
        admit(session, ANA, [Role.AUDITOR], now=utcnow())
    assert portal("account", "list").output.endswith("\tactive by single sign-on\n")
    portal("account", "disable", "ana@example.org")
    assert portal("account", "list").output.endswith("\tdisabled\n")
