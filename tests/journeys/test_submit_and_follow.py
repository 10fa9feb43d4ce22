"""A person arrives, reads, gives input, keeps the receipt and follows it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.journeys.form import FORM, TEXT, fill_in, follow, give_input, send

pytestmark = pytest.mark.xdist_group("journeys")
WORDS = {
    "en": {"problem": "There is a problem", "state": "Received", "locale": "en-US"},
    "es": {"problem": "Hay un problema", "state": "Recibida", "locale": "es-MX"},
}
Browsing = Callable[..., BrowserContext]


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("script", [True, False])
def test_a_person_gives_input_and_follows_it(browsing: Browsing, language: str, script: bool) -> None:
    words = WORDS[language]
    page = browsing(locale=words["locale"], java_script_enabled=script).new_page()
    page.goto("/")
    assert page.url.endswith(f"/{language}/")
    page.click(f"a[href='/{language}/{'pilares' if language == 'es' else 'pillars'}/1']")
    page.click(f"main a[href^='{FORM[language]}']")
    assert page.is_checked("[name=pillar][value='1']")

    page.fill("[name=body]", TEXT[language])
    send(page)
    expect(page.locator("[role=alert]")).to_contain_text(words["problem"])
    assert page.input_value("[name=body]") == TEXT[language]
    if script:
        expect(page.locator("[role=alert]")).to_be_focused()

    sent = give_input(page, language)
    said = follow(page, language, sent)
    assert words["state"] in page.inner_text("h1")
    assert TEXT[language].split("\n")[0] in page.content()
    assert sent.code in said


def test_switching_the_language_keeps_every_word(browsing: Browsing) -> None:
    page = browsing().new_page()
    page.goto(FORM["en"])
    fill_in(page, "en", "Ni una palabra se pierde. 🇲🇽")
    page.click("nav.languages button")
    assert page.url.endswith(FORM["es"])
    assert page.input_value("[name=body]") == "Ni una palabra se pierde. 🇲🇽"
    assert page.is_checked("[name=show_as][value=anonymous]")
    assert not page.query_selector("[role=alert]")


def test_a_double_click_sends_once(browsing: Browsing) -> None:
    page = browsing(java_script_enabled=False).new_page()  # the script holds the second click back by itself
    leads: list[str] = []
    page.on("response", lambda answer: leads.append(answer.headers.get("location", "")))
    page.goto(FORM["es"])
    fill_in(page, "es", "Doble clic, una sola aportación.")
    page.dblclick("main form button.button:not([name])")
    page.wait_for_selector("#code")
    assert len({lead for lead in leads if "code=" in lead}) == 1


def test_the_keyboard_alone_is_enough_to_begin(browsing: Browsing) -> None:
    page = browsing().new_page()
    page.goto("/es/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")
