"""The figures of a summary against the raw GROUP BYs: `python -m bench.summary_figures [ROWS] [sqlite|postgresql]`."""

import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import insert, text

from bench.export_rows import FIRST, database, fill_rows, look_over
from portal import create_app, db
from portal.config import Settings
from portal.moderation.models import Decision
from portal.reports.rules import Scope, read_scope
from portal.reports.summarise import summarise

AT_ONCE = 20_000
# The least that the same tables of figures take: a scan each, no percentile, no week.
RAW = (
    "SELECT pillar, language, count(*) FROM submission WHERE received_at >= '2020-01-01' GROUP BY pillar, language",
    "SELECT stakeholder_type, count(*) FROM submission WHERE received_at >= '2020-01-01' GROUP BY stakeholder_type",
    "SELECT country, count(*) FROM submission WHERE received_at >= '2020-01-01' GROUP BY country",
    "SELECT status, count(*) FROM submission WHERE received_at >= '2020-01-01' GROUP BY status",
    (
        "SELECT s.language, d.verdict, count(*) FROM decision d JOIN submission s ON s.id = d.submission_id"
        " WHERE s.received_at >= '2020-01-01' GROUP BY s.language, d.verdict"
    ),
)


def decide_all(app: Flask, number: int) -> None:
    """Add a decision for each submission, two days after it came."""
    with app.app_context(), db.transaction() as session:
        for start in range(0, number, AT_ONCE):
            rows = [a_decision(at) for at in range(start + 1, min(start + AT_ONCE, number) + 1)]
            session.connection().execute(insert(Decision), rows)


def a_decision(at: int) -> dict[str, Any]:
    """To publish, after a day or two."""
    decided_at = FIRST + timedelta(seconds=20 * at, hours=24 + at % 48)
    moments = {"decided_at": decided_at, "effective_at": decided_at}
    return {"submission_id": at, "verdict": "publish", "from_status": "received", "to_status": "published"} | moments


def seconds(work: Callable[[], object]) -> float:
    """The shortest of three runs."""
    best = float("inf")
    for _ in range(3):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best


def main(number: int, name: str) -> None:
    """Fill a database and print both ratios: with days chosen, and without, where counts are kept."""
    with tempfile.TemporaryDirectory() as folder, database(name, folder) as url:
        app = create_app(Settings(data=Path(folder), database_url=url, log_level="ERROR"))
        fill_rows(app, number)
        decide_all(app, number)
        look_over(app)
        with app.app_context():
            raw = seconds(lambda: [db.session.execute(text(query)).all() for query in RAW])
            scoped = seconds(lambda: summarise(db.session, read_scope({"from": "2020-01-01"})))
            whole = seconds(lambda: summarise(db.session, Scope()))
        app.extensions["engine"].dispose()
        ratios = f"with days {scoped:.2f} s = {scoped / raw:.2f} x, without {whole:.2f} s = {whole / raw:.2f} x"
        print(f"{name}, {number:,} submissions: {ratios} the raw GROUP BYs ({raw:.2f} s)")


if __name__ == "__main__":
    main(int((sys.argv[1:2] or ["1000000"])[0].replace("_", "")), (sys.argv[2:3] or ["sqlite"])[0])
