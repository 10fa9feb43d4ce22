"""`portal erase`: a request under a privacy law, or the end of retention, for one submission."""

import click
from flask import Flask

import portal.submissions.store as submissions
from portal import db
from portal.cli.with_app import with_app
from portal.clock import utcnow
from portal.moderation.erase import erase
from portal.moderation.rules import Erasure
from portal.submissions import receipts
from portal.submissions.rules import Status


@click.command("erase")
@click.argument("folio")
@click.option(
    "--reason",
    type=click.Choice([one.value for one in Erasure]),
    required=True,
    help="A request under ARCO rights or the Privacy Act, the end of retention, or an error of ours.",
)
@with_app
def erase_submission(_app: Flask, folio: str, reason: str) -> None:
    """Erase the submission with receipt code FOLIO for good: words, author, public version and notes."""
    code = receipts.parse_code(folio)
    if code is None:
        raise click.BadParameter(f"{folio} is no receipt code.", param_hint="FOLIO")
    with db.transaction() as session:
        submission = submissions.by_code(session, code)
        if submission is None:
            raise click.ClickException(f"No submission has the receipt code {receipts.spelled(code)}.")
        was_erased = submissions.locked(session, submission.id).status == Status.ERASED
        if not was_erased:
            erase(session, submission.id, Erasure(reason), actor_id=None, now=utcnow())
    if was_erased:
        click.echo(f"{receipts.spelled(code)} was erased before. Nothing changed.")
        return
    click.echo(
        f"Erased {receipts.spelled(code)}: its words, its author, its public version and the notes about it. "
        "Backups made before keep them until you delete them."
    )
