"""A moderator takes a submission, hides a number, thinks again, and everyone reads the result."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page

from portal.accounts.rules import Role
from tests.journeys.form import follow, give_input

pytestmark = pytest.mark.xdist_group("journeys")
NUMBER = "956-555-0171"
WORDS = {
    "en": {"queue": "/en/staff/queue", "label": "personal data hidden", "notice": "hid personal data"},
    "es": {"queue": "/es/equipo/cola", "label": "dato personal oculto", "notice": "ocultamos datos personales"},
}
SELECT = """words => {
  const walker = document.createTreeWalker(document.querySelector("[data-redactable]"), NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode());) {
    const at = node.data.indexOf(words);
    if (at < 0) continue;
    const range = document.createRange();
    range.setStart(node, at); range.setEnd(node, at + words.length);
    getSelection().removeAllRanges(); getSelection().addRange(range);
  }
}"""


def find(page: Page, language: str, code: str) -> None:
    """Open a submission in the queue by its receipt code, and take it."""
    page.goto(WORDS[language]["queue"])
    page.fill("#q", code)
    page.press("#q", "Enter")
    page.wait_for_selector("h1.code")
    if page.query_selector("button[form=take]"):
        page.click("button[form=take]")
        page.wait_for_selector("button[form=release]")


def read_publicly(page: Page, language: str, code: str) -> str:
    """Wait until the worker has made a submission public; give what its page says."""
    address = f"/es/aportaciones/{code}" if language == "es" else f"/en/input/{code}"
    for _ in range(60):
        if (answer := page.goto(address)) and answer.status == 200:
            return page.inner_text("main")
        page.wait_for_timeout(250)
    raise AssertionError(f"{code} did not become public")


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("script", [True, False])
def test_a_number_is_hidden_and_the_rest_published(
    browsing: Callable[..., BrowserContext], signed_in: Callable[..., Page], language: str, script: bool
) -> None:
    words = WORDS[language]
    author = browsing().new_page()
    sent = give_input(author, language)
    desk = signed_in(Role.MODERATOR, language, java_script_enabled=script)
    find(desk, language, sent.code)

    desk.check("[name=verdict][value=publish]")
    desk.click("form[data-decide] button[data-main]")
    desk.wait_for_selector("form[action*='undo'], form[action*='deshacer']")
    desk.click("form[action*='undo'] button, form[action*='deshacer'] button")
    find(desk, language, sent.code)

    if script:
        desk.wait_for_selector("[data-hide-selection]")  # shown by the script once it listens
        desk.evaluate(SELECT, NUMBER)
        desk.keyboard.press("o")
        desk.select_option("[data-passages] select", "personal-data")
        desk.keyboard.press("Escape")
    else:
        desk.click("details.found__typed summary")
        desk.fill("[name=hide_words]", NUMBER)
        desk.select_option("[name=hide_code]", "personal-data")
    desk.check("[name=verdict][value=publish_redacted]")
    if script:
        desk.keyboard.press("Control+Enter")
    else:
        desk.click("form[data-decide] button[data-main]")
    now = "form[action*='/now'] button, form[action*='/ya'] button"
    desk.wait_for_selector(now)
    desk.click(now)

    public = read_publicly(author, language, sent.code)
    assert words["label"] in public
    assert NUMBER not in public
    assert words["notice"] in follow(author, language, sent)


def test_keys_take_the_next_and_leave_it(signed_in: Callable[..., Page]) -> None:
    desk = signed_in(Role.MODERATOR, "es")
    desk.goto("/es/equipo/cola")
    desk.keyboard.press("c")
    desk.wait_for_selector("button[form=release]")
    taken = desk.inner_text("h1.code")
    desk.keyboard.press("l")
    desk.wait_for_url("**/equipo/cola**")
    assert taken in desk.inner_text("table.queue")
