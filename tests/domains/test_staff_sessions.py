"""Sessions of staff: on the server, ended from anywhere, by time, and by what changes."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import create_app, db
from portal.accounts import invite
from portal.accounts.models import StaffSession
from portal.accounts.rules import Role
from portal.clock import utcnow
from portal.config import Settings
from portal.submissions import receipts
from tests.builders import a_submission
from tests.staff import PASSWORD, Member, StaffFactory, an_account
from tests.visitor import Visitor

WRONG = {"en": "do not match", "es": "no coinciden"}


def test_the_session_cookie_is_random_and_the_database_holds_its_digest(moderator: Member, session: Session) -> None:
    cookie = moderator.cookies["staff"]
    row = session.scalars(select(StaffSession)).one()
    assert row.staff_id == moderator.staff_id
    assert cookie.encode() not in row.digest
    assert len(cookie) >= 40


def test_the_staff_cookie_is_closed_to_scripts_and_other_sites(app: Flask) -> None:
    form = (visitor := an_account(app, Role.MODERATOR)).open("staff.door.sign_in").forms[0]
    form["email"], form["password"] = visitor.email, PASSWORD
    header = next(h for h in form.submit(status=303).headers.getall("Set-Cookie") if h.startswith("staff="))
    assert "HttpOnly" in header
    assert "SameSite=Lax" in header
    assert "Path=/" in header
    assert "Max-Age" not in header


def test_over_tls_the_cookie_is_held_to_this_host(settings: Settings) -> None:
    app = create_app(replace(settings, base_url="https://dialogue.example.org"))
    member = an_account(app, Role.MODERATOR)
    member.extra_environ["wsgi.url_scheme"] = "https"
    member.sign_in()
    assert "__Host-staff" in member.cookies
    app.extensions["engine"].dispose()


def test_signing_in_again_gives_a_new_session_id(moderator: Member, session: Session) -> None:
    before = moderator.cookies["staff"]
    with moderator.flask.test_request_context():
        address = "/en/staff/sign-in"
    assert moderator.get(address, status=303).location.endswith("/en/staff")
    home = moderator.get("/en/staff")
    token = home.forms[0]["csrf_token"].value
    body = {"csrf_token": token, "email": moderator.email, "password": PASSWORD}
    moderator.post(address, body, status=303)
    assert moderator.cookies["staff"] != before
    assert len(session.scalars(select(StaffSession)).all()) == 1


def test_a_session_that_was_ended_elsewhere_is_over(app: Flask, moderator: Member) -> None:
    with app.app_context(), db.transaction() as session:
        session.delete(session.scalars(select(StaffSession)).one())
    assert moderator.get("/en/staff", status=303).location.startswith("/en/staff/sign-in")


@pytest.mark.parametrize(("idle", "status"), [(timedelta(minutes=29), 200), (timedelta(minutes=31), 303)])
def test_a_session_ends_after_half_an_hour_without_use(
    moderator: Member, now: datetime, idle: timedelta, status: int
) -> None:
    with time_machine.travel(now + idle, tick=True):
        moderator.get("/en/staff", status=status)


def test_a_session_ends_after_twelve_hours_of_use(moderator: Member, now: datetime) -> None:
    for minutes in range(20, 12 * 60, 20):
        with time_machine.travel(now + timedelta(minutes=minutes), tick=True):
            moderator.get("/en/staff", status=200)
    with time_machine.travel(now + timedelta(hours=12, seconds=5), tick=True):
        moderator.get("/en/staff", status=303)


def test_use_is_written_at_most_once_a_minute(moderator: Member, session: Session, now: datetime) -> None:
    moderator.get("/en/staff")
    first = session.scalars(select(StaffSession.seen_at)).one()
    session.rollback()
    with time_machine.travel(first + timedelta(seconds=50), tick=False):
        moderator.get("/en/staff")
    assert session.scalars(select(StaffSession.seen_at)).one() == first
    session.rollback()
    with time_machine.travel(first + timedelta(seconds=61), tick=False):
        moderator.get("/en/staff")
    assert session.scalars(select(StaffSession.seen_at)).one() > first


def try_to_sign_in(visitor: Visitor, email: str, password: str, language: str = "en", status: int = 422) -> Any:
    form = visitor.open("staff.door.sign_in", language).forms[0]
    form["email"], form["password"] = email, password
    return form.submit(status=status)


def test_a_disabled_account_is_out_at_its_next_request(app: Flask, moderator: Member, now: datetime) -> None:
    with app.app_context(), db.transaction() as session:
        invite.disable(session, moderator.staff_id, actor_id=None, now=now)
    moderator.get("/en/staff", status=303)
    try_to_sign_in(moderator, moderator.email, PASSWORD)


def sessions_of(session: Session) -> list[StaffSession]:
    session.rollback()
    return list(session.scalars(select(StaffSession)))


def test_half_way_in_no_staff_page_opens(app: Flask) -> None:
    member = an_account(app, Role.MODERATOR)
    member.show_password()
    assert member.get("/en/staff", status=303).location.startswith("/en/staff/second-factor")
    assert member.get("/en/staff/queue?pillar=2", status=303).location.endswith("next=/en/staff/queue?pillar%3D2")


def test_half_way_in_lasts_ten_minutes(app: Flask, now: datetime) -> None:
    member = an_account(app, Role.MODERATOR)
    member.show_password()
    with time_machine.travel(now + timedelta(minutes=9), tick=True):
        member.get("/en/staff/second-factor", status=200)
    with time_machine.travel(now + timedelta(minutes=11), tick=True):
        assert member.get("/en/staff/second-factor", status=303).location.startswith("/en/staff/sign-in")


def test_the_session_gets_a_new_id_with_each_factor_and_each_change_of_roles(app: Flask, session: Session) -> None:
    member = an_account(app, Role.MODERATOR)
    ids = []
    member.show_password()
    ids.append(member.cookies["staff"])
    form = member.get(member.asked).forms[0]
    form["code"] = member.code()
    form.submit(status=303)
    ids.append(member.cookies["staff"])
    member.get("/en/staff/queue", status=200)
    assert member.cookies["staff"] == ids[-1]
    with app.app_context(), db.transaction() as writer:
        invite.give_roles(writer, member.staff_id, [Role.EDITOR], actor_id=None, now=utcnow())
    member.get("/en/staff", status=200)
    ids.append(member.cookies["staff"])
    assert len(set(ids)) == 3
    assert len(sessions_of(session)) == 1


def test_a_change_of_roles_counts_at_the_next_request(app: Flask, moderator: Member) -> None:
    moderator.get("/en/staff/queue", status=200)
    with app.app_context(), db.transaction() as writer:
        invite.give_roles(writer, moderator.staff_id, [Role.AUDITOR], actor_id=None, now=utcnow())
    moderator.get("/en/staff/queue", status=403)


def test_people_see_their_browsers_and_end_one(app: Flask, session: Session) -> None:
    here = an_account(app, Role.MODERATOR)
    here.sign_in()
    there = Member(app, here.staff_id, here.email, here.secret, here.codes)
    there._last = here._last
    there.extra_environ["HTTP_USER_AGENT"] = "Mozilla/5.0 (Android 14; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"
    there.sign_in()
    page = here.get("/en/staff/me")
    rows = [row.get_text(" ", strip=True) for row in page.html.select("#browsers tbody tr")]
    assert any("Firefox, Android" in row and "Sign it out" in row for row in rows)
    assert any("This browser" in row for row in rows)
    form = next(form for form in page.forms.values() if "/sessions/" in form.action and "end-all" not in form.action)
    form.submit(status=303)
    there.get("/en/staff", status=303)
    here.get("/en/staff", status=200)
    assert len(sessions_of(session)) == 1


def test_people_sign_out_everywhere(app: Flask, session: Session) -> None:
    member = an_account(app, Role.MODERATOR)
    member.sign_in()
    page = member.get("/en/staff/me")
    next(form for form in page.forms.values() if form.action.endswith("end-all")).submit(status=303)
    member.get("/en/staff", status=303)
    assert sessions_of(session) == []


def test_what_was_typed_when_a_session_ran_out_comes_back_after_signing_in(app: Flask, now: datetime) -> None:
    code = a_submission(app, body="Más trenes de carga.").code
    member = an_account(app, Role.MODERATOR)
    member.sign_in()
    address = f"/es/equipo/cola/{receipts.spelled(code)}"
    form = member.get(address).forms["decide"]
    form["verdict"], form["note"] = "hold", "Lo consulto mañana\ncon el equipo."
    with time_machine.travel(now + timedelta(minutes=45), tick=True):
        page = form.submit(status=303, headers={"Sec-Fetch-Site": "same-origin"}).follow()
        assert "se conserva" in page.text or "kept" in page.text
        member.asked = page.request.path_qs
        form = page.forms[0]
        form["email"], form["password"] = member.email, PASSWORD
        form = form.submit(status=303).follow().forms[0]
        form["code"] = member.code()
        page = form.submit(status=303).follow()
        assert "Lo consulto mañana" in page.html.select_one("blockquote").text
        again = page.forms[1]
        assert again.action.startswith(address)
        again.submit(status=303)
        assert "Lo consulto mañana" in member.get(address).text


def test_what_is_sent_again_too_late_is_asked_for_a_factor_and_kept_once_more(
    app: Flask, staff: StaffFactory, now: datetime
) -> None:
    a_submission(app, body="Todavía sin decidir.")
    analyst = staff(Role.ANALYST)
    form = analyst.open("staff.reports.exports").forms["export"]
    form["rows"], form["format"] = "all", "csv"
    for minutes in (11, 22):
        with time_machine.travel(now + timedelta(minutes=minutes), tick=True):
            asked = form.submit(status=303).follow().forms[1]
            asked["code"] = analyst.code()
            form = asked.submit(status=303).follow().forms[1]
    with time_machine.travel(now + timedelta(minutes=23), tick=True):
        assert "Todavía sin decidir." in form.submit(status=200).text
        assert analyst.get("/en/staff/continue", status=303).location == "/en/staff"


def test_what_was_typed_is_not_kept_for_another_person(app: Flask, now: datetime) -> None:
    code = a_submission(app).code
    member, other = an_account(app, Role.MODERATOR), an_account(app, Role.MODERATOR, email="otra@example.org")
    member.sign_in()
    form = member.get(f"/en/staff/queue/{receipts.spelled(code)}").forms["decide"]
    form["verdict"], form["note"] = "hold", "Secreto de una sola persona."
    with time_machine.travel(now + timedelta(minutes=45), tick=True):
        form.submit(status=303, headers={"Sec-Fetch-Site": "same-origin"})
        other.cookiejar = member.cookiejar
        assert other.sign_in() == "/en/staff"
        assert other.get("/en/staff/continue", status=303).location == "/en/staff"


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
def test_a_form_of_another_site_is_never_kept(moderator: Member, site: str) -> None:
    body = {"verdict": "hold", "note": "Escrito por otra página."}
    moderator.post("/en/staff/queue/7K3F-92QM", body, status=400, headers={"Sec-Fetch-Site": site})
    assert moderator.get("/en/staff/continue", status=303).location == "/en/staff"
