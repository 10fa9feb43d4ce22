"""What somebody does with the input form in a browser: shared by several journeys."""

from dataclasses import dataclass

from playwright.sync_api import Page

FORM = {"en": "/en/input/new", "es": "/es/aportaciones/nueva"}
TEXT = {
    "en": "Please keep the inspection lanes open at night.\n\nMy number is 956-555-0171, call any time.",
    "es": "Pido carriles abiertos de noche.\n\nMi número es 956-555-0171, llámenme a cualquier hora.",
}


@dataclass(frozen=True)
class Sent:
    """A submission's receipt code and access key, as its author wrote them down."""

    code: str
    key: str


def fill_in(page: Page, language: str, text: str | None = None) -> None:
    """Fill the form in as an individual from Mexico who does not wish to be named."""
    page.check("[name=pillar][value='1']")
    page.fill("[name=body]", text or TEXT[language])
    page.select_option("[name=stakeholder_type]", "individual")
    page.select_option("[name=country]", "MX")
    page.check("[name=show_as][value=anonymous]")
    page.check("[name=consent]")


def send(page: Page) -> None:
    """Press the button that sends the form."""
    page.click("main form button.button:not([name])")


def give_input(page: Page, language: str, text: str | None = None) -> Sent:
    """Give input, and write down what the receipt says."""
    page.goto(FORM[language])
    fill_in(page, language, text)
    send(page)
    page.wait_for_selector("#code")
    return Sent(page.inner_text("#code"), page.inner_text("#key"))


def follow(page: Page, language: str, sent: Sent) -> str:
    """Open a submission by its code and key; give what its page says."""
    page.goto("/es/seguimiento" if language == "es" else "/en/follow")
    page.fill("[name=code]", sent.code)
    page.fill("[name=key]", sent.key)
    page.click("main form button")
    page.wait_for_selector("h1")
    return page.inner_text("main")
