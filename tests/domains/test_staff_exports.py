"""Files of all rows, for staff alone; downloads that break, and the page on which staff take rows away."""

import csv
import io
import json
import zipfile

import pytest
from sqlalchemy import select, update

import portal.submissions.store as submissions
from portal import db
from portal.accounts.rules import Role
from portal.audit.models import AuditEvent
from portal.clock import utcnow
from portal.moderation.decide import decide
from portal.policy.rules import Reason
from portal.publication.models import Publication
from portal.publication.publish import Passage
from portal.reports.export import CutShort, Format, export
from portal.reports.rules import Scope
from portal.submissions import receipts
from portal.submissions.receipts import spelled
from portal.submissions.rules import Verdict
from tests.builders import a_publication, a_submission
from tests.files import EVERYTHING_PUBLIC, rows_of, taken


def decided(app, receipt, verdict, moderator, *, now=None, **how):
    """Decide as a moderator does."""
    with app.app_context(), db.transaction() as session:
        submission = submissions.by_code(session, receipt.code)
        assert submission
        how = {"actor_id": moderator.staff_id, "now": now or utcnow(), "undo_seconds": 600} | how
        return decide(session, submission.id, verdict, **how)


def test_all_rows_are_what_people_sent_with_what_was_decided(app, moderator):
    refused = a_submission(
        app, body="Compre ahora, oferta única.", show_as="name", name="Rosa Ñu", email="rosa@example.org"
    )
    waiting = a_submission(app, body="Esto espera todavía.", organization="Telar", show_as="organization", name="Ana")
    decided(app, refused, Verdict.NOT_PUBLISH, moderator, reasons=[Reason.SPAM])

    content = taken(app, Scope())
    by_code = {row["response_id"]: row for row in rows_of(content)}

    refused_row, waiting_row = by_code[spelled(refused.code)], by_code[spelled(waiting.code)]
    assert refused_row["response"] == "Compre ahora, oferta única."
    assert refused_row["signed_as"] == "Rosa Ñu"
    assert (refused_row["status"], refused_row["reasons"]) == (
        "Not published",
        "Spam",
    )
    assert refused_row["decided_at"]
    assert (waiting_row["organization"], waiting_row["status"]) == (
        "Telar",
        "Received",
    )
    assert (waiting_row["decided_at"], waiting_row["channel"]) == ("", "Form")
    assert b"rosa@example.org" not in content
    assert b"Ana" not in content


def test_those_who_need_protection_are_in_no_file_of_originals(app, moderator, staff):
    body = "En mi puesto del muelle tres se cobra por pasar."
    source = a_submission(app, body=body)
    decided(app, source, Verdict.HOLD, moderator, note="Puede ser identificable")
    passage = Passage(0, 26, Reason.SOURCE_PROTECTION)
    decided(app, source, Verdict.PUBLISH_REDACTED, staff(Role.REVIEWER), hidden=[passage])

    assert rows_of(taken(app, Scope())) == []


@pytest.mark.parametrize("format", [Format.CSV, Format.ZIP, Format.XLSX])
def test_a_file_that_would_hold_fewer_rows_than_announced_breaks_for_all_to_see(app, format):
    a_publication(app)
    taken_so_far: list[bytes] = []
    with app.app_context(), db.snapshot(app) as session:
        made = export(session, EVERYTHING_PUBLIC, format, "en")
        session.rollback()  # the state in which it was announced is gone …
        with db.open_session(app) as other, db.writing(other):
            other.execute(update(Publication).values(retracted_at=utcnow()))

        with pytest.raises(CutShort):  # … and so is its row
            taken_so_far.extend(made.chunks)

    content = b"".join(taken_so_far)
    if format == Format.CSV:
        with pytest.raises(csv.Error):
            list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
        assert "INCOMPLETE" in content.decode()
    else:
        assert not zipfile.is_zipfile(io.BytesIO(content))


def test_what_a_download_holds_is_let_go_when_the_reader_goes_away(app):
    a_publication(app)
    pool, browser = app.extensions["engine"].pool, app.test_client()
    browser.get("/en/data").close()
    before = pool.checkedout()
    response = browser.get("/en/data/submissions.csv", buffered=False)
    assert pool.checkedout() > before

    response.close()

    assert pool.checkedout() == before


def test_a_file_shows_one_state_of_the_database_whatever_is_published_meanwhile(app):
    first = a_publication(app, body="Esta ya estaba.")
    with app.app_context(), db.snapshot(app) as session:
        made = export(session, EVERYTHING_PUBLIC, Format.CSV, "en")
        a_publication(app, body="Esta llegó después.")

        assert [row["response_id"] for row in rows_of(b"".join(made.chunks))] == [spelled(first.code)]


def test_staff_take_public_rows_away_and_the_audit_log_notes_it(app, staff, session):
    a_publication(app, pillar=2, body="Una fila pública.")
    analyst = staff(Role.ANALYST)
    form = analyst.open("staff.reports.exports", "es", pillar=2).forms["export"]
    form["format"], form["file_language"] = "csv", "en"

    response = form.submit()

    assert rows_of(response.body)[0]["response"] == "Una fila pública."
    assert response.body.startswith(b"\xef\xbb\xbfReceipt code,")
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "export:made")).one()
    assert (event.actor_id, event.subject) == (analyst.staff_id, "export:public")
    assert event.detail == {"rows": 1, "format": "csv", "scope": {"pillar": "2"}}


def test_originals_are_for_those_who_may_have_them(app, staff, session):
    a_submission(app, body="Solo para quienes pueden leer originales.")
    page = staff(Role.RESPONDER).open("staff.reports.exports")
    form = page.forms["export"]
    assert [value for value, *_ in form["rows"].options] == ["public"]
    form["rows"].force_value("all")
    form.submit(status=403)

    form = staff(Role.ANALYST).open("staff.reports.exports").forms["export"]
    form["rows"], form["format"] = "all", "csv"

    assert rows_of(form.submit().body)[0]["response"] == "Solo para quienes pueden leer originales."
    assert session.scalars(select(AuditEvent.subject).where(AuditEvent.action == "export:made")).all() == ["export:all"]


def test_a_scope_that_cannot_be_read_keeps_what_was_chosen(app, staff):
    form = staff(Role.ANALYST).open("staff.reports.exports", "es").forms["export"]
    form["from"], form["to"], form["format"] = "2022-05-12", "2022-04-18", "zip"

    page = form.submit(status=422)

    assert page.html.select_one("#error-summary a")["href"] == "#to"
    assert page.forms["export"]["from"].value == "2022-05-12"
    assert page.forms["export"]["format"].value == "zip"


def test_the_summary_as_json_has_the_figures_of_the_page(app, staff):
    a_publication(app, language="en", body="Published for all to read.")
    form = staff(Role.ANALYST).open("staff.reports.exports", "en").forms["export"]
    form["format"] = "json"

    found = json.loads(form.submit().body)

    assert found["received"] == 1
    assert found["by_language"]["en"]["received"] == 1
    assert found["labels"]["language"]["en"] == "English"


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.EDITOR, Role.ADMINISTRATOR, Role.AUDITOR])
def test_others_find_the_door_closed(staff, role):
    member = staff(role)
    for endpoint in ("staff.reports.summary", "staff.reports.exports"):
        with member.flask.test_request_context():
            address = member.flask.url_for(endpoint, language="en")
        member.get(address, status=403)


def test_receipt_codes_in_files_lead_to_pages(app, visitor):
    receipt = a_publication(app)
    (row,) = rows_of(taken(app, EVERYTHING_PUBLIC))

    visitor.get(f"/en/input/{receipts.spelled(row['response_id'])}")
    assert row["response_id"] == spelled(receipt.code)
