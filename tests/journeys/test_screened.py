"""A moderator sees what was found in a text and hides all of it by one key, or by buttons without a script."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page

from portal.accounts.rules import Role
from tests.journeys.form import give_input
from tests.journeys.test_every_page import look_over
from tests.journeys.test_moderate import NUMBER, find

pytestmark = pytest.mark.xdist_group("journeys")
MARK = {"en": "Personal data 4", "es": "Datos personales: 4"}


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("script", [True, False])
def test_what_was_found_is_hidden_at_once(
    browsing: Callable[..., BrowserContext], signed_in: Callable[..., Page], language: str, script: bool
) -> None:
    sent = give_input(browsing().new_page(), language)
    desk = signed_in(Role.MODERATOR, language, java_script_enabled=script)
    find(desk, language, sent.code)
    for _ in range(60):
        if desk.query_selector("#found li"):
            break
        desk.wait_for_timeout(250)
        desk.reload()
    assert NUMBER in desk.inner_text("#found li")
    assert desk.inner_text("[data-redactable] .found-words[data-number='1']") == NUMBER

    desk.click("#found li button")

    desk.wait_for_selector("[data-passages] .found__number")
    assert desk.input_value("[data-passages] select") == "personal-data"
    assert desk.query_selector("#found li") is None
    assert desk.query_selector("[name=verdict]:checked") is None


TEXT = {
    "en": "Please keep the zafiro lanes open at night.\n\nMy number is 956-555-0171, my SSN is 219-09-9998\n"
    "and I live at 4410 Imaginary Oak Ln, Apt 9, San Antonio. Write to ofe.hamacas@example.com.",
    "es": "Pido carriles abiertos de noche en el turquesa.\n\nMi cel es 961 555 0134, mi CURP TINE680229HCSZMS06\n"
    "y vivo en Av. de las Ceibas 9999, Col. Imaginaria, C.P. 29099. Mi correo: ofe.hamacas@example.com.",
}
RARE = {"en": "zafiro", "es": "turquesa"}


@pytest.mark.parametrize("language", ["en", "es"])
def test_marks_are_sound_in_the_queue_and_on_the_item_and_one_key_hides_all(
    browsing: Callable[..., BrowserContext], signed_in: Callable[..., Page], language: str
) -> None:
    give_input(browsing().new_page(), language, TEXT[language])
    desk = signed_in(Role.MODERATOR, language, bypass_csp=True)
    queue = f"{'/es/equipo/cola' if language == 'es' else '/en/staff/queue'}?q={RARE[language]}"
    for _ in range(60):
        desk.goto(queue)
        if MARK[language] in desk.inner_text("table.queue"):
            break
        desk.wait_for_timeout(250)
    address = desk.get_attribute("tr[data-row] a", "href")
    assert address
    faults = [*look_over(desk, "queue-screened", language, queue), *look_over(desk, "item-screened", language, address)]
    desk.set_viewport_size({"width": 1280, "height": 800})
    desk.goto(address)
    desk.keyboard.press("a")
    desk.wait_for_selector("[data-passages] li")
    assert len(desk.query_selector_all("[data-passages] li")) == 4
    assert faults == []
