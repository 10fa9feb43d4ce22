"""`portal import`: a look over the whole file, then all of its rows in one transaction, or none."""

import csv
import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import Flask, g

from portal import db
from portal.cli.with_app import with_app
from portal.clock import utcnow
from portal.i18n import ENGLISH
from portal.submissions import receipts, row_file
from portal.submissions.forms import sentence
from portal.submissions.row_file import RowFault
from portal.submissions.rules import Channel, Problem, Refused
from portal.submissions.take_in import MOST_ROWS, Inspection, Refusal, Taken, look_over, take_in

ROW_FAULTS = {
    RowFault.NOT_JSON: "This line is not a JSON object.",
    RowFault.ID_MISSING: "Give the row an id of its own, so that it is never stored twice.",
    RowFault.ID_TWICE: "An earlier row has the same id.",
    RowFault.LANG_UNKNOWN: "Write en or es: the language for the notices to this person.",
}


def take_in_file(file: Path, channel: Channel, *, dry_run: bool, receipts_out: Path | None) -> None:
    """Take in a file's submissions and say what was done. Raises click's exceptions, with sentences."""
    g.language = ENGLISH  # the sentences about a row are those of the form
    if receipts_out and receipts_out.exists():
        raise click.BadParameter(f"{receipts_out} exists already. Name a new file.", param_hint="--receipts")
    try:
        found = look_over(db.session, row_file.rows(file), channel, print_refusal)
        print_inspection(found)
        if found.refused or found.has_too_many:
            raise click.ClickException("Nothing was stored. Mend the file and import it again.")
        if dry_run:
            click.echo(f"Nothing was stored (--dry-run). {found.rows} can be taken in.")
            return
        counted: Counter[bool] = Counter()
        with db.transaction() as session, receipt_file(receipts_out) as write:

            def note(one: Taken) -> None:
                counted[one.was_there] += 1
                write(one)

            take_in(session, row_file.rows(file), channel, note, now=utcnow())
    except row_file.BadFile as error:
        raise click.ClickException(f"{error} Nothing was stored.") from None
    except Refused:
        raise click.ClickException("The file changed while it was read. Nothing was stored.") from None
    else:
        if receipts_out:
            part_of(receipts_out).rename(receipts_out)
    finally:
        if receipts_out:
            part_of(receipts_out).unlink(missing_ok=True)  # what was not stored has no receipts
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


@contextmanager
def receipt_file(out: Path | None) -> Iterator[Callable[[Taken], None]]:
    """Give a function that writes a receipt into a file that its owner alone can read; nowhere, where none is named."""
    if out is None:
        yield lambda _one: None
        return
    target = os.open(part_of(out), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(target, "w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "receipt_code", "access_key"])

        def write(one: Taken) -> None:
            row_id = f"'{one.row_id}" if one.row_id.startswith(("=", "+", "-", "@", "\t")) else one.row_id
            writer.writerow([row_id, receipts.spelled(one.receipt.code), receipts.spelled(one.receipt.key)])

        yield write


@click.command("import")
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
    take_in_file(file, Channel(channel), dry_run=dry_run, receipts_out=receipts_out)
