"""Builders call the portal's own verbs, so that every state a test begins in can be reached by people."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import Flask

import portal.submissions.store as submissions
from portal import db, jobs
from portal.accounts.rules import Role
from portal.clock import utcnow
from portal.moderation.decide import decide
from portal.policy.rules import Reason
from portal.publication.publish import Passage, publish
from portal.submissions.receive import Receipt, receive
from portal.submissions.rules import Draft, Verdict
from tests.staff import an_account

DRAFT = Draft(
    attempt="",
    page_language="es",
    pillar=4,
    stakeholder_type="individual",
    country="MX",
    show_as="anonymous",
    body="Más becas técnicas para quienes ya trabajan.",
    language="es",
    consent=True,
)


def a_draft(**changes: Any) -> Draft:
    """A draft that breaks no rule, with an attempt of its own."""
    return replace(DRAFT, **{"attempt": secrets.token_urlsafe(16)} | changes)


def a_submission(app: Flask, now: datetime | None = None, **changes: Any) -> Receipt:
    """A submission that was received."""
    with app.app_context(), db.transaction() as session:
        return receive(session, a_draft(**changes), now=now or utcnow())


def a_publication(app: Flask, passages: Iterable[Passage] = (), now: datetime | None = None, **changes: Any) -> Receipt:
    """A submission that was published, without some passages."""
    receipt = a_submission(app, now, **changes)
    with app.app_context(), db.transaction() as session:
        submission = submissions.by_code(session, receipt.code)
        assert submission
        publish(session, submissions.locked(session, submission.id), passages, now=now or utcnow())
    return receipt


def a_decision(
    app: Flask,
    verdict: Verdict = Verdict.PUBLISH_REDACTED,
    *,
    reasons: Sequence[Reason] = (),
    hidden: Sequence[Passage] = (),
    now: datetime | None = None,
    **changes: Any,
) -> Receipt:
    """A submission on which a moderator decided and whose decision has taken effect."""
    now = now or utcnow()
    moderator = an_account(app, Role.MODERATOR, email=f"{secrets.token_hex(4)}@example.org")
    receipt = a_submission(app, now, **changes)
    with app.app_context(), db.transaction() as session:
        submission = submissions.by_code(session, receipt.code)
        assert submission
        actor_id = moderator.staff_id
        decide(
            session,
            submission.id,
            verdict,
            actor_id=actor_id,
            reasons=reasons,
            hidden=hidden,
            now=now,
            undo_seconds=0,
        )
    jobs.run_due(app, now)
    return receipt
