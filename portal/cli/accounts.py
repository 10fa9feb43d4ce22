"""`portal account`: staff accounts and their one-time links."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import Flask
from sqlalchemy.orm import Session

import portal.accounts.identity_store as identities
import portal.accounts.store as accounts
from portal import db
from portal.accounts import invite, letters
from portal.accounts.models import Staff
from portal.accounts.provider import Provider, current_provider
from portal.accounts.rules import AccountState, Role, StaffCountry, is_address
from portal.cli.with_app import with_app
from portal.clock import utcnow


@click.group()
def account() -> None:
    """Staff accounts: people of both governments, their roles, and the links on which they set a password."""


ROLES = click.option("--role", "roles", type=click.Choice([role.value for role in Role]), multiple=True, required=True)


@account.command("add")
@click.argument("email")
@ROLES
@click.option("--country", type=click.Choice([country.value for country in StaffCountry]), required=True)
@click.option("--name", default="", help="As colleagues see it; the person can change it.")
@with_app
def add_account(_app: Flask, email: str, roles: tuple[str, ...], country: str, name: str) -> None:
    """Invite EMAIL and print the one-time link on which they set a password."""
    if not is_address(email):
        raise click.BadParameter(f"“{email}” is no e-mail address.", param_hint="EMAIL")
    chosen = [Role(role) for role in roles]
    try:
        with db.transaction() as session:
            token = invite.invite(session, email, name, StaffCountry(country), chosen, actor_id=None, now=utcnow())
    except invite.AddressTaken:
        raise click.ClickException(f"{email} already has an account.") from None
    hand_over(f"Invited {email} as {', '.join(roles)}.", token, country)


@account.command("role")
@click.argument("email")
@ROLES
@with_app
def change_roles(_app: Flask, email: str, roles: tuple[str, ...]) -> None:
    """Give EMAIL these roles in place of those they have."""
    with refused_to_the_last(), db.transaction() as session:
        person = known_account(session, email)
        invite.give_roles(session, person.id, [Role(role) for role in roles], actor_id=None, now=utcnow())
    click.echo(f"{email} is now {', '.join(roles)}.")


@account.command("reset")
@click.argument("email")
@click.option("--factors", is_flag=True, help="Remove app, passkeys and recovery codes too: the phone was lost.")
@with_app
def reset_account(_app: Flask, email: str, factors: bool) -> None:
    """Take EMAIL's password away, sign them out, and print a new link. Opens a disabled account again."""
    with db.transaction() as session:
        person = known_account(session, email)
        token = invite.reset(session, person.id, factors_too=factors, actor_id=None, now=utcnow())
        country = person.country
    hand_over(f"{email} is signed out everywhere.", token, country)


@account.command("disable")
@click.argument("email")
@with_app
def disable_account(_app: Flask, email: str) -> None:
    """Close EMAIL's account and sign them out everywhere."""
    with refused_to_the_last(), db.transaction() as session:
        invite.disable(session, known_account(session, email).id, actor_id=None, now=utcnow())
    click.echo(f"{email} can no longer sign in.")


@account.command("list")
@with_app
def list_accounts(_app: Flask) -> None:
    """List the accounts: address, name, country, roles, and whether they can sign in."""
    vouched_for = identities.staff_ids(db.session)
    for person in accounts.everyone(db.session):
        roles = ", ".join(role.name for role in person.roles)
        email = person.email or "(first administrator)"
        state = state_of(person, by_provider=person.id in vouched_for)
        click.echo(f"{email}\t{person.name}\t{person.country}\t{roles}\t{state}")


def state_of(person: Staff, *, by_provider: bool) -> str:
    """Say whether somebody can sign in, also where only the provider of single sign-on lets them in."""
    if by_provider and person.active:
        return f"{AccountState.ACTIVE} by single sign-on"
    return person.state


@contextmanager
def refused_to_the_last() -> Iterator[None]:
    """Say why the last account that manages accounts cannot be changed. Raises ClickException."""
    try:
        yield
    except invite.LastAdministrator:
        raise click.ClickException("This is the last account that can manage accounts; make another first.") from None


def known_account(session: Session, email: str) -> Staff:
    """Find the account that an operator named. Raises ClickException."""
    if person := accounts.by_email(session, email):
        return person
    raise click.ClickException(f"{email} has no account.")


def hand_over(done: str, token: str, country: str) -> None:
    """Print what was done, and the one-time link; where links do not work, how the person comes in."""
    provider = current_provider()
    if provider is not None and provider.only:
        click.echo(f"{done} They come in by {provider.name}; one-time links do not work here (PORTAL_OIDC_ONLY).")
        return
    click.echo(f"{done} This link works once, for three days:")
    click.echo(invitation_link(token, country))


def invitation_link(token: str, country: str, base_url: str = "") -> str:
    """Write a one-time link, in the language of the person's government."""
    return letters.link(token, "es" if country == StaffCountry.MX else "en", base_url)


def invite_first_administrator(app: Flask, base_url: str) -> None:
    """Print the first administrator's link until it was used, or what to do where links do not work."""
    provider = current_provider()
    if provider is not None and provider.only:
        if not any(accounts.number_who_administer(db.session, country) for country in StaffCountry):
            click.echo(f"Nobody administers this portal yet. {first_by_provider(provider)}")
        return
    with db.transaction() as session:
        token = invite.first_administrator(session, now=utcnow())
    if token:
        click.echo("Nobody administers this portal yet. Set name and password here; the link works once:")
        for country in (StaffCountry.US, StaffCountry.MX):
            click.echo(f"  {invitation_link(token, country, app.config['SETTINGS'].base_url or base_url)}")


def first_by_provider(provider: Provider) -> str:
    """Say how somebody comes to administer a portal that only a provider opens (PORTAL_OIDC_ONLY)."""
    groups = sorted(group for group, roles in provider.roles.items() if Role.ADMINISTRATOR in roles)
    if not groups:
        return "PORTAL_OIDC_GROUPS gives no group the role administrator: add one, such as GROUP=administrator."
    return f"Whoever is in the group {' or '.join(groups)} at {provider.name} does once they sign in."
