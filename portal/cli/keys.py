"""`portal keys`: new keys before the old ones, and which keys are still needed."""

from typing import Any

import click
from flask import Flask

from portal import config, db, key_files, sealed
from portal.cli.with_app import with_app
from portal.key_files import Kind
from portal.keys import Keys, derived, fingerprint

RESTART = "Restart every process of the portal now, all of them together: they read their keys when they start."


@click.group()
def keys() -> None:
    """Make new keys, and see which ones are in use. Old keys still read what they made."""


@keys.command()
@click.option("--only", type=click.Choice([kind.value for kind in Kind]), help="One of the two; without it, both.")
def rotate(only: str | None) -> None:
    """Put a new key before the old ones: in the key's file, or, where it comes from the environment, in what to set."""
    try:
        settings = config.from_environment()
        for kind in [Kind(only)] if only else list(Kind):
            if key_files.is_set(settings, kind):
                click.echo(f"The {kind} key comes from the environment. Nothing was changed; set this:")
                click.echo(
                    f"{key_files.variable(kind)}={','.join([key_files.new_key(), *key_files.kept(settings, kind)])}"
                )
            else:
                path = key_files.rotate_file(settings, kind)
                newest, *older = _prints(settings, kind)
                click.echo(f"{path} holds a new {kind} key, {newest}, before {len(older)} older.")
    except config.BadSetting as error:
        raise click.ClickException(str(error)) from None
    click.echo(RESTART)


@keys.command("list")
@with_app
def list_keys(app: Flask) -> None:
    """Print each key's fingerprint, newest first, and how many sealed values it opens, by column."""
    settings = app.config["SETTINGS"]
    used = sealed.in_use(db.session)
    for kind in Kind:
        known = _prints(settings, kind)
        for place, name in enumerate(known):
            click.echo(f"{kind}\t{name}\t{'newest' if place == 0 else 'older'}")
            if kind == Kind.FIELD:
                _tell(used, name)
    known = _prints(settings, Kind.FIELD)
    named = {name.hex() for counted in used.values() for name in counted if name}
    for name in sorted(named - set(known)):
        click.echo(f"field\t{name}\tMISSING: nothing sealed under it opens")
        _tell(used, name)
    if any(counted[b""] for counted in used.values()):
        click.echo("field\t-\tfrom before keys had names: keep the oldest key")
        _tell(used, "")


def _tell(used: dict[str, Any], name: str) -> None:
    for column, counted in used.items():
        if number := counted[bytes.fromhex(name)]:
            click.echo(f"\t{column}\t{number}")


def _prints(settings: config.Settings, kind: Kind) -> list[str]:
    """Name the keys of a kind, newest first."""
    kept = key_files.kept(settings, kind)
    made: Keys = derived(kept, kept)
    return [fingerprint(key).hex() for key in (made.signing if kind == Kind.SECRET else made.field)]
