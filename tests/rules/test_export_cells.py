"""Cells arrive in a spreadsheet as the words that were written: never calculated, never cut in silence."""

import csv
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from portal.reports import csv_file, xlsx_file
from portal.reports.cells import iso_moment
from portal.reports.columns import COLUMNS, PLACES, Words

WORDS = Words(
    "es",
    {
        "language": {"es": "Español"},
        "workstream": {"labor": "Fuerza laboral"},
        "stakeholder_type": {"labor": "Sector laboral"},
        "country": {"MX": "México"},
        "channel": {"form": "Formulario"},
        "status": {"published": "Publicada"},
        "reasons": {"abuse": "Agresión", "minor": "Menor de edad"},
    },
    lambda reason: f"[{reason}]",
)


def a_row(text, **values):
    filled = {
        "response_id": "7K3F92QM",
        "response": text,
        "language": "es",
        "pillar": 4,
        "stakeholder_type": "labor",
        "country": "MX",
        "received_at": "2022-04-18 15:30:59.123456",
        "status": "published",
    } | values
    return [*(filled.get(column.name) for column in COLUMNS), None]


def read_csv(chunks):
    content = b"".join(chunks).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(content, newline="")))


def read_xlsx(chunks, sheet=0):
    return CalamineWorkbook.from_filelike(io.BytesIO(b"".join(chunks))).get_sheet_by_index(sheet).to_python()


def workbook(*rows, notes=(), **options):
    return xlsx_file.write(iter(rows), WORDS, list(notes), len(rows), **options)


# Both databases refuse half a surrogate pair; a NUL is replaced when a text is received.
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=200)


@given(texts)
def test_csv_gives_back_every_text_with_an_apostrophe_before_formulas_alone(text):
    cell = read_csv(csv_file.write(iter([a_row(text)]), WORDS))[1][PLACES["response"]]

    assert cell == (f"'{text}" if text[0] in "=+-@\t\r\n＝＋－＠" else text)


@given(texts)
def test_xlsx_gives_back_every_text(text):
    content = b"".join(workbook(a_row(text)))

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    read = read_xlsx([content])[1][PLACES["response"]]
    assert read == text or not text.isprintable()  # the reader at hand leaves escapes of control characters as they are


@pytest.mark.parametrize(
    "text", ["=1+1", "+52 55", "-5", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://example.org")']
)
def test_formulas_are_inert_in_both(text):
    assert read_csv(csv_file.write(iter([a_row(text)]), WORDS))[1][PLACES["response"]] == f"'{text}"
    content = b"".join(workbook(a_row(text)))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert f's="{xlsx_file.LITERAL}" t="inlineStr"' in sheet  # stays a text when somebody edits the cell
    assert "<f>" not in sheet


def test_a_control_character_is_written_as_excel_escapes_it_and_so_is_what_looks_like_an_escape():
    content = b"".join(workbook(a_row("a\x0bb _x0041_")))

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert "a_x000B_b _x005F_x0041_" in archive.read("xl/worksheets/sheet1.xml").decode()


def test_cells_are_typed_and_labels_in_the_language_of_the_file():
    row = a_row("ñandú", workstream="labor", reasons=["abuse", "minor"], decided_at="2026-01-01 05:59:59")
    cells = dict(zip([column.name for column in COLUMNS], read_xlsx(workbook(row))[1], strict=True))

    assert cells["pillar"] == 4
    assert cells["received_at"].isoformat() == "2022-04-18T10:30:59"
    assert cells["decided_at"].isoformat() == "2025-12-31T23:59:59"
    assert cells["workstream"] == "Fuerza laboral"
    assert cells["reasons"] == "Agresión; Menor de edad"
    assert cells["call"] == ""


def test_a_text_too_long_for_a_cell_is_cut_where_the_file_says_so():
    long, whole = "🌊" * 20_000, "a" * 32_767
    content = b"".join(workbook(a_row(long), a_row(whole)))

    rows = read_xlsx([content])
    assert rows[1][PLACES["response"]] == "🌊" * 16_000 + xlsx_file.CUT["es"]
    assert rows[2][PLACES["response"]] == whole
    assert read_xlsx([content], sheet=2)[-1] == [xlsx_file.CUT_NOTE["es"], 1]
    assert read_csv(csv_file.write(iter([a_row(long)]), WORDS))[1][PLACES["response"]] == long


def test_more_rows_than_a_sheet_holds_go_on_in_the_next():
    content = b"".join(workbook(*(a_row(f"text {at}") for at in range(5)), most_rows=2))

    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert book.sheet_names == ["Datos", "Datos 2", "Datos 3", "Diccionario", "Alcance"]
    texts = [row[PLACES["response"]] for at in range(3) for row in book.get_sheet_by_index(at).to_python()[1:]]
    assert texts == [f"text {at}" for at in range(5)]


def test_a_workbook_without_rows_still_has_its_headings():
    assert read_xlsx(workbook())[0] == [column.heading["es"] for column in COLUMNS]


@pytest.mark.parametrize(
    ("stored", "written"),
    [
        ("2022-04-18 15:30:59.5", "2022-04-18T10:30:59-05:00"),
        ("2022-10-30 06:59:59", "2022-10-30T01:59:59-05:00"),
        ("2022-10-30 07:00:00+00", "2022-10-30T01:00:00-06:00"),
        ("2026-01-01 05:59:59", "2025-12-31T23:59:59-06:00"),
    ],
)
def test_moments_are_those_of_mexico_city(stored, written):
    assert iso_moment(stored) == written


def test_every_column_says_what_it_is_in_both_languages():
    for column in COLUMNS:
        for text in (column.heading, column.meaning, column.empty):
            assert text["en"]
            assert text["es"]
