"""A token counts when the provider signed it, for this portal and this sign-in, a moment ago; else nobody is in."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from portal import create_app
from portal.config import BadSetting, Settings, from_environment
from tests.oidc import forger as sign
from tests.oidc.forger import Forger
from tests.oidc.provider import HOME
from tests.visitor import Visitor

HOUR = 3600
Signer = Callable[[dict[str, Any]], str]


@pytest.fixture(scope="module")
def running() -> Iterator[Forger]:
    """The dishonest provider, started once."""
    with Forger() as forger:
        yield forger


@pytest.fixture
def forger(running: Forger, monkeypatch: pytest.MonkeyPatch) -> Forger:
    """The same, with documents that are put right again after each test."""
    for path in list(running.documents):
        monkeypatch.setitem(running.documents, path, running.documents[path])
    return running


@pytest.fixture
def settings(settings: Settings, forger: Forger) -> Settings:
    return replace(
        settings,
        base_url=HOME,
        oidc_issuer=forger.issuer,
        oidc_client_id="portal",
        oidc_client_secret="a secret between the portal and its provider",
        oidc_name="Login.example",
        oidc_groups="mods=moderator",
        oidc_country="MX",
    )


def come_back(app: Flask, forger: Forger, signer: Signer = sign.right, query: str = "", **changes: Any) -> Any:
    """Begin, and come back with a token that the provider makes of these claims."""
    visitor = Visitor(app)
    start = visitor.get("/en/staff/sign-in/oidc", status=303).location
    asked = {name: values[0] for name, values in parse_qs(urlsplit(start).query).items()}
    forger.token = lambda: {"id_token": signer(forger.claims(asked["nonce"], **changes))}
    answer = visitor.get(f"/en/staff/sign-in/oidc/callback?code=x&state={asked['state']}{query}", status=303)
    visitor.get("/en/staff", status=200 if answer.location == "/en/staff" else 303)
    return answer


def why(answer: Any) -> str:
    return str(answer.location.partition("?why=")[2])


@pytest.mark.parametrize("signer", [sign.right, sign.on_a_curve])
def test_an_honest_token_lets_in(app: Flask, forger: Forger, signer: Signer) -> None:
    assert come_back(app, forger, signer).location == "/en/staff"


@pytest.mark.parametrize(
    "signer", [sign.by_another_key, sign.by_the_public_key, sign.by_the_client_secret, sign.by_nobody]
)
def test_a_token_that_the_provider_did_not_sign_is_worthless(app: Flask, forger: Forger, signer: Signer) -> None:
    assert why(come_back(app, forger, signer)) == "untrusted"


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://login.example.org"},
        {"iss": None},
        {"aud": "another portal"},
        {"aud": "another portal", "azp": "portal"},
        {"aud": ["another portal"]},
        {"aud": ["portal", "another portal"]},
        {"aud": ["portal", "another portal"], "azp": "another portal"},
        {"aud": None},
        {"exp": 1},
        {"exp": None},
        {"iat": 2**40},
        {"nonce": "another sign-in's"},
        {"nonce": None},
        {"sub": None},
    ],
)
def test_a_token_for_something_else_is_worthless(app: Flask, forger: Forger, changes: dict[str, Any]) -> None:
    assert why(come_back(app, forger, **changes)) == "untrusted"


def test_an_answer_of_another_issuer_is_worthless(app: Flask, forger: Forger) -> None:
    assert why(come_back(app, forger, query="&iss=https://evil.example")) == "untrusted"


@pytest.mark.parametrize("answer", [{}, {"id_token": None}, {"id_token": 5}, {"id_token": "a.b.c"}, {"id_token": "é"}])
def test_an_answer_that_is_none_is_a_page(app: Flask, forger: Forger, answer: dict[str, Any]) -> None:
    visitor = Visitor(app)
    state = parse_qs(urlsplit(visitor.get("/en/staff/sign-in/oidc").location).query)["state"][0]
    forger.token = lambda: answer
    assert why(visitor.get(f"/en/staff/sign-in/oidc/callback?code=x&state={state}", status=303)) == "untrusted"


@pytest.mark.parametrize(
    "changes",
    [
        {"issuer": "https://login.example.org"},
        {"issuer": None},
        {"id_token_signing_alg_values_supported": ["HS256", "none"]},
        {"jwks_uri": None},
        {"authorization_endpoint": 5},
    ],
)
def test_a_discovery_document_that_is_not_the_providers_is_worthless(
    app: Flask, forger: Forger, changes: dict[str, Any]
) -> None:
    forger.documents["/.well-known/openid-configuration"] = {
        name: value for name, value in (forger.discovery | changes).items() if value is not None
    }
    assert why(Visitor(app).get("/en/staff/sign-in/oidc", status=303)) == "untrusted"


@pytest.mark.parametrize(("document", "said"), [(None, "unreachable"), (b"<html>", "unreachable"), ([], "untrusted")])
def test_a_discovery_document_that_is_none_is_a_page(app: Flask, forger: Forger, document: Any, said: str) -> None:
    forger.documents["/.well-known/openid-configuration"] = document
    assert why(Visitor(app).get("/en/staff/sign-in/oidc", status=303)) == said


@pytest.mark.parametrize(
    ("setting", "groups", "country", "leads"),
    [
        ("realm_access.roles", {"groups": None, "realm_access": {"roles": ["mods"]}}, "MX", "/en/staff"),
        ("https://example.org/groups", {"https://example.org/groups": "mods"}, "MX", "/en/staff"),
        ("groups", {"country": "mx"}, "claim=country", "/en/staff"),
        ("groups", {"country": "CA"}, "claim=country", "other_country"),
        ("groups", {}, "claim=country", "other_country"),
        ("groups", {"groups": {"mods": True}}, "MX", "no_group"),
    ],
)
def test_claims_are_found_where_the_settings_say(  # noqa: PLR0917
    settings: Settings, forger: Forger, setting: str, groups: dict[str, Any], country: str, leads: str
) -> None:
    app = create_app(replace(settings, oidc_groups_claim=setting, oidc_country=country))
    assert come_back(app, forger, **groups).location.endswith(leads)
    app.extensions["engine"].dispose()


WHOLE = {
    "PORTAL_BASE_URL": "https://dialogue.example.org",
    "PORTAL_OIDC_ISSUER": "https://login.example.org",
    "PORTAL_OIDC_CLIENT_ID": "portal",
    "PORTAL_OIDC_CLIENT_SECRET": "a secret",
    "PORTAL_OIDC_NAME": "Login.example",
    "PORTAL_OIDC_GROUPS": "cn=mods=moderator",
    "PORTAL_OIDC_COUNTRY": "US",
}


@pytest.mark.parametrize("name", [name for name in WHOLE if name != "PORTAL_BASE_URL"])
def test_half_a_provider_stops_the_portal_with_a_sentence(name: str) -> None:
    with pytest.raises(BadSetting, match=name):
        from_environment(WHOLE | {name: ""})


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"PORTAL_OIDC_ISSUER": "http://login.example.org"}, "must begin with https"),
        ({"PORTAL_BASE_URL": ""}, "PORTAL_BASE_URL"),
        ({"PORTAL_OIDC_GROUPS": "mods=king"}, "mods=king"),
        ({"PORTAL_OIDC_GROUPS": "moderator"}, "moderator"),
        ({"PORTAL_OIDC_GROUPS": "=moderator"}, "=moderator"),
        ({"PORTAL_OIDC_COUNTRY": "CA"}, "must be US, MX"),
        ({"PORTAL_OIDC_ONLY": "perhaps"}, "yes or no"),
    ],
)
def test_a_provider_that_makes_no_sense_stops_the_portal(changes: dict[str, str], words: str, tmp_path: Any) -> None:
    def start() -> None:
        create_app(replace(from_environment(WHOLE | changes), data=tmp_path))

    with pytest.raises(BadSetting, match=words):
        start()


def test_local_accounts_are_not_closed_without_a_provider() -> None:
    with pytest.raises(BadSetting, match="PORTAL_OIDC_ISSUER"):
        from_environment({"PORTAL_OIDC_ONLY": "yes"})


def test_without_a_provider_its_addresses_do_not_exist(tmp_path: Any, settings: Settings) -> None:
    app = create_app(Settings(data=tmp_path, database_url=settings.database_url, log_level="ERROR"))
    for path in ("", "/callback?state=x", "/refused?why=denied"):
        Visitor(app).get(f"/en/staff/sign-in/oidc{path}", status=404)
    app.extensions["engine"].dispose()


WITHOUT_THE_EXTRA = """
import sys
from dataclasses import replace
from pathlib import Path
sys.modules["authlib"] = sys.modules["requests"] = None
from portal import config, create_app
settings = config.Settings(data=Path(sys.argv[1]))
create_app(settings)
try:
    create_app(replace(config.from_environment(), data=settings.data))
except config.BadSetting as error:
    print(error)
"""


def test_a_portal_without_a_provider_needs_no_library_for_one(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WITHOUT_THE_EXTRA, str(tmp_path)]
    said = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ | WHOLE)
    assert "install the extra `sso`" in said.stdout
