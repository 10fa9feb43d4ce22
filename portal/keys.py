"""Keys: sealing of fields, keyed hashes and signatures. Keys never enter the database.

A sealed value is `key id (1 byte) · nonce (12) · AES-GCM ciphertext and tag`, bound to its place
(`table.column:row`), so that a value moved to another row does not open.
"""

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from itsdangerous import URLSafeTimedSerializer

from portal.config import Settings

NONCE_BYTES = 12
FIRST_KEY_ID = 1


class SealBroken(Exception):
    """A sealed value does not open: another key, another place, or changed bytes."""


@dataclass(frozen=True)
class Keys:
    """The keys of one portal: `signing` for hashes and signed values, `field` for sealing."""

    signing: bytes
    field: bytes

    def seal(self, text: str, place: str) -> bytes:
        """Encrypt a text for one place, such as `version.body:7K3F92QM/1`."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        key_id = bytes([FIRST_KEY_ID])
        return key_id + nonce + AESGCM(self.field).encrypt(nonce, text.encode(), place.encode())

    def unseal(self, sealed: bytes, place: str) -> str:
        """Decrypt what `seal` made for the same place. Raises SealBroken."""
        nonce, ciphertext = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        try:
            return AESGCM(self.field).decrypt(nonce, ciphertext, place.encode()).decode()
        except InvalidTag:
            raise SealBroken(place) from None

    def keyed_hash(self, purpose: str, text: str) -> bytes:
        """Hash a text under the signing key (32 bytes). Each purpose has hashes of its own."""
        return hmac.digest(self.signing, f"{purpose}\0{text}".encode(), "sha256")

    def keyed_hashes(self, purpose: str, text: str) -> list[bytes]:
        """Hash a text for a look-up under every signing key, the newest first."""
        return [self.keyed_hash(purpose, text)]

    def signer(self, purpose: str) -> URLSafeTimedSerializer:
        """Give a signer whose values are worthless for any other purpose."""
        return URLSafeTimedSerializer(self.signing, salt=purpose)


def load_keys(settings: Settings) -> Keys:
    """Take the keys from the settings, else from files in the data folder, made on first use."""
    signing = settings.secret_key.encode() if settings.secret_key else _kept(settings.data / "secret.key")
    field = settings.field_key.encode() if settings.field_key else _kept(settings.data / "field.key")
    return Keys(signing=signing, field=hashlib.sha256(b"field\0" + field).digest())


def _kept(path: Path) -> bytes:
    """Read a key file, or make it; of two processes that make it at once, one wins and both use its key."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    if not path.exists():
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
        folder = os.open(path.parent, os.O_RDONLY)
        os.fsync(folder)  # a key that a power cut takes away takes every sealed text with it
        os.close(folder)
    return path.read_bytes().strip()
