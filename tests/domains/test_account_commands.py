"""The operator's account commands: each prints what it did, and mistakes are sentences."""

import re
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from portal.cli import main
from portal.config import Settings
from tests.staff import PASSWORD
from tests.visitor import Visitor

Run = Callable[..., Result]


@pytest.fixture
def portal(settings: Settings) -> Run:
    """Runs the console script on the test's database."""
    environment = {
        "PORTAL_DATA": str(settings.data),
        "PORTAL_DATABASE_URL": settings.database_url,
        "PORTAL_LOG_LEVEL": "ERROR",
        "PORTAL_BASE_URL": "https://dialogue.example.org",
    }
    return lambda *arguments: CliRunner(env=environment).invoke(main, arguments)


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
