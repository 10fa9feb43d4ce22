"""A real provider of OpenID Connect on loopback (npm's oidc-provider), and a person with a browser at its pages."""

import json
import socket
import subprocess
from contextlib import nullcontext
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urljoin

import requests
from bs4 import BeautifulSoup

FOLDER = Path(__file__).resolve().parent
HOME = "http://localhost"  # where WebTest's visitors find the portal
CALLBACK = f"{HOME}/en/staff/sign-in/oidc/callback"
CLIENT = {
    "client_id": "portal",
    "client_secret": "a secret between the portal and its provider",
    "redirect_uris": [CALLBACK],
    "response_types": ["code"],
    "grant_types": ["authorization_code"],
}


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


class Provider:
    """The provider's process. It reads its people anew at every sign-in."""

    def __init__(self, folder: Path) -> None:
        assert (FOLDER / "node_modules").is_dir(), (
            "run deploy/test-services: the provider of the tests is not installed"
        )
        self._config, self.port = folder / "people.json", free_port()
        self.issuer = f"http://127.0.0.1:{self.port}"
        self.knows({})

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.stop()

    def start(self) -> None:
        """Start it and wait until it listens."""
        command = ["node", str(FOLDER / "provider.mjs"), str(self.port), str(self._config)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert self._process.stdout
        said = self._process.stdout.readline().strip()
        assert said == "ready", f"the provider said {said!r}"

    def stop(self) -> None:
        """Stop it at once."""
        self._process.kill()
        self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()

    def knows(self, people: dict[str, Any]) -> None:
        """Say who there is: `{"ana": {"claims": {"email": …}, "amr": ["pwd"]}}`."""
        self._config.write_text(json.dumps({"clients": [CLIENT], "people": people}))


def visit(address: str, login: str, answer: str = "allow", *, browser: requests.Session | None = None) -> str:
    """Walk through the provider's pages as a person would; give the address of the portal that it ends at.

    In a browser of its own, unless one is given that was there before.
    """
    with nullcontext(browser) if browser else requests.Session() as mine:
        response = mine.get(address, allow_redirects=False, timeout=10)
        for _step in range(12):
            if response.is_redirect:
                onward = urljoin(response.url, response.headers["Location"])
                if onward.startswith(HOME):
                    return onward
                response = mine.get(onward, allow_redirects=False, timeout=10)
                continue
            page = BeautifulSoup(response.text, "html.parser")
            assert page.form, response.text
            fields = {"login": login, "password": "x"} if page.select("[name=login]") else {"answer": answer}
            response = mine.post(response.url, data=fields, allow_redirects=False, timeout=10)
    raise AssertionError("the provider leads nowhere")
