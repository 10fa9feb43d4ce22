"""`portal run`, `portal work`, `portal migrate`, `portal check`: the portal's processes and what they stand on."""

import os
import shutil
import signal
import subprocess
import sys
import threading

import click
from flask import Flask
from sqlalchemy import text

import portal.accounts.store as accounts
import portal.pillars.store as pillars
from portal import db, jobs, limits, mail, schema
from portal.audit import verify as trail
from portal.cli.accounts import invite_first_administrator
from portal.cli.content import load_own_pillars
from portal.cli.with_app import with_app
from portal.clock import utcnow

STOP_SECONDS = 30
THREADS = 4
LEAST_FREE_BYTES = 500 * 1024 * 1024


@click.command()
@with_app
def migrate(app: Flask) -> None:
    """Bring the database's schema up to date."""
    before, after = bring_up(app)
    click.echo(f"Schema at {after}." if before == after else f"Schema brought from {before or 'nothing'} to {after}.")


def bring_up(app: Flask) -> tuple[str | None, str | None]:
    """Bring the schema up to date; give where it was and where it is.

    A trail that was begun before its end was signed is signed here, once, where a migration has just run.
    """
    before = schema.current(app.extensions["engine"])
    schema.migrate(app.extensions["engine"], keys=app.extensions["keys"])
    after = schema.current(app.extensions["engine"])
    if before is not None and before != after:
        try:
            with db.transaction() as session:
                trail.sign_first(session, now=utcnow())
        except trail.Broken:
            click.echo("The audit trail is broken and was not signed; `portal verify` says where.")
    return before, after


@click.command()
@with_app
def work(app: Flask) -> None:
    """Do the work behind the scenes until stopped: decisions take effect, notices are written."""
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    jobs.work(app, stopping.is_set)


@click.command()
@with_app
def check(app: Flask) -> None:
    """Look the portal over and say what is wrong; fails where something is."""
    found = list(faults(app))
    for fault in found:
        click.echo(fault)
    if found:
        raise click.ClickException(f"{len(found)} to mend.")
    click.echo("Settings, database, pillars, staff, limits' store and translations are in order.")


def faults(app: Flask) -> list[str]:
    """Say in sentences what keeps the portal from serving well. Reads only."""
    settings = app.config["SETTINGS"]
    try:
        db.session.execute(text("SELECT 1"))
        at = schema.current(app.extensions["engine"])
    except Exception:
        return ["The database cannot be reached. See PORTAL_DATABASE_URL."]
    if at != schema.newest():
        return [f"The schema is at {at or 'nothing'}; run `portal migrate`."]
    found = []
    if pillars.dialogue(db.session) is None:
        found.append("No pillars are loaded; `portal run` loads them, or `portal load FILE`.")
    if not settings.oidc_issuer and not any(
        person.password and person.active for person in accounts.everyone(db.session)
    ):
        found.append("Nobody on the staff can sign in yet; `portal run` prints the first administrator's link.")
    if not limits.store_is_up(app):
        found.append("The limits' store does not answer; each process counts for itself. See PORTAL_REDIS_URL.")
    if mail.is_set(settings) and (code := mail.unreachable(settings)):
        found.append(f"The mail server does not take letters from us ({code}). See PORTAL_SMTP_URL.")
    if not list((app.config["ROOT"] / "translations").glob("*/LC_MESSAGES/messages.mo")):
        found.append("The Spanish catalog is not compiled; run `make build`.")
    if dead := jobs.number_of_dead(db.session):
        found.append(f"{dead} jobs were given up after their last try; the log says why.")
    if shutil.disk_usage(settings.data).free < LEAST_FREE_BYTES:
        found.append(f"Less than 500 MB are free in {settings.data}.")
    return found


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=lambda: int(os.environ.get("PORT", "8000")), type=int, help="Default: PORT, else 8000.")
@click.option("--workers", default=lambda: os.cpu_count() or 1, type=click.IntRange(1), help="Default: one a core.")
@with_app
def run(app: Flask, host: str, port: int, workers: int) -> None:
    """Serve the portal: migrate, load the pillars into an empty database, then serve and work until stopped."""
    bring_up(app)
    load_own_pillars()
    invite_first_administrator(app, f"http://{host}:{port}")
    serve(app, host, port, workers)


def serve(app: Flask, host: str, port: int, workers: int) -> None:
    """Keep the server's processes and one worker going until stopped. Does not return."""
    app.extensions["engine"].dispose()
    options = {
        "--interface": "wsgi",
        "--host": host,
        "--port": str(port),
        "--workers": str(workers),
        "--blocking-threads": str(THREADS),
        "--workers-kill-timeout": str(STOP_SECONDS),
        "--log-level": "warning",
    }
    written = [word for option in options.items() for word in option]
    server = [sys.executable, "-m", "granian", *written, "--factory", "--respawn-failed-workers", "portal:create_app"]
    worker = [sys.executable, "-m", "portal", "work"]
    click.echo(f"Open Dialogue is at http://{host}:{port}/ (Ctrl-C stops it).")
    sys.exit(supervise([server, worker]))


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
