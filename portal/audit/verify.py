"""Checking the trail: at once, or in parts behind the scenes; each check is an event of the trail itself."""

from datetime import datetime

from sqlalchemy.orm import Session

import portal.audit.store as audit
from portal import jobs
from portal.audit.rules import Fault, Verdict, Walk, told
from portal.db import keys_of

SUBJECT = "audit"
CHECK = "audit:check"  # the kind of the job
AT_ONCE = 20_000  # a trail of more events is checked behind the scenes
IN_ONE_PART = 5_000  # writers wait while a part is read: less than a fifth of a second
PURPOSE = "audit walk"


class Broken(Exception):
    """The trail does not hold together, so that its end cannot be signed anew."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.fault)
        self.verdict = verdict


def note(session: Session, verdict: Verdict, *, actor_id: int | None, now: datetime) -> None:
    """Record that the trail was checked, and what was found."""
    found: dict[str, object] = {"events": verdict.events, "end": told(verdict.events, verdict.last_hash)}
    found |= {"found": verdict.fault or "whole"}
    if verdict.faults:
        found |= {"faults": verdict.faults}
    if verdict.broken_id is not None:
        found |= {"broken": verdict.broken_id}
    audit.record(session, "audit:verified", SUBJECT, actor_id=actor_id, now=now, **found)


def ask(session: Session, *, actor_id: int | None, now: datetime) -> None:
    """Have the trail checked behind the scenes, part by part."""
    _enqueue(session, Walk(), actor_id, now)


def go_on(session: Session, subject: str, now: datetime) -> None:
    """Check the next part, and note the verdict after the last one. `subject` is the walk as put down, signed."""
    kept = keys_of(session).signer(PURPOSE).loads(subject)
    walk = Walk.taken_up(kept["walk"])
    verdict = audit.check_on(session, walk, most=IN_ONE_PART)
    if verdict is None:
        _enqueue(session, walk, kept["actor"], now)
    else:
        note(session, verdict, actor_id=kept["actor"], now=now)


def sign_anew(session: Session, *, now: datetime) -> Verdict:
    """Sign the end of a trail whose events fit each other, where its signature is missing, lost its key or is wrong.

    Gives what was found before. Raises Broken.
    """
    verdict = audit.check(session)
    if verdict.fault not in {None, Fault.HEAD, Fault.KEY}:
        raise Broken(verdict)
    audit.sign_anew(session)
    end = told(verdict.events, verdict.last_hash)
    audit.record(session, "audit:signed-anew", SUBJECT, actor_id=None, now=now, events=verdict.events, end=end)
    return verdict


def sign_first(session: Session, *, now: datetime) -> bool:
    """Sign the end of a trail that was begun before ends were signed; say whether it was done. Raises Broken."""
    end = audit.end(session)
    if end is None or end.number == 0 or end.was_signed:
        return False
    sign_anew(session, now=now)
    return True


def _enqueue(session: Session, walk: Walk, actor_id: int | None, now: datetime) -> None:
    kept = {"walk": walk.put_down(), "actor": actor_id}
    jobs.enqueue(session, CHECK, str(keys_of(session).signer(PURPOSE).dumps(kept)), due_at=now)
