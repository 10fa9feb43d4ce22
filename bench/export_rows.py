"""Exports of many rows against their floors: `python -m bench.export_rows [ROWS] [sqlite|postgresql]`.

CSV against the driver with csv.writer on the same statement; XLSX against rustpy-xlsxwriter alone on the same cells.
Each runs in a process of its own, so that its peak memory is its own.
"""

import csv
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import rustpy_xlsxwriter
from flask import Flask
from sqlalchemy import insert

from portal import create_app, db
from portal.config import Settings
from portal.publication.models import Publication, PublicationCount
from portal.reports import row_store
from portal.reports.columns import COLUMNS
from portal.reports.export import Format, export
from portal.reports.rules import Scope
from portal.submissions.models import Submission, SubmissionCount
from portal.submissions.receipts import ALPHABET
from portal.submissions.rules import Channel, Confidentiality, Country, ShowAs, StakeholderType, Status, TextLanguage
from tests.databases import PostgreSQL, fill

AT_ONCE = 20_000
FIRST = datetime(2025, 11, 1, 14, 30, tzinfo=UTC)
SENTENCES = (
    "Las filas de camiones en el puente cuestan una hora de cada turno.",
    "Border wait times should be published every hour, in both languages.",
    "Pedimos becas para certificar competencias laborales en Tapachula.",
    "Small firms need one form, not seven, to export a crate of mezcal.",
    "El agua del río llega turbia después de cada lluvia fuerte.",
    "Publish the map of semiconductor suppliers as open data.",
)


def fill_rows(app: Flask, number: int) -> None:
    """Add as many submissions, all published: two sentences to five, some signed, some with a hidden passage."""
    chance = random.Random(7)
    with app.app_context(), db.transaction() as session:
        for start in range(0, number, AT_ONCE):
            batch = [row(chance, at) for at in range(start + 1, min(start + AT_ONCE, number) + 1)]
            session.connection().execute(insert(Submission), [one[0] for one in batch])
            session.connection().execute(insert(Publication), [one[1] for one in batch])
        counted = {"pillar": 1, "language": "es", "stakeholder_type": "individual", "country": "MX", "number": number}
        session.connection().execute(insert(PublicationCount), [counted])
        session.connection().execute(insert(SubmissionCount), [counted | {"status": Status.PUBLISHED}])


def look_over(app: Flask) -> None:
    """Let the database count what it holds, as it does by itself when it is not filled at one go."""
    with app.extensions["engine"].connect() as connection:
        connection.exec_driver_sql("ANALYZE")
        connection.commit()


def row(chance: random.Random, at: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """One submission and its publication."""
    code = "".join(ALPHABET[at >> shift & 31] for shift in range(35, -1, -5))
    shared = {
        "id": at,
        "code": code,
        "pillar": chance.randint(1, 4),
        "stakeholder_type": chance.choice(list(StakeholderType)),
        "country": chance.choice(list(Country)),
        "language": chance.choice(list(TextLanguage)),
        "show_as": chance.choice(list(ShowAs)),
        "received_at": FIRST + timedelta(seconds=20 * at),
    }
    submission = shared | {
        "attempt_digest": at.to_bytes(32, "big"),
        "receipt_digest": at.to_bytes(32, "big"),
        "channel": Channel.FORM,
        "status": Status.PUBLISHED,
        "status_since": FIRST,
        "page_language": "es",
        "confidentiality": Confidentiality.PUBLIC,
    }
    publication = shared | {
        "submission_id": at,
        "signature": None if shared["show_as"] == ShowAs.ANONYMOUS else "Cámara de Transporte de Nuevo Laredo",
        "is_summary": False,
        "body": " ".join(chance.choices(SENTENCES, k=chance.randint(2, 5))),
        "hidden": [[40, "personal-data"]] if at % 10 == 0 else [],
        "published_at": FIRST + timedelta(seconds=20 * at, days=2),
    }
    return submission, publication


def measure(what: str, url: str, folder: str) -> dict[str, float]:
    """Do one export to nowhere; tell its seconds, those until the first byte, and the peak of memory in MiB."""
    app = create_app(Settings(data=Path(folder), database_url=url, log_level="ERROR"))
    before = peak()
    with app.app_context(), db.snapshot(app) as session:
        scope = Scope(published_only=True)
        session.connection()
        start, cpu = time.perf_counter(), time.process_time()
        first = 0.0
        if what == "csv floor":
            size = csv_floor(session)
        elif what == "xlsx floor":
            size = xlsx_floor(session, folder)
        else:
            size = 0
            for chunk in export(session, scope, Format(what), "es").chunks:
                first = first or time.perf_counter() - start
                size += len(chunk)
        seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    return {"seconds": seconds, "cpu": cpu, "first": first, "before": before, "peak": peak(), "mb": size / 1e6}


def peak() -> float:
    """The most memory this process has held, in MiB (Linux; ru_maxrss would tell the parent's)."""
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024


def statement(session: Any) -> str:
    """The very statement that the export runs, as the driver takes it."""
    query = row_store.public_query(session, Scope(published_only=True))
    return str(query.compile(session.connection(), compile_kwargs={"literal_binds": True}))


def raw_rows(session: Any) -> Iterator[Any]:
    """Rows as the driver gives them, some thousands at a time."""
    connection = session.connection().connection.driver_connection
    sqlite = db.is_sqlite(session)
    cursor = connection.cursor() if sqlite else connection.cursor(name="floor")
    cursor.execute(statement(session))
    while batch := cursor.fetchmany(row_store.AT_ONCE):
        yield from batch
    cursor.close()


def csv_floor(session: Any) -> int:
    """The driver and csv.writer, into a file that goes nowhere."""
    with Path(os.devnull).open("w", encoding="utf-8", newline="") as target:
        csv.writer(target).writerows(raw_rows(session))
    return 0


def xlsx_floor(session: Any, folder: str) -> int:
    """The driver and rustpy-xlsxwriter, into a file."""
    names = [column.name for column in COLUMNS]
    path = Path(folder) / "floor.xlsx"
    records = (dict(zip(names, values, strict=False)) for values in raw_rows(session))
    rustpy_xlsxwriter.write_worksheet(records, str(path), sheet_name="Datos")
    size = path.stat().st_size
    path.unlink()
    return size


@contextmanager
def database(name: str, folder: str) -> Iterator[str]:
    """A migrated, empty database."""
    if name == "sqlite":
        url = f"sqlite:///{folder}/portal.sqlite3"
        fill(url)
        yield url
    else:
        with PostgreSQL() as server, server.filled_database() as url:
            yield url


def main(number: int, name: str) -> None:
    """Fill a database and print every ratio."""
    with tempfile.TemporaryDirectory() as folder, database(name, folder) as url:
        app = create_app(Settings(data=Path(folder), database_url=url, log_level="ERROR"))
        fill_rows(app, number)
        look_over(app)
        app.extensions["engine"].dispose()
        results: dict[str, Any] = {}
        for what in ("csv floor", "csv", "csv floor", "csv", "zip", "xlsx floor", "xlsx"):
            command = [sys.executable, "-m", "bench.export_rows", "measure", what, url, folder]
            found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            if what not in results or found["seconds"] < results[what]["seconds"]:
                results[what] = found
        for what, found in results.items():
            floor = results.get(f"{'csv' if what == 'zip' else what} floor")
            ratio = f" = {floor['seconds'] / found['seconds']:.2f} x the floor's speed" if floor else ""
            ratio += f" ({floor['cpu'] / found['cpu']:.2f} by processor time)" if floor else ""
            speed, first = f"{number / found['seconds']:,.0f} rows/s", f"first byte {found['first'] * 1e3:.0f} ms"
            memory = f"peak {found['peak']:.0f} MiB (started at {found['before']:.0f})"
            print(f"{name} {what}: {speed}{ratio}, {first}, {memory}, {found['mb']:.0f} MB")


if __name__ == "__main__":
    if sys.argv[1:2] == ["measure"]:
        print(json.dumps(measure(*sys.argv[2:5])))
    else:
        main(int((sys.argv[1:2] or ["1000000"])[0].replace("_", "")), (sys.argv[2:3] or ["sqlite"])[0])
