"""Files hold what the register holds, in both formats and languages, and never a row fewer than they announce."""

import csv
import io
import json
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select, update

import portal.pillars.store as pillars
import portal.submissions.store as submissions
from portal import db
from portal.accounts.rules import Role
from portal.audit.models import AuditEvent
from portal.clock import utcnow
from portal.db import Bilingual
from portal.moderation.decide import decide
from portal.policy.rules import Reason
from portal.publication.models import Publication
from portal.publication.publish import Passage
from portal.publication.respond import respond
from portal.reports.columns import COLUMNS
from portal.reports.export import CutShort, Format, export
from portal.reports.rules import Scope
from portal.submissions import receipts
from portal.submissions.receipts import spelled
from portal.submissions.rules import Verdict
from tests.builders import a_publication, a_submission

NAMES = [column.name for column in COLUMNS]
EVERYTHING_PUBLIC = Scope(published_only=True)


def rows_of(content, name=None):
    """Read CSV as rows by the columns' names."""
    text = content.decode("utf-8-sig")
    _, *rows = csv.reader(io.StringIO(text, newline=""))
    return [dict(zip(NAMES, row, strict=True)) for row in rows]


def taken(app, scope, format=Format.CSV, language="en"):
    """Make a file and take all of it."""
    with app.app_context(), db.snapshot(app) as session:
        return b"".join(export(session, scope, format, language).chunks)


def test_the_register_as_csv(app, visitor, now):
    body = "=SUMA(A1) «ñandú», 🌊\nllámeme al 664 555 0199"
    receipt = a_publication(
        app,
        [Passage(body.index("664"), len(body), Reason.PERSONAL_DATA)],
        body=body,
        show_as="organization",
        organization="+Cámara, A.C.",
        now=datetime(2022, 4, 18, 15, 30, tzinfo=UTC),
    )

    response = visitor.get("/es/datos/aportaciones.csv")

    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.headers["Content-Disposition"] == "attachment; filename=aportaciones.csv"
    assert response.body.startswith(b"\xef\xbb\xbfFolio,")
    (row,) = rows_of(response.body)
    assert row["response_id"] == spelled(receipt.code)
    assert row["response"] == "'=SUMA(A1) «ñandú», 🌊\nllámeme al [dato personal oculto]"
    assert (row["organization"], row["signed_as"]) == ("'+Cámara, A.C.", "'+Cámara, A.C.")
    assert (row["language"], row["pillar"], row["country"]) == ("Español", "4", "México")
    assert (row["status"], row["reasons"], row["channel"]) == ("Publicada", "Datos personales", "")
    assert row["received_at"] == "2022-04-18T10:30:00-05:00"
    assert b"664" not in response.body


def test_the_same_rows_as_xlsx(app, visitor):
    a_publication(app, body="=1+1 no es una fórmula", pillar=2, language="es", country="other")

    book = CalamineWorkbook.from_filelike(io.BytesIO(visitor.get("/en/data/submissions.xlsx").body))

    assert book.sheet_names == ["Data", "Dictionary", "Scope"]
    _, cells = book.get_sheet_by_index(0).to_python()
    row = dict(zip(NAMES, cells, strict=True))
    assert row["response"] == "=1+1 no es una fórmula"
    assert (row["pillar"], row["country"], row["signed_as"]) == (2, "Another country", "")
    assert isinstance(row["received_at"], datetime)
    dictionary = book.get_sheet_by_index(1).to_python()
    assert [line[0] for line in dictionary[1:]] == NAMES
    assert ["Rows", 1] in book.get_sheet_by_index(2).to_python()


def test_the_archive_brings_the_dictionary_and_the_scope(app, visitor):
    a_publication(app, pillar=3)

    response = visitor.get("/es/datos/aportaciones.zip?pillar=3&from=2020-01-01")

    with zipfile.ZipFile(io.BytesIO(response.body)) as archive:
        name = "aportaciones-pilar-3-2020-01-01"
        assert archive.namelist() == [f"{name}.csv", f"{name}.dictionary.csv", f"{name}.alcance.csv"]
        assert archive.testzip() is None
        assert len(rows_of(archive.read(f"{name}.csv"))) == 1
        assert archive.read(f"{name}.dictionary.csv").decode("utf-8-sig").startswith("Columna,Encabezado,")
        assert "Pilar,3" in archive.read(f"{name}.alcance.csv").decode()


def test_filters_narrow_a_file_as_they_narrow_the_register(app, visitor):
    wanted = a_publication(app, pillar=2, stakeholder_type="labor", country="GT", language="es", body="Uno. Uno. Uno.")
    a_publication(app, pillar=1, body="Dos. Dos. Dos.")
    a_publication(app, pillar=2, stakeholder_type="ngo", body="Tres. Tres. Tres.")

    rows = rows_of(visitor.get("/en/data/submissions.csv?pillar=2&type=labor&country=GT&language=es").body)

    assert [row["response_id"] for row in rows] == [spelled(wanted.code)]


def test_words_narrow_a_file_as_they_narrow_the_register(app, visitor):
    wanted = a_publication(app, body="Las aduanas abren tarde en Otay.")
    a_publication(app, body="Faltan becas para enfermería.")

    rows = rows_of(visitor.get("/es/datos/aportaciones.csv?q=aduana").body)

    assert [row["response_id"] for row in rows] == [spelled(wanted.code)]


def test_a_filter_that_cannot_be_read_makes_no_file(visitor):
    visitor.get("/en/data/submissions.csv?pillar=9", status=400)
    visitor.get("/es/datos/aportaciones.xlsx?from=ayer", status=400)


def test_days_of_a_range_are_whole_days_in_mexico_city(app):
    late = datetime(2026, 11, 24, 5, 59, 59, tzinfo=UTC)  # one second to midnight on the 23rd
    first = a_publication(app, now=late, body="Un segundo antes.")
    second = a_publication(app, now=late + timedelta(seconds=1), body="Un segundo después.")

    def codes(**days):
        return [row["response_id"] for row in rows_of(taken(app, Scope(published_only=True, **days)))]

    day = late.date()
    assert codes(last=day - timedelta(days=1)) == [spelled(first.code)]
    assert codes(first=day) == [spelled(second.code)]
    assert codes(first=day - timedelta(days=1), last=day) == [spelled(first.code), spelled(second.code)]


def test_what_was_retracted_or_never_published_is_in_no_public_file(app):
    a_submission(app, body="Nadie ha leído esto todavía.")
    gone = a_publication(app, body="Esto se retiró después.")
    with app.app_context(), db.transaction() as session:
        session.execute(update(Publication).where(Publication.code == gone.code).values(retracted_at=utcnow()))

    for format in (Format.CSV, Format.XLSX, Format.ZIP):
        content = taken(app, EVERYTHING_PUBLIC, format)
        assert spelled(gone.code).encode() not in content
    assert rows_of(taken(app, EVERYTHING_PUBLIC)) == []


@pytest.mark.parametrize("format", [Format.CSV, Format.ZIP, Format.XLSX])
def test_the_same_scope_and_rows_give_the_same_bytes(app, format):
    for at in range(3):
        a_publication(app, body=f"Aportación número {at}")

    assert taken(app, EVERYTHING_PUBLIC, format, "es") == taken(app, EVERYTHING_PUBLIC, format, "es")


def test_responses_stand_beside_the_submissions_they_answer(app, staff):
    first, second, third = (a_publication(app, body=f"Aportación número {at}") for at in range(3))
    responder = staff(Role.RESPONDER)
    with app.app_context(), db.transaction() as session:
        for title, codes in (("First answer", [second.code]), ("Second answer", [second.code, third.code])):
            respond(
                session,
                codes,
                Bilingual(title, f"{title} en español"),
                Bilingual("We read it.", "La leímos."),
                agencies=agencies(session),
                pillar=4,
                actor_id=responder.staff_id,
                now=utcnow(),
            )

    rows = {row["response_id"]: row["response_of_governments"] for row in rows_of(taken(app, EVERYTHING_PUBLIC))}

    assert rows == {
        spelled(first.code): "",
        spelled(second.code): "first-answer; second-answer",
        spelled(third.code): "second-answer",
    }
    spanish = rows_of(taken(app, EVERYTHING_PUBLIC, language="es"))
    assert spanish[2]["response_of_governments"] == "second-answer-en-espanol"


def agencies(session):
    """Any agency that the dialogue knows."""
    return [pillars.agencies(session)[0].id]


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
