"""The conversation with the provider of single sign-on, by Authlib: code flow with PKCE, state and nonce.

Authlib checks signature, issuer, audience, expiry and nonce of the token; here stands what it leaves to us: that the
provider is the one that is set, which signatures count, how long all of it may take, and what an error means.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app, request
from flask import session as browser

from portal.accounts import claims
from portal.accounts.claims import Identity, NoEntry, Why
from portal.clock import utcnow
from portal.config import BadSetting, Settings

SECONDS = 10
METADATA_LASTS = timedelta(hours=1)
ATTEMPT_LASTS = timedelta(minutes=15)
MOST_ATTEMPTS = 3  # open ones in one browser: they lie in its cookie
SIGNATURES = ("RS256", "ES256")
NAME = "oidc"
KEPT = f"_state_{NAME}_"  # Authlib's name for an attempt in the session

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Attempt:
    """What a sign-in that was begun keeps in the browser's signed session."""

    language: str
    onward: str
    confirms: int = 0  # the account that is signed in and proves anew who it is; 0 for a sign-in
    began: float = 0.0


class Provider:
    """The provider that is set."""

    def __init__(self, settings: Settings) -> None:
        self.name, self.issuer = settings.oidc_name, settings.oidc_issuer
        self.only = settings.oidc_only
        self.roles = claims.roles_by_group(settings.oidc_groups)
        self._settings = settings
        self._client: Any = None

    def begin(self, redirect_uri: str, attempt: Attempt) -> str:
        """Begin to sign this browser in; give the provider's address to send it to. Raises NoEntry."""
        with refusals():
            client = self._fresh_client()
            metadata = client.load_server_metadata()
            offered = metadata.get("scopes_supported") or []
            groups = [name for name in (self._settings.oidc_groups_claim,) if name in offered]
            scope = " ".join(["openid", "email", "profile", *groups])
            anew = {"prompt": "login", "max_age": 0} if attempt.confirms else {}
            made = client.create_authorization_url(redirect_uri, scope=scope, **anew)
        for old in [key for key in browser if key.startswith(KEPT)][: 1 - MOST_ATTEMPTS]:
            browser.pop(old)
        kept = asdict(attempt) | {"began": utcnow().timestamp()}
        client.save_authorize_data(redirect_uri=redirect_uri, **kept, **made)
        return str(made["url"])

    def attempt(self) -> Attempt:
        """Find what this browser began, now that it comes back. Raises NoEntry where it began nothing lately."""
        kept = (browser.get(KEPT + request.args.get("state", "")) or {}).get("data")
        if not kept or utcnow().timestamp() - kept["began"] > ATTEMPT_LASTS.total_seconds():
            raise NoEntry(Why.EXPIRED)
        return Attempt(kept["language"], kept["onward"], kept["confirms"], kept["began"])

    def identity(self) -> Identity:
        """Learn from the provider who came back; what was begun is used up. Raises NoEntry."""
        try:
            with refusals():
                client = self._fresh_client()
                if request.args.get("iss", self.issuer) != self.issuer:
                    raise NoEntry(Why.UNTRUSTED)
                mine = {"essential": True, "value": self._settings.oidc_client_id}
                rules = {"iss": {"essential": True, "value": self.issuer}, "aud": mine}
                token = client.authorize_access_token(claims_options=rules, leeway=60)
                said = token.get("userinfo")
                if not said:
                    raise NoEntry(Why.UNTRUSTED)  # it sent no token that says who this is
                return claims.identity_of(
                    self._completed(client, token, dict(said)),
                    groups_claim=self._settings.oidc_groups_claim,
                    country=self._settings.oidc_country,
                )
        finally:
            browser.pop(KEPT + request.args.get("state", ""), None)

    def _completed(self, client: Any, token: Any, said: dict[str, Any]) -> dict[str, Any]:
        """Ask for what the token leaves out. How somebody proved who they are is the token's to say, nobody else's."""
        country = self._settings.oidc_country
        wanted = ["email", self._settings.oidc_groups_claim]
        wanted += [country.removeprefix(claims.CLAIM)] if country.startswith(claims.CLAIM) else []
        lacks = any(claims.claim(said, name) is None for name in wanted)
        if not lacks or "userinfo_endpoint" not in client.server_metadata:
            return said
        more = dict(client.userinfo(token=token))
        if more.get("sub") != said["sub"]:
            raise NoEntry(Why.UNTRUSTED)
        address = {} if "email" in said else {name: more.get(name) for name in ("email", "email_verified")}
        proof = ("amr", "acr", "auth_time", "email", "email_verified")
        return {name: value for name, value in more.items() if name not in proof} | said | address

    def _fresh_client(self) -> Any:
        """Give Authlib's client; what it knows of the provider is read again every hour."""
        client, now = self._client, utcnow().timestamp()
        if client is None or now - client.server_metadata["_loaded_at"] > METADATA_LASTS.total_seconds():
            client = self._new_client()
            self._client = client
        return client

    def _new_client(self) -> Any:
        # Loaded where it is used: a portal without single sign-on neither has nor pays for it.
        from authlib.integrations.flask_client import FlaskIntegration, FlaskOAuth2App  # noqa: PLC0415

        client = FlaskOAuth2App(
            FlaskIntegration(NAME),
            NAME,
            client_id=self._settings.oidc_client_id,
            client_secret=self._settings.oidc_client_secret,
            server_metadata_url=f"{self.issuer.rstrip('/')}/.well-known/openid-configuration",
            client_kwargs={"code_challenge_method": "S256", "default_timeout": SECONDS},
        )
        metadata = client.load_server_metadata()
        # Authlib compares tokens with what this document says, so the document must be the right one.
        endpoints = [metadata[name] for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
        safe = urlsplit(self.issuer).scheme == "http" or all(urlsplit(url).scheme == "https" for url in endpoints)
        signatures = [name for name in metadata.get("id_token_signing_alg_values_supported", ()) if name in SIGNATURES]
        if metadata.get("issuer") != self.issuer or not safe or not signatures:
            raise NoEntry(Why.UNTRUSTED)
        metadata["id_token_signing_alg_values_supported"] = signatures
        ways = metadata.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        if "client_secret_basic" not in ways:
            metadata["token_endpoint_auth_method"] = "client_secret_post"  # noqa: S105  # a way, no secret
        return client


@contextmanager
def refusals() -> Iterator[None]:
    """Turn whatever goes wrong on the way to the provider and back into a NoEntry. Logs name the kind alone."""
    from authlib.integrations.base_client import OAuthError  # noqa: PLC0415  # see above
    from joserfc.errors import JoseError  # noqa: PLC0415
    from requests import RequestException  # noqa: PLC0415

    try:
        yield
    except NoEntry:
        raise
    except OAuthError as error:
        raise _refused(BY_CODE.get(str(error.error), Why.UNTRUSTED), error) from None
    except RequestException as error:
        raise _refused(Why.UNREACHABLE, error) from None
    except (JoseError, ValueError, LookupError, TypeError, AttributeError, RuntimeError) as error:
        raise _refused(Why.UNTRUSTED, error) from None  # answers that are none


BY_CODE = {
    "access_denied": Why.DENIED,
    "consent_required": Why.DENIED,
    "interaction_required": Why.DENIED,
    "login_required": Why.DENIED,
    "mismatching_state": Why.EXPIRED,
    "invalid_grant": Why.EXPIRED,
    "temporarily_unavailable": Why.UNREACHABLE,
    "server_error": Why.UNREACHABLE,
}


def _refused(why: Why, error: Exception) -> NoEntry:
    log.warning("single sign-on failed", extra={"why": why, "fault": type(error).__name__})
    return NoEntry(why)


def init_app(app: Flask, settings: Settings) -> None:
    """Set the provider up where one is set. Raises BadSetting."""
    app.extensions["single sign-on"] = None
    if not settings.oidc_issuer:
        return
    try:
        claims.roles_by_group(settings.oidc_groups)
    except ValueError as error:
        raise BadSetting(
            f"PORTAL_OIDC_GROUPS must be group=role,group=role with roles of the portal; “{error}” is not."
        ) from None
    if not claims.is_country_setting(settings.oidc_country):
        raise BadSetting("PORTAL_OIDC_COUNTRY must be US, MX, or claim=NAME of a claim that says so.")
    if find_spec("authlib") is None or find_spec("requests") is None:
        raise BadSetting("PORTAL_OIDC_ISSUER is set, but Authlib is not installed: install the extra `sso`.")
    app.extensions["single sign-on"] = Provider(settings)


def current_provider() -> Provider | None:
    """Give the provider that is set, if one is."""
    found: Provider | None = current_app.extensions["single sign-on"]
    return found
