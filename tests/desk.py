"""Steps of a moderator at the desk."""

from datetime import timedelta
from typing import Any

from bs4 import BeautifulSoup
from flask import Flask
from webtest import TestResponse
from webtest.forms import Form

from portal import jobs
from portal.clock import utcnow
from portal.submissions import receipts
from tests.staff import Member

LATER = timedelta(minutes=11)


def open_item(member: Member, code: str, language: str = "en", **query: Any) -> TestResponse:
    return member.open("staff.moderation.item", language, folio=receipts.spelled(code), **query)


def decision_form(page: TestResponse) -> Form:
    return page.forms["decide"]


def decide(member: Member, code: str, verdict: str, *, status: int = 303, **fields: Any) -> TestResponse:
    form = decision_form(open_item(member, code))
    form["verdict"] = verdict
    for name, value in fields.items():
        form[name] = value
    return form.submit(status=status)


def effects(app: Flask, after: timedelta = LATER) -> None:
    jobs.run_due(app, utcnow() + after)


def rows_of(page: BeautifulSoup) -> list[str]:
    return [head.get_text(strip=True) for head in page.select("tr[data-row] th")]
