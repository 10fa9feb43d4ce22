"""Filling a portal for a demonstration, by the portal's own verbs alone, so that nothing in it is out of reach."""

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml
from flask import Flask
from sqlalchemy.orm import Session

import portal.accounts.store as accounts
import portal.submissions.store as submissions
from portal import db, jobs
from portal.accounts import factors
from portal.accounts.invite import invite, welcome
from portal.accounts.rules import Role, StaffCountry
from portal.db import Bilingual
from portal.moderation.decide import decide
from portal.policy.rules import NEEDS_SECOND_PERSON, Reason
from portal.publication.respond import respond
from portal.publication.rules import Passage
from portal.submissions.models import Submission
from portal.submissions.receive import receive
from portal.submissions.row_file import Row
from portal.submissions.rules import Channel, Verdict
from portal.submissions.take_in import draft_of
from portal.tracking.withdraw import withdraw

HERE = Path(__file__).parent
VERDICTS = {"publish": Verdict.PUBLISH, "redact": Verdict.PUBLISH_REDACTED, "reject": Verdict.NOT_PUBLISH}
UNDO_WINDOW = timedelta(minutes=10)
SPREAD = timedelta(days=35)
STILL_WAITING = timedelta(days=4)
WITHDRAWN_EVERY = 80

STAFF = (
    ("m.ortega@example.org", "M. Ortega", StaffCountry.US, Role.MODERATOR),
    ("r.salas@example.org", "R. Salas", StaffCountry.MX, Role.REVIEWER),
    ("a.whitfield@example.org", "A. Whitfield", StaffCountry.US, Role.ANALYST),
    ("l.carranza@example.org", "L. Carranza", StaffCountry.MX, Role.EDITOR),
    ("d.hollis@example.org", "D. Hollis", StaffCountry.US, Role.RESPONDER),
    ("g.ibarra@example.org", "G. Ibarra", StaffCountry.MX, Role.ADMINISTRATOR),
    ("t.lindqvist@example.org", "T. Lindqvist", StaffCountry.US, Role.AUDITOR),
)


@dataclass(frozen=True)
class Sample:
    """One invented submission with what a moderator would decide."""

    row: Row
    verdict: Verdict
    reasons: tuple[Reason, ...]
    passages: tuple[str, ...]
    themes: tuple[str, ...]
    pillar: int


def samples(path: Path = HERE / "submissions.jsonl") -> Iterator[Sample]:
    """Read the samples, one JSON object a line."""
    for number, line in enumerate(path.read_text().splitlines(), 1):
        values: dict[str, Any] = json.loads(line)
        expect = values.pop("expect")
        yield Sample(
            row=Row(number, {name: value for name, value in values.items() if value is not None}),
            verdict=VERDICTS[expect["decision"]],
            reasons=tuple(Reason(code) for code in expect["reasons"]),
            passages=tuple(expect["pii"]),
            themes=tuple(expect["themes"]),
            pillar=("I", "II", "III", "IV").index(values["pillar"]) + 1,
        )


def is_filled(session: Session) -> bool:
    """Say whether the portal has staff already, so that a demonstration is filled once."""
    return accounts.number(session) > 0


@dataclass(frozen=True)
class Keys:
    """What opens every invented account: one password, and one secret for an authenticator app."""

    password: str
    secret: str


def fill(app: Flask, now: datetime) -> Keys:
    """Fill an empty portal; give what opens its invented accounts."""
    keys = Keys("-".join(secrets.token_hex(2) for _ in range(4)), factors.new_secret())
    with app.app_context(), db.transaction() as session:
        staff = {
            role: _account(session, email, name, country, role, keys=keys, now=now)
            for email, name, country, role in STAFF
        }
    everything = sorted(samples(), key=lambda sample: sha256(str(sample.row.values["id"]).encode()).digest())
    began = now - SPREAD
    pause = SPREAD / len(everything)
    published: dict[int, list[tuple[Sample, str]]] = {}
    for place, sample in enumerate(everything):
        code, decided = _live_through(app, sample, at=began + pause * place, place=place, staff=staff, now=now)
        if decided and sample.verdict != Verdict.NOT_PUBLISH:
            published.setdefault(sample.pillar, []).append((sample, code))
    with app.app_context(), db.transaction() as session:
        for number, answer in enumerate(yaml.safe_load((HERE / "answers.yaml").read_text()), 1):
            about = published.get(answer["pillar"], [])
            codes = [code for sample, code in about if set(answer["themes"]) & set(sample.themes)]
            respond(
                session,
                codes,
                Bilingual(**answer["title"]),
                Bilingual(**{language: text.strip() for language, text in answer["text"].items()}),
                agencies=answer["agencies"],
                pillar=answer["pillar"],
                actor_id=staff[Role.RESPONDER],
                now=now - timedelta(days=2 * number),
            )
    return keys


def _account(
    session: Session, email: str, name: str, country: StaffCountry, role: Role, *, keys: Keys, now: datetime
) -> int:
    token = invite(session, email, name, country, [role], actor_id=None, now=now)
    person = welcome(session, token, name=name, password=keys.password, now=now)
    # Half a minute ago, so that whoever tries it out at once does not meet a code that was used.
    before = now - timedelta(seconds=30)
    factors.add_app(session, person.id, keys.secret, factors.code_at(keys.secret, before), now=before)
    return person.id


def _live_through(
    app: Flask, sample: Sample, *, at: datetime, place: int, staff: dict[Role, int], now: datetime
) -> tuple[str, bool]:
    """Take one sample from receipt to where it stands now; give its code, and whether what was decided shows."""
    with app.app_context(), db.transaction() as session:
        receipt = receive(session, draft_of(session, sample.row, Channel.FORM), now=at)
    with app.app_context(), db.transaction() as session:
        submission = submissions.by_code(session, receipt.code)
        assert submission is not None
        if place % WITHDRAWN_EVERY == 1:
            withdraw(session, submission.id, now=at + timedelta(hours=20))
            return receipt.code, False
        decided_at = at + timedelta(hours=9 + place * 7 % 61)
        second = bool(NEEDS_SECOND_PERSON & set(sample.reasons))
        if second and decided_at < now:
            note = "Second review, please."
            actor_id = staff[Role.MODERATOR]
            decide(session, submission.id, Verdict.HOLD, actor_id=actor_id, note=note, now=decided_at, undo_seconds=0)
        if at > now - STILL_WAITING:
            return receipt.code, False
        actor_id = staff[Role.REVIEWER if second or place % 3 == 0 else Role.MODERATOR]
        decided_at += timedelta(hours=5) if second else timedelta()
        decide_as_labelled(session, submission, sample, actor_id=actor_id, now=decided_at)
    jobs.run_due(app, decided_at + UNDO_WINDOW)
    return receipt.code, True


def decide_as_labelled(
    session: Session, submission: Submission, sample: Sample, *, actor_id: int, now: datetime
) -> None:
    """Decide what the sample's label says, hiding exactly its passages."""
    hidden = []
    if sample.verdict == Verdict.PUBLISH_REDACTED:
        text = submissions.original(session, submission).publishable
        for place, passage in enumerate(sample.passages):
            code = sample.reasons[min(place, len(sample.reasons) - 1)]
            start = text.index(passage)
            hidden.append(Passage(start, start + len(passage), code))
    decide(
        session,
        submission.id,
        sample.verdict,
        actor_id=actor_id,
        reasons=sample.reasons if sample.verdict == Verdict.NOT_PUBLISH else (),
        hidden=hidden,
        now=now,
        undo_seconds=int(UNDO_WINDOW.total_seconds()),
    )
