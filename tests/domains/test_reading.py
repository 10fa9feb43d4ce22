"""The reader's pages: every fact in both languages, each page with its twin, nothing kept from anyone."""

import re
import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from flask import Flask, g
from sqlalchemy import event

from portal import db
from portal.i18n import listed
from portal.kept_pages import POLL_SECONDS
from portal.pillars.load import load
from portal.pillars.rules import Precision, When, written
from portal.pillars.yaml_file import own_file
from tests.builders import a_publication
from tests.visitor import Visitor

LANGUAGES = ("en", "es")
PILLARS = range(1, 5)


def let_the_change_be_seen(app: Flask) -> None:
    """Wait as long as a page may be behind: not at all on SQLite, a moment on PostgreSQL."""
    if app.extensions["engine"].dialect.name == "postgresql":
        time.sleep(POLL_SECONDS)


def words_of(page: Any) -> str:
    """What a page says, its blanks made one, without regard to capitals."""
    return re.sub(r"\s+", " ", page.html.get_text(" ")).casefold()


def all_pages(visitor: Visitor, language: str) -> dict[str, str]:
    """The words of every reader's page in a language, by its name."""
    pages = {name: words_of(visitor.open(f"reading.{name}", language)) for name in ("home", "timeline", "about")}
    return pages | {f"pillar {n}": words_of(visitor.open("reading.pillar", language, number=n)) for n in PILLARS}


def texts(data: Any, language: str, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text of the file in one language, and every word that is the same in both, with its place."""
    if isinstance(data, dict) and set(data) == {"en", "es"}:
        yield path, data[language]
    elif isinstance(data, dict):
        for key, value in data.items():
            if key in {"name", "acronym"} and isinstance(value, str):
                yield f"{path}.{key}", value
            elif key not in {"title", "name"} or isinstance(value, dict):
                yield from texts(value, language, f"{path}.{data.get('id', '')}.{key}")
    elif isinstance(data, list):
        for value in data:
            yield from texts(value, language, path)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_of_the_file_stands_on_a_page(visitor: Visitor, language: str) -> None:
    everything = " ".join(all_pages(visitor, language).values())
    missing = [(path, text) for path, text in texts(own_file(), language) if text.casefold() not in everything]
    assert not missing


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_pillar_page_holds_all_of_its_initiatives(visitor: Visitor, language: str) -> None:
    for number, pillar in enumerate(own_file()["pillars"], 1):
        page = words_of(visitor.open("reading.pillar", language, number=number))
        missing = [(path, text) for path, text in texts(pillar, language) if text.casefold() not in page]
        assert not missing


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_workstream_page_holds_all_of_its_initiatives(visitor: Visitor, language: str) -> None:
    for number, pillar in enumerate(own_file()["pillars"], 1):
        for stream in pillar["workstreams"]:
            slug = stream["slug_es"] if language == "es" else stream["id"]
            page = words_of(visitor.open("reading.workstream", language, number=number, slug=slug))
            missing = [(path, text) for path, text in texts(stream, language) if text.casefold() not in page]
            assert not missing


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_date_keeps_its_precision(visitor: Visitor, language: str) -> None:
    timeline = words_of(visitor.open("reading.timeline", language))
    data = own_file()
    items = [item for p in data["pillars"] for stream in p["workstreams"] for item in stream["items"]]
    dates = [row["date"] for row in (*items, *data["meetings"]) if "date" in row]
    assert len(dates) == 9
    for date in dates:
        assert written(When(date["value"], Precision(date["precision"])), language).casefold() in timeline


def test_a_season_is_no_day_for_machines_either(visitor: Visitor) -> None:
    times = {tag["datetime"] for tag in visitor.open("reading.timeline").html.select("time")}
    assert {"2022", "2022-07", "2022-08", "2022-03-24", "2022-04-18", "2022-05-12"} == times


def test_money_and_counts_are_written_alike_in_both_languages(visitor: Visitor) -> None:
    assert "usd 38,000" in words_of(visitor.open("reading.pillar", "en", number=4))
    assert "usd 38,000" in words_of(visitor.open("reading.pillar", "es", number=4))
    assert "4 seminarios web" in words_of(visitor.open("reading.pillar", "es", number=1))
    assert "4 webinars" in words_of(visitor.open("reading.pillar", "en", number=1))


def test_an_agency_is_spelled_out_first_and_short_from_then_on(visitor: Visitor) -> None:
    page = words_of(visitor.open("reading.pillar", "es", number=2))
    assert page.count("agencia de los estados unidos para el desarrollo internacional (usaid)") == 1
    assert "usaid, amexcid" in page
    assert "organización internacional para las migraciones (oim)" in page


def test_a_name_given_in_spanish_leads_on_english_pages_too(visitor: Visitor) -> None:
    page = visitor.open("reading.pillar", "en", number=2)
    assert page.html.select_one("#sowing-life h3").get_text() == "Sembrando Vida (Sowing Life)"
    assert page.html.select_one("#sowing-life h3 span")["lang"] == "es"


def test_a_workstream_leads_to_its_twin_under_its_spanish_slug(visitor: Visitor) -> None:
    page = visitor.open("reading.workstream", "en", number=2, slug="root-causes")
    twin = page.html.select_one('.languages a[hreflang="es"]')["href"]
    assert twin == "/es/pilares/2/causas-de-raiz"
    there = visitor.get(twin)
    assert there.html.html["lang"] == "es"
    assert there.html.select_one('.languages a[hreflang="en"]')["href"] == "/en/pillars/2/root-causes"


@pytest.mark.parametrize(
    "address",
    [
        "/en/pillars/0",
        "/en/pillars/5",
        "/es/pilares/99999999999999999999",
        "/en/pillars/2/causas-de-raiz",
        "/es/pilares/2/root-causes",
        "/es/pilares/1/causas-de-raiz",
        "/en/pillars/2/nothing",
    ],
)
def test_an_unknown_address_is_not_found_in_the_language_of_its_prefix(visitor: Visitor, address: str) -> None:
    assert visitor.get(address, status=404).html.html["lang"] == address[1:3]


@pytest.mark.parametrize(
    ("accepted", "home"),
    [
        ("es-MX,es;q=0.9,en;q=0.5", "/es/"),
        ("en-US,en;q=0.9", "/en/"),
        ("fr", "/en/"),
        ("fr,es;q=0.3", "/es/"),
        ("", "/en/"),
    ],
)
def test_the_root_leads_to_the_readers_language_without_a_cookie(visitor: Visitor, accepted: str, home: str) -> None:
    answer = visitor.get("/", headers={"Accept-Language": accepted}, status=302)
    assert answer.location.endswith(home)
    assert "Accept-Language" in answer.headers["Vary"]
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("language", LANGUAGES)
def test_reading_sets_no_cookie(visitor: Visitor, language: str) -> None:
    all_pages(visitor, language)
    assert not visitor.cookies


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_pillar_is_open_for_input(visitor: Visitor, language: str) -> None:
    home = visitor.open("reading.home", language)
    for number in PILLARS:
        address = f"/{language}/{'aportaciones/nueva' if language == 'es' else 'input/new'}?pillar={number}"
        assert home.html.select(f'a[href="{address}"]')
        assert visitor.open("reading.pillar", language, number=number).html.select(f'.call a[href="{address}"]')


@pytest.mark.parametrize(
    ("language", "words", "joined"),
    [
        ("en", ["coffee", "cacao", "livestock"], "coffee, cacao, and livestock"),
        ("es", ["café", "cacao", "ganadería"], "café, cacao y ganadería"),
        ("es", ["México", "Italia"], "México e Italia"),
        ("es", ["Guatemala", "Hidalgo"], "Guatemala e Hidalgo"),
        ("es", ["agua", "hielo"], "agua y hielo"),
        ("es", ["México"], "México"),
        ("es", [], ""),
    ],
)
def test_a_list_is_joined_as_its_language_does(app: Flask, language: str, words: list[str], joined: str) -> None:
    with app.app_context():
        g.language = language
        assert listed(words) == joined


def test_before_anything_is_published_the_pages_say_so(visitor: Visitor) -> None:
    assert "nothing has been published yet" in words_of(visitor.open("reading.home"))
    assert "nothing has been published in this pillar yet" in words_of(visitor.open("reading.pillar", number=2))


def test_what_is_published_is_quoted_in_its_own_language(app: Flask, visitor: Visitor) -> None:
    visitor.open("reading.home")  # kept from before
    receipt = a_publication(app, body="Más becas técnicas.", pillar=2, language="es", country="SV")
    let_the_change_be_seen(app)

    hero = visitor.open("reading.home").html.select_one(".voice")
    assert hero.select_one(".said").get_text(strip=True) == "Más becas técnicas."
    assert hero.select_one(".said")["lang"] == "es"
    assert "Individual, El Salvador, in Spanish" in hero.get_text()
    assert f"{receipt.code[:4]}-{receipt.code[4:]}" in hero.select_one("a")["href"]
    assert "Más becas técnicas." in visitor.open("reading.pillar", "es", number=2).text
    assert "Más becas técnicas." not in visitor.open("reading.pillar", "es", number=3).text


def test_a_loaded_change_reaches_pages_that_were_kept(app: Flask, visitor: Visitor, now: datetime) -> None:
    assert "Building Back Together" in visitor.open("reading.pillar", number=1).text
    data = own_file()
    data["pillars"][0]["title"]["en"] = "Building Ahead"
    with app.app_context(), db.transaction() as session:
        load(session, data, now=now)
    let_the_change_be_seen(app)

    assert visitor.open("reading.pillar", number=1).html.h1.get_text() == "Building Ahead"


def test_a_pillar_page_asks_as_much_for_sixteen_initiatives_as_for_six(app: Flask, visitor: Visitor) -> None:
    asked: list[str] = []
    event.listen(app.extensions["engine"], "before_cursor_execute", lambda *args: asked.append(args[2]))
    visitor.open("reading.timeline")
    numbers = []
    for number in (3, 1):
        asked.clear()
        visitor.open("reading.pillar", number=number)
        numbers.append(len(asked))
    assert numbers[0] == numbers[1] <= 14
