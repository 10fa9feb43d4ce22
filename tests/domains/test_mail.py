"""Letters: sent over a real SMTP server, sealed while they wait, lost and doubled by no fault of a server."""

import io
import logging
import time
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import create_app, db, jobs, mail
from portal.config import Settings
from portal.i18n import speaking
from portal.jobs import Job
from portal.logs import JSONLines
from portal.mail import Letter
from tests.mail_server import FROM, TO, Mailbox, Server, write

DAY = timedelta(days=1)


@pytest.fixture
def settings(settings: Settings, mail_server: Server) -> Settings:
    """The portal's settings, with a mail server."""
    return replace(settings, smtp_url=mail_server.url, mail_from=FROM)


def letters(session: Session) -> list[Letter]:
    session.rollback()
    return list(session.scalars(select(Letter).order_by(Letter.id)))


def test_a_letter_arrives_as_it_was_written(app: Flask, mailbox: Mailbox, now: datetime) -> None:
    write(app, now, text="Año nuevo, enlace largo: https://example.org/" + "x" * 300 + "\n")
    jobs.run_due(app, now)
    (letter,) = mailbox.letters
    assert letter["To"] == TO
    assert letter["From"] == FROM
    assert letter["Subject"] == "Invitación a la mesa"
    assert letter["Content-Language"] == "es"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Message-ID"].endswith("@dialogue.example.org>")
    assert letter.get_content_type() == "text/plain"
    assert letter.get_content().strip() == "Año nuevo, enlace largo: https://example.org/" + "x" * 300


def test_a_letter_waits_sealed_and_is_gone_when_sent(app: Flask, session: Session, now: datetime) -> None:
    write(app, now)
    (waiting,) = letters(session)
    stored = (waiting.recipient or b"") + (waiting.subject or b"") + (waiting.text or b"")
    assert stored
    assert not any(word in stored for word in (b"persona", b"Invit", b"enlace"))
    jobs.run_due(app, now)
    (sent,) = letters(session)
    assert (sent.recipient, sent.subject, sent.text, sent.sent_at) == (None, None, None, now)


def test_a_letter_is_sent_once_though_its_job_runs_twice(app: Flask, mailbox: Mailbox, now: datetime) -> None:
    number = write(app, now)
    jobs.run_due(app, now)
    with app.app_context():
        mail.send(str(number), now)
    assert len(mailbox.letters) == 1


def test_a_letter_belongs_to_the_transaction_that_asked_for_it(app: Flask, session: Session, now: datetime) -> None:
    def write_and_fail() -> None:
        with app.app_context(), db.transaction() as own:
            mail.enqueue(own, kind="x", to=TO, language="en", subject="x", text="x", now=now)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_fail()
    assert letters(session) == []
    assert jobs.run_due(app, now) == 0


@pytest.mark.parametrize("where", ["answers", "answers_to_data"])
def test_a_letter_that_is_put_off_is_tried_again_under_the_same_number(
    app: Flask, mailbox: Mailbox, session: Session, now: datetime, where: str
) -> None:
    write(app, now)
    getattr(mailbox, where).append("451 try later")
    jobs.run_due(app, now)
    assert mailbox.letters == []
    assert session.scalars(select(Job.fault)).one() == "smtp 451"
    assert jobs.run_due(app, now + timedelta(minutes=1)) == 0
    jobs.run_due(app, now + timedelta(minutes=6))
    assert len(mailbox.letters) == 1


@pytest.mark.parametrize("where", ["answers", "answers_to_data"])
def test_a_letter_that_is_refused_for_good_is_not_tried_again(
    app: Flask, mailbox: Mailbox, session: Session, now: datetime, where: str
) -> None:
    write(app, now)
    getattr(mailbox, where).append(f"550 no such mailbox {TO}")
    jobs.run_due(app, now)
    (refused,) = letters(session)
    assert (refused.fault, refused.subject, refused.text) == ("smtp 550", None, None)
    assert jobs.run_due(app, now + DAY) == 0
    assert mail.failures(session, since=now - DAY) == [mail.Failed("invitation", TO, now, "smtp 550")]
    assert mail.failures(session, since=now + DAY) == []


def test_a_day_without_a_mail_server_loses_and_doubles_nothing(
    app: Flask, mail_server: Server, mailbox: Mailbox, session: Session, now: datetime
) -> None:
    mail_server.stop()
    for number in range(3):
        write(app, now, subject=f"Letter {number}")
    for minutes in range(0, 24 * 60, 45):
        jobs.run_due(app, now + timedelta(minutes=minutes))
    assert [(letter.sent_at, letter.failed_at) for letter in letters(session)] == [(None, None)] * 3
    mail_server.start()
    for minutes in (0, 5, 10):
        jobs.run_due(app, now + DAY + timedelta(minutes=minutes))
    assert sorted(letter["Subject"] for letter in mailbox.letters) == ["Letter 0", "Letter 1", "Letter 2"]
    assert len({letter["Message-ID"] for letter in mailbox.letters}) == 3


def test_a_letter_that_nobody_took_for_four_days_is_given_up(
    app: Flask, mail_server: Server, session: Session, now: datetime
) -> None:
    mail_server.stop()
    write(app, now)
    jobs.run_due(app, now)
    jobs.run_due(app, now + 4 * DAY)
    (lost,) = letters(session)
    assert (lost.fault, lost.text) == ("ConnectionRefusedError", None)


def test_a_goodbye_that_fails_doubles_nothing(app: Flask, mailbox: Mailbox, session: Session, now: datetime) -> None:
    mailbox.drops_at_goodbye = True
    write(app, now)
    jobs.run_due(app, now)
    jobs.run_due(app, now + DAY)
    assert len(mailbox.letters) == 1
    assert letters(session)[0].sent_at == now


def test_while_a_server_is_slow_the_portal_writes(app: Flask, mailbox: Mailbox, now: datetime) -> None:
    """The database is not held while the network is waited for."""
    written: list[int] = []

    async def write_meanwhile(*_args: Any) -> str:
        written.append(write(app, now + DAY))
        return "250 OK"

    mailbox.handle_DATA = write_meanwhile  # type: ignore[assignment, method-assign]
    write(app, now)
    began = time.monotonic()
    jobs.run_due(app, now)
    assert written
    assert time.monotonic() - began < 3


@pytest.mark.parametrize(
    "words",
    [
        {"to": "a@example.org\r\nBcc: b@example.org"},
        {"to": "a@example.org, b@example.org"},
        {"to": "A <a@example.org>"},
        {"to": ""},
        {"subject": "Hello\r\nBcc: b@example.org"},
        {"subject": "Hello\nBcc: b@example.org"},
        {"subject": "Hello\u2028Bcc: b@example.org"},
        {"subject": ""},
    ],
)
def test_no_header_can_be_slipped_in(app: Flask, now: datetime, words: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="one"):
        write(app, now, **words)


def test_what_looks_like_a_header_in_the_text_stays_text(app: Flask, mailbox: Mailbox, now: datetime) -> None:
    write(app, now, text=".\r\nQUIT\r\n\r\nBcc: b@example.org\n")
    jobs.run_due(app, now)
    (letter,) = mailbox.letters
    assert letter["Bcc"] is None
    assert "Bcc: b@example.org" in letter.get_content()
    assert letter.get_content().startswith(".\r\nQUIT")


def test_a_letter_speaks_its_readers_language(app: Flask) -> None:
    with app.test_request_context("/en/"):
        app.preprocess_request()
        with speaking("es"):
            assert _("Sign in") == "Iniciar sesión"
        assert _("Sign in") == "Sign in"


def test_logs_name_nobody(app: Flask, mailbox: Mailbox, now: datetime) -> None:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JSONLines())
    logging.getLogger("portal").setLevel("DEBUG")
    logging.getLogger("portal").addHandler(handler)
    mailbox.answers[:] = [f"451 {TO} is busy", f"550 {TO} is unknown"]
    write(app, now)
    jobs.run_due(app, now)
    jobs.run_due(app, now + DAY)
    said = written.getvalue()
    assert [code for code in ("smtp 451", "smtp 550") if code in said] == ["smtp 451", "smtp 550"]
    assert [word for word in (TO, "Invit", "enlace") if word in said] == []


def test_without_a_server_letters_are_kept_and_sent_once_there_is_one(
    app: Flask, settings: Settings, mailbox: Mailbox, session: Session, now: datetime
) -> None:
    without = create_app(replace(settings, smtp_url=""))
    write(without, now)
    jobs.run_due(without, now)
    assert letters(session)[0].sent_at is None
    assert not mail.is_set(without.config["SETTINGS"])
    without.extensions["engine"].dispose()
    jobs.run_due(app, now + timedelta(hours=2))
    assert len(mailbox.letters) == 1
