"""`portal demo`: a filled portal for trying it out."""

import os
import re
from pathlib import Path

import click
from flask import Flask

from portal import db
from portal.accounts import factors
from portal.cli.content import load_own_pillars
from portal.cli.server import bring_up
from portal.cli.server import serve as serve_portal
from portal.cli.with_app import with_app
from portal.clock import utcnow
from portal.demo.fill import STAFF, fill, is_filled

DATA = Path("var") / "demo"
ACCOUNTS = "demo-accounts.txt"


def in_demo_folder(_context: click.Context, _parameter: click.Parameter, serve: bool) -> bool:
    """Choose a folder of the demonstration's own, unless the operator chose one."""
    os.environ.setdefault("PORTAL_DATA", str(DATA))
    return serve


@with_app
def fill_demo(app: Flask) -> None:
    """Fill an empty portal with what is invented, and print who can sign in."""
    bring_up(app)
    load_own_pillars()
    note: Path = app.config["SETTINGS"].data / ACCOUNTS
    if not is_filled(db.session):
        click.echo("Filling the portal with invented submissions; this takes some seconds.")
        keys = fill(app, utcnow())
        people = (f"  {role.value:14} {email:28} {name}, {country.value}" for email, name, country, role in STAFF)
        written = [
            "Invented staff; sign in at /en/staff or /es/equipo.",
            *people,
            f"Password of all: {keys.password}",
            f"Second factor of all: this key in an authenticator app: {keys.secret}",
            "Without an app: `portal demo --code` prints the code of this half minute; each account takes it once.",
        ]
        note.write_text("\n".join(written))
    if not note.exists():
        raise click.ClickException(f"{note.parent} holds a portal of people's own. Choose another PORTAL_DATA.")
    click.echo(note.read_text())


@with_app
def code_now(app: Flask) -> None:
    """Print the second factor of the invented accounts."""
    note: Path = app.config["SETTINGS"].data / ACCOUNTS
    if not note.exists() or not (secret := re.search(r"authenticator app: (\S+)", note.read_text())):
        raise click.ClickException(f"{note.parent} holds no demonstration.")
    click.echo(factors.code_at(secret[1], utcnow()))


@click.command()
@click.option("--code", is_flag=True, help="Print the second factor of the invented accounts at this moment.")
@click.option("--serve", is_flag=True, callback=in_demo_folder, help="Serve it afterwards, until stopped.")
@click.option("--port", default=lambda: int(os.environ.get("PORT", "8000")), type=int, help="Default: PORT, else 8000.")
def demo(code: bool, serve: bool, port: int) -> None:
    """Fill a portal of its own with invented submissions in every state and one account per role, and print them."""
    if code:
        code_now()
        return
    fill_demo()
    if serve:
        serve_demo(port)


@with_app
def serve_demo(app: Flask, port: int) -> None:
    """Serve the demonstration."""
    serve_portal(app, "127.0.0.1", port, os.cpu_count() or 1)
