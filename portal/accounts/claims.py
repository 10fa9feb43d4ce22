"""What a provider of single sign-on says of a person, and what follows from it: roles, government, factors."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum, auto
from typing import Any

from portal.accounts.rules import Role, StaffCountry, is_address

LONGEST_NAME = 200

# The methods of RFC 8176 by what they prove: something known, something held, something that one is.
KNOWN = frozenset({"pwd", "pin", "kba"})
HELD = frozenset({"otp", "sms", "tel", "hwk", "swk", "pop", "fido", "sc"})
BODY = frozenset({"face", "fpt", "iris", "retina", "vbm"})
BOTH = frozenset({"mfa", "sc"})  # a smart card opens by its PIN
BOTH_BY_CLASS = (
    "https://refeds.org/profile/mfa",
    "http://schemas.openid.net/pape/policies/2007/06/multi-factor",
    "http://idmanagement.gov/ns/assurance/aal/2",
    "http://idmanagement.gov/ns/assurance/aal/3",
)
COUNTRIES = {"US": StaffCountry.US, "USA": StaffCountry.US, "MX": StaffCountry.MX, "MEX": StaffCountry.MX}
CLAIM = "claim="


class Why(StrEnum):
    """Why somebody does not come in by single sign-on."""

    DENIED = auto()
    EXPIRED = auto()
    UNREACHABLE = auto()
    UNTRUSTED = auto()
    NO_GROUP = auto()
    NO_ADDRESS = auto()
    UNVERIFIED = auto()
    ADDRESS_TAKEN = auto()
    OTHER_COUNTRY = auto()
    CLOSED = auto()
    LAST_ADMINISTRATOR = auto()
    SOMEBODY_ELSE = auto()
    ONE_FACTOR = auto()


class NoEntry(Exception):
    """Somebody does not come in by single sign-on; `why` says the reason."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Identity:
    """A person as a provider names them: `subject` is theirs for good at this `issuer`, everything else may change."""

    issuer: str
    subject: str
    email: str
    email_verified: bool
    name: str
    groups: frozenset[str]
    country: StaffCountry | None
    both_factors: bool
    proved_at: float  # when they showed it to the provider, in seconds since 1970; 0 where it does not say


def identity_of(claims: Mapping[str, Any], *, groups_claim: str, country: str) -> Identity:
    """Read checked claims. `groups_claim` names the claim of groups, `country` is as the setting writes it."""
    email = written(claims.get("email"))
    parts = (written(claims.get("given_name")), written(claims.get("family_name")))
    name = written(claims.get("name")) or " ".join(part for part in parts if part) or email.partition("@")[0]
    return Identity(
        issuer=str(claims["iss"]),
        subject=str(claims["sub"]),
        email=email if is_address(email) else "",
        email_verified=claims.get("email_verified") in {True, "true"},
        name=name[:LONGEST_NAME],
        groups=words_of(claim(claims, groups_claim)),
        country=country_of(claims, country),
        both_factors=shows_both_factors(claims),
        proved_at=float(at) if isinstance(at := claims.get("auth_time"), int | float) else 0.0,
    )


def written(value: object) -> str:
    """Take a text on one line; anything else is no text."""
    return " ".join(value.split()) if isinstance(value, str) else ""


def claim(claims: Mapping[str, Any], name: str) -> object:
    """Find a claim by its name, or by a path of names with dots such as `realm_access.roles`."""
    if name in claims:
        return claims[name]
    found: object = claims
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def words_of(value: object) -> frozenset[str]:
    """Take a word or a list of words."""
    listed = [value] if isinstance(value, str) else value if isinstance(value, list | tuple) else []
    return frozenset(word for word in listed if isinstance(word, str) and word)


def shows_both_factors(claims: Mapping[str, Any]) -> bool:
    """Say whether a person proved two different kinds of thing to the provider."""
    methods = words_of(claims.get("amr"))
    kinds = sum(bool(methods & kind) for kind in (KNOWN, HELD, BODY))
    level = written(claims.get("acr")).partition("?")[0]
    return bool(methods & BOTH) or kinds > 1 or level in BOTH_BY_CLASS


def country_of(claims: Mapping[str, Any], setting: str) -> StaffCountry | None:
    """Tell for which government a person works; None where their claim names neither."""
    fixed = setting if not setting.startswith(CLAIM) else written(claim(claims, setting.removeprefix(CLAIM)))
    return COUNTRIES.get(fixed.upper())


def is_country_setting(setting: str) -> bool:
    """Say whether a setting names a government, or a claim that does."""
    return setting.upper() in COUNTRIES or (setting.startswith(CLAIM) and len(setting) > len(CLAIM))


def roles_by_group(setting: str) -> dict[str, frozenset[Role]]:
    """Read `group=role,group=role`; a group named twice has both roles. Raises ValueError with what is wrong."""
    found: dict[str, frozenset[Role]] = {}
    for pair in filter(None, (part.strip() for part in setting.split(","))):
        group, _equals, role = (part.strip() for part in pair.rpartition("="))
        if not group or ";" in group or role not in set(Role):
            raise ValueError(pair)
        found[group] = found.get(group, frozenset()) | {Role(role)}
    return found


def roles_of(groups: Collection[str], by_group: Mapping[str, frozenset[Role]]) -> frozenset[Role]:
    """Join the roles of several groups; groups without a role count for nothing."""
    return frozenset().union(*(by_group.get(group, frozenset()) for group in groups))
