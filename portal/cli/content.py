"""`portal load`: what the dialogue is doing."""

from pathlib import Path

import click
from flask import Flask

import portal.pillars.store as pillars
from portal import db
from portal.cli.with_app import with_app
from portal.clock import utcnow
from portal.pillars import yaml_file
from portal.pillars.load import Loaded, load


@click.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_app
def load_file(_app: Flask, file: Path) -> None:
    """Load or update pillars, workstreams, initiatives and agencies from FILE (YAML), whole or not at all."""
    try:
        loaded = load_text(file.read_text(encoding="utf-8"))
    except yaml_file.BadFile as error:
        for problem in error.problems:
            click.echo(problem)
        raise click.ClickException("Nothing was loaded. Mend the file and load it again.") from None
    except UnicodeDecodeError:
        raise click.ClickException("Nothing was loaded: the file is not UTF-8.") from None
    added, changed, removed = loaded.added, loaded.changed, loaded.removed
    click.echo(f"Loaded: {added} added, {changed} changed, {removed} removed, {loaded.unchanged} as they were.")


def load_text(written: str) -> Loaded:
    """Load what a file says. Raises yaml_file.BadFile."""
    with db.transaction() as session:
        return load(session, yaml_file.parse(written), now=utcnow())


def load_own_pillars() -> None:
    """Load the project's own file into a database that has no pillars yet."""
    if pillars.dialogue(db.session) is None:
        with db.transaction() as session:
            loaded = load(session, yaml_file.own_file(), now=utcnow())
        click.echo(f"Loaded the four pillars ({loaded.added} entries).")
