"""What follows from a provider's claims, without any provider."""

from typing import Any

import pytest

from portal.accounts.claims import identity_of, roles_by_group, roles_of
from portal.accounts.rules import Role, StaffCountry

PERSON = {"iss": "https://login.example.org", "sub": "ana"}


def identity(setting: str = "US", /, **claims: Any) -> Any:
    return identity_of(PERSON | claims, groups_claim="groups", country=setting)


@pytest.mark.parametrize(
    ("claims", "both"),
    [
        ({}, False),
        ({"amr": ["pwd"]}, False),
        ({"amr": ["pwd", "pin", "kba"]}, False),
        ({"amr": ["otp"]}, False),
        ({"amr": ["otp", "sms"]}, False),
        ({"amr": ["pwd", "otp"]}, True),
        ({"amr": ["hwk", "pin"]}, True),
        ({"amr": ["fpt", "swk"]}, True),
        ({"amr": ["mfa"]}, True),
        ({"amr": "mfa"}, True),
        ({"amr": ["sc"]}, True),
        ({"amr": ["MFA"]}, False),
        ({"amr": [5, None]}, False),
        ({"acr": "https://refeds.org/profile/mfa"}, True),
        ({"acr": "http://idmanagement.gov/ns/assurance/aal/2?hspd12=true"}, True),
        ({"acr": "http://idmanagement.gov/ns/assurance/aal/1"}, False),
        ({"acr": "2"}, False),
        ({"acr": ["https://refeds.org/profile/mfa"]}, False),
    ],
)
def test_two_kinds_of_proof_are_both_factors(claims: dict[str, Any], both: bool) -> None:
    assert identity(**claims).both_factors is both


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        ({"name": " Ana\n Ruiz ", "given_name": "A"}, "Ana Ruiz"),
        ({"given_name": "Ana", "family_name": "Ruiz"}, "Ana Ruiz"),
        ({"email": "ana@example.org"}, "ana"),
        ({"name": ["Ana"]}, ""),
        ({"name": "x" * 500}, "x" * 200),
    ],
)
def test_a_name_is_one_line(claims: dict[str, Any], name: str) -> None:
    assert identity(**claims).name == name


@pytest.mark.parametrize(
    ("value", "verified"),
    [(True, True), ("true", True), (False, False), ("false", False), (None, False), ("yes", False)],
)
def test_an_address_is_verified_where_the_provider_says_so(value: Any, verified: bool) -> None:
    assert identity(email="ana@example.org", email_verified=value).email_verified is verified


def test_what_is_no_address_is_left_out() -> None:
    assert identity(email="ana").email == ""


@pytest.mark.parametrize(
    ("setting", "claims", "country"),
    [
        ("MX", {"country": "US"}, StaffCountry.MX),
        ("us", {}, StaffCountry.US),
        ("claim=country", {"country": "MEX"}, StaffCountry.MX),
        ("claim=address.country", {"address": {"country": "USA"}}, StaffCountry.US),
        ("claim=country", {"country": "CA"}, None),
        ("claim=country", {}, None),
    ],
)
def test_the_government_is_set_or_claimed(setting: str, claims: dict[str, Any], country: StaffCountry | None) -> None:
    assert identity(setting, **claims).country == country


def test_groups_give_roles_and_the_rest_count_for_nothing() -> None:
    by_group = roles_by_group(" mods=moderator, cn=heads = reviewer ,mods=analyst,")
    assert by_group == {"mods": {Role.MODERATOR, Role.ANALYST}, "cn=heads": {Role.REVIEWER}}
    assert roles_of(["mods", "cn=heads", "x"], by_group) == {Role.MODERATOR, Role.ANALYST, Role.REVIEWER}
    assert roles_of(["Mods"], by_group) == frozenset()


@pytest.mark.parametrize("setting", ["mods", "mods=", "=moderator", "mods=king", "mods=moderator;x=auditor"])
def test_a_mapping_that_makes_no_sense_is_refused(setting: str) -> None:
    with pytest.raises(ValueError, match="m"):
        roles_by_group(setting)
