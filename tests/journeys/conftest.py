"""A portal filled for demonstration, served as operators serve it, and a browser before it."""

import os
import re
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from portal.accounts import factors
from portal.accounts.rules import Role
from portal.clock import utcnow

ROOT = Path(__file__).resolve().parents[2]
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --disable-background-networking "
    "--disable-component-update --disable-sync --no-first-run"
)
SIGN_IN = {"en": "/en/staff/sign-in", "es": "/es/equipo/entrar"}


@dataclass(frozen=True)
class Portal:
    """Where the portal is, and how its invented staff sign in."""

    url: str
    password: str
    secret: str
    database: Path
    staff: dict[str, str]

    def code(self, secret: str = "") -> str:
        """Give the code of this half minute; journeys come in more often than people do, so it may be used again.

        secret: of an app of somebody's own, in place of the one that all invented staff share.
        """
        with closing(sqlite3.connect(self.database, timeout=10)) as connection, connection:
            connection.execute("UPDATE staff SET totp_step = 0")
        return factors.code_at(secret or self.secret, utcnow())


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A demonstration, filled and served once for all journeys."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    settings = {
        "PORTAL_DATA": str(tmp_path_factory.mktemp("demo")),
        "PORTAL_LIMITS_SCALE": "1000",
        "PORTAL_UNDO_SECONDS": "600",
        "PORTAL_LOG_LEVEL": "ERROR",
    }
    command, environment = [sys.executable, "-m", "portal"], os.environ | settings
    told = subprocess.run([*command, "demo"], env=environment, check=True, capture_output=True, text=True, cwd=ROOT)
    password = re.search(r"Password of all: (\S+)", told.stdout)
    secret = re.search(r"authenticator app: (\S+)", told.stdout)
    assert password, told.stdout
    assert secret, told.stdout
    staff = dict(re.findall(r"^ +(\w+) +(\S+@\S+)", told.stdout, re.MULTILINE))
    served = [*command, "run", "--port", str(port), "--workers", "1"]
    with subprocess.Popen(served, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL) as server:
        url = f"http://localhost:{port}"  # a name, since browsers make passkeys at no number
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{url}/healthz").read()
                break
            except OSError:
                time.sleep(0.2)
        yield Portal(url, password[1], secret[1], Path(settings["PORTAL_DATA"]) / "portal.sqlite3", staff)
        server.terminate()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, without a screen."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS.split())
        yield browser
        browser.close()


@pytest.fixture
def browsing(portal: Portal, chromium: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Opens a browser of somebody's own, with options such as `java_script_enabled=False`."""
    opened: list[BrowserContext] = []

    def browse(**options: object) -> BrowserContext:
        size = {"width": 1280, "height": 800}
        context = chromium.new_context(**({"viewport": size, "base_url": portal.url} | options))  # type: ignore[arg-type]
        context.set_default_timeout(10_000)
        opened.append(context)
        return context

    yield browse
    for context in opened:
        context.close()


@pytest.fixture
def signed_in(portal: Portal, browsing: Callable[..., BrowserContext]) -> Callable[..., Page]:
    """Signs a member of staff in, and gives their page: `signed_in(Role.ANALYST, "es")`."""

    def enter(role: Role, language: str = "en", **options: object) -> Page:
        page = browsing(**options).new_page()
        page.goto(SIGN_IN[language])
        page.fill("[name=email]", portal.staff[role.value])
        page.fill("[name=password]", portal.password)
        page.click("main button")
        page.wait_for_url(re.compile("second-factor|segundo-factor"))
        page.fill("[name=code]", portal.code())
        page.click("main button")
        page.wait_for_url(re.compile("/staff$|/equipo$"))
        return page

    return enter
