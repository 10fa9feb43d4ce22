"""The sample submissions of the demonstration: all arrive character for character, and end as their labels say."""

import csv
import io
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import select
from sqlalchemy.orm import Session

import portal.submissions.store as submissions
from portal import db, jobs
from portal.accounts.rules import Role
from portal.demo.fill import Sample, decide_as_labelled, samples
from portal.moderation.decide import decide
from portal.policy.rules import NEEDS_SECOND_PERSON
from portal.submissions import receipts
from portal.submissions.models import Submission
from portal.submissions.rules import Channel, Verdict
from portal.submissions.take_in import Taken, take_in
from tests.domains.test_import import run
from tests.samples import received
from tests.staff import an_account
from tests.visitor import Visitor

NOW = datetime(2022, 5, 2, 15, 30, tzinfo=UTC)
SAMPLES = Path(__file__).resolve().parents[2] / "portal" / "demo" / "submissions.jsonl"


def test_every_sample_arrives_character_for_character(app: Flask, session: Session) -> None:
    rows = [json.loads(line) for line in SAMPLES.read_text(encoding="utf-8").splitlines()]

    result = run(app, str(SAMPLES))

    assert result.exit_code == 0, result.output
    assert f"Took in {len(rows)} by import; 0 had been taken in before." in result.output
    arrived = list(session.scalars(select(Submission).order_by(Submission.id)))
    assert [submissions.original(session, one).body for one in arrived] == [received(row["text"]) for row in rows]
    assert [one.page_language for one in arrived] == [row["lang"] for row in rows]
    assert [one.workstream for one in arrived] == [row["workstream_id"] for row in rows]
    expected = {"en": "en", "es": "es", "fr": "other", "pt": "other"}
    languages = [
        (row["id"], one.language, expected.get(row["expect"]["language"]))
        for row, one in zip(rows, arrived, strict=True)
    ]
    assert [wrong for wrong in languages if wrong[2] and wrong[1] != wrong[2]] == []


@pytest.fixture
def moderated(app: Flask) -> list[tuple[Sample, str]]:
    """Every sample, taken in and decided as its label says: grave reasons by two people. With its receipt code."""
    first, second = (an_account(app, Role.MODERATOR, email=f"{name}@example.org") for name in ("uno", "dos"))
    done = []
    with app.app_context(), db.transaction() as session:
        everything = list(samples())
        taken: list[Taken] = []
        take_in(session, [sample.row for sample in everything], Channel.IMPORT, taken.append, now=NOW)
        for sample, one in zip(everything, taken, strict=True):
            submission = submissions.by_code(session, one.receipt.code)
            assert submission
            if NEEDS_SECOND_PERSON & set(sample.reasons):
                how: dict[str, Any] = {"actor_id": first.staff_id, "now": NOW, "undo_seconds": 0}
                decide(session, submission.id, Verdict.HOLD, note="A second person, please.", **how)
            decide_as_labelled(session, submission, sample, actor_id=second.staff_id, now=NOW)
            done.append((sample, one.receipt.code))
    jobs.run_due(app, NOW + timedelta(hours=1))
    return done


def test_register_and_exports_hold_what_the_labels_say(
    app: Flask, moderated: list[tuple[Sample, str]], visitor: Visitor
) -> None:
    public = {code: sample for sample, code in moderated if sample.verdict != Verdict.NOT_PUBLISH}
    refused = {code: sample for sample, code in moderated if sample.verdict == Verdict.NOT_PUBLISH}
    assert (len(public), len(refused)) == (218, 22)

    table = csv.DictReader(io.StringIO(visitor.get("/en/data/submissions.csv").body.decode("utf-8-sig"), newline=""))
    rows = {row["Receipt code"]: row for row in table}
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(visitor.get("/en/data/submissions.xlsx").body))
    cells = {str(row[0]): str(row[1]) for row in workbook.get_sheet_by_index(0).to_python()[1:]}

    assert {receipts.parse_code(code) for code in rows} == public.keys()
    assert cells.keys() == rows.keys()
    for code, sample in public.items():
        written = received(str(sample.row.values["text"]))
        page = visitor.get(f"/en/input/{receipts.spelled(code)}")
        shown = rows[receipts.spelled(code)]["Submission"].removeprefix("'")
        for passage in sample.passages:
            assert passage not in page.text
            assert passage not in shown
            assert passage not in cells[receipts.spelled(code)]
            written = written.replace(passage, "", 1)
        if sample.passages:
            assert "hidden" in shown
            shown = re.sub(r"\[[^\]]*hidden[^\]]*\]", "", shown)
        assert shown.replace("\r\n", "\n") == written, code
    for code in refused:
        assert visitor.get(f"/en/input/{receipts.spelled(code)}", status=404)
