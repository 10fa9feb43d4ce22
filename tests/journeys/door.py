"""What staff do at the door in a browser: shared by several journeys. Words are those of the page's own language."""

import re
from dataclasses import dataclass, field

from playwright.sync_api import CDPSession, Page

from portal.accounts.rules import Role
from tests.journeys.conftest import SIGN_IN, Portal

PASSWORD = "cuatro palabras en fila"
INVITE = {"en": "/en/staff/accounts/new", "es": "/es/equipo/cuentas/nueva"}
ME = {"en": "/en/staff/me", "es": "/es/equipo/yo"}
NEW_PASSKEY = {"en": "/en/staff/me/passkeys/new", "es": "/es/equipo/yo/llaves/nueva"}
HOME = re.compile("/staff$|/equipo$")
SECOND_STEP = re.compile("/second-factor|/segundo-factor")
FIRST_FORM = "main form:not([data-passkey] form)"
PASSKEY_FORM = "[data-passkey] form"


@dataclass
class Newcomer:
    """Somebody who was invited: their page, their address, and what they wrote down at the door."""

    page: Page
    language: str
    email: str
    secret: str = ""
    codes: list[str] = field(default_factory=list)


def invite(manager: Page, language: str, email: str, *roles: Role) -> str:
    """Invite somebody as an administrator; give the one-time link that is shown."""
    manager.goto(INVITE[language])
    manager.fill("[name=email]", email)
    manager.check("[name=country][value=MX]")
    for role in roles:
        manager.check(f"[name=roles][value={role.value}]")
    manager.click("main form button")
    return manager.inner_text("#link")


def in_language(link: str, language: str) -> str:
    """Give a one-time link, which is written in the language of its reader's government, in another."""
    plain = re.sub("/es/equipo/bienvenida/|/en/staff/welcome/", "{}", link)
    return plain.format({"en": "/en/staff/welcome/", "es": "/es/equipo/bienvenida/"}[language])


def take_over(page: Page, link: str) -> None:
    """Open a one-time link, write a name and choose a password."""
    page.goto(link)
    page.fill("[name=name]", "N. Prueba")
    page.fill("[name=password]", PASSWORD)
    page.click("main form button")
    page.wait_for_url(re.compile("welcome=1"))


def show_password(page: Page, email: str, password: str = PASSWORD) -> None:
    """Take the first step from the page where one signs in."""
    page.fill("[name=email]", email)
    page.fill("[name=password]", password)
    page.click(f"{FIRST_FORM} button")
    page.wait_for_url(SECOND_STEP)


def show_code(page: Page, code: str) -> None:
    """Enter a code where one is asked for."""
    page.fill("[name=code]", code)
    page.click(f"{FIRST_FORM} button")


def add_app(portal: Portal, someone: Newcomer) -> None:
    """Take the key that the page shows into an app, and show its first code; then keep the recovery codes."""
    someone.secret = someone.page.inner_text("#secret").replace(" ", "")
    show_code(someone.page, portal.code(someone.secret))
    keep_codes(someone)


def add_passkey(page: Page, name: str) -> None:
    """Give a new passkey a name and let the browser make it."""
    page.fill("[name=passkey_name]", name)
    page.click(f"{PASSKEY_FORM} button")


def keep_codes(someone: Newcomer) -> None:
    """Write the recovery codes down, and go on."""
    someone.page.wait_for_selector("#codes")
    someone.codes = someone.page.locator("#codes li").all_inner_texts()
    someone.page.click("main a.button")
    someone.page.wait_for_url(HOME)


def sign_in(portal: Portal, someone: Newcomer) -> None:
    """Come in by password and app."""
    someone.page.goto(SIGN_IN[someone.language])
    show_password(someone.page, someone.email)
    show_code(someone.page, portal.code(someone.secret))
    someone.page.wait_for_url(HOME)


def sign_out(page: Page) -> None:
    """Leave by the button in the bar."""
    page.click(".bar__me button")
    page.wait_for_url(re.compile("/sign-in|/entrar"))


def with_authenticator(page: Page) -> tuple[CDPSession, str]:
    """Give a page's browser an authenticator that knows its owner, as phones and laptops have one; how to reach it."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    owned = {"hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True}
    kind = {"protocol": "ctap2", "transport": "internal", "automaticPresenceSimulation": True}
    made = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": kind | owned})
    return devtools, str(made["authenticatorId"])
