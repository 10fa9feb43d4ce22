"""A visitor: a browser without script (WebTest) that checks each page it is given.

The rules that every page keeps stand here once: one h1, a title, the page's language, a link to a twin that answers,
labels for controls, no inline script or style, an action or an address for every form.
"""

from collections.abc import Iterable
from typing import Any

from bs4 import BeautifulSoup, Tag
from flask import Flask, url_for
from webtest import TestApp, TestResponse

LABELLED = ("input", "select", "textarea")
NEEDS_NO_LABEL = ("hidden", "submit", "button")


class Visitor(TestApp):  # type: ignore[misc]  # WebTest ships no types
    """Opens pages by endpoint or address. Cookies are kept, CSRF is on."""

    def __init__(self, app: Flask, address: str = "192.0.2.1") -> None:
        super().__init__(app, extra_environ={"REMOTE_ADDR": address})
        self.flask = app

    def open(self, endpoint: str, lang: str = "en", *, status: int | None = None, **values: Any) -> TestResponse:
        """Open a page by its endpoint, in a language; `values` are those of its address and of its query."""
        with self.flask.test_request_context():
            address = url_for(endpoint, lang=lang, **values)
        return self.get(address, status=status)

    def do_request(self, req: Any, status: Any = None, expect_errors: Any = None) -> TestResponse:
        response = super().do_request(req, status, expect_errors)
        if response.content_type == "text/html" and response.body and not 300 <= response.status_int < 400:
            faults = list(faults_of(response.html))
            assert not faults, f"{req.method} {req.path}: {'; '.join(faults)}"
        return response


def faults_of(page: BeautifulSoup) -> Iterable[str]:
    """Name what is wrong with a page, whatever page it is."""
    language = page.html.get("lang") if page.html else None
    if language not in {"en", "es"}:
        yield f"lang is {language!r}"
    if len(headings := page.select("h1")) != 1:
        yield f"{len(headings)} h1"
    if page.title is None or not page.title.get_text(strip=True):
        yield "no title"
    if page.select("[style]") or page.select("style") or page.select("script:not([src])"):
        yield "inline style or script"
    twin = 'link[rel~="alternate"][hreflang], meta[name="robots"][content="noindex"]'  # an error has none
    if not page.select(twin):
        yield "no link to its twin"
    ids = [tag["id"] for tag in page.select("[id]")]
    yield from (f"id {name} stands twice" for name in {name for name in ids if ids.count(name) > 1})
    for control in page.select(",".join(LABELLED)):
        if control.get("type") not in NEEDS_NO_LABEL and not is_labelled(page, control):
            yield f"no label for {control.get('name') or control.get('id')}"
    for reference in page.select("[aria-describedby], [aria-labelledby]"):
        names = f"{reference.get('aria-describedby', '')} {reference.get('aria-labelledby', '')}".split()
        yield from (f"no element {name}" for name in names if name not in ids)
    for use in page.select("svg use[href^='#']"):
        if str(use["href"])[1:] not in ids:
            yield f"no symbol {use['href']}"
    for form in page.select("form"):
        if str(form.get("method", "get")).lower() == "post" and not form.select("[name=csrf_token]"):
            yield "a form without its token"


def is_labelled(page: BeautifulSoup, control: Tag) -> bool:
    """Say whether a control has a label, around it, by its id, or by ARIA."""
    by_id = control.get("id") and page.select_one(f'label[for="{control["id"]}"]')
    return bool(by_id or control.find_parent("label") or control.get("aria-label") or control.get("aria-labelledby"))
