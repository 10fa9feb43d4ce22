"""`portal verify` proves the trail, receipts, counts and states, line by line, and fails where something is wrong."""

import re
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

import portal.audit.store as audit
import portal.submissions.store as submissions
from portal import db, schema
from portal.accounts.rules import Role
from portal.audit.rules import Fault
from portal.cli import main
from portal.config import Settings
from portal.moderation.erase import erase
from portal.moderation.restrict import restrict
from portal.moderation.rules import Erasure
from portal.policy.rules import Reason
from portal.submissions.receipts import spelled
from portal.submissions.rules import Verdict
from tests.builders import a_decision, a_submission
from tests.staff import an_account
from tests.tampering import Act, change, delete, insert, swap, tamper

Run = Callable[..., Result]
CONFIDENTIAL: dict[str, Any] = {
    "confidentiality": "governments_only",
    "public_summary": "Pedimos lo mismo que otras cooperativas.",
}


@pytest.fixture
def portal(settings: Settings) -> Run:
    """Runs the console script on the test's database."""
    environment = {
        "PORTAL_DATA": str(settings.data),
        "PORTAL_DATABASE_URL": settings.database_url,
        "PORTAL_LOG_LEVEL": "ERROR",
    }
    return lambda *arguments: CliRunner(env=environment).invoke(main, arguments)


@pytest.fixture
def filled(app: Flask) -> Flask:
    """A portal with submissions that wait, are public, and were not published."""
    a_submission(app)
    a_decision(app, Verdict.PUBLISH)
    a_decision(app, Verdict.NOT_PUBLISH, reasons=[Reason.SPAM])
    return app


def by_sql(app: Flask, statement: str) -> None:
    """Change something behind the portal's back."""
    with app.extensions["engine"].begin() as connection:
        connection.execute(text(statement))


def test_a_sound_portal_is_proved_line_by_line(filled: Flask, portal: Run) -> None:
    result = portal("verify")
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert re.match(r"Audit trail: \d+ events, whole\. Note its end: \d+-[0-9a-f]{16}$", lines[0])
    assert lines[1] == "Receipts: 3 submissions; each sealed original opens, each has its digests."
    assert lines[-1] == "All is as it was made."
    assert len(lines) == 7


def test_the_check_is_an_event_of_the_trail_and_does_not_break_it(filled: Flask, portal: Run) -> None:
    first, second = portal("verify"), portal("verify")
    counts = [int(re.findall(r"trail: (\d+)", result.output)[0]) for result in (first, second)]
    assert second.exit_code == 0
    assert counts[1] == counts[0] + 1


@pytest.mark.parametrize("rehash", [False, True])
@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda _: change(3, subject="submission:x"), "event 3 was changed"),
        (lambda _: delete(3), "events are missing where event 3 should stand"),
        (lambda _: delete(1), "events are missing where event 1 should stand"),
        (lambda now: insert(3, now), "event 4 was put in by another hand"),
        (lambda _: swap(3, 4), "event 3 was"),
    ],
)
def test_a_trail_that_was_tampered_with_fails(  # noqa: PLR0917  # cases and fixtures
    filled: Flask, portal: Run, now: datetime, act: Callable[[datetime], Act], words: str, rehash: bool
) -> None:
    tamper(filled, act(now), rehash=rehash)
    result = portal("verify")
    assert result.exit_code == 1
    assert "BROKEN" in result.output
    assert words in result.output


def test_a_trail_without_its_newest_events_fails(filled: Flask, portal: Run) -> None:
    last = int(re.findall(r"trail: (\d+)", portal("verify").output)[0]) + 1
    tamper(filled, delete(last, last - 1))
    result = portal("verify")
    assert result.exit_code == 1
    assert f"events are missing where event {last - 1} should stand" in result.output


def test_what_was_noted_must_still_be_there(filled: Flask, portal: Run) -> None:
    end = re.findall(r"Note its end: (\S+)", portal("verify").output)[0]
    assert portal("verify", "--noted", end).exit_code == 0
    number = end.partition("-")[0]
    result = portal("verify", "--noted", f"{number}-{'0' * 16}")
    assert result.exit_code == 1
    assert "do not pass through what was noted" in result.output


@pytest.mark.parametrize("typed", ["12", "x-0123456789abcdef", "12-01", ""])
def test_an_end_that_cannot_be_read_is_a_sentence(portal: Run, typed: str) -> None:
    result = portal("verify", "--noted", typed)
    assert result.exit_code == 2
    assert "as `portal verify` printed it" in result.output


@pytest.mark.parametrize(
    ("statements", "words"),
    [
        (["DELETE FROM version"], "3 of 3 submissions do not open"),
        (["UPDATE contact SET email = (SELECT body FROM version LIMIT 1)"], "do not open or lack a digest: "),
        (["UPDATE submission SET receipt_digest = substr(receipt_digest, 1, 16)"], "3 of 3 submissions do not open"),
        (["UPDATE submission_count SET number = number + 1"], "Counts of the queue: 3 that differ"),
        (["UPDATE publication_count SET number = 0"], "Counts of the register: 1 that differ"),
        (["UPDATE submission SET status = 'published'"], "States: 2 submissions stand elsewhere"),
        (["DELETE FROM audit_event"], "Receipts: 3 that the trail does not tell of: "),
    ],
)
def test_what_was_lost_or_altered_is_named(filled: Flask, portal: Run, statements: list[str], words: str) -> None:
    is_sqlite = filled.extensions["engine"].dialect.name == "sqlite"
    for table in ("version", "audit_event"):
        for name in ("refuses_update", "refuses_delete") if is_sqlite else ("refuses_change",):
            by_sql(filled, f"DROP TRIGGER {table}_{name}" + ("" if is_sqlite else f" ON {table}"))
    for statement in statements:
        by_sql(filled, statement)
    result = portal("verify")
    assert result.exit_code == 1
    assert words in result.output
    assert "Traceback" not in result.output


def test_a_submission_put_in_behind_the_portals_back_is_named(filled: Flask, portal: Run) -> None:
    receipt = a_submission(filled)
    by_sql(filled, f"UPDATE submission SET code = '2222222Z' WHERE code = '{receipt.code}'")
    result = portal("verify")
    assert f"Receipts: 1 that the trail does not tell of: {spelled('2222222Z')}." in result.output


def test_a_table_that_is_gone_is_a_line_and_no_traceback(filled: Flask, portal: Run) -> None:
    by_sql(filled, "DROP TABLE publication_count")
    result = portal("verify")
    assert result.exit_code == 1
    assert "Counts of the register: cannot be checked" in result.output
    assert isinstance(result.exception, SystemExit)


def test_a_trail_whose_key_was_lost_is_signed_anew_by_hand_alone(
    filled: Flask, portal: Run, settings: Settings
) -> None:
    (settings.data / "secret.key").write_text("another key than the one that signed the trail")
    result = portal("verify")
    assert "signed under a key that is not held here" in result.output
    assert portal("verify").exit_code == 1
    assert "Signed the end of the trail" in portal("verify", "--sign-anew").output
    assert portal("verify").exit_code == 0


def test_a_broken_trail_is_never_signed_anew(filled: Flask, portal: Run) -> None:
    tamper(filled, change(3, subject="submission:x"))
    result = portal("verify", "--sign-anew")
    assert result.exit_code == 1
    assert "Nothing was signed" in result.output
    assert portal("verify").exit_code == 1


def test_an_upgrade_signs_a_trail_that_was_begun_before_ends_were_signed(filled: Flask, portal: Run) -> None:
    engine = filled.extensions["engine"]
    schema.go_back(engine, "0003", keys=filled.extensions["keys"])
    result = portal("migrate")
    assert result.exit_code == 0, result.output
    assert portal("verify").exit_code == 0
    by_sql(filled, "UPDATE audit_head SET mark = ''")
    assert portal("migrate").exit_code == 0
    assert portal("verify").exit_code == 1


def test_an_upgrade_that_rebuilds_the_trail_leaves_every_byte_of_it(filled: Flask, portal: Run) -> None:
    engine, everything = filled.extensions["engine"], text("SELECT * FROM audit_event ORDER BY id")

    def rows() -> list[Any]:
        with engine.connect() as connection:
            return [dict(row) for row in connection.execute(everything).mappings()]

    before = rows()
    schema.go_back(engine, "0008", keys=filled.extensions["keys"])
    assert rows() == before
    assert portal("migrate").exit_code == 0
    assert rows() == before
    assert portal("verify").exit_code == 0
    for statement in ("UPDATE audit_event SET id = id", "DELETE FROM audit_event"):
        with engine.connect() as connection, pytest.raises(DatabaseError, match="append-only"):
            connection.execute(text(statement))


def test_an_old_schema_is_a_sentence(filled: Flask, portal: Run) -> None:
    schema.go_back(filled.extensions["engine"], "0003", keys=filled.extensions["keys"])
    result = portal("verify")
    assert result.exit_code == 1
    assert "run `portal migrate`" in result.output


def test_erased_and_restricted_submissions_do_not_trouble_the_proofs(filled: Flask, portal: Run, now: datetime) -> None:
    erased, confidential = a_submission(filled), a_submission(filled, **CONFIDENTIAL)
    reviewer = an_account(filled, Role.REVIEWER, email="segunda@example.org").staff_id
    with filled.app_context(), db.transaction() as session:
        first, second = (submissions.by_code(session, one.code) for one in (erased, confidential))
        assert first
        assert second
        erase(session, first.id, Erasure.ARCO, actor_id=None, now=now)
        restrict(session, second.id, actor_id=reviewer, now=now)
    result = portal("verify")
    assert result.exit_code == 0, result.output


def test_keys_are_rotated_and_old_ones_thrown_away_without_a_break(
    filled: Flask, portal: Run, settings: Settings
) -> None:
    assert portal("keys", "rotate", "--only", "secret").exit_code == 0
    result = portal("verify")  # the check is an event, which signs the end under the new key
    assert result.exit_code == 0, result.output
    path = settings.data / "secret.key"
    path.write_text(path.read_text().split()[0])
    result = portal("verify")
    assert result.exit_code == 0, result.output


def test_a_process_that_still_has_the_old_key_breaks_nothing(filled: Flask, portal: Run, now: datetime) -> None:
    """`filled` goes on with the keys that it read when it started."""
    portal("keys", "rotate", "--only", "secret")
    for _ in range(2):
        assert portal("verify").exit_code == 0
        a_submission(filled)
        a_submission(filled)
    result = portal("verify")
    assert result.exit_code == 0, result.output
    with closing(db.snapshot(filled)) as session:
        assert audit.check(session).fault == Fault.KEY
    last = int(re.findall(r"trail: (\d+)", result.output)[0])
    tamper(filled, insert(last + 1, now))
    assert "was put in by another hand" in portal("verify").output


def test_events_after_the_signed_end_need_marks(filled: Flask, portal: Run, now: datetime) -> None:
    portal("keys", "rotate", "--only", "secret")
    portal("verify")
    a_submission(filled)
    last = int(re.findall(r"trail: (\d+)", portal("verify").output)[0]) + 1
    a_submission(filled)
    tamper(filled, change(last + 1, subject="submission:x"), rehash=True)
    assert portal("verify").exit_code == 1
    assert portal("verify").exit_code == 1
