"""Builders call the portal's own verbs, so that every state a test begins in can be reached by people."""

import secrets
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import Flask

import portal.submissions.store as submissions
from portal import db
from portal.clock import utcnow
from portal.publication.publish import Passage, publish
from portal.submissions.receive import Receipt, receive
from portal.submissions.rules import Draft

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
