"""A software authenticator: passkeys made and used as a phone would, and in ways that no phone would."""

import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

ORIGIN = "http://localhost"
PRESENT, VERIFIED, NEW_KEY = 0x01, 0x04, 0x40
ES256 = -7


def to_text(raw: bytes) -> str:
    """Write bytes as WebAuthn does."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def from_text(text: str) -> bytes:
    """Read what `to_text` wrote."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def options_on(page: Any) -> dict[str, Any]:
    """Read what a page asks the browser to make or to sign."""
    return dict(json.loads(page.html.select_one("[data-passkey]")["data-options"]))


def form_on(page: Any) -> Any:
    """Give the form that carries a passkey's answer."""
    return next(form for form in page.forms.values() if "answer" in form.fields)


@dataclass(frozen=True)
class Passkey:
    """One passkey, and what it claims of itself: where it is used, who holds it, how often it was used."""

    origin: str = ORIGIN
    rp_id: str = "localhost"
    verifies: bool = True
    uses: int = 0
    handle: bytes = b""
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def lying(self, **changes: Any) -> "Passkey":
        """Give the same key with other claims."""
        return replace(self, **changes)

    def made(self, options: dict[str, Any]) -> str:
        """Answer a page that asks for a new passkey, with attestation "none"."""
        point = self.key.public_key().public_numbers()
        x, y = (number.to_bytes(32, "big") for number in (point.x, point.y))
        public = cbor2.dumps({1: 2, 3: ES256, -1: 1, -2: x, -3: y})
        described = bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id + public
        data = self._data(NEW_KEY) + described
        attested = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", options["challenge"])
        return self._written(clientDataJSON=client, attestationObject=attested)

    def signed(self, options: dict[str, Any], *, names_owner: bool = True, asks: str = "webauthn.get") -> str:
        """Answer a page that asks for a signature."""
        client, data = self._client(asks, options["challenge"]), self._data()
        signature = self.key.sign(data + sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        handle = {"userHandle": self.handle} if names_owner and self.handle else {}
        return self._written(clientDataJSON=client, authenticatorData=data, signature=signature, **handle)

    def _client(self, asks: str, challenge: str) -> bytes:
        said = {"type": asks, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(said).encode()

    def _data(self, more: int = 0) -> bytes:
        flags = PRESENT | (VERIFIED if self.verifies else 0) | more
        return sha256(self.rp_id.encode()).digest() + bytes([flags]) + self.uses.to_bytes(4, "big")

    def _written(self, **response: bytes) -> str:
        name = to_text(self.credential_id)
        parts = {key: to_text(value) for key, value in response.items()}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": parts})
