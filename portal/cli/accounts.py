"""`portal account`: staff accounts and their one-time links."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import Flask
from sqlalchemy.orm import Session

import portal.accounts.store as accounts
from portal import db
from portal.accounts import invite, letters
from portal.accounts.models import Staff
from portal.accounts.rules import Role, StaffCountry, is_address
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
def add_account(app: Flask, email: str, roles: tuple[str, ...], country: str, name: str) -> None:
    """Invite EMAIL and print the one-time link on which they set a password."""
    if not is_address(email):
        raise click.BadParameter(f"“{email}” is no e-mail address.", param_hint="EMAIL")
    chosen = [Role(role) for role in roles]
    try:
        with db.transaction() as session:
            token = invite.invite(session, email, name, StaffCountry(country), chosen, actor_id=None, now=utcnow())
    except invite.AddressTaken:
        raise click.ClickException(f"{email} already has an account.") from None
    click.echo(f"Invited {email} as {', '.join(roles)}. This link works once, for three days:")
    click.echo(invitation_link(app, token, country))


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
def reset_account(app: Flask, email: str, factors: bool) -> None:
    """Take EMAIL's password away, sign them out, and print a new link. Opens a disabled account again."""
    with db.transaction() as session:
        person = known_account(session, email)
        token = invite.reset(session, person.id, factors_too=factors, actor_id=None, now=utcnow())
        country = person.country
    click.echo(f"{email} is signed out everywhere. This link works once, for three days:")
    click.echo(invitation_link(app, token, country))


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
    for person in accounts.everyone(db.session):
        roles = ", ".join(role.name for role in person.roles)
        click.echo(
            f"{person.email or '(first administrator)'}\t{person.name}\t{person.country}\t{roles}\t{person.state}"
        )


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


def invitation_link(_app: Flask, token: str, country: str, base_url: str = "") -> str:
    """Write a one-time link, in the language of the person's government."""
    return letters.link(token, "es" if country == StaffCountry.MX else "en", base_url)


def invite_first_administrator(app: Flask, base_url: str) -> None:
    """Print the first administrator's link until it was used."""
    with db.transaction() as session:
        token = invite.first_administrator(session, now=utcnow())
    if token:
        click.echo("Nobody administers this portal yet. Set name and password here; the link works once:")
        for country in (StaffCountry.US, StaffCountry.MX):
            click.echo(f"  {invitation_link(app, token, country, app.config['SETTINGS'].base_url or base_url)}")
