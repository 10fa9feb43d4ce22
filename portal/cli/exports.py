"""`portal export`: a file that is whole or is not there."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import click
from flask import Flask

from portal import db
from portal.accounts.rules import StaffCountry
from portal.audit.store import record
from portal.cli.with_app import with_app
from portal.clock import utcnow
from portal.i18n import ENGLISH, LANGUAGES
from portal.reports import csv_file
from portal.reports.export import CutShort, Format, export, words_of
from portal.reports.rules import BadScope, Problem, Scope, read_scope

FAULTS = {
    Problem.PILLAR_UNKNOWN: "--pillar takes 1, 2, 3 or 4.",
    Problem.TYPE_UNKNOWN: "--type names no sector of the form.",
    Problem.LANGUAGE_UNKNOWN: "--text-language takes en, es or other.",
    Problem.COUNTRY_UNKNOWN: "--country takes MX, US, SV, HN, GT or other.",
    Problem.STATUS_UNKNOWN: "--status names no status of a submission.",
    Problem.FROM_UNREADABLE: "--from takes a day such as 2022-04-18.",
    Problem.TO_UNREADABLE: "--to takes a day such as 2022-05-12.",
    Problem.ENDS_BEFORE_IT_BEGINS: "--to comes before --from.",
}


def scope_of(typed: Mapping[str, str | None], *, unpublished: bool) -> Scope:
    """Read the filters of a command. Raises click's exception with a sentence for each that cannot be read."""
    try:
        return read_scope({name: value or "" for name, value in typed.items()}, published_only=not unpublished)
    except BadScope as error:
        raise click.UsageError(" ".join(FAULTS[problem] for _, problem in error.problems)) from None


def write_export(app: Flask, scope: Scope, format: Format, language: str, out: Path) -> None:
    """Write an export, under another name until it is whole; CSV brings its dictionary beside it."""
    if out.is_dir():
        raise click.BadParameter(f"{out} is a folder. Name a file in it.", param_hint="--out")
    session = db.snapshot(app)
    try:
        made = export(session, scope, format, language)
        with db.transaction() as writer:
            what = {"rows": made.rows, "format": format.value, "scope": scope.as_recorded()}
            subject = f"export:{'public' if scope.published_only else 'all'}"
            record(writer, "export:made", subject, actor_id=None, now=utcnow(), **what)
        _write(out, made.chunks)
        if format == Format.CSV:
            _write(out.with_suffix(".dictionary.csv"), csv_file.write_dictionary(words_of(session, language)))
    except CutShort:
        raise click.ClickException("The file would have been cut short. Nothing was written; run it again.") from None
    except OSError as error:
        raise click.ClickException(f"{out} cannot be written: {error.strerror}.") from None
    finally:
        session.close()
    click.echo(f"Wrote {made.rows} rows to {out}." if format != Format.JSON else f"Wrote the summary to {out}.")


def _write(out: Path, chunks: Iterable[bytes]) -> None:
    """Write a file for its owner alone; it gets its name once it is whole and durable."""
    part = out.with_name(f"{out.name}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            for chunk in chunks:
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)


@click.command("export")
@click.option("--format", "format_", type=click.Choice([one.value for one in Format]), required=True)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The file to write.")
@click.option("--unpublished", is_flag=True, help="All submissions as they were sent, not the public ones alone.")
@click.option(
    "--government",
    type=click.Choice([one.value for one in StaffCountry]),
    help="With what is shown to this government alone. Without it, only what both may see.",
)
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
    government = typed.pop("government")
    scope = scope_of(typed, unpublished=unpublished)
    if government:
        scope = replace(scope, governments=frozenset({government}))
    write_export(app, scope, Format(format_), language, out)
