"""`portal verify`: proves that the portal's records are as they were made, line by line."""

from collections.abc import Callable
from contextlib import closing
from datetime import datetime

import click
from flask import Flask
from sqlalchemy.orm import Session

from portal import db, schema
from portal.audit import store as audit
from portal.audit import verify as trail
from portal.audit.rules import Fault, Verdict, told
from portal.cli.with_app import with_app
from portal.clock import utcnow
from portal.reports.prove import Proof, Proved, proofs_of
from portal.submissions.receipts import spelled

NAMED = 5

FAULTS = {
    Fault.CHANGED: "event {id} was changed",
    Fault.MISSING: "events are missing where event {id} should stand",
    Fault.INSERTED: "event {id} was put in by another hand",
    Fault.REORDERED: "event {id} was moved",
    Fault.HEAD: "the events do not end where the portal signed that they end",
    Fault.KEY: "its end is signed under a key that is not held here; after a rotation, start every process again",
    Fault.PAST: "the events do not pass through what was noted: an older copy was put back, or they were written anew",
}

WHOLE = {
    Proof.RECEIPTS: "Receipts: {number} submissions; each sealed original opens, each has its digests.",
    Proof.RECORDED: "Receipts: the trail tells of each.",
    Proof.SUBMISSION_COUNTS: "Counts of the queue: as the rows.",
    Proof.PUBLICATION_COUNTS: "Counts of the register: as the rows.",
    Proof.STATUSES: "States: each submission stands where its latest decision says.",
}
FAILING = {
    Proof.RECEIPTS: "Receipts: {failing} of {number} submissions do not open or lack a digest{named}.",
    Proof.RECORDED: "Receipts: {failing} that the trail does not tell of{named}.",
    Proof.SUBMISSION_COUNTS: "Counts of the queue: {failing} that differ from the rows.",
    Proof.PUBLICATION_COUNTS: "Counts of the register: {failing} that differ from the rows.",
    Proof.STATUSES: "States: {failing} submissions stand elsewhere than their latest decision says{named}.",
}


def read_noted(_context: click.Context, _parameter: click.Parameter, noted: str | None) -> tuple[int, str] | None:
    """Read what `verify` printed once: how many events there were, and how the hash of the last one began."""
    if noted is None:
        return None
    number, _, mark = noted.strip().lower().partition("-")
    if not number.isdecimal() or len(mark) != len(told(0, bytes(32)).partition("-")[2]):
        raise click.BadParameter("Write it as `portal verify` printed it, such as 120-0f1e2d3c4b5a6978.")
    return int(number), mark


@click.command()
@click.option("--noted", callback=read_noted, help="An end of the trail that was printed before: it must be there.")
@click.option("--sign-anew", is_flag=True, help="Sign the end of a trail that is whole: after its key was lost.")
@with_app
def verify(app: Flask, noted: tuple[int, str] | None, sign_anew: bool) -> None:
    """Prove the audit trail, receipts, counts and states. Fails where something is not as it was made."""
    at = schema.current(app.extensions["engine"])
    if at != schema.newest():
        raise click.ClickException(f"The schema is at {at or 'nothing'}; run `portal migrate`.")
    if sign_anew:
        sign_trail(utcnow())
        return
    with closing(db.snapshot(app)) as session:
        failed = [not trail_holds(session, noted)]
    with closing(db.snapshot(app)) as session:
        failed += [not holds(proof, make) for proof, make in proofs_of(session)]
    if any(failed):
        raise click.ClickException(f"{sum(failed)} of {len(failed)} proofs failed. See docs/operations.md, Verify.")
    click.echo("All is as it was made.")


def trail_holds(session: Session, noted: tuple[int, str] | None) -> bool:
    """Check the trail, say what was found and record that it was checked."""
    try:
        verdict = audit.check(session, noted=noted)
        session.rollback()  # nobody waits for what was read
        with db.transaction() as writer:
            trail.note(writer, verdict, actor_id=None, now=utcnow())
    except Exception as fault:
        click.echo(f"Audit trail: cannot be checked ({type(fault).__name__}).")
        return False
    click.echo(sentence(verdict))
    return verdict.is_whole


def sentence(verdict: Verdict) -> str:
    """Say what a check of the trail found."""
    end = told(verdict.events, verdict.last_hash)
    if verdict.fault is None:
        return f"Audit trail: {verdict.events} events, whole. Note its end: {end}"
    wrong = FAULTS[verdict.fault].format(id=verdict.broken_id)
    more = f", and {verdict.faults - 1} more do not fit" if verdict.faults > 1 else ""
    return f"Audit trail: {verdict.events} events, BROKEN: {wrong}{more}. Its end: {end}"


def holds(proof: Proof, make: Callable[[], Proved]) -> bool:
    """Make a proof and say what was found."""
    try:
        proved = make()
    except Exception as fault:
        click.echo(f"{WHOLE[proof].partition(':')[0]}: cannot be checked ({type(fault).__name__}).")
        return False
    named = f": {', '.join(spelled(code) for code in proved.failing[:NAMED])}" if proved.failing else ""
    named += " and others" if len(proved.failing) > NAMED else ""
    words = FAILING if proved.number_failing else WHOLE
    click.echo(words[proof].format(number=proved.looked_at, failing=proved.number_failing, named=named))
    return not proved.number_failing


def sign_trail(now: datetime) -> None:
    """Sign the end of the trail, or say why not."""
    try:
        with db.transaction() as session:
            found = trail.sign_anew(session, now=now)
    except trail.Broken as broken:
        click.echo(sentence(broken.verdict))
        raise click.ClickException("Nothing was signed: what is broken stays so for everyone to see.") from None
    click.echo(f"Signed the end of the trail, {told(found.events, found.last_hash)}, and recorded that it was.")
