"""The proof that this browser sent a submission: a signed cookie a receipt code, read by the receipt and follow pages.

It holds the access key, so that the receipt page can show it without the key ever standing in an address. One cookie
a code, so that two tabs never mix; sent to the pages that need it and to no other.
"""

from datetime import timedelta

from flask import Response, current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from portal.config import Settings
from portal.keys import Keys

LASTS = timedelta(days=1)

# The receipt page and the follow pages in both languages; a cookie's path covers the addresses below it.
PATHS = ("/en/input/receipt", "/es/aportaciones/acuse", "/en/follow", "/es/seguimiento")


def set_proof(response: Response, code: str, key: str) -> Response:
    """Give the browser the proof for a code (8 characters) and its access key (16 characters), one cookie a path."""
    settings: Settings = current_app.config["SETTINGS"]
    value = _signer().dumps([code, key])
    for path in PATHS:
        response.set_cookie(
            _name(code),
            value,
            path=path,
            httponly=True,
            samesite="Lax",
            secure=settings.over_tls,
        )  # without an age: it goes when the browser closes, and `LASTS` bounds it where the browser never does
    return response


def key_proved(code: str) -> str | None:
    """Give the access key of a code if this browser holds its proof, not older than a day; else None."""
    signed = request.cookies.get(_name(code))
    if signed is None:
        return None
    try:
        proved_code, key = _signer().loads(signed, max_age=int(LASTS.total_seconds()))
    except (BadSignature, TypeError, ValueError):
        return None
    return str(key) if proved_code == code else None


def _name(code: str) -> str:
    settings: Settings = current_app.config["SETTINGS"]
    # `__Host-` would send it to every page; browsers take this prefix over TLS alone.
    return f"{'__Secure-' if settings.over_tls else ''}receipt-{code}"


def _signer() -> URLSafeTimedSerializer:
    keys: Keys = current_app.extensions["keys"]
    return keys.signer("receipt")
