"""Builders call the portal's own verbs, so that every state a test begins in can be reached by people."""

import secrets
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import Flask

from portal import db
from portal.clock import utcnow
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
