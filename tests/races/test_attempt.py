"""One form, sent by several hands at once, or into a database that is locked or gone: one submission, no lost word."""

import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from portal import create_app, db
from portal.audit.models import AuditEvent
from portal.config import Settings
from portal.submissions.models import Submission, SubmissionCount
from tests.domains.test_submissions import fill, open_form, original, values
from tests.visitor import Visitor

HANDS = 8
NOWHERE = {
    "sqlite": "sqlite:////nowhere/portal.sqlite3",
    "postgresql": "postgresql://portal@/portal?host=/nowhere",
}


def test_one_form_sent_by_many_hands_at_once_makes_one_submission(
    app: Flask, session: Session, visitor: Visitor
) -> None:
    for _ in range(3):
        sent = fill(open_form(visitor)).submit_fields()
        cookie = {"Cookie": "; ".join(f"{cookie.name}={cookie.value}" for cookie in visitor.cookiejar)}
        together, answers = threading.Barrier(HANDS), []

        def send(sent: list[tuple[str, str]] = sent, together: threading.Barrier = together) -> None:
            hand = Visitor(app)
            together.wait()
            answers.append(hand.post("/es/aportaciones/nueva", sent, headers=cookie))  # noqa: B023  # joined below

        hands = [threading.Thread(target=send) for _ in range(HANDS)]
        before = session.scalar(select(func.count(Submission.id))) or 0
        session.rollback()
        for hand in hands:
            hand.start()
        for hand in hands:
            hand.join()

        assert [answer.status_int for answer in answers] == [303] * HANDS
        assert len({answer.location for answer in answers}) == 1
        assert len({answer.headers.getall("Set-Cookie")[0].split(".")[0] for answer in answers}) == 1
        assert session.scalar(select(func.count(Submission.id))) == before + 1
        assert session.scalar(select(func.sum(SubmissionCount.number))) == before + 1
        received = select(func.count()).select_from(AuditEvent).where(AuditEvent.action == "submission:received")
        assert session.scalar(received) == before + 1
        session.rollback()


@contextmanager
def locked(url: str) -> Iterator[None]:
    """Keep everybody else from writing submissions."""
    if url.startswith("sqlite"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")
        connection.close()
    else:
        with psycopg.connect(url) as holder:
            holder.execute("LOCK TABLE submission IN ACCESS EXCLUSIVE MODE")
            yield
            holder.rollback()


def test_a_locked_database_keeps_every_word_and_takes_them_afterwards(
    database_url: str, settings: Settings, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "SQLITE_BUSY_SECONDS", 0.3)
    monkeypatch.setattr(db, "POSTGRESQL_LOCK_TIMEOUT_MS", 300)
    app = create_app(settings)
    visitor = Visitor(app)
    form = fill(open_form(visitor), body="Señal, camino y seguro. 👩‍👩‍👧‍👦 <b>", show_as="name", name="Inés")
    sent = values(form)

    with locked(database_url):
        page = form.submit(status=503)

    assert page.headers["Retry-After"] == "10"
    assert "No pudimos guardar su aportación" in page.html.select_one(".error-summary").text
    assert values(page.forms["input"]) == sent
    receipt = page.forms["input"].submit(status=303).follow()
    assert original(session, receipt).body == sent["body"]
    app.extensions["engine"].dispose()


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_form_opens_and_keeps_every_word_while_the_database_is_gone(
    app: Flask, visitor: Visitor, language: str
) -> None:
    form = fill(open_form(visitor, language))
    sent = values(form)
    whole = app.extensions["engine"]
    app.extensions["engine"] = db.make_engine(NOWHERE[whole.dialect.name])

    page = form.submit(status=503)
    fresh = open_form(visitor, language)

    assert values(page.forms["input"]) == sent
    assert "Invertir en nuestra gente" in page.text or "Investing in Our People" in page.text
    assert [option for option, *_ in fresh["pillar"].options] == ["1", "2", "3", "4"]
    app.extensions["engine"] = whole
    assert page.forms["input"].submit(status=303)


def test_a_portal_that_started_without_its_database_offers_the_pillars_by_numeral(settings: Settings) -> None:
    nowhere = NOWHERE["sqlite" if settings.database.startswith("sqlite") else "postgresql"]
    app = create_app(Settings(data=settings.data, database_url=nowhere, log_level="ERROR"))
    visitor = Visitor(app)
    page = visitor.open("submissions.new", "es")
    assert "Pilar IV" in page.html.select_one("#pillar").text
    form = fill(page.forms["input"], workstream=None)
    form["workstream"].force_value("root-causes")
    page = form.submit(status=503)
    assert values(page.forms["input"]) == values(form)


def test_a_receipt_is_shown_while_the_database_is_gone(app: Flask, visitor: Visitor) -> None:
    receipt = fill(open_form(visitor)).submit(status=303)
    whole, app.extensions["engine"] = app.extensions["engine"], db.make_engine(NOWHERE["sqlite"])
    page = receipt.follow()
    assert page.html.select_one("#code")
    assert page.html.select_one("#key")
    app.extensions["engine"] = whole


def test_past_the_limit_with_the_database_gone_every_word_is_kept(settings: Settings) -> None:
    app = create_app(Settings(data=settings.data, database_url=settings.database_url, log_level="ERROR"))
    visitor = Visitor(app)
    form = fill(open_form(visitor))
    whole, app.extensions["engine"] = app.extensions["engine"], db.make_engine(NOWHERE["sqlite"])
    for _ in range(7):  # each failure brings a ticket, so that nobody is limited for a fault of ours
        form = form.submit(status=503).forms["input"]
    app.extensions["engine"] = whole
    assert form.submit(status=303)
    whole.dispose()


def test_a_full_disk_keeps_every_word(filled_sqlite: Path, tmp_path: Path) -> None:
    path = tmp_path / "full.sqlite3"
    shutil.copy(filled_sqlite, path)
    app = create_app(Settings(data=tmp_path, database_url=f"sqlite:///{path}", log_level="ERROR"))

    @event.listens_for(app.extensions["engine"], "connect")
    def fill_up(connection: Any, _record: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")

    form = fill(open_form(Visitor(app)), body="Señal, camino y seguro. " * 800)
    page = form.submit(status=503)
    assert values(page.forms["input"]) == values(form)
    with db.open_session(app) as session:
        assert session.scalar(select(func.count(Submission.id))) == 0
    app.extensions["engine"].dispose()
