"""Letters: put into an outbox in the caller's transaction, sent over SMTP by a job.

What a letter says, and to whom, is sealed while it waits and gone once it was sent. Each has a Message-ID of its own
that stays the same at every try, so that a server which got it twice can tell. Logs hold its number alone.
"""

import logging
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from urllib.parse import unquote, urlsplit

from flask import current_app
from sqlalchemy import Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal import db, jobs
from portal.config import LOOPBACK, Settings
from portal.db import Base, UTCDateTime, keys_of
from portal.sealed import sealed

SEND = "mail:send"
SMTP_SECONDS = 20.0
TRY_AGAIN = timedelta(minutes=5)
GIVE_UP = timedelta(days=4)  # as mail servers do
SUBMISSION, SUBMISSION_TLS, RELAY = 587, 465, 25
FINAL = 500  # codes from here on say no for good

log = logging.getLogger(__name__)


class Letter(Base):
    """A letter in the outbox. Sent, it keeps no word; given up, it keeps for whom it was."""

    __tablename__ = "mail"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)
    recipient: Mapped[bytes | None] = sealed()
    subject: Mapped[bytes | None] = sealed()
    text: Mapped[bytes | None] = sealed()
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    failed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    fault: Mapped[str | None] = mapped_column(Text)  # a code such as `smtp 550`: a server's words may name the person


@dataclass(frozen=True)
class Failed:
    """A letter that was given up: what kind, to whom, when and why."""

    kind: str
    to: str
    at: datetime
    fault: str


def is_set(settings: Settings) -> bool:
    """Say whether the portal can send letters at all."""
    return bool(settings.smtp_url)


def enqueue(session: Session, *, kind: str, to: str, language: str, subject: str, text: str, now: datetime) -> int:
    """Put a letter into the outbox in the caller's transaction; a job sends it once that is committed.

    `kind` names it for the operator (`invitation`), `language` is the reader's, `text` is plain, in that language (see
    `i18n.speaking`). Gives its number. Raises ValueError for an address or a subject that would break its line.
    """
    if len(subject.splitlines()) != 1:
        raise ValueError("a subject is one line")
    try:
        Address(addr_spec=to)
    except (HeaderParseError, ValueError, IndexError):
        raise ValueError("not one e-mail address") from None
    letter = Letter(kind=kind, language=language, created_at=now)
    session.add(letter)
    session.flush()  # its number is a part of what seals it
    seal = keys_of(session).seal
    letter.recipient = seal(to, _place("recipient", letter.id))
    letter.subject = seal(subject, _place("subject", letter.id))
    letter.text = seal(text, _place("text", letter.id))
    jobs.enqueue(session, SEND, str(letter.id), due_at=now)
    return letter.id


def failures(session: Session, *, since: datetime) -> list[Failed]:
    """List the letters that were given up, newest first."""
    given_up = select(Letter).where(Letter.failed_at >= since).order_by(Letter.failed_at.desc(), Letter.id.desc())
    unseal = keys_of(session).unseal
    return [
        Failed(letter.kind, unseal(letter.recipient, _place("recipient", letter.id)), letter.failed_at, letter.fault)
        for letter in session.scalars(given_up)
        if letter.recipient and letter.failed_at and letter.fault
    ]


def send(subject: str, now: datetime) -> None:
    """Send the letter of a number, once. Raises jobs.NotNow while no server takes it, and gives up after four days.

    A handler of jobs that runs outside of a transaction.
    """
    settings: Settings = current_app.config["SETTINGS"]
    letter = db.session.get_one(Letter, int(subject))
    if letter.sent_at or letter.failed_at:
        return
    message, age = _written(db.session, letter, settings), now - letter.created_at
    db.session.rollback()
    try:
        _hand_over(settings, message)
        fault = None
    except jobs.NotNow as away:
        if age < GIVE_UP:
            raise
        fault = away.code
    except _Refused as refusal:
        fault = refusal.code
    with db.transaction() as session:
        letter = session.get_one(Letter, int(subject), with_for_update=True)
        letter.subject = letter.text = None
        if fault is None:
            letter.sent_at, letter.recipient = now, None
        else:
            letter.failed_at, letter.fault = now, fault
            log.error("mail given up", extra={"mail": letter.id, "kind": letter.kind, "fault": fault})


def unreachable(settings: Settings) -> str | None:
    """Say by a code why no letter could be sent now; None where the server lets us in."""
    try:
        with _server(settings):
            return None
    except jobs.NotNow as away:
        return away.code


class _Refused(Exception):
    """The server will never take this letter; `code` says what it answered."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def _written(session: Session, letter: Letter, settings: Settings) -> EmailMessage:
    """Write a letter as it travels. The policy refuses whatever would begin a header of its own."""
    keys = keys_of(session)
    assert letter.recipient
    assert letter.subject
    assert letter.text
    name, sender = parseaddr(settings.mail_from)
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(name or "Open Dialogue / Diálogo Abierto", addr_spec=sender)
    message["To"] = Address(addr_spec=keys.unseal(letter.recipient, _place("recipient", letter.id)))
    message["Subject"] = keys.unseal(letter.subject, _place("subject", letter.id))
    message["Date"] = format_datetime(letter.created_at)
    # The moment is in it as well: in a database that was restored, numbers are given again. And the oldest key, which
    # does not change between two tries.
    mark = keys.keyed_hashes("mail", f"{letter.id} {letter.created_at.isoformat()}")[-1].hex()[:32]
    message["Message-ID"] = f"<{mark}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(keys.unseal(letter.text, _place("text", letter.id)), cte="quoted-printable")
    message["Content-Language"] = letter.language
    return message


def _hand_over(settings: Settings, message: EmailMessage) -> None:
    """Give a letter to the server. Raises jobs.NotNow and _Refused."""
    taken = False
    try:
        with _server(settings) as server:
            try:
                server.send_message(message)
            except smtplib.SMTPNotSupportedError:
                raise _Refused("smtputf8") from None  # the address has letters that this server cannot carry
            except smtplib.SMTPRecipientsRefused as error:
                raise _answer(next(iter(error.recipients.values()))[0]) from None
            except smtplib.SMTPDataError as error:
                raise _answer(error.smtp_code) from None
            taken = True
    except jobs.NotNow:
        if not taken:  # else it was the goodbye that failed, and a second try would double the letter
            raise


def _answer(code: int) -> Exception:
    """Tell what a server's refusal means: from 500 on no for good, else not now."""
    return _Refused(f"smtp {code}") if code >= FINAL else jobs.NotNow(f"smtp {code}", TRY_AGAIN)


@contextmanager
def _server(settings: Settings) -> Iterator[smtplib.SMTP]:
    """Open a conversation with the server that is set. Raises jobs.NotNow, whatever keeps it from being had.

    A name, a password or a sender that it refuses is a fault of the settings: letters wait until it is mended.
    """
    if not is_set(settings):
        raise jobs.NotNow("not set", timedelta(hours=1))
    url = urlsplit(settings.smtp_url)
    host = url.hostname or ""
    try:
        with (
            smtplib.SMTP_SSL(host, url.port or SUBMISSION_TLS, timeout=SMTP_SECONDS, context=_trust())
            if url.scheme == "smtps"
            else smtplib.SMTP(host, url.port or (SUBMISSION if url.username else RELAY), timeout=SMTP_SECONDS)
        ) as server:
            server.ehlo()
            # On this machine nobody listens in between, and certificates seldom fit.
            offered = server.has_extn("starttls") and host not in LOOPBACK
            if url.scheme == "smtp" and (url.query or offered):
                server.starttls(context=_trust())
                server.ehlo()
            elif url.scheme == "smtp" and url.username and host not in LOOPBACK:
                raise jobs.NotNow("no tls for the password", TRY_AGAIN)
            if url.username:
                server.login(unquote(url.username), unquote(url.password or ""))
            yield server
    except smtplib.SMTPResponseException as error:
        raise jobs.NotNow(f"smtp {error.smtp_code}", TRY_AGAIN) from None
    except (smtplib.SMTPException, OSError) as error:
        raise jobs.NotNow(type(error).__name__, TRY_AGAIN) from None


def _trust() -> ssl.SSLContext:
    """Trust what the machine trusts, for the name that is set."""
    return ssl.create_default_context()


def _place(column: str, number: int) -> str:
    return f"mail.{column}:{number}"
