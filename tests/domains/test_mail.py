"""Letters: sent over a real SMTP server, sealed while they wait, lost and doubled by no fault of a server."""

import io
import ipaddress
import logging
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from flask import Flask
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import create_app, db, jobs, mail
from portal.cli import main
from portal.config import BadSetting, Settings, from_environment
from portal.i18n import speaking
from portal.jobs import Job
from portal.logs import JSONLines
from portal.mail import Letter

FROM = "Open Dialogue <no-reply@dialogue.example.org>"
TO = "persona@example.org"
DAY = timedelta(days=1)


class Mailbox:
    """Keeps what the server took; answers what a test says for the next letters."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.answers: list[str] = []  # to RCPT
        self.answers_to_data: list[str] = []
        self.drops_at_goodbye = False
        self.secret: list[bytes] = []

    async def handle_RCPT(self, server: Any, session: Any, envelope: Envelope, address: str, options: Any) -> str:  # noqa: N802
        if self.answers:
            return self.answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Envelope) -> str:  # noqa: N802
        if self.answers_to_data:
            return self.answers_to_data.pop(0)
        assert isinstance(envelope.content, bytes)
        self.letters.append(message_from_bytes(envelope.content, policy=policy.SMTP))
        return "250 OK"

    async def handle_QUIT(self, server: SMTP, session: Any, envelope: Envelope) -> str:  # noqa: N802
        return "421 too tired for manners" if self.drops_at_goodbye else "221 Bye"

    def authenticate(self, server: Any, session: Any, envelope: Any, mechanism: str, said: Any) -> AuthResult:
        self.secret.append(said.password)
        return AuthResult(success=said.login == b"portal" and said.password == b"p@ss")


class Server:
    """A mail server on loopback that can be stopped and started at the same port."""

    def __init__(self, mailbox: Mailbox, **options: Any) -> None:
        self.mailbox, self.options = mailbox, options
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.start()

    def start(self) -> None:
        self._controller = Controller(self.mailbox, hostname="127.0.0.1", port=self.port, **self.options)
        self._controller.start()

    def stop(self) -> None:
        if not self._controller.loop.is_closed():
            self._controller.stop(no_assert=True)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def server(mailbox: Mailbox) -> Iterator[Server]:
    server = Server(mailbox)
    yield server
    server.stop()


@pytest.fixture
def settings(settings: Settings, server: Server) -> Settings:
    """The portal's settings, with a mail server."""
    return replace(settings, smtp_url=server.url, mail_from=FROM)


def write(app: Flask, now: datetime, language: str = "es", **words: str) -> int:
    with app.app_context(), db.transaction() as session:
        said = {"to": TO, "subject": "Invitación a la mesa", "text": "Abra este enlace: https://example.org/ñ\n"}
        return mail.enqueue(session, kind="invitation", language=language, now=now, **(said | words))


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
    app: Flask, server: Server, mailbox: Mailbox, session: Session, now: datetime
) -> None:
    server.stop()
    for number in range(3):
        write(app, now, subject=f"Letter {number}")
    for minutes in range(0, 24 * 60, 45):
        jobs.run_due(app, now + timedelta(minutes=minutes))
    assert [(letter.sent_at, letter.failed_at) for letter in letters(session)] == [(None, None)] * 3
    server.start()
    for minutes in (0, 5, 10):
        jobs.run_due(app, now + DAY + timedelta(minutes=minutes))
    assert sorted(letter["Subject"] for letter in mailbox.letters) == ["Letter 0", "Letter 1", "Letter 2"]
    assert len({letter["Message-ID"] for letter in mailbox.letters}) == 3


def test_a_letter_that_nobody_took_for_four_days_is_given_up(
    app: Flask, server: Server, session: Session, now: datetime
) -> None:
    server.stop()
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


@pytest.fixture
def certified(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], ssl.SSLContext]:
    """A certificate for 127.0.0.1 that this process trusts."""

    def make() -> ssl.SSLContext:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail")])
        made = datetime.now(UTC)
        names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
        builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        builder = builder.serial_number(1).not_valid_before(made - DAY).not_valid_after(made + DAY)
        builder = builder.add_extension(names, critical=False)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        certificate = builder.sign(key, hashes.SHA256())
        pem = tmp_path / "certificate.pem"
        pem.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        secret = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        (tmp_path / "key.pem").write_bytes(secret)
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(pem, tmp_path / "key.pem")
        monkeypatch.setenv("SSL_CERT_FILE", str(pem))
        return context

    return make


def test_a_password_goes_over_tls_that_the_server_must_prove(
    settings: Settings,
    mailbox: Mailbox,
    now: datetime,
    certified: Callable[[], ssl.SSLContext],
    session: Any,
) -> None:
    context = certified()
    options = {"tls_context": context, "authenticator": mailbox.authenticate, "require_starttls": True}
    server = Server(mailbox, auth_required=True, **options)
    url = f"smtp://portal:p%40ss@127.0.0.1:{server.port}?tls=starttls"
    secure = create_app(replace(settings, smtp_url=url))
    write(secure, now)
    jobs.run_due(secure, now)
    assert (len(mailbox.letters), mailbox.secret) == (1, [b"p@ss"])

    certified()  # from now on another certificate is trusted, not the server's
    mailbox.secret.clear()
    write(secure, now)
    jobs.run_due(secure, now)
    assert session.scalars(select(Job.fault).where(Job.done_at.is_(None))).one() == "SSLCertVerificationError"
    assert (len(mailbox.letters), mailbox.secret) == (1, [])
    server.stop()
    secure.extensions["engine"].dispose()


def test_check_says_when_the_mail_server_does_not_answer(settings: Settings, server: Server) -> None:
    environment = {
        "PORTAL_DATA": str(settings.data),
        "PORTAL_DATABASE_URL": settings.database_url,
        "PORTAL_SMTP_URL": settings.smtp_url,
        "PORTAL_MAIL_FROM": FROM,
        "PORTAL_LOG_LEVEL": "ERROR",
    }
    words = "The mail server does not take letters"
    assert words not in CliRunner(env=environment).invoke(main, ["check"]).output
    server.stop()
    assert words in CliRunner(env=environment).invoke(main, ["check"]).output


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ({"SMTP_URL": "http://host"}, "must look like smtp://"),
        ({"SMTP_URL": "smtp://"}, "must look like smtp://"),
        ({"SMTP_URL": "smtp://host:nothing"}, "must look like smtp://"),
        ({"SMTP_URL": "smtp://host?tls=never", "MAIL_FROM": FROM}, "tls=starttls"),
        ({"SMTP_URL": "smtp://host"}, "PORTAL_MAIL_FROM"),
    ],
)
def test_half_a_mail_server_stops_the_portal_with_a_sentence(written: dict[str, str], words: str) -> None:
    with pytest.raises(BadSetting, match=words):
        from_environment({f"PORTAL_{name}": value for name, value in written.items()})
