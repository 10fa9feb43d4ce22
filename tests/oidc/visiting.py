"""Signing in by the provider: what it knows of Ana, and the way there and back."""

from dataclasses import replace
from typing import Any

from portal.config import Settings
from tests.oidc.provider import CLIENT, HOME, Provider, visit
from tests.visitor import Visitor

ANA = {"email": "ana@example.org", "email_verified": True, "name": "Ana Ruiz", "groups": ["mods", "other"]}


def at_the_provider(settings: Settings, provider: Provider) -> Settings:
    """Give settings with that provider."""
    return replace(
        settings,
        base_url=HOME,
        oidc_issuer=provider.issuer,
        oidc_client_id=str(CLIENT["client_id"]),
        oidc_client_secret=str(CLIENT["client_secret"]),
        oidc_name="Login.example",
        oidc_groups="mods=moderator, readers=analyst, readers=auditor",
        oidc_country="MX",
    )


def begin(visitor: Visitor, language: str = "en", **query: Any) -> str:
    """Press the button of the sign-in page; give the provider's address."""
    link = visitor.open("staff.door.sign_in", language, **query).html.select_one("a[href*='/oidc']")
    assert link
    return str(visitor.get(link["href"], status=303).location)


def sign_in(visitor: Visitor, login: str = "ana", language: str = "en", answer: str = "allow", **query: Any) -> Any:
    """Go to the provider and come back."""
    return visitor.get(visit(begin(visitor, language, **query), login, answer), status=303)


def refusal(response: Any, status: int = 403) -> str:
    """Read the page that says why somebody stays out."""
    assert "/refused?why=" in response.location or "/rechazo?why=" in response.location, response.location
    return str(response.follow(status=status).html.main.get_text(" ", strip=True))
