"""Receipt codes and access keys: alphabet, check character, spelling and digests.

A receipt code is 7 random characters of Crockford's base 32 and a check character (value modulo 37); it is drawn
again until the check is one of the 32 digits, so that no `*~$=U` appears. An access key is 16 characters.
"""

import hashlib
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CHECK_MODULUS = 37
CODE_LENGTH, KEY_LENGTH = 8, 16
FOLDED = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})


def new_code() -> str:
    """Draw a receipt code, 8 characters without the hyphen."""
    while True:
        drawn = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH - 1))
        if (check := _check_value(drawn)) < len(ALPHABET):
            return drawn + ALPHABET[check]


def parse_code(typed: str) -> str | None:
    """Read a receipt code as people type it (any case, O for 0, I and L for 1, hyphen or not); None if it is none."""
    code = typed.strip().upper().translate(FOLDED)
    if len(code) != CODE_LENGTH or any(character not in ALPHABET for character in code):
        return None
    return code if _check_value(code[:-1]) == ALPHABET.index(code[-1]) else None


def is_like_code(typed: str) -> bool:
    """Say whether what people typed has the form of a receipt code, though perhaps a letter is wrong."""
    code = typed.strip().upper().translate(FOLDED)
    is_word = typed.isalpha()
    return len(code) == CODE_LENGTH and not is_word and all(character in ALPHABET for character in code)


def spelled(code: str) -> str:
    """Write a code or key in groups of four: 7K3F-92QM."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def access_key(keyed_hash: bytes) -> str:
    """Turn a keyed hash (10 bytes or more) into the 16 characters of an access key."""
    bits = int.from_bytes(keyed_hash[:10], "big")
    return "".join(ALPHABET[bits >> shift & 31] for shift in range(75, -1, -5))


def parse_key(typed: str) -> str:
    """Fold an access key as people type it; a wrong one stays wrong."""
    return typed.strip().upper().translate(FOLDED)


def digest(code: str, key: str) -> bytes:
    """Hash a pair (32 bytes), which is all that the database holds of the key. 80 random bits need no slow hash."""
    return hashlib.sha256(f"{code}\0{key}".encode()).digest()


def _check_value(characters: str) -> int:
    value = 0
    for character in characters:
        value = value * 32 + ALPHABET.index(character)
    return value % CHECK_MODULUS
