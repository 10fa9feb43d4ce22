"""Confidential submissions that are shown to one government only: the other finds no trace of them."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from webtest import TestResponse

import portal.submissions.store as submissions
from portal import db, jobs
from portal.accounts.rules import Role, StaffCountry
from portal.audit.models import AuditEvent
from portal.clock import utcnow
from portal.i18n import LANGUAGES
from portal.moderation import claim
from portal.moderation.decide import decide
from portal.publication.models import Publication
from portal.reports.row_store import count_rows
from portal.reports.rules import Scope
from portal.submissions import receipts
from portal.submissions.models import Submission, SubmissionCount
from portal.submissions.rules import NotAllowed, Verdict, may_read
from tests.builders import a_submission
from tests.desk import decide as decide_on_page
from tests.desk import open_item, rows_of
from tests.staff import Member, StaffFactory

CONFIDENTIAL: dict[str, Any] = {
    "confidentiality": "governments_only",
    "public_summary": "Una planta pide bajar costos.",
    "body": "Nuestros costos son 4.10 por unidad en la planta.",
}
US, MX = StaffCountry.US, StaffCountry.MX


@pytest.fixture
def american(staff: StaffFactory) -> Member:
    """The second level of the United States."""
    return staff(Role.REVIEWER, Role.ANALYST, name="A. Whitfield", country=US)


@pytest.fixture
def mexican(staff: StaffFactory) -> Member:
    """The second level of Mexico."""
    return staff(Role.REVIEWER, Role.ANALYST, name="R. Salas", country=MX)


@pytest.fixture
def code(app: Flask, american: Member) -> str:
    """A confidential submission that the United States keep to themselves."""
    code = a_submission(app, **CONFIDENTIAL).code
    press(open_item(american, code), "/restrict")
    return code


def press(page: TestResponse, ending: str) -> TestResponse:
    form = next(form for form in page.forms.values() if form.action.split("?")[0].endswith(ending))
    return form.submit(status=303)


def waiting(page: TestResponse) -> int:
    return int(page.html.select_one("h1").text.split()[0])


def numbers(page: BeautifulSoup) -> list[str]:
    return [span.text for span in page.select(".facets .number")]


@pytest.mark.parametrize(("only_for", "country", "may"), [(None, US, True), (US, US, True), (US, MX, False)])
def test_the_rule(only_for: StaffCountry | None, country: StaffCountry, may: bool) -> None:
    assert may_read(country, only_for) == may


def staff_pages_with_a_folio(app: Flask) -> list[tuple[str, str]]:
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith(("/en/staff", "/es/equipo"))]
    return [
        (method, rule.rule)
        for rule in rules
        if "folio" in rule.arguments
        for method in sorted({"GET", "POST"} & set(rule.methods or ()))
    ]


def test_every_staff_page_of_a_folio_is_absent_for_the_other_government(
    app: Flask, american: Member, mexican: Member, code: str
) -> None:
    pages = staff_pages_with_a_folio(app)
    assert len(pages) >= 2 * 11
    free = a_submission(app, **CONFIDENTIAL).code
    token = mexican.open("staff.moderation.queue").forms[0]["csrf_token"].value
    for method, rule in pages:
        there, absent = (rule.replace("<folio>", receipts.spelled(one)) for one in (free, code))
        for member, address, expected in ((mexican, absent, True), (american, absent, False), (mexican, there, False)):
            if method == "GET":
                answer = member.get(address, expect_errors=True)
            elif member is mexican:
                answer = member.post(address, {"csrf_token": token, "decision": 1}, expect_errors=True)
            else:
                continue  # it would change what the next page is asked about
            assert (answer.status_int == 404) == expected, f"{method} {address}"


def test_the_queue_its_counts_and_its_search_leave_it_out(
    app: Flask, american: Member, mexican: Member, code: str
) -> None:
    open_to_both = a_submission(app).code
    spelled = receipts.spelled(code)
    for member, there in ((american, True), (mexican, False)):
        page = member.open("staff.moderation.queue")
        assert (spelled in rows_of(page.html)) == there
        assert waiting(page) == 1 + there
        assert page.html.select_one(".bar__count").text == str(1 + there)
        assert member.open("staff.moderation.queue", q=spelled).status_int == (303 if there else 200)
    assert "1" in numbers(page.html)
    assert "2" not in numbers(page.html)
    taken = mexican.open("staff.moderation.queue").forms[1].submit(status=303).follow()
    assert taken.html.h1.text == receipts.spelled(open_to_both)
    assert "Nothing waits here" not in american.open("staff.moderation.queue").text
    page = mexican.open("staff.moderation.queue").forms[1].submit(status=303)
    assert page.location.split("?")[0].endswith("/queue")


def test_figures_and_files_leave_it_out(app: Flask, american: Member, mexican: Member, code: str) -> None:
    for member, there in ((american, True), (mexican, False)):
        assert ("No submissions fit this scope" not in member.open("staff.reports.summary").text) == there
        today = member.get("/en/staff/reports?from=2020-01-01")
        assert ("No submissions fit this scope" not in today.text) == there
        form = member.open("staff.reports.exports").forms[1]
        form["rows"], form["format"] = "all", "csv"
        rows = list(csv.reader(io.StringIO(form.submit().body.decode("utf-8-sig"))))
        assert (len(rows) == 2) == there
    assert receipts.spelled(code) not in str(rows)


def test_a_scope_holds_what_its_readers_may_all_see(app: Flask, code: str, session: Session) -> None:
    a_submission(app)
    assert [count_rows(session, Scope(governments=frozenset(who))) for who in ([], [MX], [US], [US, MX])] == [
        1,
        1,
        2,
        2,
    ]


def test_only_that_government_opens_it_again(app: Flask, american: Member, mexican: Member, code: str) -> None:
    page = open_item(american, code)
    assert "Only staff of one government see this submission: United States" in page.text
    press(page, "/open")
    page = open_item(mexican, code)
    assert "Staff of both governments see this submission." in page.text
    press(page, "/restrict")
    american.open("staff.moderation.item", folio=receipts.spelled(code), status=404)


def test_counts_stay_right_and_the_trail_says_what_was_done(
    app: Flask, american: Member, code: str, session: Session
) -> None:
    press(open_item(american, code), "/open")
    kept = {row.only_for: row.number for row in session.scalars(select(SubmissionCount))}
    assert kept == {"": 1, "US": 0}
    events = session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
    said = [
        (one.action, one.subject, one.detail) for one in events if "restricted" in one.action or "both" in one.action
    ]
    assert said == [
        ("submission:restricted", f"submission:{code}", {"government": "US"}),
        ("submission:opened-to-both", f"submission:{code}", {}),
    ]


def test_its_public_summary_is_published_by_the_right_government(
    app: Flask, american: Member, code: str, session: Session
) -> None:
    decide_on_page(american, code, "publish")
    jobs.run_due(app, utcnow() + timedelta(minutes=11))
    assert session.scalars(select(Publication.body)).one() == CONFIDENTIAL["public_summary"]
    by_status = select(SubmissionCount.status, func.sum(SubmissionCount.number)).group_by(SubmissionCount.status)
    assert dict(session.execute(by_status).all()) == {"received": 0, "published": 1}


def test_what_is_not_confidential_cannot_be_restricted(app: Flask, american: Member) -> None:
    code = a_submission(app).code
    page = open_item(american, code)
    assert not [form for form in page.forms.values() if form.action.endswith("/restrict")]
    token = page.forms[0]["csrf_token"].value
    address = f"/en/staff/queue/{receipts.spelled(code)}/restrict"
    assert (
        "Meanwhile somebody changed who sees this submission"
        in american.post(address, {"csrf_token": token}, status=409).text
    )


def test_the_first_level_cannot_restrict(app: Flask, staff: StaffFactory) -> None:
    moderator = staff(Role.MODERATOR, country=US)
    page = open_item(moderator, (code := a_submission(app, **CONFIDENTIAL).code))
    assert "Show to one government only" not in page.text
    token = page.forms[0]["csrf_token"].value
    moderator.post(f"/en/staff/queue/{receipts.spelled(code)}/restrict", {"csrf_token": token}, status=403)


def test_whoever_of_the_other_government_held_it_loses_it(
    app: Flask, american: Member, mexican: Member, session: Session
) -> None:
    code = a_submission(app, **CONFIDENTIAL).code
    mine = open_item(mexican, code)
    press(mine, "/claim")
    press(open_item(american, code), "/restrict")
    assert session.scalars(select(Submission.claimed_by_id)).one() is None
    form = mine.forms["decide"]
    form["verdict"] = "publish"
    form.submit(status=404)


def test_the_verbs_refuse_the_other_government_too(app: Flask, mexican: Member, code: str) -> None:
    how: dict[str, Any] = {"actor_id": mexican.staff_id, "now": utcnow()}
    with app.app_context(), db.transaction() as session:
        found = submissions.by_code(session, code)
        assert found
        number = found.id
    with app.app_context(), pytest.raises(NotAllowed), db.transaction() as session:
        decide(session, number, Verdict.PUBLISH, undo_seconds=600, **how)
    with app.app_context(), pytest.raises(NotAllowed), db.transaction() as session:
        claim.take(session, number, mexican.staff_id, now=utcnow())


def test_a_second_person_of_the_other_government_is_not_waited_for(
    app: Flask, american: Member, mexican: Member, code: str, staff: StaffFactory
) -> None:
    compatriot = staff(Role.MODERATOR, country=US)
    decide_on_page(american, code, "hold", note="Trade secrets?")
    decide_on_page(compatriot, code, "not_publish", reasons=["confidential"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_queue_marks_it(american: Member, code: str, language: str) -> None:
    page = american.open("staff.moderation.queue", language)
    said = page.html.select_one(".queue__marks").text
    assert said == {"en": "United States only", "es": "Solo Estados Unidos"}[language]
