"""What a phone receives on a first visit: home, pillar and form in both languages, compressed, with all they load.

Counts the answers' bodies and headers of the page, its style sheet and its icon (brotli); scripts apart.
"""

import re
import tempfile
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from portal import create_app, db, schema
from portal.clock import utcnow
from portal.config import Settings
from portal.pillars.load import load
from portal.pillars.yaml_file import own_file

PAGES = (
    "/en/",
    "/es/",
    *(f"/en/pillars/{number}" for number in range(1, 5)),
    *(f"/es/pilares/{number}" for number in range(1, 5)),
    "/en/input/new",
    "/es/aportaciones/nueva",
    "/en/input",
    "/es/aportaciones",
    "/en/timeline",
    "/es/acerca",
)
LOADED = re.compile(r'<link rel="(?:stylesheet|icon)"[^>]*href="([^"]+)"')
SCRIPTS = re.compile(r'<script[^>]*src="([^"]+)"')
BARS = {"home, pillar, form": 14.0, "any other": 20.0}


def a_portal(folder: str) -> Flask:
    """A portal with the four pillars."""
    app = create_app(Settings(data=Path(folder), log_level="ERROR"))
    schema.migrate(app.extensions["engine"], keys=app.extensions["keys"])
    with app.app_context(), db.transaction() as session:
        load(session, own_file(), now=utcnow())
    return app


def received(client: FlaskClient, address: str) -> tuple[int, str]:
    """Give an answer's size on the wire, headers included, and its text as sent plain."""
    answer = client.get(address, headers={"Accept-Encoding": "br"})
    head = sum(len(name) + len(value) + 4 for name, value in answer.headers)
    return len(answer.data) + head, client.get(address).text


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        client = a_portal(folder).test_client()
        for address in PAGES:
            size, text = received(client, address)
            parts = [received(client, part)[0] for part in LOADED.findall(text)]
            scripts = [received(client, part)[0] for part in SCRIPTS.findall(text)]
            whole, script = (size + sum(parts)) / 1024, sum(scripts) / 1024
            requests = 1 + len(parts) + len(scripts)
            print(f"{address:24} {whole:5.1f} KiB; scripts {script:4.1f} KiB; {requests} requests")
        print("bars: " + ", ".join(f"{name} {bar:g} KiB" for name, bar in BARS.items()) + "; scripts 6 KiB; 4 requests")


if __name__ == "__main__":
    main()
