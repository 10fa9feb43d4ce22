"""Every setting: its environment variable, its default and what it means.

A value that makes no sense stops the portal before it serves anything, with a sentence that says what to set.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from urllib.parse import urlsplit

SHORTEST_KEY = 32
LOOPBACK = {"127.0.0.1", "::1", "localhost"}
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
    smtp_url: str = ""
    mail_from: str = ""
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = ""
    oidc_name: str = ""
    oidc_groups: str = ""
    oidc_groups_claim: str = "groups"
    oidc_country: str = ""
    oidc_only: bool = False
    log_level: str = "INFO"

    @property
    def database(self) -> str:
        """The database's URL: the one set, else a SQLite file in the data folder."""
        return self.database_url or f"sqlite:///{self.data.resolve() / 'portal.sqlite3'}"

    @property
    def over_tls(self) -> bool:
        """Whether people reach the portal by https, so that cookies may be marked Secure."""
        return self.base_url.startswith("https://")


def said(word: str) -> bool:
    """Read yes or no. Raises ValueError for anything else."""
    if word.lower() not in YES | NO:
        raise ValueError(word)
    return word.lower() in YES


YES, NO = {"1", "yes", "true", "on"}, {"0", "no", "false", "off"}
KINDS: dict[str, Callable[[str], object]] = {
    "data": Path,
    "trusted_proxies": int,
    "undo_seconds": int,
    "limits_scale": float,
    "oidc_only": said,
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
                kind = "yes or no" if KINDS[field.name] is said else "a number"
                raise BadSetting(f"{name} must be {kind}; it is “{written}”.") from None
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
    refuse_bad_mail(settings)
    refuse_bad_provider(settings)


def refuse_bad_mail(settings: Settings) -> None:
    """Raise BadSetting where letters could not be sent by what is set."""
    if not settings.smtp_url:
        return
    like = "PORTAL_SMTP_URL must look like smtp://user:password@host:587 or smtps://host"
    try:
        url = urlsplit(settings.smtp_url)
        fits = url.scheme in {"smtp", "smtps"} and bool(url.hostname) and url.port != 0 and url.path in {"", "/"}
    except ValueError:
        fits = False
    if not fits:
        raise BadSetting(f"{like}.")
    if url.query not in {"", "tls=starttls"} or (url.query and url.scheme == "smtps"):
        raise BadSetting(f"{like}; `?tls=starttls` after smtp://host is the one thing that may follow.")
    if "@" not in settings.mail_from:
        raise BadSetting("PORTAL_SMTP_URL is set: set PORTAL_MAIL_FROM to the address that letters come from, too.")


def refuse_bad_provider(settings: Settings) -> None:
    """Raise BadSetting where single sign-on is set by half, or to something that is not safe."""
    needed = ("oidc_issuer", "oidc_client_id", "oidc_client_secret", "oidc_name", "oidc_groups", "oidc_country")
    missing = [f"PORTAL_{name.upper()}" for name in needed if not getattr(settings, name)]
    if len(missing) == len(needed):
        if settings.oidc_only:
            raise BadSetting("PORTAL_OIDC_ONLY closes local accounts: set PORTAL_OIDC_ISSUER and the rest first.")
        return
    if missing:
        raise BadSetting(f"Single sign-on is set by half: set {', '.join(missing)}, too.")
    url = urlsplit(settings.oidc_issuer)
    if url.scheme != "https" and not (url.scheme == "http" and url.hostname in LOOPBACK):
        raise BadSetting("PORTAL_OIDC_ISSUER must begin with https:// (http:// only on this machine).")
    if not settings.base_url:
        raise BadSetting("Single sign-on needs PORTAL_BASE_URL, where the provider sends people back to.")


def keys_in(written: str) -> list[str]:
    """Take a setting of one or more keys apart: newest first, a comma between them."""
    return [key for part in written.split(",") if (key := part.strip())]
