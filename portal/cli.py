"""The operator's commands. Each prints what it did; exits 0 on success, 2 on bad arguments, 1 on failure."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click
from flask import Flask, url_for
from sqlalchemy.orm import Session

import portal.accounts.store as accounts
from portal import cli_export, cli_import, config, create_app, db, jobs, schema
from portal.accounts import invite
from portal.accounts.models import Staff
from portal.accounts.rules import Role, StaffCountry, is_address
from portal.clock import utcnow
from portal.i18n import ENGLISH, LANGUAGES
from portal.reports.export import Format
from portal.submissions.rules import Channel

STOP_SECONDS = 30
THREADS = 4


def with_app(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the application, within its context; a bad setting becomes a sentence, not a traceback."""

    @wraps(command)
    def wrapped(*args: Any, **values: Any) -> Any:
        try:
            app = create_app()
        except config.BadSetting as error:
            raise click.ClickException(str(error)) from None
        try:
            with app.app_context():
                return command(app, *args, **values)
        except Exception as error:
            if db.is_unavailable(error):
                raise click.ClickException("The database cannot be reached. See PORTAL_DATABASE_URL.") from None
            raise
        finally:
            app.extensions["engine"].dispose()

    return wrapped


@click.group()
def main() -> None:
    """Open Dialogue / Diálogo Abierto: the operator's commands."""


@main.command()
@with_app
def migrate(app: Flask) -> None:
    """Bring the database's schema up to date."""
    before = schema.current(app.extensions["engine"])
    schema.migrate(app.extensions["engine"])
    after = schema.current(app.extensions["engine"])
    click.echo(f"Schema at {after}." if before == after else f"Schema brought from {before or 'nothing'} to {after}.")


@main.command()
@with_app
def work(app: Flask) -> None:
    """Do the work behind the scenes until stopped: publications, notices, exports."""
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    jobs.work(app, stopping.is_set)


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option(
    "--port",
    default=lambda: int(os.environ.get("PORT", "8000")),
    type=int,
    help="Default: PORT, else 8000.",
)
@click.option(
    "--workers",
    default=lambda: os.cpu_count() or 1,
    type=click.IntRange(1),
    help="Default: one a core.",
)
@with_app
def run(app: Flask, host: str, port: int, workers: int) -> None:
    """Serve the portal: migrate, then keep the server's processes and one worker going until stopped."""
    schema.migrate(app.extensions["engine"])
    invite_first_administrator(app, f"http://{host}:{port}")
    app.extensions["engine"].dispose()
    server = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--factory",
        "--host",
        host,
        "--port",
        str(port),
    ]
    server += [
        "--workers",
        str(workers),
        "--blocking-threads",
        str(THREADS),
        "--respawn-failed-workers",
    ]
    server += [
        "--workers-kill-timeout",
        str(STOP_SECONDS),
        "--log-level",
        "warning",
        "portal:create_app",
    ]
    worker = [sys.executable, "-m", "portal", "work"]
    click.echo(f"Open Dialogue is at http://{host}:{port}/ (Ctrl-C stops it).")
    sys.exit(supervise([server, worker]))


@main.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--channel",
    type=click.Choice([channel.value for channel in Channel if channel != Channel.FORM]),
    default=Channel.IMPORT.value,
    show_default=True,
    help="How the submissions reached you.",
)
@click.option("--dry-run", is_flag=True, help="Check every row and store nothing.")
@click.option(
    "--receipts",
    "receipts_out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write row id, receipt code and access key to this new CSV file, to be handed back. Keep it secret.",
)
@with_app
def import_file(_app: Flask, file: Path, channel: str, dry_run: bool, receipts_out: Path | None) -> None:
    """Take in the submissions of FILE (JSON Lines, CSV or XLSX, one a row). Safe to run twice."""
    cli_import.take_in_file(file, Channel(channel), dry_run=dry_run, receipts_out=receipts_out)


@main.command("export")
@click.option("--format", "format_", type=click.Choice([one.value for one in Format]), required=True)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The file to write.")
@click.option("--unpublished", is_flag=True, help="All submissions as they were sent, not the public ones alone.")
@click.option(
    "--language", type=click.Choice(LANGUAGES), default=ENGLISH, show_default=True, help="Of headings and labels."
)
@click.option("--q", help="Words that public submissions must have.")
@click.option("--pillar", help="1 to 4.")
@click.option("--type", help="A sector, such as private_sector.")
@click.option("--text-language", help="The language of the text: en, es or other.")
@click.option("--country", help="MX, US, SV, HN, GT or other.")
@click.option("--status", help="With --unpublished: where a submission stands, such as held.")
@click.option("--from", "first", help="First day of receipt, in Mexico City: 2022-04-18.")
@click.option("--to", "last", help="Last day of receipt, in Mexico City.")
@with_app
def export_rows(app: Flask, format_: str, out: Path, unpublished: bool, language: str, **typed: str | None) -> None:
    """Write the rows of a scope, or its figures (json), to a file."""
    typed |= {"language": typed.pop("text_language"), "from": typed.pop("first"), "to": typed.pop("last")}
    scope = cli_export.scope_of(typed, unpublished=unpublished)
    cli_export.write_export(app, scope, Format(format_), language, out)


@main.group()
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
    with db.transaction() as session:
        person = known_account(session, email)
        invite.give_roles(session, person.id, [Role(role) for role in roles], actor_id=None, now=utcnow())
    click.echo(f"{email} is now {', '.join(roles)}.")


@account.command("reset")
@click.argument("email")
@with_app
def reset_account(app: Flask, email: str) -> None:
    """Take EMAIL's password away, sign them out, and print a new link. Opens a disabled account again."""
    with db.transaction() as session:
        person = known_account(session, email)
        token = invite.reset(session, person.id, actor_id=None, now=utcnow())
        country = person.country
    click.echo(f"{email} is signed out everywhere. This link works once, for three days:")
    click.echo(invitation_link(app, token, country))


@account.command("disable")
@click.argument("email")
@with_app
def disable_account(_app: Flask, email: str) -> None:
    """Close EMAIL's account and sign them out everywhere."""
    with db.transaction() as session:
        invite.disable(session, known_account(session, email).id, actor_id=None, now=utcnow())
    click.echo(f"{email} can no longer sign in.")


@account.command("list")
@with_app
def list_accounts(_app: Flask) -> None:
    """List the accounts: address, name, country, roles, and whether they can sign in."""
    for person in accounts.everyone(db.session):
        state = "disabled" if not person.active else "active" if person.password else "invited"
        roles = ", ".join(role.name for role in person.roles)
        click.echo(f"{person.email or '(first administrator)'}\t{person.name}\t{person.country}\t{roles}\t{state}")


def known_account(session: Session, email: str) -> Staff:
    """Find the account that an operator named. Raises ClickException."""
    if person := accounts.by_email(session, email):
        return person
    raise click.ClickException(f"{email} has no account.")


def invitation_link(app: Flask, token: str, country: str, base_url: str = "") -> str:
    """Write a one-time link, in the language of the person's government."""
    base = base_url or app.config["SETTINGS"].base_url or "http://127.0.0.1:8000"
    language = "es" if country == StaffCountry.MX else "en"
    with app.test_request_context():
        return base.rstrip("/") + url_for("staff.accounts.welcome", token=token, lang=language)


def invite_first_administrator(app: Flask, base_url: str) -> None:
    """Print the first administrator's link until it was used."""
    with db.transaction() as session:
        token = invite.first_administrator(session, now=utcnow())
    if token:
        click.echo("Nobody administers this portal yet. Set name and password here; the link works once:")
        for country in (StaffCountry.US, StaffCountry.MX):
            click.echo(f"  {invitation_link(app, token, country, app.config['SETTINGS'].base_url or base_url)}")


def supervise(commands: list[list[str]]) -> int:
    """Keep every command running, starting again what dies, until SIGINT or SIGTERM; then stop all of them cleanly."""
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    # A group of their own: Ctrl-C reaches this process alone, which then stops them in order.
    running = [subprocess.Popen(command, start_new_session=True) for command in commands]
    while not stopping.wait(0.5):
        for place, process in enumerate(running):
            if process.poll() is not None and not stopping.wait(1.0):
                running[place] = subprocess.Popen(commands[place], start_new_session=True)
    for process in running:
        process.terminate()
    for process in running:
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
    return 0
