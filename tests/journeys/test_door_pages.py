"""The pages of the door that are open for one moment only, looked over like every other page."""

import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest
from playwright.sync_api import BrowserContext, Page

from portal.accounts.rules import Role
from tests.journeys.conftest import Portal
from tests.journeys.door import HOME, in_language, invite, show_code, show_password, take_over
from tests.journeys.test_every_page import STAFF, look_over

pytestmark = pytest.mark.xdist_group("journeys")


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_page_of_an_invitation_is_sound(
    portal: Portal, signed_in: Callable[..., Page], browsing: Callable[..., BrowserContext], language: str
) -> None:
    email = f"una.persona.con.direccion.larga.{language}@secretaria-de-economia.example.org"
    faults: list[str] = []
    manager = signed_in(Role.ADMINISTRATOR, language, bypass_csp=True)
    link = in_language(invite(manager, language, email, Role.RESPONDER), language)
    faults += look_over(manager, "one-time-link", language, manager.url, is_shown_once=True)

    page = browsing(bypass_csp=True).new_page()
    page.goto(link)
    faults += look_over(page, "welcome", language, link)
    page.goto(link)
    page.click("main form button")
    page.wait_for_selector("#error-summary")
    faults += look_over(page, "welcome-refused", language, link, is_shown_once=True)
    take_over(page, link)
    show_password(page, email)
    faults += look_over(page, "set-up", language, page.url)
    page.goto(page.url)
    show_code(page, portal.code(page.inner_text("#secret").replace(" ", "")))
    page.wait_for_selector("#codes")
    faults += look_over(page, "recovery-codes", language, page.url, is_shown_once=True)
    assert [fault for fault in faults if "status of 422" not in fault] == []


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_page_of_a_second_sign_in_is_sound(portal: Portal, signed_in: Callable[..., Page], language: str) -> None:
    page = signed_in(Role.RESPONDER, language, bypass_csp=True)
    faults: list[str] = []
    faults += look_over(page, "staff-home", language, page.url)
    page.goto(STAFF[Role.RESPONDER]["respond"][language == "es"])
    page.fill("[name=text_en]", "We read what you wrote.\n\nWe open two more lanes at night.")
    with closing(sqlite3.connect(portal.database, timeout=10)) as connection, connection:
        connection.execute("UPDATE staff_session SET seen_at = datetime(seen_at, '-31 minutes')")
    page.click("main form button[name=act]")
    page.wait_for_selector("[name=password]")
    faults += look_over(page, "sign-in-again", language, page.url)
    page.goto(page.url)
    show_password(page, portal.staff[Role.RESPONDER.value], portal.password)
    faults += look_over(page, "second-factor", language, page.url)
    page.goto(page.url)
    show_code(page, portal.code())
    page.wait_for_selector("blockquote")
    faults += look_over(page, "kept-form", language, page.url)
    page.goto(page.url)
    page.click("main .link-button")
    page.wait_for_url(HOME)
    assert faults == []
