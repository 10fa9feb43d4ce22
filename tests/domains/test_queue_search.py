"""Searching what waits by its words, of which the database holds keyed hashes alone."""

import io
import logging
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session
from webtest import TestResponse

import portal.submissions.store as submissions
from portal import create_app, db, fulltext, jobs, key_files
from portal.accounts.rules import Role
from portal.audit.models import AuditEvent
from portal.clock import utcnow
from portal.config import Settings
from portal.i18n import LANGUAGES
from portal.key_files import Kind
from portal.logs import JSONLines
from portal.moderation.claim import take_next
from portal.moderation.decide import decide, undo
from portal.moderation.erase import erase
from portal.moderation.queue_store import Filters
from portal.moderation.rules import Erasure
from portal.submissions import receipts, word_store
from portal.submissions.models import WaitingWord
from portal.submissions.receive import Receipt, receive
from portal.submissions.rules import Verdict
from portal.tracking.withdraw import withdraw
from tests.builders import a_draft, a_submission
from tests.staff import Member, an_account
from tests.visitor import Visitor

TEXT = "La educación técnica llega tarde a los talleres de Nogales."


def search(member: Visitor, q: str, language: str = "en", **query: str) -> TestResponse:
    return member.open("staff.moderation.queue", language, q=q, **query, status=200)


def codes(page: TestResponse) -> list[str]:
    return [head.get_text(strip=True).replace("-", "") for head in page.html.select("tr[data-row] th")]


def decided(app: Flask, receipt: Receipt, verdict: Verdict, actor_id: int, undo_seconds: int = 0) -> int:
    with app.app_context(), db.transaction() as session:
        submission = submissions.by_code(session, receipt.code)
        assert submission
        note = "Look twice." if verdict == Verdict.HOLD else ""
        options = {"note": note, "now": utcnow(), "undo_seconds": undo_seconds}
        return decide(session, submission.id, verdict, actor_id=actor_id, **options).id  # type: ignore[arg-type]


def many(app: Flask, number: int) -> list[str]:
    """So many submissions with the same text, the longest wait first."""
    now = utcnow()
    with app.app_context(), db.transaction() as session:
        return [
            receive(session, a_draft(body=TEXT, country="MX"), now=now - timedelta(minutes=number - place)).code
            for place in range(number)
        ]


def log_of(level: str) -> io.StringIO:
    """What the portal's logs say from now on, as they are written."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JSONLines())
    logging.getLogger("portal").handlers = [handler]
    logging.getLogger("portal").setLevel(level)
    return stream


def number_of_words(app: Flask) -> int:
    with db.open_session(app) as session:
        return session.scalar(select(func.count()).select_from(WaitingWord)) or 0


@pytest.mark.parametrize("asked", ["educación", "EDUCACIONES", "educacion tecnica", "la educación", "nogales taller"])
def test_what_waits_is_found_by_stems_of_both_languages_without_accents(
    app: Flask, moderator: Member, asked: str
) -> None:
    receipt = a_submission(app, body=TEXT)
    a_submission(app, body="Border delays cost us four hours.")
    page = search(moderator, asked)
    assert codes(page) == [receipt.code]
    assert page.html.h1.get_text(strip=True) == "1 found"
    assert page.html.select_one("#q")["value"] == asked


@pytest.mark.parametrize("language", ["es", "en", "other"])
def test_a_text_is_found_whatever_language_it_is_said_to_be_in(app: Flask, moderator: Member, language: str) -> None:
    receipt = a_submission(app, body="Border delays cost us four hours.", language=language)
    assert codes(search(moderator, "delay borders")) == [receipt.code]


def test_the_summary_of_a_confidential_text_is_found_too(app: Flask, moderator: Member) -> None:
    closed: dict[str, Any] = {"confidentiality": "governments_only", "public_summary": "Un resumen sobre aranceles."}
    receipt = a_submission(app, body=TEXT, **closed)
    assert codes(search(moderator, "arancel")) == codes(search(moderator, "talleres")) == [receipt.code]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_search_that_finds_nothing_says_so_keeps_the_words_and_can_be_cleared(
    app: Flask, moderator: Member, language: str
) -> None:
    a_submission(app, body=TEXT)
    page = search(moderator, "jirafa", language, pillar="4")
    assert codes(page) == []
    assert page.html.select_one("#q")["value"] == "jirafa"
    said = page.html.select_one("[role=status]")
    assert "jirafa" in said.get_text()
    cleared = page.goto(said.a["href"])
    assert cleared.html.select_one("#q")["value"] == ""
    assert "pillar=4" in cleared.request.url


@pytest.mark.parametrize("asked", ["!!!", "🇲🇽", "% _", "' OR 1=1 --", "x" * 300, "\\"])
def test_no_typed_sign_breaks_a_search(app: Flask, moderator: Member, asked: str) -> None:
    a_submission(app, body=TEXT)
    assert codes(search(moderator, asked)) == []


def test_words_that_every_text_has_are_said_to_tell_too_little(app: Flask, moderator: Member) -> None:
    a_submission(app, body=TEXT)
    assert "nearly every text" in search(moderator, "de la").text


def test_a_search_keeps_the_filters_and_filters_keep_the_search(app: Flask, moderator: Member) -> None:
    first = a_submission(app, body=TEXT, country="MX", pillar=4)
    second = a_submission(app, body=f"{TEXT} Sí.", country="US", pillar=2)
    a_submission(app, body="Caminos y puentes.", country="US")

    page = search(moderator, "talleres", country="US")
    assert codes(page) == [second.code]
    numbers = {link.contents[0].strip(): link.span.get_text() for link in page.html.select(".facets a") if link.span}
    assert (numbers["Mexico"], numbers["United States"], numbers["II"], numbers["IV"]) == ("1", "1", "1", "0")
    everywhere = page.click("Mexico")
    assert codes(everywhere) == [first.code]
    assert everywhere.html.select_one("#q")["value"] == "talleres"
    form = next(form for form in page.forms.values() if "q" in form.fields)
    form["q"] = "puentes"
    assert "country=US" in form.submit().request.url


def test_pages_of_a_search_follow_each_other_longest_wait_first(app: Flask, moderator: Member) -> None:
    now = utcnow()
    waiting = [a_submission(app, now - timedelta(minutes=minute), body=TEXT).code for minute in range(25)]
    a_submission(app, body="Caminos y puentes.")
    page = search(moderator, "talleres")
    assert page.html.h1.get_text(strip=True) == "25 found"
    following = page.click("Show the next", index=0)
    assert codes(page) + codes(following) == waiting[::-1]


def test_very_many_are_counted_no_further(app: Flask, moderator: Member) -> None:
    waiting = many(app, word_store.MOST_FOUND)
    assert search(moderator, "talleres").html.h1.get_text(strip=True) == "1,000 found"
    rare = a_submission(app, body=f"{TEXT} Faltan sombrillas.", country="US")
    page = search(moderator, "talleres")
    assert page.html.h1.get_text(strip=True) == "More than 1,000 found"
    assert codes(page) == waiting[:20]
    assert codes(page.click("Show the next", index=0)) == waiting[20:40]
    assert not page.html.select(".facets .number")
    assert codes(search(moderator, "talleres sombrilla")) == [rare.code]
    assert codes(search(moderator, "talleres", country="US")) == [rare.code]
    with app.app_context(), db.transaction() as session:
        taken = take_next(session, moderator.staff_id, filters=Filters(words="taller"), now=utcnow())
        assert taken
        assert taken.code == waiting[0]


def test_held_ones_are_found_among_the_held(app: Flask, moderator: Member) -> None:
    receipt = a_submission(app, body=TEXT)
    decided(app, receipt, Verdict.HOLD, moderator.staff_id)
    assert codes(search(moderator, "talleres")) == []
    assert codes(moderator.get("/en/staff/queue?q=talleres&status=held")) == [receipt.code]


def test_a_receipt_code_still_opens_its_submission(app: Flask, moderator: Member) -> None:
    receipt = a_submission(app)
    page = moderator.open("staff.moderation.queue", q=receipts.spelled(receipt.code), status=303)
    assert receipts.spelled(receipt.code) in page.location


def test_words_are_forgotten_when_a_decision_takes_effect_and_no_sooner(app: Flask, moderator: Member) -> None:
    receipt = a_submission(app, body=TEXT)
    kept = number_of_words(app)
    taken = decided(app, receipt, Verdict.PUBLISH, moderator.staff_id, undo_seconds=600)
    assert codes(search(moderator, "talleres")) == []
    with app.app_context(), db.transaction() as session:
        undo(session, taken, actor_id=moderator.staff_id, may_review=False, now=utcnow())
    assert codes(search(moderator, "talleres")) == [receipt.code]
    assert number_of_words(app) == kept > 0
    decided(app, receipt, Verdict.PUBLISH, moderator.staff_id)
    jobs.run_due(app, utcnow() + timedelta(seconds=1))
    assert number_of_words(app) == 0


def test_words_are_forgotten_when_their_author_withdraws(app: Flask, session: Session) -> None:
    receipt = a_submission(app, body=TEXT)
    with app.app_context(), db.transaction() as writer:
        submission = submissions.by_code(writer, receipt.code)
        assert submission
        withdraw(writer, submission.id, now=utcnow())
    assert number_of_words(app) == 0


def test_words_are_forgotten_when_a_submission_is_erased(app: Flask, session: Session) -> None:
    receipt = a_submission(app, body=TEXT)
    with app.app_context(), db.transaction() as writer:
        submission = submissions.by_code(writer, receipt.code)
        assert submission
        erase(writer, submission.id, next(iter(Erasure)), actor_id=None, now=utcnow())
    assert number_of_words(app) == 0


def test_what_waits_from_before_is_indexed_by_a_job(app: Flask, moderator: Member) -> None:
    now = utcnow()
    waiting = many(app, word_store.AT_ONCE + 5)  # so that the job has to ask for the rest
    with app.app_context(), db.transaction() as session:
        session.execute(delete(WaitingWord))
        jobs.enqueue(session, word_store.INDEX_WAITING, "0", due_at=now)
    assert codes(search(moderator, "talleres")) == []
    jobs.run_due(app, utcnow() + timedelta(seconds=1))
    page = search(moderator, "talleres")
    assert codes(page) == waiting[:20]
    assert page.html.h1.get_text(strip=True) == f"{len(waiting)} found"


def test_words_from_before_a_rotation_are_found_with_those_from_after(
    app: Flask, moderator: Member, settings: Settings
) -> None:
    before = a_submission(app, body=TEXT)
    key_files.rotate_file(settings, Kind.FIELD)
    later = create_app(settings)
    after = a_submission(later, body=TEXT)
    member = Visitor(later)
    for cookie in moderator.cookiejar:
        member.cookiejar.set_cookie(cookie)
    assert codes(search(member, "talleres")) == [before.code, after.code]
    later.extensions["engine"].dispose()


def test_the_database_holds_marks_that_the_key_alone_explains(app: Flask, session: Session) -> None:
    a_submission(app, body=TEXT)
    a_submission(app, body=TEXT)
    rows = session.execute(select(WaitingWord.stem, WaitingWord.submission_id)).all()
    expected = app.extensions["keys"].marks("stem", fulltext.telling_stems(TEXT))
    assert {stem for stem, _ in rows} == expected
    assert len(rows) == 2 * len(expected)
    assert all(-(2**63) <= stem < 2**63 for stem, _ in rows)


def test_a_search_is_recorded_by_its_count_alone_and_no_log_has_its_words(
    app: Flask, moderator: Member, session: Session
) -> None:
    a_submission(app, body=TEXT)
    written = log_of("DEBUG")
    search(moderator, "talleres")
    search(moderator, "jirafa")
    events = session.scalars(select(AuditEvent).where(AuditEvent.action == "queue:searched")).all()
    assert [(event.actor_id, event.subject, event.detail) for event in events] == [
        (moderator.staff_id, "queue", {"hits": 1}),
        (moderator.staff_id, "queue", {"hits": 0}),
    ]
    assert "staff.moderation.queue" in written.getvalue()
    for word in ("talleres", "jirafa", "q="):
        assert word not in written.getvalue()


def test_claiming_goes_on_through_what_a_search_finds(app: Flask, moderator: Member) -> None:
    now = utcnow()
    a_submission(app, now - timedelta(hours=3), body="Caminos y puentes.")
    first = a_submission(app, now - timedelta(hours=2), body=TEXT)
    second = a_submission(app, now - timedelta(hours=1), body=TEXT)
    colleague = an_account(app, Role.MODERATOR, email="otra@example.org")
    with app.app_context(), db.transaction() as session:
        taken = take_next(session, colleague.staff_id, filters=Filters(words="talleres"), now=now)
        assert taken
        assert taken.code == first.code
    page = search(moderator, "talleres")
    claim = next(form for form in page.forms.values() if "next" in form.action)
    assert receipts.spelled(second.code) in claim.submit(status=303).location
