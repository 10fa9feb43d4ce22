"""Keys: sealing of fields, keyed hashes and signatures. Keys never enter the database.

There are two, each with the older ones that it replaced: the signing key (hashes, signed values) and the field key
(sealing, words that can be searched). Everything new is made under the newest; what older ones made is still read.

A sealed value is `2 · fingerprint of its key (4 bytes) · nonce (12) · AES-GCM ciphertext and tag`, bound to its place
(`table.column:row`), so that a value moved to another row does not open. Before keys could be rotated it began with
`1` and had no fingerprint. Nonces are random: NIST SP 800-38D allows 2^32 values under one key (two nonces alike with
a chance below 2^-32); a million submissions are some five million values.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from itsdangerous import URLSafeTimedSerializer

NONCE_BYTES = 12
FINGERPRINT_BYTES = 4
UNNAMED, NAMED = b"\x01", b"\x02"  # how a sealed value begins: without and with its key's fingerprint
HEAD_BYTES = len(NAMED) + FINGERPRINT_BYTES
MARK_BYTES = 8


class SealBroken(Exception):
    """A sealed value does not open: another key, another place, or changed bytes."""


@dataclass(frozen=True)
class Keys:
    """The keys of one portal, newest first: `signing` for hashes and signed values, `field` for sealing."""

    signing: tuple[bytes, ...]
    field: tuple[bytes, ...]

    def seal(self, text: str, place: str) -> bytes:
        """Encrypt a text for one place, such as `version.body:7K3F92QM/1`."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return self._head + nonce + self._newest.encrypt(nonce, text.encode(), place.encode())

    def unseal(self, sealed: bytes, place: str) -> str:
        """Decrypt what `seal` made for the same place, under whichever key. Raises SealBroken."""
        if sealed[:1] == NAMED:
            named = self._ciphers.get(sealed[1:HEAD_BYTES])
            ciphers, rest = [named] if named else [], sealed[HEAD_BYTES:]
        else:  # the oldest key, from when there was but one
            ciphers, rest = list(reversed(self._ciphers.values())), sealed[len(UNNAMED) :]
        for cipher in ciphers:
            try:
                return cipher.decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], place.encode()).decode()
            except (InvalidTag, ValueError):
                continue
        raise SealBroken(place)

    def keyed_hash(self, purpose: str, text: str) -> bytes:
        """Hash a text under the newest signing key (32 bytes). Each purpose has hashes of its own."""
        return _hash(self.signing[0], purpose, text)

    def keyed_hashes(self, purpose: str, text: str) -> list[bytes]:
        """Hash a text under every signing key, newest first: what a look-up compares with."""
        return [_hash(key, purpose, text) for key in self.signing]

    def signer(self, purpose: str) -> URLSafeTimedSerializer:
        """Give a signer whose values are worthless for any other purpose; it reads what older keys signed."""
        return URLSafeTimedSerializer(
            list(reversed(self.signing)),
            salt=purpose,
            signer_kwargs={"digest_method": hashlib.sha256},
            fallback_signers=[{"digest_method": hashlib.sha1}],  # what was signed before
        )

    def marks(self, purpose: str, texts: Iterable[str]) -> set[int]:
        """Turn each text into a number of 64 bits with a sign, under the newest field key: equal texts, equal marks."""
        key = self._mark_keys(purpose)[0]
        return {_mark(key, text) for text in texts}

    def all_marks(self, purpose: str, texts: Iterable[str]) -> set[int]:
        """Give the same under every field key: what a look-up asks for."""
        return {_mark(key, text) for text in texts for key in self._mark_keys(purpose)}

    @cached_property
    def _ciphers(self) -> dict[bytes, AESGCM]:
        return {fingerprint(key): AESGCM(key) for key in self.field}

    @cached_property
    def _newest(self) -> AESGCM:
        return self._ciphers[fingerprint(self.field[0])]

    @cached_property
    def _head(self) -> bytes:
        return NAMED + fingerprint(self.field[0])

    def _mark_keys(self, purpose: str) -> list[bytes]:
        return [_mark_key(key, purpose) for key in self.field]


def derived(signing: Iterable[str], field: Iterable[str]) -> Keys:
    """Make the keys from what an operator keeps, newest first."""
    return Keys(
        signing=tuple(key.encode() for key in signing),
        field=tuple(hashlib.sha256(b"field\0" + key.encode()).digest() for key in field),
    )


def fingerprint(key: bytes) -> bytes:
    """Name a key without telling it (4 bytes)."""
    return hashlib.sha256(b"fingerprint\0" + key).digest()[:FINGERPRINT_BYTES]


def _hash(key: bytes, purpose: str, text: str) -> bytes:
    return hmac.digest(key, f"{purpose}\0{text}".encode(), "sha256")


@lru_cache
def _mark_key(key: bytes, purpose: str) -> bytes:
    return hmac.digest(key, purpose.encode(), "sha256")


@lru_cache(maxsize=50_000)  # words come again and again, and each costs some 5 µs
def _mark(key: bytes, text: str) -> int:
    return int.from_bytes(hmac.digest(key, text.encode(), "sha256")[:MARK_BYTES], "big", signed=True)
