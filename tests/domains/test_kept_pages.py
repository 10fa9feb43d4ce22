"""Public pages are kept as bytes: what they answer to browsers and proxies, and when they are made anew."""

import gzip
import time

import brotli
import pytest
from flask import Flask

from tests.builders import a_publication


@pytest.mark.parametrize(("encoding", "opened"), [("br", brotli.decompress), ("gzip", gzip.decompress), ("", bytes)])
def test_a_page_is_the_same_in_every_encoding(app: Flask, encoding: str, opened: object) -> None:
    client = app.test_client()
    plain = client.get("/es/pilares/2").data
    answer = client.get("/es/pilares/2", headers={"Accept-Encoding": encoding})
    assert callable(opened)
    assert opened(answer.data) == plain
    assert answer.headers.get("Content-Encoding", "") == encoding
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.headers["Cache-Control"] == "public, no-cache"
    assert "Content-Security-Policy" in answer.headers
    assert "Set-Cookie" not in answer.headers


def test_a_browser_that_has_the_page_is_told_so_until_something_is_published(app: Flask) -> None:
    client = app.test_client()
    etag = client.get("/en/input").headers["ETag"]
    again = client.get("/en/input", headers={"If-None-Match": etag})
    assert (again.status_code, again.data) == (304, b"")
    a_publication(app, body="Recién publicada, con sus palabras.")
    time.sleep(1.1 if "postgresql" in app.config["SETTINGS"].database_url else 0)  # where the version is asked for
    changed = client.get("/en/input", headers={"If-None-Match": etag})
    assert changed.status_code == 200
    assert "Recién publicada" in changed.text


@pytest.mark.parametrize("address", ["/en/", "/en/follow", "/healthz", "/en/nothing"])
def test_asking_for_the_head_alone_brings_no_body(app: Flask, address: str) -> None:
    client = app.test_client()
    assert client.head(address).data == b""
    assert client.head(address).status_code == client.get(address).status_code
