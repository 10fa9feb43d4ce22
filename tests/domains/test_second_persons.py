"""Reasons that need a second person: of the other government while it has somebody and the target has not passed."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

import portal.submissions.store as submissions
from portal import db
from portal.accounts.models import Staff
from portal.accounts.rules import Role, StaffCountry
from portal.clock import utcnow
from portal.i18n import LANGUAGES
from portal.moderation.decide import decide
from portal.moderation.rules import Problem, Refused
from portal.policy.rules import Reason
from portal.submissions.models import Submission
from portal.submissions.rules import Status, Verdict
from tests.builders import a_submission
from tests.desk import decide as decide_on_page
from tests.desk import open_item
from tests.staff import Member, StaffFactory


@pytest.fixture
def holder(staff: StaffFactory) -> Member:
    """A moderator of Mexico, who puts things on hold."""
    return staff(Role.MODERATOR, name="H. Rivas", country=StaffCountry.MX)


@pytest.fixture
def compatriot(staff: StaffFactory) -> Member:
    """Another one of Mexico."""
    return staff(Role.MODERATOR, country=StaffCountry.MX)


def held(holder: Member, app: Flask) -> str:
    code = a_submission(app).code
    decide_on_page(holder, code, "hold", note="A threat?")
    return code


def refused(member: Member, code: str) -> str:
    page = decide_on_page(member, code, "not_publish", reasons=["threat"], status=422)
    return str(page.html.select_one(".error-summary").get_text(" ", strip=True))


def test_a_colleague_of_the_same_government_waits_for_the_other_one(
    app: Flask, holder: Member, compatriot: Member, staff: StaffFactory, session: Session
) -> None:
    american = staff(Role.REVIEWER, country=StaffCountry.US)
    code = held(holder, app)
    said = refused(compatriot, code)
    assert "a colleague of the other government (United States) decides until" in said
    assert "after that, you can too" in said
    decide_on_page(american, code, "not_publish", reasons=["threat"])
    assert session.scalars(select(Submission.status)).one() == Status.NOT_PUBLISHED


def test_who_put_it_on_hold_is_told_who_decides(app: Flask, holder: Member, staff: StaffFactory) -> None:
    staff(Role.MODERATOR, country=StaffCountry.US)
    code = held(holder, app)
    said = refused(holder, code)
    assert "You put it on hold" in said
    assert "the other government (United States) decides until" in said
    assert "hold with a note" not in said
    assert "You put it on hold" in open_item(holder, code).html.select_one("#reasons-hint").text


def test_where_the_other_government_has_nobody_any_colleague_decides(
    app: Flask, holder: Member, compatriot: Member, staff: StaffFactory, session: Session
) -> None:
    staff(Role.ANALYST, country=StaffCountry.US)  # who cannot decide
    gone = staff(Role.MODERATOR, country=StaffCountry.US)
    with app.app_context(), db.transaction() as writer:
        writer.get_one(Staff, gone.staff_id).active = False
    code = held(holder, app)
    assert "any colleague" not in refused(holder, code)
    assert "you can be the second person" in open_item(compatriot, code).text
    decide_on_page(compatriot, code, "not_publish", reasons=["threat"])


def test_after_two_business_days_any_colleague_decides(
    app: Flask, holder: Member, compatriot: Member, staff: StaffFactory
) -> None:
    staff(Role.MODERATOR, country=StaffCountry.US)
    receipt, now = a_submission(app), utcnow()
    with app.app_context(), db.transaction() as session:
        found = submissions.by_code(session, receipt.code)
        assert found
        number = found.id
        decide(session, number, Verdict.HOLD, note="Look twice.", actor_id=holder.staff_id, now=now, undo_seconds=600)

    def attempt(actor_id: int, later: timedelta) -> None:
        with app.app_context(), db.transaction() as session:
            decide(
                session,
                number,
                Verdict.NOT_PUBLISH,
                reasons=[Reason.HATE],
                actor_id=actor_id,
                now=now + later,
                undo_seconds=600,
            )

    for actor_id, later, said in (
        (compatriot.staff_id, timedelta(days=1), Problem.OTHER_GOVERNMENT),
        (holder.staff_id, timedelta(days=1), Problem.OWN_HOLD_FOR_OTHER),
        (holder.staff_id, timedelta(days=9), Problem.OWN_HOLD),
    ):
        with pytest.raises(Refused) as refusal:
            attempt(actor_id, later)
        assert refusal.value.problems == [("reasons", said)]
    attempt(compatriot.staff_id, timedelta(days=9))


@pytest.mark.parametrize("language", LANGUAGES)
def test_reasons_that_need_a_second_person_say_so_in_words(app: Flask, moderator: Member, language: str) -> None:
    page = open_item(moderator, a_submission(app).code, language)
    labels = [label.get_text(" ", strip=True) for label in page.html.select("#reasons label")]
    assert not any("(S)" in label for label in labels)
    assert len([label for label in labels if "(" in label]) == 6
