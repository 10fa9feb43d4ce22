"""Every page in both languages: reflow, axe, no errors, few requests, and a picture of each under var/screenshots."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

from portal.accounts.rules import Role

pytestmark = pytest.mark.xdist_group("journeys")
PICTURES = Path(__file__).resolve().parents[2] / "var" / "screenshots"
PUBLIC = {
    "home": ("/en/", "/es/"),
    "pillar-1": ("/en/pillars/1", "/es/pilares/1"),
    "pillar-2": ("/en/pillars/2", "/es/pilares/2"),
    "workstream": ("/en/pillars/4/inclusive-recovery", "/es/pilares/4/recuperacion-incluyente"),
    "timeline": ("/en/timeline", "/es/calendario"),
    "about": ("/en/about", "/es/acerca"),
    "promise": ("/en/promise", "/es/promesa"),
    "input": ("/en/input/new", "/es/aportaciones/nueva"),
    "receipt": ("/en/input/receipt", "/es/aportaciones/acuse"),
    "follow": ("/en/follow", "/es/seguimiento"),
    "register": ("/en/input", "/es/aportaciones"),
    "search": ("/en/input?q=caf%C3%A9", "/es/aportaciones?q=caf%C3%A9"),
    "nothing-found": ("/en/input?q=zzzz", "/es/aportaciones?q=zzzz"),
    "responses": ("/en/responses", "/es/respuestas"),
    "summary": ("/en/summary", "/es/resumen"),
    "transparency": ("/en/transparency", "/es/transparencia"),
    "data": ("/en/data", "/es/datos"),
    "moderation-policy": ("/en/moderation-policy", "/es/politica-de-moderacion"),
    "privacy": ("/en/privacy", "/es/privacidad"),
    "accessibility": ("/en/accessibility", "/es/accesibilidad"),
    "not-found": ("/en/nothing", "/es/nada"),
    "sign-in": ("/en/staff/sign-in", "/es/equipo/entrar"),
    "cannot-sign-in": ("/en/staff/cannot-sign-in", "/es/equipo/no-puedo-entrar"),
    "link-worthless": ("/en/staff/welcome/nothing", "/es/equipo/bienvenida/nada"),
}
STAFF = {
    Role.MODERATOR: {
        "staff": ("/en/staff", "/es/equipo"),
        "queue": ("/en/staff/queue", "/es/equipo/cola"),
        "held": ("/en/staff/queue?status=held", "/es/equipo/cola?status=held"),
        "staff-forbidden": ("/en/staff/accounts", "/es/equipo/cuentas"),
        "staff-not-found": ("/en/staff/queue/nothing", "/es/equipo/cola/nada"),
    },
    Role.ANALYST: {
        "reports": ("/en/staff/reports", "/es/equipo/informes"),
        "exports": ("/en/staff/exports", "/es/equipo/exportaciones"),
    },
    Role.RESPONDER: {
        "staff-responses": ("/en/staff/responses", "/es/equipo/respuestas"),
        "respond": ("/en/staff/responses/new", "/es/equipo/respuestas/nueva"),
    },
    Role.ADMINISTRATOR: {
        "own-account": ("/en/staff/me", "/es/equipo/yo"),
        "password": ("/en/staff/me/password", "/es/equipo/yo/contrasena"),
        "app": ("/en/staff/me/app", "/es/equipo/yo/aplicacion"),
        "passkey": ("/en/staff/me/passkeys/new", "/es/equipo/yo/llaves/nueva"),
        "confirm": ("/en/staff/confirm", "/es/equipo/confirmar"),
        "accounts": ("/en/staff/accounts", "/es/equipo/cuentas"),
        "account": ("/en/staff/accounts/1", "/es/equipo/cuentas/1"),
        "invite": ("/en/staff/accounts/new", "/es/equipo/cuentas/nueva"),
    },
}
# The spacing that WCAG 1.4.12 asks pages to bear.
SPACING = "* {line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important}"
REFUSED = ("status of 403", "status of 404", "status of 410")  # what an error page is answered with
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
Browsing = Callable[..., BrowserContext]


def look_over(page: Page, name: str, language: str, address: str, *, is_shown_once: bool = False) -> Iterator[str]:
    """Open a page at the sizes and in the schemes that people use; name what is wrong, and keep its picture.

    is_shown_once: the page is the answer to something sent, and cannot be opened again.
    """
    where = f"{address} ({language})"
    faults: list[str] = []
    page.on("console", lambda message: faults.append(f"{where}: {message.text}") if message.type == "error" else None)
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 800})
        for scheme in ("dark", "light"):
            page.emulate_media(color_scheme=scheme)
            if not (is_shown_once or (width == 1280 and scheme == "dark")):
                page.goto(address)
            found = Axe().run(page, options=RULES)
            for violation in found.response["violations"]:
                yield f"{where}, {width} px, {scheme}: {violation['id']} at {violation['nodes'][0]['target']}"
        PICTURES.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=PICTURES / f"{name}.{language}-{width}.png", full_page=True)
    page.set_viewport_size({"width": 320, "height": 800})
    for spacing in ("", SPACING):
        if spacing:
            page.add_style_tag(content=spacing)
        if (wide := page.evaluate("document.scrollingElement.scrollWidth")) > 320:
            yield f"{where}: {wide} px wide at 320{' with text spacing' if spacing else ''}"
    yield from (fault for fault in faults if not any(status in fault for status in REFUSED))


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_public_page_is_sound(browsing: Browsing, language: str) -> None:
    page = browsing(bypass_csp=True).new_page()
    faults: list[str] = []
    for name, addresses in PUBLIC.items():
        address = addresses[language == "es"]
        page.goto(address)
        faults += look_over(page, name, language, address)
    page.goto(PUBLIC["responses"][language == "es"])
    for name, links in (
        ("response", "main a[href*='/responses/'], main a[href*='/respuestas/']"),
        ("submission", "main a.code"),
    ):
        address = str(page.locator(links).first.get_attribute("href"))
        page.goto(address)
        faults += look_over(page, name, language, address)
    assert faults == []


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("role", STAFF)
def test_every_staff_page_is_sound(signed_in: Callable[..., Page], role: Role, language: str) -> None:
    page = signed_in(role, language, bypass_csp=True)
    faults: list[str] = []
    for name, addresses in STAFF[role].items():
        address = addresses[language == "es"]
        page.goto(address)
        faults += look_over(page, name, language, address)
    if role == Role.MODERATOR:
        page.goto(STAFF[role]["queue"][language == "es"])
        address = str(page.locator("table.queue a").first.get_attribute("href"))
        page.goto(address)
        faults += look_over(page, "decide", language, address)
    assert faults == []


@pytest.mark.parametrize("name", ["home", "pillar-2", "input"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_first_visit_asks_for_little_and_only_from_us(browsing: Browsing, name: str, language: str) -> None:
    context = browsing()
    page = context.new_page()
    asked: list[str] = []
    faults: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: faults.append(message.text) if message.type in {"error", "warning"} else None)
    page.goto(PUBLIC[name][language == "es"])
    page.wait_for_load_state("networkidle")
    assert len(asked) <= 4, asked
    assert {url.split("/")[2] for url in asked} == {page.url.split("/")[2]}
    assert faults == []
    assert [cookie["name"] for cookie in context.cookies()] == (["form"] if name == "input" else [])
