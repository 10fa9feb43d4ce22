"""A dishonest provider on loopback: it answers like one, and signs whatever a test wants with whatever key."""

import base64
import hmac
import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

RIGHT, WRONG = (RSAKey.generate_key(2048, {"kid": "right", "use": "sig", "alg": "RS256"}) for _ in range(2))
CURVE = ECKey.generate_key("P-256", {"kid": "curve", "use": "sig", "alg": "ES256"})


def right(claims: dict[str, Any]) -> str:
    """Sign as an honest provider does."""
    return jwt.encode({"alg": "RS256", "kid": "right"}, claims, RIGHT)


def on_a_curve(claims: dict[str, Any]) -> str:
    """Sign with the provider's other key."""
    return jwt.encode({"alg": "ES256", "kid": "curve"}, claims, CURVE)


def by_another_key(claims: dict[str, Any]) -> str:
    """Sign with a key that the provider never published, under the name of one that it did."""
    return jwt.encode({"alg": "RS256", "kid": "right"}, claims, WRONG)


def by_the_public_key(claims: dict[str, Any]) -> str:
    """Sign by a shared secret, which is the public key: the classic confusion."""
    signed = f"{encoded({'alg': 'HS256', 'kid': 'right'})}.{encoded(claims)}"
    mac = hmac.digest(RIGHT.as_pem(private=False), signed.encode(), "sha256")
    return f"{signed}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"


def by_the_client_secret(claims: dict[str, Any]) -> str:
    """Sign by the secret that the portal shares with the provider."""
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key("a secret between the portal and its provider"))


def by_nobody(claims: dict[str, Any]) -> str:
    """Sign not at all."""
    return f"{encoded({'alg': 'none'})}.{encoded(claims)}."


def encoded(part: dict[str, Any]) -> str:
    """Write a part of a token."""
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


class Forger:
    """Serves a discovery document, keys and a token endpoint. Tests change what they say."""

    def __enter__(self) -> Self:
        forger = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer(forger.documents.get(self.path))

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                self._answer({"access_token": "x", "token_type": "Bearer", **forger.token()} if forger.token else None)

            def _answer(self, document: Any) -> None:
                body = document if isinstance(document, bytes) else json.dumps(document).encode()
                self.send_response(500 if document is None else 200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_args: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        self.token: Callable[[], dict[str, Any]] | None = None
        self.discovery: dict[str, Any] = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "id_token_signing_alg_values_supported": ["none", "HS256", "RS256", "ES256"],
        }
        keys = {"keys": [key.as_dict(private=False) for key in (RIGHT, CURVE)]}
        self.documents: dict[str, Any] = {"/.well-known/openid-configuration": self.discovery, "/jwks": keys}
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()

    def claims(self, asked: str, **changes: Any) -> dict[str, Any]:
        """Write the claims of an honest token, with changes; None leaves a claim out."""
        now = int(time.time())
        honest = {
            "iss": self.issuer,
            "sub": "ana",
            "aud": "portal",
            "exp": now + 300,
            "iat": now,
            "nonce": asked,
            "email": "ana@example.org",
            "email_verified": True,
            "name": "Ana Ruiz",
            "groups": ["mods"],
            "amr": ["mfa"],
        }
        return {name: value for name, value in (honest | changes).items() if value is not None}
