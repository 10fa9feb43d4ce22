"""A browser of the standard library: cookies, forms, redirects. Each person who sends or follows has their own."""

import re
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from urllib.parse import urlencode, urljoin

TIMEOUT_SECONDS = 30
VOID = frozenset({"br", "hr", "img", "input", "link", "meta"})


@dataclass
class Page:
    """A page that came back: status, address, the hidden fields of each form by its id, and the text of each id."""

    status: int
    address: str
    hidden: dict[str, dict[str, str]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)


class Reader(HTMLParser):
    """Collects what a sender needs from a page: hidden fields, and the text inside every element with an id."""

    def __init__(self, page: Page) -> None:
        super().__init__(convert_charrefs=True)
        self._page = page
        self._form = ""
        self._open: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = named.get("id", "")
        if tag == "input":
            if named.get("type") == "hidden":
                self._page.hidden.setdefault(self._form, {})[named.get("name", "")] = named.get("value", "")
            return
        if tag in VOID:
            return
        self._open.append((tag, named.get("id", "")))
        if name := named.get("id"):
            self._page.texts[name] = ""

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in VOID:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if any(tag == opened for opened, _ in self._open):
            while self._open.pop()[0] != tag:
                pass  # an element that HTML closes by itself

    def handle_data(self, data: str) -> None:
        for _, name in self._open:
            if name:
                self._page.texts[name] += data


class Browser:
    """Opens pages of one portal and sends their forms, keeping cookies; refusals come back as pages."""

    def __init__(self, portal: str) -> None:
        self._portal = portal
        no_proxy = urllib.request.ProxyHandler({})
        self._opener = urllib.request.build_opener(no_proxy, urllib.request.HTTPCookieProcessor(CookieJar()))

    def open(self, path: str, form: dict[str, str] | None = None) -> Page:
        """Get a page, or send a form to it as browsers do: line breaks in values become CRLF. Raises OSError."""
        body = None
        if form is not None:
            sent = {name: re.sub(r"\r\n|\r|\n", "\r\n", value) for name, value in form.items()}
            body = urlencode(sent).encode()
        request = urllib.request.Request(urljoin(self._portal, path), body)
        try:
            with self._opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
                return self._read(answer.status, answer.url, answer.read())
        except urllib.error.HTTPError as refusal:
            with refusal:
                return self._read(refusal.code, request.full_url, refusal.read())

    @staticmethod
    def _read(status: int, address: str, content: bytes) -> Page:
        page = Page(status, address)
        reader = Reader(page)
        reader.feed(content.decode())
        reader.close()
        return page
