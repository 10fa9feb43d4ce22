"""Every setting: its environment variable, its default and what it means.

A value that makes no sense stops the portal before it serves anything, with a sentence that says what to set.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from urllib.parse import urlsplit

SHORTEST_KEY = 32
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


class BadSetting(Exception):
    """A setting has a value that the portal cannot work with; the message says which and what to set."""


@dataclass(frozen=True)
class Settings:
    """What an operator can set. Field `x` is read from the environment variable `PORTAL_X`."""

    data: Path = Path("var")
    database_url: str = ""
    redis_url: str = ""
    secret_key: str = ""
    field_key: str = ""
    base_url: str = ""
    trusted_proxies: int = 0
    undo_seconds: int = 600
    limits_scale: float = 1.0
    log_level: str = "INFO"

    @property
    def database(self) -> str:
        """The database's URL: the one set, else a SQLite file in the data folder."""
        return self.database_url or f"sqlite:///{self.data.resolve() / 'portal.sqlite3'}"

    @property
    def over_tls(self) -> bool:
        """Whether people reach the portal by https, so that cookies may be marked Secure."""
        return self.base_url.startswith("https://")


KINDS: dict[str, Callable[[str], object]] = {
    "data": Path,
    "trusted_proxies": int,
    "undo_seconds": int,
    "limits_scale": float,
}


def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings from environment variables; an empty one counts as unset. Raises BadSetting."""
    values: dict[str, object] = {}
    for field in fields(Settings):
        name = f"PORTAL_{field.name.upper()}"
        if written := environment.get(name, "").strip():
            try:
                values[field.name] = KINDS[field.name](written) if field.name in KINDS else written
            except ValueError:
                raise BadSetting(f"{name} must be a number; it is “{written}”.") from None
    settings = Settings(**values)  # type: ignore[arg-type]  # one type a field, converted above
    refuse_nonsense(settings)
    return settings


def refuse_nonsense(settings: Settings) -> None:
    """Raise BadSetting for the first value that the portal cannot work with."""
    scheme = urlsplit(settings.database).scheme
    if scheme.split("+")[0] not in {"sqlite", "postgresql"}:
        raise BadSetting(f"PORTAL_DATABASE_URL must begin with sqlite:// or postgresql://; it begins with “{scheme}”.")
    if settings.redis_url and urlsplit(settings.redis_url).scheme not in {
        "redis",
        "rediss",
    }:
        raise BadSetting("PORTAL_REDIS_URL must begin with redis:// or rediss://.")
    for name, written in (("PORTAL_SECRET_KEY", settings.secret_key), ("PORTAL_FIELD_KEY", settings.field_key)):
        if any(len(key) < SHORTEST_KEY for key in keys_in(written)):
            raise BadSetting(f"{name} must have {SHORTEST_KEY} characters or more; so must each of several keys.")
    if settings.base_url and urlsplit(settings.base_url).scheme not in {
        "http",
        "https",
    }:
        raise BadSetting("PORTAL_BASE_URL must begin with http:// or https://.")
    if settings.trusted_proxies < 0:
        raise BadSetting("PORTAL_TRUSTED_PROXIES must be 0 or the number of proxies in front of the portal.")
    if settings.undo_seconds < 0:
        raise BadSetting("PORTAL_UNDO_SECONDS must be 0 or more.")
    if settings.limits_scale <= 0:
        raise BadSetting("PORTAL_LIMITS_SCALE must be more than 0.")
    if settings.log_level not in LOG_LEVELS:
        raise BadSetting(f"PORTAL_LOG_LEVEL must be one of {', '.join(LOG_LEVELS)}.")


def keys_in(written: str) -> list[str]:
    """Take a setting of one or more keys apart: newest first, a comma between them."""
    return [key for part in written.split(",") if (key := part.strip())]
