"""Files hold what the register holds, in both formats and languages, and never a row fewer than they announce."""

import io
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import update

import portal.pillars.store as pillars
from portal import db
from portal.accounts.rules import Role
from portal.clock import utcnow
from portal.db import Bilingual
from portal.policy.rules import Reason
from portal.publication.models import Publication
from portal.publication.publish import Passage
from portal.publication.respond import respond
from portal.reports.export import Format
from portal.reports.rules import Scope
from portal.submissions.receipts import spelled
from tests.builders import a_publication, a_submission
from tests.files import EVERYTHING_PUBLIC, NAMES, rows_of, taken


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
