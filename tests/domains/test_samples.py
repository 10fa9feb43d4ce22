"""The sample submissions of the demonstration: all arrive character for character, and end as their labels say."""

import json
from pathlib import Path

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

import portal.submissions.store as submissions
from portal.submissions.models import Submission
from tests.domains.test_import import run
from tests.samples import received

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
