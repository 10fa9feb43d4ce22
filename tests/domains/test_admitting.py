"""What follows from what a provider vouched for: which accounts are whose, with which roles, and which links open them."""

import re
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

import portal.accounts.store as accounts
from portal import db, jobs
from portal.accounts import invite
from portal.accounts.admit import admit
from portal.accounts.claims import Identity
from portal.accounts.rules import Role, StaffCountry
from portal.audit.models import AuditEvent
from portal.clock import utcnow
from portal.config import Settings
from portal.mail import Letter
from tests.staff import an_account, invited
from tests.visitor import Visitor

ANA = Identity(
    issuer="https://login.example",
    subject="7",
    email="ana@example.org",
    email_verified=True,
    name="Ana Ruiz",
    groups=frozenset({"mods"}),
    country=StaffCountry.MX,
    both_factors=True,
    proved_at=0.0,
)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Settings of a portal that sends letters."""
    return replace(settings, smtp_url="smtp://127.0.0.1:9", mail_from="dialogo@example.org")


def admitted(app: Flask, *roles: Role, **changes: Any) -> int:
    """Let Ana in, as the provider says now."""
    with app.app_context(), db.transaction() as session:
        return admit(session, replace(ANA, **changes), roles or [Role.MODERATOR], now=utcnow()).id


def letters(app: Flask, session: Session) -> list[str]:
    """Open what waits to be sent."""
    jobs.run_due(app)
    session.rollback()
    keys = app.extensions["keys"]
    return [keys.unseal(letter.text, f"mail.text:{letter.id}") for letter in session.scalars(select(Letter))]


def ask_for_link(app: Flask, email: str) -> None:
    form = Visitor(app).open("staff.links.cannot_sign_in").forms[0]
    form["email"] = email
    form.submit(status=200)


def events(session: Session) -> list[tuple[str, int | None, dict[str, Any]]]:
    session.rollback()
    query = select(AuditEvent).where(AuditEvent.action.startswith("account:")).order_by(AuditEvent.id)
    return [(event.action, event.actor_id, event.detail) for event in session.scalars(query)]


def test_no_link_goes_to_an_account_that_the_provider_alone_opens(app: Flask, session: Session) -> None:
    admitted(app)
    ask_for_link(app, ANA.email)
    assert letters(app, session) == []
    assert "account:link-sent" not in [action for action, _actor, _detail in events(session)]


def test_who_has_a_password_too_is_sent_a_link(app: Flask, session: Session) -> None:
    an_account(app, Role.MODERATOR, email=ANA.email)
    admitted(app)
    ask_for_link(app, ANA.email)
    assert [bool(re.search(r"/es/equipo/bienvenida/\S+", text)) for text in letters(app, session)] == [True]


def test_an_invitation_is_worthless_once_the_provider_opens_the_account(app: Flask) -> None:
    token = invited(app, Role.MODERATOR, email=ANA.email)
    Visitor(app).open("staff.links.welcome", token=token, status=200)
    admitted(app)
    Visitor(app).open("staff.links.welcome", token=token, status=410)
