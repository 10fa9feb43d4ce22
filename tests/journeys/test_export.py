"""An analyst reads the figures of a scope and takes its rows away."""

import csv
import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page
from python_calamine import CalamineWorkbook

from portal.accounts.rules import Role

pytestmark = pytest.mark.xdist_group("journeys")
PAGES = {
    "en": ("/en/staff/reports?pillar=4", "/en/staff/exports", "Receipt code"),
    "es": ("/es/equipo/informes?pillar=4", "/es/equipo/exportaciones", "Folio"),
}


def download(page: Page, format_: str) -> bytes:
    """Ask for everything of Pillar IV in a format; give the file."""
    page.select_option("[name=pillar]", "4")
    page.check("[name=rows][value=all]")
    page.check(f"[name=format][value={format_}]")
    with page.expect_download() as waiting:
        page.click("#export button")
    return Path(waiting.value.path()).read_bytes()


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("script", [True, False])
def test_the_files_hold_what_the_page_counts(signed_in: Callable[..., Page], language: str, script: bool) -> None:
    report, exports, heading = PAGES[language]
    page = signed_in(Role.ANALYST, language, java_script_enabled=script, accept_downloads=True)
    page.goto(report)
    told = re.search(r"\d+", page.inner_text(".says"))
    assert told
    assert page.locator("main svg[role=img]").count() > 0
    page.goto(exports)

    with zipfile.ZipFile(io.BytesIO(download(page, "zip"))) as files:
        rows_name = min(files.namelist(), key=len)
        table = list(csv.DictReader(io.TextIOWrapper(files.open(rows_name), "utf-8-sig", newline="")))
        assert len(files.namelist()) > 1
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(download(page, "xlsx")))
    sheet = workbook.get_sheet_by_index(0).to_python()

    assert heading in table[0]
    assert sheet[0][0] == heading
    assert {row[heading] for row in table} == {row[0] for row in sheet[1:]}
    # Originals of protected sources and people at risk are counted but never leave.
    assert 0 < len(table) <= int(told[0])
