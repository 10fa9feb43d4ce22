"""Staff at the door: an invitation, second factors, a lost phone, an account that is closed, a session that ends."""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from portal.accounts.rules import Role
from tests.journeys.conftest import SIGN_IN, Portal
from tests.journeys.door import (
    FIRST_FORM,
    HOME,
    ME,
    NEW_PASSKEY,
    PASSKEY_FORM,
    PASSWORD,
    Newcomer,
    add_app,
    add_passkey,
    in_language,
    invite,
    keep_codes,
    show_code,
    show_password,
    sign_in,
    sign_out,
    take_over,
    with_authenticator,
)

pytestmark = pytest.mark.xdist_group("journeys")
Browsing = Callable[..., BrowserContext]
SignedIn = Callable[..., Page]
RESPOND = {"en": "/en/staff/responses/new", "es": "/es/equipo/respuestas/nueva"}
SAYS = {
    "en": {
        "codes left": "You have 9 recovery codes left.",
        "used": "That code is not right, or was used before.",
        "removed": "This link no longer works",
        "kept": "What you typed is kept",
        "ended": "Your session had ended.",
        "welcome": "Welcome, N. Prueba",
    },
    "es": {
        "codes left": "Le quedan 9 códigos de recuperación.",
        "used": "El código no es correcto o ya se usó.",
        "removed": "Este enlace ya no funciona",
        "kept": "Lo que escribió está guardado",
        "ended": "Su sesión venció.",
        "welcome": "Le damos la bienvenida, N. Prueba",
    },
}
both_languages = pytest.mark.parametrize("language", ["en", "es"])


@pytest.fixture
def newcomer(portal: Portal, signed_in: SignedIn, browsing: Browsing, request: pytest.FixtureRequest) -> Newcomer:
    """Somebody whom an administrator invited as a moderator, who set a password and is at the second factor."""
    language = request.getfixturevalue("language")
    email = f"{re.sub('[^a-z]+', '.', request.node.name).strip('.')}@example.org"
    link = invite(signed_in(Role.ADMINISTRATOR, language), language, email, Role.MODERATOR)
    someone = Newcomer(browsing().new_page(), language, email)
    take_over(someone.page, in_language(link, language))
    show_password(someone.page, email)
    return someone


@both_languages
def test_an_invitation_an_app_and_a_recovery_code(portal: Portal, newcomer: Newcomer, language: str) -> None:
    page, says = newcomer.page, SAYS[language]
    add_app(portal, newcomer)
    assert says["welcome"] in page.inner_text("h1")
    assert len(set(newcomer.codes)) == 10

    sign_out(page)
    sign_in(portal, newcomer)
    sign_out(page)
    page.goto(SIGN_IN[language])
    show_password(page, newcomer.email)
    show_code(page, newcomer.codes[0])
    page.wait_for_url(HOME)
    page.goto(ME[language])
    assert says["codes left"] in page.inner_text("main")

    sign_out(page)
    show_password(page, newcomer.email)
    show_code(page, newcomer.codes[0])
    page.wait_for_selector("#error-summary")
    assert says["used"] in page.inner_text("#error-summary")


@both_languages
def test_a_passkey_as_the_first_factor_alone_and_as_the_second(newcomer: Newcomer, language: str) -> None:
    page = newcomer.page
    with_authenticator(page)
    add_passkey(page, "")
    page.wait_for_selector("#error-summary")
    add_passkey(page, "Celular del trabajo")
    keep_codes(newcomer)
    page.goto(ME[language])
    assert "Celular del trabajo" in page.inner_text("#passkeys")

    sign_out(page)
    page.click(f"{PASSKEY_FORM} button")
    page.wait_for_url(HOME)
    sign_out(page)
    show_password(page, newcomer.email)
    page.click(f"{PASSKEY_FORM} button")
    page.wait_for_url(HOME)


@both_languages
def test_a_passkey_is_added_to_an_app_and_taken_away_again(portal: Portal, newcomer: Newcomer, language: str) -> None:
    page = newcomer.page
    add_app(portal, newcomer)
    with_authenticator(page)
    page.goto(NEW_PASSKEY[language])
    add_passkey(page, "Portátil")
    page.wait_for_url(re.compile("#passkeys"))
    page.click("#passkeys td button")
    page.wait_for_selector("#passkeys table", state="detached")

    sign_out(page)
    page.click(f"{PASSKEY_FORM} button")
    page.wait_for_selector("#error-summary")


@both_languages
def test_a_device_that_refuses_its_owner_is_told_on_the_page(newcomer: Newcomer, language: str) -> None:
    page = newcomer.page
    devtools, authenticator = with_authenticator(page)
    add_passkey(page, "Portátil")
    keep_codes(newcomer)
    sign_out(page)
    known_no_more = {"authenticatorId": authenticator, "isUserVerified": False}
    devtools.send("WebAuthn.setUserVerified", known_no_more)
    page.click(f"{PASSKEY_FORM} button")
    expect(page.locator("[data-passkey-status]").first).not_to_be_empty()


@both_languages
def test_a_lost_phone(portal: Portal, newcomer: Newcomer, signed_in: SignedIn, language: str) -> None:
    page, says = newcomer.page, SAYS[language]
    add_app(portal, newcomer)
    manager = signed_in(Role.ADMINISTRATOR, language)
    open_account(manager, language, newcomer.email)
    manager.click("form[action*='/factors'] button, form[action*='/factores'] button")
    link = in_language(manager.inner_text("#link"), language)

    page.reload()
    page.wait_for_url(re.compile("/sign-in|/entrar"))
    take_over(page, link)
    show_password(page, newcomer.email)
    add_app(portal, newcomer)
    page.goto(link)
    assert says["removed"] in page.inner_text("h1")


@both_languages
def test_an_account_is_closed_while_its_owner_works(
    portal: Portal, newcomer: Newcomer, signed_in: SignedIn, language: str
) -> None:
    page = newcomer.page
    add_app(portal, newcomer)
    page.click(".bar__nav a")
    manager = signed_in(Role.ADMINISTRATOR, language)
    open_account(manager, language, newcomer.email)
    manager.click("form[action*='/disable'] button, form[action*='/desactivar'] button")
    manager.wait_for_selector("form[action*='/enable'], form[action*='/activar']")

    page.click(".bar__nav a")
    page.wait_for_url(re.compile("/sign-in|/entrar"))
    page.fill("[name=email]", newcomer.email)
    page.fill("[name=password]", PASSWORD)
    page.click(f"{FIRST_FORM} button")
    page.wait_for_selector("#error-summary")


@both_languages
def test_a_session_that_ends_while_a_response_is_typed(portal: Portal, signed_in: SignedIn, language: str) -> None:
    page, says = signed_in(Role.RESPONDER, language), SAYS[language]
    page.goto(RESPOND[language])
    page.fill("[name=text_en]", "We read what you wrote.\n\nWe open two more lanes at night.")
    with closing(sqlite3.connect(portal.database, timeout=10)) as connection, connection:
        connection.execute("UPDATE staff_session SET seen_at = datetime(seen_at, '-31 minutes')")
    page.click("main form button[name=act]")

    page.wait_for_url(re.compile("kept=1"))
    assert says["ended"] in page.inner_text("main")
    show_password(page, portal.staff[Role.RESPONDER.value], portal.password)
    show_code(page, portal.code())
    page.wait_for_url(re.compile("/staff/continue|/equipo/continuar"))
    assert says["kept"] in page.inner_text("h1")
    assert "We open two more lanes at night." in page.inner_text("main")
    page.click(f"{FIRST_FORM} button.button")
    page.wait_for_selector("[name=text_en]")
    assert page.input_value("[name=text_en]") == "We read what you wrote.\n\nWe open two more lanes at night."


@both_languages
def test_without_script_and_by_keyboard_alone(portal: Portal, browsing: Browsing, language: str) -> None:
    page = browsing(java_script_enabled=False).new_page()
    page.goto(SIGN_IN[language])
    assert not page.is_visible(PASSKEY_FORM)
    tab_to(page, "email")
    page.keyboard.type(portal.staff[Role.MODERATOR.value])
    page.keyboard.press("Tab")
    page.keyboard.type(portal.password)
    page.keyboard.press("Enter")
    page.wait_for_selector("[name=code]")
    tab_to(page, "code")
    page.keyboard.type(portal.code())
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.wait_for_url(HOME)


def open_account(manager: Page, language: str, email: str) -> None:
    """Find somebody's account on the accounts page."""
    manager.goto({"en": "/en/staff/accounts", "es": "/es/equipo/cuentas"}[language])
    manager.click(f"tr:has-text('{email}') a")
    manager.wait_for_selector("[name=roles]")


def tab_to(page: Page, name: str) -> None:
    """Press the tab key until a control has the focus; no page asks for more than twenty presses."""
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.locator(f"[name={name}]:focus").count():
            return
    raise AssertionError(f"{name} is not reached by the tab key")
