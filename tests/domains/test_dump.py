"""A dump of the database shows no e-mail, no name, and no text that was not published.

Two hundred words that stand nowhere else are planted through the portal's own pages and verbs; then every byte that a
thief could take is looked through. Words that are public are planted too, so that the looking is known to find.
"""

import base64
import secrets
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from webtest.forms import Form

import portal.submissions.store as submissions
from portal import db, jobs
from portal.accounts import invite
from portal.accounts.rules import Role, StaffCountry
from portal.clock import utcnow
from portal.moderation.decide import note_of
from portal.moderation.store import history
from portal.submissions import receipts
from tests.databases import PostgreSQL
from tests.domains.test_submissions import fill, open_form
from tests.dumps import found_in, logged, of_postgresql, of_sqlite
from tests.staff import Member, StaffFactory, an_account
from tests.visitor import Visitor

FEWEST = 200
LATER = timedelta(minutes=11)


class Canaries:
    """Words that stand nowhere else, by what they are."""

    def __init__(self) -> None:
        self.secret: dict[str, str] = {}
        self.public: dict[str, str] = {}

    def word(self, what: str) -> str:
        """A word that nobody may read in a dump."""
        word = "zq" + "".join(secrets.choice("bcdfghjklmnpqrstvwx") for _ in range(12))
        self.secret[word] = what
        return word

    def address(self, what: str) -> str:
        return f"{self.word(what)}@example.org"

    def phone(self, what: str) -> str:
        number = f"55{secrets.randbelow(10**10):010d}"
        self.secret[number] = what
        return number

    def published(self, what: str) -> str:
        word = self.word(what)
        self.public[word] = self.secret.pop(word)
        return word

    def keep(self, what: str, value: str) -> None:
        """Something that the portal itself drew and told one person."""
        self.secret[value] = what


@pytest.fixture
def canaries() -> Canaries:
    return Canaries()


def send(visitor: Visitor, canaries: Canaries, state: str, **changes: Any) -> str:
    """Send a submission by the form, all of it planted; give its receipt code."""
    body = f"{state}: {canaries.word('body')} llame al {canaries.phone('telephone')} o a {canaries.word('body')}."
    typed = {
        "body": body,
        "email": canaries.address(f"e-mail, {state}"),
        "organization": canaries.word(f"organization, {state}"),
        "show_as": "anonymous",
        "language": "es",
    }
    form = fill(open_form(visitor, "es"), **typed | changes)
    page = form.submit(status=303).follow()
    code = receipts.parse_code(page.html.select_one("#code").get_text())
    key = page.html.select_one("#key").get_text(strip=True)
    canaries.keep("access key", key)
    canaries.keep("access key", key.replace("-", ""))
    assert code
    return code


def decide(member: Member, code: str, verdict: str, **fields: Any) -> None:
    form: Form = member.open("staff.moderation.item", folio=receipts.spelled(code)).forms["decide"]
    form["verdict"] = verdict
    for name, value in fields.items():
        form[name] = value
    form.submit(status=303)


def withdraw(visitor: Visitor, code: str) -> None:
    visitor.open("tracking.withdraw", "es", code=receipts.spelled(code)).forms[0].submit(status=303)


def plant_submissions(app: Flask, canaries: Canaries, moderator: Member) -> None:
    """Submissions in every state, by many people."""
    sender = Visitor(app)
    for _ in range(8):
        send(sender, canaries, "waiting", show_as="name", name=canaries.word("name of one who waits"))
    for _ in range(6):
        code = send(sender, canaries, "held", confidentiality="public")
        decide(moderator, code, "hold", note=f"Mire {canaries.word('note')} y {canaries.word('note')}.")
    for _ in range(6):
        decide(moderator, send(sender, canaries, "not published"), "not_publish", reasons=["off-topic"])
    for _ in range(5):
        withdraw(sender, send(sender, canaries, "withdrawn"))
    for _ in range(6):
        shown, hidden = canaries.published("published text"), canaries.word("hidden passage")
        code = send(sender, canaries, "published", body=f"Pedimos {shown} y no {hidden} en la planta.")
        decide(moderator, code, "publish_redacted", hide_words=hidden, hide_code="personal-data")
    for _ in range(4):
        closed = {
            "confidentiality": "governments_only",
            "public_summary": f"Un resumen: {canaries.published('summary')}.",
        }
        decide(moderator, send(sender, canaries, "confidential", **closed), "publish")
    for _ in range(3):
        closed = {"confidentiality": "governments_only", "public_summary": f"Sin leer: {canaries.word('summary')}."}
        send(sender, canaries, "confidential, waiting", **closed)
    refused = fill(open_form(sender, "es"), body=canaries.word("refused body"), email=canaries.word("wrong e-mail"))
    refused.submit(status=422)
    jobs.run_due(app, utcnow() + LATER)


def plant_staff(app: Flask, canaries: Canaries) -> None:
    """People of both governments who come, go, are invited, and mistype."""
    for _ in range(5):
        address, name = canaries.address("e-mail of staff"), canaries.word("name of staff")
        member = an_account(app, Role.ANALYST, email=address, name=name)
        member.sign_in()
        canaries.keep("session id", member.cookies["staff"])
        canaries.keep("authenticator's secret", member.secret)
        for code in member.codes:
            canaries.keep("recovery code", code)
            canaries.keep("recovery code", code.replace("-", ""))
    for _ in range(5):
        with app.app_context(), db.transaction() as session:
            to, name = canaries.address("e-mail of invited"), canaries.word("name of invited")
            token = invite.invite(session, to, name, StaffCountry.US, [Role.AUDITOR], actor_id=None, now=utcnow())
        canaries.keep("invitation", token)
        canaries.keep("invitation, signature", token.rpartition(".")[2])
        if _ % 2:
            password = " ".join(canaries.word("password") for _ in range(3))
            page = Visitor(app).open("staff.links.welcome", token=token).forms[0]
            page["name"], page["password"] = canaries.word("name of welcomed"), password
            page.submit(status=303)
    door = Visitor(app).open("staff.door.sign_in").forms[0]
    door["email"], door["password"] = canaries.address("e-mail of nobody"), canaries.word("wrong password")
    door.submit(status="*")


@pytest.fixture
def planted(app: Flask, canaries: Canaries, staff: StaffFactory) -> Iterator[Canaries]:
    """A portal in which everything was planted, with its log."""
    with logged() as log:
        moderator = staff(Role.MODERATOR)
        canaries.keep("session id", moderator.cookies["staff"])
        plant_submissions(app, canaries, moderator)
        plant_staff(app, canaries)
        for word in list(canaries.secret)[:5]:
            moderator.open("staff.moderation.queue", q=word, status=200)
        assert len(canaries.secret) >= FEWEST
        yield canaries
        assert '"endpoint": "staff.moderation.queue"' in log.getvalue()
        assert found_in({"log": log.getvalue().encode()}, canaries.secret) == set()


def test_a_dump_shows_nothing_that_was_not_published(
    app: Flask, planted: Canaries, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    if app.config["SETTINGS"].database_url.startswith("sqlite"):
        files = of_sqlite(tmp_path)
        assert {"portal.sqlite3", "portal.sqlite3-wal", "portal.sqlite3-shm", "limits.sqlite3"} <= files.keys()
        whole = {"pages": b"".join(files[name] for name in ("portal.sqlite3", "portal.sqlite3-wal"))}
    else:
        server: PostgreSQL = request.getfixturevalue("postgresql")
        files = of_postgresql(app, server)
        assert any("pg_wal" in name for name in files)
        whole = {"pg_dump": files["pg_dump"]}

    assert {word for word, _ in found_in(whole, planted.public)} == set(planted.public)
    read = found_in(files, planted.secret)
    assert {(planted.secret[word], name) for word, name in read} == set()


def test_the_keys_alone_open_what_was_planted(app: Flask, canaries: Canaries, staff: StaffFactory) -> None:
    """What a dump hides is all there for those who hold the keys."""
    moderator = staff(Role.MODERATOR)
    code = send(Visitor(app), canaries, "held")
    decide(moderator, code, "hold", note=canaries.word("note"))
    with app.app_context():
        submission = submissions.by_code(db.session, code)
        assert submission
        said = submissions.original(db.session, submission)
        notes = [note_of(db.session, submission, one) for one in history(db.session, submission.id)]
    read = " ".join(filter(None, [said.body, said.email, said.organization, *notes]))
    words = [word for word, what in canaries.secret.items() if "key" not in what]
    assert [word for word in words if word not in read] == []


@pytest.mark.parametrize("offset", range(3))
def test_a_word_is_found_however_it_is_written(offset: int) -> None:
    word = "zqbcdfghjklmnp"
    around = b"x" * offset + word.encode() + b"yy"
    for content in (around, word.encode("utf-16-le"), around.hex().encode(), base64.b64encode(around)):
        assert found_in({"file": b"--" + content + b"--"}, [word]) == {(word, "file")}
