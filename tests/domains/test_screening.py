"""Screening: found by a job after receipt, marked on the desk, hidden by one press, dropped with the text; no words."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

import portal.submissions.store as submissions
from portal import db, jobs, schema
from portal.clock import utcnow
from portal.jobs import Job
from portal.moderation.erase import erase
from portal.moderation.rules import Erasure
from portal.publication.models import Publication
from portal.screening import screen
from portal.screening.models import Screening, Signal
from portal.screening.rules import VERSION, Kind
from portal.submissions import receipts
from portal.submissions.receive import SCREEN, SCREEN_WAITING, Receipt
from portal.submissions.row_file import Row
from portal.submissions.rules import Channel, Status
from portal.submissions.take_in import take_in
from tests.builders import a_submission
from tests.staff import Member

NUMBER, ADDRESS = "961 555 0134", "ofe.hamacas@example.com"
TEXT = f"Más becas técnicas 👩🏽‍🔬.\n\nMi cel es {NUMBER}\ny mi correo {ADDRESS}."


def screened(app: Flask, **changes: Any) -> Receipt:
    receipt = a_submission(app, **{"body": TEXT} | changes)
    jobs.run_due(app, utcnow() + timedelta(seconds=1))
    return receipt


def item(moderator: Member, receipt: Receipt, language: str = "en") -> Any:
    return moderator.open("staff.moderation.item", language, folio=receipts.spelled(receipt.code))


def listed(page: Any) -> list[str]:
    return [" ".join(one.get_text(" ", strip=True).split()) for one in page.html.select("#found li")]


def marked(page: Any) -> list[tuple[str, str]]:
    return [(mark["data-number"], mark.get_text()) for mark in page.html.select("[data-redactable] .found-words")]


def press(page: Any, value: str) -> Any:
    form = page.forms["decide"]
    buttons = [one for one in form.fields["act"] if getattr(one, "_value", None) == value]
    assert buttons, value
    return form.submit("act", value=value)


def test_a_job_keeps_where_it_is_and_no_word(app: Flask, session: Session, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    screened(app)
    found = session.scalars(select(Signal).order_by(Signal.start)).all()
    assert [(TEXT[one.start : one.end], one.kind, one.rule, one.version) for one in found] == [
        (NUMBER, Kind.PHONE, "phone:label", VERSION),
        (ADDRESS, Kind.EMAIL, "email:form", VERSION),
    ]
    kept = [str(value) for one in found for value in vars(one).values()] + [
        job.subject for job in session.scalars(select(Job))
    ]
    assert not any(NUMBER in words or ADDRESS in words for words in [*kept, caplog.text])


def test_the_same_job_twice_changes_nothing(app: Flask, session: Session) -> None:
    code = screened(app).code
    with app.app_context(), db.transaction() as writer:
        writer.execute(delete(Signal).where(Signal.start > TEXT.index(NUMBER)))
        jobs.enqueue(writer, SCREEN, code, due_at=utcnow())
    jobs.run_due(app, utcnow() + timedelta(seconds=5))
    assert session.scalar(select(func.count()).select_from(Signal)) == 1
    assert session.scalars(select(Job).where(Job.done_at.is_(None))).all() == []


def test_what_is_taken_in_is_looked_through_too(app: Flask, session: Session) -> None:
    screened(app, body="Sin ningún dato de nadie.")
    row = Row(2, {"id": "P-1", "lang": "es", "pillar": "IV", "stakeholder_type": "ngo", "country": "MX", "text": TEXT})
    with app.app_context(), db.transaction() as writer:
        take_in(writer, [row], Channel.PAPER, lambda _taken: None, now=utcnow())
    jobs.run_due(app, utcnow() + timedelta(seconds=1))
    assert session.scalar(select(func.count()).select_from(Signal)) == 2


def test_what_waits_from_before_or_from_older_rules_is_looked_through_by_a_job(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screen, "AT_ONCE", 2)
    for _ in range(5):
        screened(app)
    with app.app_context(), db.transaction() as writer:
        writer.execute(delete(Signal).where(Signal.submission_id > 1))
        writer.execute(delete(Screening).where(Screening.submission_id > 2))
        writer.execute(update(Screening).where(Screening.submission_id == 2).values(version=0))
        jobs.enqueue(writer, SCREEN_WAITING, "0", due_at=utcnow())
    jobs.run_due(app, utcnow() + timedelta(seconds=1))
    assert session.scalar(select(func.count()).select_from(Signal)) == 10
    assert session.scalars(select(Screening.version)).all() == [VERSION] * 5


def test_migrating_asks_for_what_waits(app: Flask, session: Session) -> None:
    a_submission(app)
    session.rollback()
    schema.go_back(app.extensions["engine"], "0009", keys=app.extensions["keys"])
    schema.migrate(app.extensions["engine"], keys=app.extensions["keys"])
    assert session.scalars(select(Job.subject).where(Job.kind == SCREEN_WAITING)).all() == ["0"]
    session.rollback()
    jobs.run_due(app, utcnow() + timedelta(seconds=1))
    assert session.scalar(select(func.count()).select_from(Screening)) == 1


@pytest.mark.parametrize(("language", "kind"), [("en", "Phone"), ("es", "Teléfono")])
def test_the_desk_marks_and_lists_it_under_the_same_numbers(
    app: Flask, moderator: Member, language: str, kind: str
) -> None:
    page = item(moderator, screened(app), language)
    assert marked(page) == [("1", NUMBER), ("2", ADDRESS)]
    first, second = listed(page)
    assert first.startswith(f"1 “{NUMBER}” {kind}")
    assert second.startswith(f"2 “{ADDRESS}”")


def test_one_press_hides_one_and_the_numbers_stay(app: Flask, moderator: Member) -> None:
    page = item(moderator, screened(app))
    start = TEXT.index(ADDRESS)
    page = press(page, f"hide:{start}-{start + len(ADDRESS)}")
    assert marked(page) == [("1", NUMBER), ("2", ADDRESS)]
    assert len(listed(page)) == 1
    [row] = page.html.select("[data-passages] li")
    assert row.select_one(".found__number").get_text() == "2"
    assert row.select_one("option[selected]")["value"] == "personal-data"


def test_all_that_was_found_is_hidden_and_published_so(app: Flask, moderator: Member, session: Session) -> None:
    receipt = screened(app)
    page = press(item(moderator, receipt), "hide:all")
    assert listed(page) == []
    assert len(page.html.select("[data-passages] li")) == 2
    form = page.forms["decide"]
    form["verdict"] = "publish_redacted"
    form.submit()
    jobs.run_due(app, utcnow() + timedelta(hours=1))
    public = session.scalars(select(Publication)).one()
    assert NUMBER not in public.body
    assert ADDRESS not in public.body
    assert session.scalar(select(func.count()).select_from(Signal)) == 2  # a decided one keeps them


def test_pressing_decides_nothing(app: Flask, moderator: Member, session: Session) -> None:
    receipt = screened(app)
    press(item(moderator, receipt), "hide:all")
    submission = submissions.by_code(session, receipt.code)
    assert submission
    assert submission.status == Status.RECEIVED


def test_a_place_that_nobody_found_is_not_hidden_by_an_address(app: Flask, moderator: Member) -> None:
    page = item(moderator, screened(app))
    form = page.forms["decide"]
    fields = [(name, value) for name, value in form.submit_fields() if name != "act"]
    for value in ("hide:0-3", "hide:", "hide:x", "hide:-1-99999999999"):
        after = moderator.post(page.request.path, [*fields, ("act", value)])
        assert after.html.select("[data-passages] li") == []


def test_where_only_a_summary_is_public_the_summary_is_marked(app: Flask, moderator: Member) -> None:
    receipt = screened(app, confidentiality="governments_only", public_summary=f"Un resumen, con teléfono {NUMBER}.")
    assert marked(item(moderator, receipt)) == [("1", NUMBER)]


def test_the_page_says_whether_it_was_looked_through(app: Flask, moderator: Member) -> None:
    receipt = a_submission(app)
    assert "not looked through yet" in item(moderator, receipt).text
    jobs.run_due(app, utcnow() + timedelta(seconds=1))
    assert "Nothing was found." in item(moderator, receipt).text


@pytest.mark.parametrize(("language", "words"), [("en", "Personal data 2"), ("es", "Datos personales: 2")])
def test_the_queue_says_how_much_was_found_in_words(app: Flask, moderator: Member, language: str, words: str) -> None:
    screened(app)
    assert words in moderator.open("staff.moderation.queue", language).html.select_one("tr[data-row]").get_text()


def test_erasing_drops_them_and_a_late_job_brings_none_back(app: Flask, session: Session) -> None:
    for is_done in (True, False):
        receipt = screened(app) if is_done else a_submission(app, body=TEXT)
        with app.app_context(), db.transaction() as writer:
            submission = submissions.by_code(writer, receipt.code)
            assert submission
            erase(writer, submission.id, Erasure.ARCO, actor_id=None, now=utcnow())
        jobs.run_due(app, utcnow() + timedelta(seconds=1))
        for table in (Signal, Screening):
            assert session.scalar(select(func.count()).select_from(table)) == 0
