"""The queue: order, filters, pages, and taking the next one."""

from datetime import timedelta

import pytest
from flask import Flask

from portal.clock import utcnow
from portal.i18n import LANGUAGES
from portal.submissions import receipts
from tests.builders import a_submission
from tests.desk import decision_form, rows_of
from tests.staff import Member


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_queue_shows_the_longest_wait_first(app: Flask, moderator: Member, language: str) -> None:
    now = utcnow()
    young = a_submission(app, now - timedelta(hours=1))
    old = a_submission(app, now - timedelta(days=9))
    page = moderator.open("staff.moderation.queue", language)
    assert rows_of(page.html) == [receipts.spelled(old.code), receipts.spelled(young.code)]
    assert len(page.html.select(".queue__late")) == 1


def test_the_queue_is_narrowed_and_counted_by_each_facet(app: Flask, moderator: Member) -> None:
    spanish = a_submission(app, pillar=1)
    a_submission(app, pillar=2, language="en", country="US", stakeholder_type="labor")
    page = moderator.open("staff.moderation.queue", pillar=1)
    assert rows_of(page.html) == [receipts.spelled(spanish.code)]
    counted = {a.contents[0]: a.span.text for a in page.html.select(".facets li a")}
    assert counted["English"] == "0"
    assert counted["Spanish"] == "1"
    assert counted["II"] == "1"
    assert counted["Labor organizations"] == "0"


def test_filters_that_make_no_sense_narrow_nothing(app: Flask, moderator: Member) -> None:
    a_submission(app)
    page = moderator.get("/en/staff/queue?pillar=9&type=x&country=XX&status=published&after=nonsense&done=x")
    assert len(rows_of(page.html)) == 1


def test_pages_of_the_queue_follow_each_other_without_gap(app: Flask, moderator: Member) -> None:
    moment = utcnow() - timedelta(days=1)
    codes = [receipts.spelled(a_submission(app, moment).code) for _ in range(45)]
    seen, page = [], moderator.open("staff.moderation.queue")
    while True:
        seen += rows_of(page.html)
        following = page.html.select_one('[rel="next"]')
        if following is None:
            break
        page = moderator.get(following["href"])
    assert seen == codes


def test_the_pager_says_how_many_the_next_page_shows(app: Flask, moderator: Member) -> None:
    for _ in range(24):
        a_submission(app)
    page = moderator.open("staff.moderation.queue")
    assert page.html.select_one(".pager").get_text(" ", strip=True) == "20 of 24 Show the next 4"
    page = moderator.get(page.html.select_one('[rel="next"]')["href"])
    assert page.html.select_one(".pager").get_text(" ", strip=True) == "4 of 24 Back to the longest wait"


@pytest.mark.parametrize("number", [2**31, 2**63, 10**30, 0, -1])
def test_numbers_that_no_decision_has_change_nothing(app: Flask, moderator: Member, number: int) -> None:
    code = receipts.spelled(a_submission(app).code)
    assert len(rows_of(moderator.get(f"/en/staff/queue?done={number}").html)) == 1
    page = moderator.get(f"/en/staff/queue/{code}?done={number}")
    token = page.forms[0]["csrf_token"].value
    for act in ("undo", "now"):
        moderator.post(f"/en/staff/queue/{code}/{act}", {"csrf_token": token, "decision": number}, status=400)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_filter_of_the_queue_is_within_reach_on_a_phone(app: Flask, moderator: Member, language: str) -> None:
    page = moderator.open("staff.moderation.queue", language).html
    more = page.select_one("details.facets__more")
    assert "open" not in more.attrs
    assert [head.text for head in more.select("h2")][2:3] == ["Sector"]
    assert "open" in moderator.open("staff.moderation.queue", language, pillar=2).html.select_one("details").attrs


def test_a_receipt_code_opens_its_submission(app: Flask, moderator: Member) -> None:
    code = a_submission(app).code
    assert moderator.open("staff.moderation.queue", q=code.lower(), status=303).location.endswith(
        receipts.spelled(code)
    )
    assert "No submission has" in moderator.open("staff.moderation.queue", q="7777-7777").text


def test_claiming_hands_out_releases_and_skips(app: Flask, moderator: Member) -> None:
    first, second = a_submission(app), a_submission(app)
    page = moderator.open("staff.moderation.queue").forms[1].submit(status=303).follow()
    assert page.html.h1.text == receipts.spelled(first.code)
    assert "Yours until" in page.text
    page = decision_form(page).submit("act", value="skip", status=303).follow()
    assert page.html.h1.text == receipts.spelled(second.code)
    page.forms["release"].submit(status=303)
    assert "Yours" not in moderator.open("staff.moderation.queue").html.select_one("table").text


def test_filters_stay_while_deciding_one_after_the_other(app: Flask, moderator: Member) -> None:
    a_submission(app, language="en")
    spanish = [a_submission(app).code for _ in range(2)]
    page = moderator.get("/en/staff/queue?language=es").forms[1].submit(status=303).follow()
    assert page.html.h1.text == receipts.spelled(spanish[0])
    form = decision_form(page)
    form["verdict"] = "publish"
    page = form.submit(status=303).follow()
    assert page.html.h1.text == receipts.spelled(spanish[1])


def test_an_unknown_receipt_code_is_not_found(moderator: Member) -> None:
    moderator.open("staff.moderation.item", folio="nonsense", status=404)
