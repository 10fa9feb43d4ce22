"""Mail servers: what they must prove before a password goes to them, and settings that make no sense."""

import ipaddress
import ssl
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy import select

from portal import create_app, jobs
from portal.cli import main
from portal.config import BadSetting, Settings, from_environment
from portal.jobs import Job
from tests.mail_server import FROM, Mailbox, Server, write

DAY = timedelta(days=1)


@pytest.fixture
def settings(settings: Settings, mail_server: Server) -> Settings:
    """The portal's settings, with a mail server."""
    return replace(settings, smtp_url=mail_server.url, mail_from=FROM)


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
    proven = Server(mailbox, auth_required=True, **options)
    url = f"smtp://portal:p%40ss@127.0.0.1:{proven.port}?tls=starttls"
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
    proven.stop()
    secure.extensions["engine"].dispose()


def test_check_says_when_the_mail_server_does_not_answer(settings: Settings, mail_server: Server) -> None:
    environment = {
        "PORTAL_DATA": str(settings.data),
        "PORTAL_DATABASE_URL": settings.database_url,
        "PORTAL_SMTP_URL": settings.smtp_url,
        "PORTAL_MAIL_FROM": FROM,
        "PORTAL_LOG_LEVEL": "ERROR",
    }
    words = "The mail server does not take letters"
    assert words not in CliRunner(env=environment).invoke(main, ["check"]).output
    mail_server.stop()
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
