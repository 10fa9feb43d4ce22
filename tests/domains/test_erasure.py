"""Erasing: what goes, what stays, who may, and that the database allows that change and no other."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

import portal.submissions.store as submissions
from portal import db, jobs
from portal.accounts.rules import Role
from portal.audit.models import AuditEvent
from portal.audit.store import check
from portal.cli import main
from portal.clock import utcnow
from portal.i18n import LANGUAGES
from portal.moderation.erase import erase
from portal.moderation.models import Decision, Notice
from portal.moderation.rules import Erasure
from portal.publication.models import Publication
from portal.submissions import receipts
from portal.submissions.models import Contact, Submission, SubmissionCount, Version
from portal.submissions.receive import Receipt, receive
from portal.submissions.rules import NotAllowed, Status, Verdict
from portal.tracking.withdraw import withdraw
from tests.builders import a_draft, a_publication, a_submission
from tests.desk import decide as decide_on_page
from tests.desk import open_item
from tests.staff import Member, StaffFactory
from tests.visitor import Visitor

UNKNOWN = "GAAH-ZWE7"
WHO: dict[str, Any] = {
    "show_as": "name",
    "name": "Rosa Ñu",
    "organization": "Cooperativa Ñu",
    "email": "rosa@example.org",
}


@pytest.fixture
def reviewer(staff: StaffFactory) -> Member:
    """Somebody of the second level."""
    return staff(Role.REVIEWER)


def id_of(session: Session, receipt: Receipt) -> int:
    found = submissions.by_code(session, receipt.code)
    assert found
    return found.id


def erased(app: Flask, receipt: Receipt, reason: Erasure = Erasure.ARCO) -> None:
    with app.app_context(), db.transaction() as session:
        erase(session, id_of(session, receipt), reason, actor_id=None, now=utcnow())


def followed(app: Flask, receipt: Receipt, language: str) -> Visitor:
    visitor = Visitor(app)
    form = visitor.open("tracking.follow", language).forms["follow"]
    form["code"], form["key"] = receipt.code, receipt.key
    visitor.page = form.submit(status=303).follow()
    return visitor


def test_words_author_and_notes_go_and_the_rest_stays(
    app: Flask, moderator: Member, reviewer: Member, session: Session
) -> None:
    receipt = a_submission(app, body="Vivo en Calle Luna 7.", **WHO)
    decide_on_page(moderator, receipt.code, "hold", note="¿La conoces?")
    before = session.scalars(select(Submission)).one()
    kept = {
        name: getattr(before, name) for name in ("code", "attempt_digest", "receipt_digest", "pillar", "received_at")
    }
    session.rollback()

    page = open_item(reviewer, receipt.code)
    page = page.click("Erase this submission")
    form = next(form for form in page.forms.values() if "sure" in form.fields)
    form["reason"], form["sure"] = "arco", True
    page = form.submit(status=303).follow()

    assert "Its words, its author and the notes about it were erased" in page.text
    assert "¿La conoces?" not in page.text
    submission = session.scalars(select(Submission)).one()
    assert submission.status == Status.ERASED
    assert {name: getattr(submission, name) for name in kept} == kept
    version = session.scalars(select(Version)).one()
    assert (version.body, version.public_summary) == (b"", None)
    assert session.scalars(select(Contact)).all() == []
    decisions = session.scalars(select(Decision).order_by(Decision.id)).all()
    assert [(one.verdict, one.note) for one in decisions] == [(Verdict.HOLD, None), (Verdict.ERASE, None)]
    counted = {row.status: row.number for row in session.scalars(select(SubmissionCount)) if row.number}
    assert counted == {Status.ERASED: 1}
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "submission:erased")).one()
    assert (event.subject, event.actor_id) == (f"submission:{receipt.code}", reviewer.staff_id)
    assert event.detail == {"reason": "arco"}
    assert check(session).is_whole


def test_its_public_version_leaves_every_public_place(app: Flask, visitor: Visitor, session: Session) -> None:
    receipt = a_publication(app, body="Pedimos guarderías junto a la frontera.", **WHO)
    found = "/es/aportaciones?q=guarder%C3%ADas"
    assert "Pedimos" in visitor.get(found).text
    erased(app, receipt)
    for address in (found, "/es/aportaciones", "/es/datos/aportaciones.csv", "/es/resumen"):
        assert "Pedimos guarderías" not in visitor.get(address).text
    gone = visitor.get(f"/es/aportaciones/{receipts.spelled(receipt.code)}", status=410)
    assert "Pedimos" not in gone.text
    publication = session.scalars(select(Publication)).one()
    assert (publication.body, publication.signature, publication.hidden) == ("", None, [])
    assert publication.retracted_at is not None


@pytest.mark.parametrize(("language", "title"), [("en", "Erased"), ("es", "Suprimida")])
def test_its_author_reads_that_it_was_erased(app: Flask, language: str, title: str) -> None:
    receipt = a_submission(app, body="Vivo en Calle Luna 7.")
    erased(app, receipt)
    page = followed(app, receipt, language).page
    assert page.html.h1.text == title
    assert {"en": "We erased your submission", "es": "Suprimimos su aportación"}[language] in page.text
    assert "Calle Luna" not in page.text
    assert not page.html.select("#text, .link--danger")


def test_a_decision_in_its_window_never_takes_effect(app: Flask, moderator: Member, session: Session) -> None:
    receipt = a_submission(app)
    decide_on_page(moderator, receipt.code, "publish")
    erased(app, receipt)
    jobs.run_due(app, utcnow() + timedelta(minutes=11))
    assert session.scalars(select(Publication)).all() == []
    assert len(session.scalars(select(Notice)).all()) == 1


def test_nothing_follows_an_erasure(app: Flask, moderator: Member, reviewer: Member, session: Session) -> None:
    receipt = a_submission(app)
    decide_on_page(moderator, receipt.code, "publish")
    erased(app, receipt)
    for again in (
        lambda writer, number: erase(writer, number, Erasure.ERROR, actor_id=None, now=utcnow()),
        lambda writer, number: withdraw(writer, number, now=utcnow()),
    ):
        with app.app_context(), pytest.raises(NotAllowed), db.transaction() as writer:
            again(writer, id_of(writer, receipt))
    folio = receipts.spelled(receipt.code)
    page = open_item(reviewer, receipt.code)
    assert "Open the original" not in page.text
    assert "Erase this submission" not in page.text
    token = page.forms[0]["csrf_token"].value
    for member, act in ((reviewer, "undo"), (moderator, "now")):
        token = open_item(member, receipt.code).forms[0]["csrf_token"].value
        decision = session.scalars(select(Decision.id).where(Decision.verdict == Verdict.PUBLISH)).one()
        member.post(f"/en/staff/queue/{folio}/{act}", {"csrf_token": token, "decision": decision}, status=409)
    token = open_item(reviewer, receipt.code).forms[0]["csrf_token"].value
    reviewer.post(f"/en/staff/queue/{folio}/original", {"csrf_token": token}, status=303)
    opened = session.scalars(select(AuditEvent.detail).where(AuditEvent.action == "original:opened")).all()
    assert all(detail.get("undecided") for detail in opened)  # before it was decided, and never after
    assert session.scalars(select(Submission.status)).one() == Status.ERASED


def test_the_same_form_sent_again_does_not_bring_it_back(app: Flask, session: Session) -> None:
    draft = a_draft(body="Vivo en Calle Luna 7.")
    with app.app_context(), db.transaction() as writer:
        receipt = receive(writer, draft, now=utcnow())
    erased(app, receipt)
    with app.app_context(), db.transaction() as writer:
        assert receive(writer, draft, now=utcnow()).code == receipt.code
    assert session.scalars(select(Version.body)).one() == b""


@pytest.mark.parametrize("language", LANGUAGES)
def test_erasing_asks_why_and_whether_it_is_meant(
    app: Flask, reviewer: Member, session: Session, language: str
) -> None:
    receipt = a_submission(app)
    page = reviewer.open("staff.moderation.erase", language, folio=receipts.spelled(receipt.code))
    form = next(form for form in page.forms.values() if "sure" in form.fields)
    page = form.submit(status=422)
    assert len(page.html.select(".error-summary li")) == 2
    assert session.scalars(select(Submission.status)).one() == Status.RECEIVED


def test_the_first_level_cannot_erase(app: Flask, moderator: Member) -> None:
    receipt = a_submission(app)
    page = open_item(moderator, receipt.code)
    assert "Erase this submission" not in page.text
    moderator.open("staff.moderation.erase", folio=receipts.spelled(receipt.code), status=403)


@pytest.fixture
def portal(app, settings, monkeypatch):
    """Run a command on the test's database."""
    monkeypatch.setenv("PORTAL_DATABASE_URL", settings.database)
    monkeypatch.setenv("PORTAL_DATA", str(settings.data))
    monkeypatch.setenv("PORTAL_LOG_LEVEL", "ERROR")
    return lambda *arguments: CliRunner().invoke(main, ["erase", *map(str, arguments)])


def test_the_command_erases_once_and_says_so(app: Flask, portal, session: Session) -> None:
    receipt = a_submission(app)
    folio = receipts.spelled(receipt.code)
    result = portal(folio.lower(), "--reason", "privacy_act")
    assert (result.exit_code, result.output.split(":")[0]) == (0, f"Erased {folio}")
    again = portal(folio, "--reason", "retention")
    assert (again.exit_code, again.output) == (0, f"{folio} was erased before. Nothing changed.\n")
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "submission:erased")).one()
    assert (event.actor_id, event.detail) == (None, {"reason": "privacy_act"})


@pytest.mark.parametrize(
    ("arguments", "exit_code", "words"),
    [
        (("nonsense", "--reason", "arco"), 2, "is no receipt code"),
        ((UNKNOWN, "--reason", "arco"), 1, f"No submission has the receipt code {UNKNOWN}."),
        ((UNKNOWN, "--reason", "taste"), 2, "--reason"),
        ((UNKNOWN,), 2, "--reason"),
    ],
)
def test_the_command_refuses_in_a_sentence(portal, arguments: tuple[str, ...], exit_code: int, words: str) -> None:
    result = portal(*arguments)
    assert result.exit_code == exit_code
    assert words in result.output
    assert "Traceback" not in result.output


EMPTIED = {
    "version": ("body = {nothing}, public_summary = NULL", {"body", "public_summary"}),
    "decision": ("note = NULL", {"note"}),
}
OTHER_VALUES = {"verdict": "'redecide'", "from_status": "'erased'", "to_status": "'erased'", "first_reason": "'spam'"}


@pytest.fixture
def written(app: Flask, moderator: Member) -> Flask:
    """A portal with an original and a note."""
    decide_on_page(moderator, a_submission(app).code, "hold", note="¿La conoces?")
    return app


def changes(app: Flask, table: str) -> list[str]:
    """Every change of a sealed table's row but the one that empties it: each column, alone and with the emptying."""
    sqlite = app.extensions["engine"].dialect.name == "sqlite"
    emptying, sealed = EMPTIED[table]
    emptying = emptying.format(nothing="x''" if sqlite else "''::bytea")
    columns = [column["name"] for column in inspect(app.extensions["engine"]).get_columns(table)]
    found = []
    for column in set(columns) - sealed:
        value = OTHER_VALUES.get(column) or ("'2000-01-01'" if column.endswith("_at") else "7")
        found += [f"{column} = {value}", f"{column} = {value}, {emptying}"]
    other = "x'00'" if sqlite else "'\\x00'::bytea"
    return [*found, *(f"{column} = {other}" for column in sealed), *(f"{column} = {column}" for column in columns)]


@pytest.mark.parametrize("table", EMPTIED)
def test_the_database_lets_sealed_columns_be_emptied_and_nothing_else(written: Flask, table: str) -> None:
    engine = written.extensions["engine"]
    for change in changes(written, table):
        with engine.connect() as connection, pytest.raises(DatabaseError, match="append-only"):
            connection.execute(text(f"UPDATE {table} SET {change}"))
    emptying = EMPTIED[table][0].format(nothing="x''" if engine.dialect.name == "sqlite" else "''::bytea")
    with engine.connect() as connection:
        assert connection.execute(text(f"UPDATE {table} SET {emptying}")).rowcount == 1
        for again in (f"UPDATE {table} SET {emptying}", f"DELETE FROM {table}"):
            with pytest.raises(DatabaseError, match="append-only"), connection.begin_nested():
                connection.execute(text(again))


def test_no_file_of_the_database_keeps_what_was_public(app: Flask) -> None:
    words = "en la Calle Luna 7"
    receipt = a_publication(app, body=f"Pedimos guarderías junto a la frontera, {words}.", **WHO)
    assert words.encode() in files_of(app)
    erased(app, receipt)
    held = files_of(app)
    assert words.encode() not in held
    assert "Rosa Ñu".encode() not in held


def files_of(app: Flask) -> bytes:
    """Read the database's files after it has put in order what docs/operations.md tells operators to put in order."""
    engine = app.extensions["engine"]
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
            path = Path(connection.execute(text("PRAGMA database_list")).all()[0][2])
        return b"".join(one.read_bytes() for one in path.parent.glob(f"{path.name}*"))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for order in ("VACUUM FULL version, contact, decision, publication, words", "CHECKPOINT"):
            connection.execute(text(order))
        folder = Path(connection.execute(text("SHOW data_directory")).scalar_one()) / "base"
        number = connection.execute(text("SELECT oid FROM pg_database WHERE datname = current_database()")).scalar_one()
    return b"".join(one.read_bytes() for one in (folder / str(number)).iterdir() if one.is_file())
