"""`portal export` writes a whole file or none, and says what it did."""

import csv
import io

import pytest
from click.testing import CliRunner
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from portal.audit.models import AuditEvent
from portal.cli import main
from tests.builders import a_publication, a_submission


@pytest.fixture
def portal(app, settings, monkeypatch):
    """Run a command on the test's database."""
    monkeypatch.setenv("PORTAL_DATABASE_URL", settings.database)
    monkeypatch.setenv("PORTAL_DATA", str(settings.data))
    monkeypatch.setenv("PORTAL_LOG_LEVEL", "ERROR")
    return lambda *arguments: CliRunner().invoke(main, ["export", *map(str, arguments)])


def test_csv_comes_with_its_dictionary(app, portal, tmp_path, session):
    a_publication(app, body="Una fila en español.", pillar=2)
    a_publication(app, body="Otra fila, de otro pilar.", pillar=3)
    out = tmp_path / "filas.csv"

    result = portal("--format", "csv", "--language", "es", "--pillar", "2", "--out", out)

    assert (result.exit_code, result.output) == (0, f"Wrote 1 rows to {out}.\n")
    heads, row = csv.reader(io.StringIO(out.read_text("utf-8-sig"), newline=""))
    assert (heads[0], row[1]) == ("Folio", "Una fila en español.")
    assert (tmp_path / "filas.dictionary.csv").exists()
    assert out.stat().st_mode & 0o777 == 0o600
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "export:made")).one()
    assert (event.actor_id, event.detail["rows"]) == (None, 1)


def test_originals_only_when_asked_for(app, portal, tmp_path):
    a_submission(app, body="Todavía no es pública.")

    portal("--format", "xlsx", "--out", tmp_path / "public.xlsx")
    portal("--format", "xlsx", "--unpublished", "--status", "received", "--out", tmp_path / "all.xlsx")

    public = CalamineWorkbook.from_path(tmp_path / "public.xlsx").get_sheet_by_index(0).to_python()
    everything = CalamineWorkbook.from_path(tmp_path / "all.xlsx").get_sheet_by_index(0).to_python()
    assert len(public) == 1
    assert everything[1][1] == "Todavía no es pública."


def test_a_mistake_becomes_a_sentence_for_each_fault(portal, tmp_path):
    result = portal("--format", "json", "--pillar", "9", "--from", "ayer", "--out", tmp_path / "out.json")

    assert result.exit_code == 2
    assert "--pillar takes 1, 2, 3 or 4. --from takes a day such as 2022-04-18." in result.output
    assert not (tmp_path / "out.json").exists()


def test_what_stood_there_stays_until_the_new_file_is_whole(portal, tmp_path):
    folder = tmp_path / "missing"

    result = portal("--format", "csv", "--out", folder / "out.csv")

    assert result.exit_code == 1
    assert "cannot be written" in result.output
    assert not folder.exists()
