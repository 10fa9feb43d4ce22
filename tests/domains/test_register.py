"""The public register: filters, counts, pages, and what a row says."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

import portal.publication.store as publications
from portal import create_app
from portal.config import Settings
from portal.publication import public_views
from portal.publication.store import Filters
from portal.submissions.receipts import spelled
from portal.submissions.rules import Country, StakeholderType, TextLanguage
from tests.builders import a_publication
from tests.visitor import Visitor


def codes(page: object) -> list[str]:
    return [tag.get_text() for tag in page.html.select(".submission a.code")]  # type: ignore[attr-defined]


@pytest.fixture
def three(app: Flask, now: datetime) -> list[str]:
    """Three publications, oldest first, that differ in every filter."""
    names = ("pillar", "stakeholder_type", "country", "language", "body")
    kinds = [
        (1, "academia", "US", "en", "Publish the map of suppliers."),
        (2, "ngo", "GT", "es", "Agua limpia para el pueblo."),
        (2, "labor", "MX", "es", "Capacitación en la planta."),
    ]
    changes: list[dict[str, Any]] = [dict(zip(names, kind, strict=True)) for kind in kinds]
    return [
        spelled(a_publication(app, now=now - timedelta(days=9 - day), **change).code)
        for day, change in enumerate(changes)
    ]


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ("", [2, 1, 0]),
        ("?pillar=2", [2, 1]),
        ("?type=academia", [0]),
        ("?language=es", [2, 1]),
        ("?country=GT", [1]),
        ("?pillar=2&country=MX", [2]),
        ("?pillar=1&language=es", []),
        ("?q=agua&language=es", [1]),
        ("?q=", [2, 1, 0]),
        ("?pillar=9&country=Mars&after=x", [2, 1, 0]),
        ("?after=-4", [2, 1, 0]),
        ("?after=99999999999999999999", [2, 1, 0]),
    ],
)
@pytest.mark.parametrize("address", ["/en/input", "/es/aportaciones"])
def test_filters_narrow_the_register(
    visitor: Visitor, three: list[str], address: str, query: str, places: list[int]
) -> None:
    page = visitor.get(address + query)

    assert codes(page) == [three[place] for place in places]
    assert page.html.select_one("#count").get_text().split()[0] == str(len(places))


def test_a_filter_stays_chosen_and_can_be_taken_out(visitor: Visitor, three: list[str]) -> None:
    page = visitor.get("/es/aportaciones?q=agua&pillar=2")

    assert page.html.select_one("#q")["value"] == "agua"
    assert page.html.select_one("#pillar option[selected]")["value"] == "2"
    assert page.html.select_one('link[hreflang="en"]')["href"].endswith("/en/input?q=agua&pillar=2")
    assert page.html.select_one(".filters a")["href"] == "/es/aportaciones"


def test_the_form_filters_without_a_script(visitor: Visitor, three: list[str]) -> None:
    form = visitor.get("/en/input").forms["search"]
    form["q"] = "pueblo"
    assert codes(form.submit()) == [three[1]]


@pytest.mark.parametrize("query", ["", "?pillar=4", "?q=parte", "?country=MX&language=es"])
def test_pages_go_on_to_the_end_without_loss_or_repetition(
    app: Flask, visitor: Visitor, now: datetime, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    monkeypatch.setattr(public_views, "PER_PAGE", 3)
    # Several share a second, as those of one transaction do.
    sent = [a_publication(app, now=now + timedelta(seconds=n // 3), body=f"Parte {n} de todo.").code for n in range(8)]

    seen, page = [], visitor.get(f"/es/aportaciones{query}")
    while True:
        seen += codes(page)
        onward = page.html.select_one('a[rel="next"]')
        if not onward:
            break
        page = visitor.get(onward["href"])

    assert seen == [spelled(code) for code in reversed(sent)]
    assert page.html.select_one('a[rel="prev"]')["href"].startswith("/es/aportaciones")


def test_a_row_says_who_when_in_which_language_and_that_words_are_hidden(visitor: Visitor, three: list[str]) -> None:
    rows = visitor.get("/es/aportaciones").html.select(".submission")

    english = rows[2]
    assert english.select_one(".said")["lang"] == "en"
    assert [tag.get_text() for tag in english.select(".tag")] in (["en inglés"], ["in English"])
    assert english.select_one("time")["datetime"]
    assert english.select(".meta")[1].get_text(strip=True).endswith("Estados Unidos")
    assert rows[0].select(".tag") == []


def test_words_found_are_marked(visitor: Visitor, three: list[str]) -> None:
    page = visitor.get("/en/input?q=supplier")
    assert [mark.get_text() for mark in page.html.select("mark")] == ["suppliers"]


def test_an_empty_register_and_an_empty_search_say_what_to_do(visitor: Visitor) -> None:
    assert visitor.get("/en/input").html.select_one(".empty a")["href"] == "/en/input/new"
    assert visitor.get("/en/input?q=nothing").html.select_one(".empty a")["href"] == "/en/input"


def test_counts_are_exact_for_every_filter(app: Flask, session: Session) -> None:
    for country, language in (("MX", "es"), ("MX", "es"), ("US", "en")):
        a_publication(app, country=country, language=language)

    def count(**filters: object) -> int:
        return publications.count(session, Filters(**filters)).number  # type: ignore[arg-type]

    assert count() == 3
    assert count(country=Country.MX) == 2
    assert count(country=Country.MX, language=TextLanguage.EN) == 0
    assert count(stakeholder_type=StakeholderType.INDIVIDUAL, language=TextLanguage.EN) == 1
    assert publications.number_published(session, 4) == 3
    assert publications.number_published(session, 1) == 0


def test_the_latest_come_first_and_can_leave_one_out(app: Flask, session: Session, now: datetime) -> None:
    old = a_publication(app, now=now - timedelta(days=1), pillar=3).code
    new = a_publication(app, now=now, pillar=3, body="palabra " * 200).code

    cards = publications.latest(session, 5, pillar=3)

    assert [card.code for card in cards] == [new, old]
    assert len(cards[0].body) < 330
    assert [card.code for card in publications.latest(session, 5, besides=cards[0].id)] == [old]


def test_searching_is_limited_and_says_when_to_try_again(settings: Settings) -> None:
    app = create_app(replace(settings, limits_scale=1 / 60))
    visitor = Visitor(app)
    visitor.get("/es/aportaciones?q=agua")
    refused = visitor.get("/es/aportaciones?q=pueblo", status=429)
    assert refused.headers["Retry-After"]
    app.extensions["engine"].dispose()
