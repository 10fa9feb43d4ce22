"""Taking in submissions from files: mapping, refusals, nothing half done, safe to run twice."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from rustpy_xlsxwriter import write_worksheet
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import portal.submissions.store as submissions
from portal.cli import main
from portal.submissions import receipts
from portal.submissions.models import Submission
from portal.submissions.rules import Channel, Country, ShowAs, StakeholderType, TextLanguage
from tests.samples import NASTY, received

ROW = {
    "id": "P-1",
    "lang": "es",
    "pillar": "IV",
    "workstream_id": "technical-training",
    "stakeholder_type": "private-sector",
    "organization": "Mezcal Doña Casilda",
    "country": "MX",
    "text": "Pedimos más becas técnicas para quienes ya trabajan en la región.",
}


def run(app: Flask, *arguments: str) -> Result:
    settings = app.config["SETTINGS"]
    environment = {"PORTAL_DATA": str(settings.data), "PORTAL_DATABASE_URL": settings.database_url}
    return CliRunner().invoke(main, ["import", *arguments], env=environment)


def json_lines(path: Path, *rows: Any) -> str:
    path.write_text("".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows), encoding="utf-8")
    return str(path)


def stored(session: Session) -> list[Submission]:
    session.rollback()
    return list(session.scalars(select(Submission).order_by(Submission.id)))


def number_stored(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(Submission)) or 0


def test_a_row_becomes_a_submission_with_the_forms_values(app: Flask, session: Session, tmp_path: Path) -> None:
    result = run(app, json_lines(tmp_path / "rows.jsonl", ROW), "--channel", "paper")

    assert result.exit_code == 0, result.output
    assert "Took in 1 by paper; 0 had been taken in before." in result.output
    submission = stored(session)[0]
    assert (submission.pillar, submission.workstream, submission.page_language) == (4, "technical-training", "es")
    assert submission.stakeholder_type == StakeholderType.PRIVATE_SECTOR
    assert (submission.country, submission.channel) == (Country.MX, Channel.PAPER)
    assert (submission.show_as, submission.language) == (ShowAs.ORGANIZATION, TextLanguage.ES)
    original = submissions.original(session, submission)
    assert (original.body, original.organization) == (ROW["text"], ROW["organization"])


READ_AS: tuple[tuple[dict[str, Any], str, object], ...] = (
    ({"stakeholder_type": "other-ngo"}, "stakeholder_type", StakeholderType.NGO),
    ({"country": "CA"}, "country", Country.OTHER),
    ({"country": "gt"}, "country", Country.GT),
    ({"organization": None}, "show_as", ShowAs.ANONYMOUS),
    ({"pillar": 4}, "pillar", 4),
    ({"lang": "en"}, "page_language", "en"),
    ({"lang": "en"}, "language", TextLanguage.ES),
    ({"text": "Nous demandons que les aides soient versées pour la formation."}, "language", TextLanguage.OTHER),
    ({"text": "We ask for more technical grants for people who already work."}, "language", TextLanguage.EN),
    ({"text": "xyz xyz xyz xyz"}, "language", TextLanguage.ES),
    ({"language": "en"}, "language", TextLanguage.EN),
    ({"workstream_id": None}, "workstream", None),
    ({"expect": {"decision": "publish"}}, "channel", Channel.IMPORT),
)
REFUSED: tuple[tuple[dict[str, Any], str], ...] = (
    ({"text": "short"}, "body: Write 10 characters or more. Your submission has 5."),
    ({"text": ""}, "body: Enter your submission"),
    ({"text": "a" * 20_001}, "body: Shorten your submission to 20,000 characters or fewer. It has 20,001."),
    ({"pillar": "V"}, "pillar: Choose a pillar"),
    ({"stakeholder_type": "lobby"}, "stakeholder_type: Choose a sector"),
    ({"country": ""}, "country: Choose a country"),
    ({"workstream_id": "root-causes"}, "workstream: Choose a workstream of your pillar"),
    ({"id": ""}, "id: Give the row an id"),
    ({"id": "P-0"}, "id: An earlier row has the same id."),
    ({"lang": "fr"}, "lang: Write en or es"),
    ({"consent": "no"}, "consent: Check the box"),
    ({"email": "not an address"}, "email: Enter an e-mail address"),
)


def test_words_of_a_row_are_read_as_the_surface_says(app: Flask, session: Session, tmp_path: Path) -> None:
    rows = [ROW | {"id": f"P-{number}"} | changes for number, (changes, _, _) in enumerate(READ_AS)]

    result = run(app, json_lines(tmp_path / "rows.jsonl", *rows))

    assert result.exit_code == 0, result.output
    for submission, (changes, name, value) in zip(stored(session), READ_AS, strict=True):
        assert getattr(submission, name) == value, changes


def test_columns_that_are_not_used_are_named_once(app: Flask, tmp_path: Path) -> None:
    rows = [ROW | {"id": number, "expect": {}, "clerk": "7"} for number in range(3)]

    result = run(app, json_lines(tmp_path / "rows.jsonl", *rows))

    assert result.output.count("Columns that are not used: clerk, expect.") == 1


def test_rows_that_are_refused_are_named_and_nothing_is_stored(app: Flask, session: Session, tmp_path: Path) -> None:
    wrong = [ROW | {"id": f"P-{number}"} | changes for number, (changes, _) in enumerate(REFUSED, 1)]
    path = json_lines(tmp_path / "rows.jsonl", ROW | {"id": "P-0"}, *wrong, ROW | {"id": "P-99"})

    result = run(app, path)

    assert result.exit_code == 1
    for row, (_, sentence) in enumerate(REFUSED, 2):
        assert f"Row {row}, {sentence}" in result.output
    assert f"{len(REFUSED)} of {len(REFUSED) + 2} rows cannot be taken in." in result.output
    assert "Nothing was stored." in result.output
    assert number_stored(session) == 0


def test_one_wrong_row_is_enough_to_store_none(app: Flask, session: Session, tmp_path: Path) -> None:
    result = run(app, json_lines(tmp_path / "rows.jsonl", ROW, ROW | {"id": "P-2", "pillar": "V"}))

    assert result.exit_code == 1
    assert number_stored(session) == 0


@pytest.mark.parametrize("line", ["not json", "[1, 2]", '"text"', '{"text": "\\ud800"}', "[" * 100_000])
def test_a_line_that_is_no_row_is_named(app: Flask, session: Session, tmp_path: Path, line: str) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(f"{json.dumps(ROW)}\n\n{line}\n", encoding="utf-8")

    result = run(app, str(path))

    assert result.exit_code == 1
    assert "Row 3, row: This line is not a JSON object." in result.output
    assert number_stored(session) == 0


def test_a_dry_run_stores_nothing(app: Flask, session: Session, tmp_path: Path) -> None:
    result = run(app, json_lines(tmp_path / "rows.jsonl", ROW), "--dry-run")

    assert result.exit_code == 0
    assert "Nothing was stored (--dry-run). 1 can be taken in." in result.output
    assert number_stored(session) == 0


def test_a_file_taken_in_twice_is_stored_once(app: Flask, session: Session, tmp_path: Path) -> None:
    rows = [ROW | {"id": f"P-{number}"} for number in range(5)]
    run(app, json_lines(tmp_path / "rows.jsonl", *rows))

    again = run(app, json_lines(tmp_path / "copy.jsonl", *reversed(rows), ROW | {"id": "P-9"}))

    assert "Took in 1 by import; 5 had been taken in before." in again.output
    assert number_stored(session) == 6


def test_the_same_words_from_two_people_are_two_submissions(app: Flask, session: Session, tmp_path: Path) -> None:
    run(app, json_lines(tmp_path / "rows.jsonl", ROW, ROW | {"id": "P-2"}))

    assert number_stored(session) == 2


def test_receipts_are_written_to_be_handed_back(app: Flask, session: Session, tmp_path: Path) -> None:
    out = tmp_path / "receipts.csv"
    path = json_lines(tmp_path / "rows.jsonl", ROW, ROW | {"id": "=2"})

    result = run(app, path, "--receipts", str(out))

    assert result.exit_code == 0, result.output
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["id"] for row in rows] == ["P-1", "'=2"]
    assert out.stat().st_mode & 0o077 == 0
    for row in rows:
        code, key = receipts.parse_code(row["receipt_code"]), receipts.parse_key(row["access_key"])
        assert code
        assert submissions.by_receipt(session, receipts.digest(code, key))


def test_receipts_never_replace_a_file(app: Flask, session: Session, tmp_path: Path) -> None:
    out = tmp_path / "receipts.csv"
    out.write_text("kept")

    result = run(app, json_lines(tmp_path / "rows.jsonl", ROW), "--receipts", str(out))

    assert result.exit_code == 2
    assert out.read_text() == "kept"
    assert number_stored(session) == 0


@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_csv_file_is_read_as_spreadsheets_write_it(
    app: Flask, session: Session, tmp_path: Path, delimiter: str, encoding: str
) -> None:
    path = tmp_path / "rows.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, [*ROW, "Consent"], delimiter=delimiter)
        writer.writeheader()
        writer.writerow(ROW | {"text": 'Dice: "más, becas; ya"\nSegundo renglón.', "Consent": "Sí"})

    result = run(app, str(path), "--channel", "event")

    assert result.exit_code == 0, result.output
    assert submissions.original(session, stored(session)[0]).body == 'Dice: "más, becas; ya"\nSegundo renglón.'


def test_a_csv_file_that_is_not_utf_8_is_refused_with_a_way_out(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("id,text\n1,Más becas técnicas para la región\n", encoding="cp1252")

    result = run(app, str(path))

    assert result.exit_code == 1
    assert "is not in UTF-8" in result.output


def test_a_workbook_is_read(app: Flask, session: Session, tmp_path: Path) -> None:
    path = tmp_path / "rows.xlsx"
    write_worksheet([ROW | {"pillar": 4, "id": 17.0}], str(path))

    result = run(app, str(path))

    assert result.exit_code == 0, result.output
    assert stored(session)[0].pillar == 4


@pytest.mark.parametrize(
    ("name", "content"), [("rows.txt", b"x"), ("rows.xlsx", b"x"), ("rows.csv", b""), ("a.jsonl", b"\xff")]
)
def test_a_file_that_cannot_be_read_is_refused_in_words(app: Flask, tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    result = run(app, str(path))

    assert result.exit_code == 1
    assert "Traceback" not in result.output
    assert result.output.startswith("Error: ")


def test_texts_that_break_careless_programs_arrive_character_for_character(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    rows = [ROW | {"id": name, "text": text} for name, text in NASTY.items()]

    result = run(app, json_lines(tmp_path / "rows.jsonl", *rows))

    assert result.exit_code == 0, result.output
    arrived = [submissions.original(session, one).body for one in stored(session)]
    assert arrived == [received(text) for text in NASTY.values()]
