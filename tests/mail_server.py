"""A mail server on loopback, which keeps what it takes and fails as a test says; and a letter to be sent."""

import socket
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope
from flask import Flask

from portal import db, mail

FROM = "Open Dialogue <no-reply@dialogue.example.org>"


TO = "persona@example.org"


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


def write(app: Flask, now: datetime, language: str = "es", **words: str) -> int:
    with app.app_context(), db.transaction() as session:
        said = {"to": TO, "subject": "Invitación a la mesa", "text": "Abra este enlace: https://example.org/ñ\n"}
        return mail.enqueue(session, kind="invitation", language=language, now=now, **(said | words))
