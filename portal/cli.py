"""The operator's commands. Each prints what it did; exits 0 on success, 2 on bad arguments, 1 on failure."""

import csv
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from functools import wraps
from pathlib import Path
from typing import Any

import click
from flask import Flask, g

from portal import config, create_app, db, jobs, schema
from portal.clock import utcnow
from portal.i18n import ENGLISH
from portal.submissions import receipts, row_file
from portal.submissions.forms import sentence
from portal.submissions.row_file import RowFault
from portal.submissions.rules import Channel, Problem, Refused
from portal.submissions.take_in import MOST_ROWS, Inspection, Refusal, Taken, look_over, take_in

STOP_SECONDS = 30
THREADS = 4
ROW_FAULTS = {
    RowFault.NOT_JSON: "This line is not a JSON object.",
    RowFault.ID_MISSING: "Give the row an id of its own, so that it is never stored twice.",
    RowFault.ID_TWICE: "An earlier row has the same id.",
    RowFault.LANG_UNKNOWN: "Write en or es: the language for the notices to this person.",
}


def with_app(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the application, within its context; a bad setting becomes a sentence, not a traceback."""

    @wraps(command)
    def wrapped(*args: Any, **values: Any) -> Any:
        try:
            app = create_app()
        except config.BadSetting as error:
            raise click.ClickException(str(error)) from None
        with app.app_context():
            try:
                return command(app, *args, **values)
            except Exception as error:
                if db.is_unavailable(error):
                    raise click.ClickException("The database cannot be reached. See PORTAL_DATABASE_URL.") from None
                raise

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
    g.language = ENGLISH  # the sentences about a row are those of the form
    if receipts_out and receipts_out.exists():
        raise click.BadParameter(f"{receipts_out} exists already. Name a new file.", param_hint="--receipts")
    try:
        found = look_over(db.session, row_file.rows(file), Channel(channel), print_refusal)
        print_inspection(found)
        if found.refused or found.has_too_many:
            raise click.ClickException("Nothing was stored. Mend the file and import it again.")
        if dry_run:
            click.echo(f"Nothing was stored (--dry-run). {found.rows} can be taken in.")
            return
        with db.transaction() as session:
            taken = take_in(session, row_file.rows(file), Channel(channel), now=utcnow())
            counted = write_receipts(taken, receipts_out)
    except row_file.BadFile as error:
        raise click.ClickException(f"{error} Nothing was stored.") from None
    except Refused:
        raise click.ClickException("The file changed while it was read. Nothing was stored.") from None
    if receipts_out:
        part_of(receipts_out).rename(receipts_out)
    click.echo(f"Took in {counted[False]} by {channel}; {counted[True]} had been taken in before.")


def print_refusal(refusal: Refusal) -> None:
    """Say what keeps a row from being taken in."""
    if isinstance(refusal.problem, Problem) and refusal.draft:
        words = sentence(refusal.field, refusal.problem, refusal.draft)
    else:
        words = ROW_FAULTS[RowFault(refusal.problem)]
    click.echo(f"Row {refusal.row}, {refusal.field}: {words}", err=True)


def print_inspection(found: Inspection) -> None:
    """Say what a look over a file found as a whole."""
    if found.ignored:
        click.echo(f"Columns that are not used: {', '.join(sorted(found.ignored))}.")
    if found.consent_by_channel:
        click.echo("Rows without a consent column: taken as recorded by the channel's own notice.")
    if found.has_too_many:
        click.echo(f"The file has more than {MOST_ROWS:,} rows. Import it in parts.", err=True)
    if found.refused:
        click.echo(f"{found.refused} of {found.rows} rows cannot be taken in.", err=True)


def part_of(path: Path) -> Path:
    """Name the file that a file of receipts is written under until the submissions are stored."""
    return path.with_name(f"{path.name}.part")


def write_receipts(taken: Iterable[Taken], out: Path | None) -> Counter[bool]:
    """Count what is taken in, by whether it was there before; write the receipts for nobody but the owner to read."""
    counted: Counter[bool] = Counter()
    target = (
        os.open(part_of(out), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600) if out else os.open(os.devnull, os.O_WRONLY)
    )
    with os.fdopen(target, "w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "receipt_code", "access_key"])
        for one in taken:
            counted[one.was_there] += 1
            row_id = f"'{one.row_id}" if one.row_id.startswith(("=", "+", "-", "@", "\t")) else one.row_id
            writer.writerow([row_id, receipts.spelled(one.receipt.code), receipts.spelled(one.receipt.key)])
    return counted


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
