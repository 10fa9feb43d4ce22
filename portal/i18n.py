"""The two languages: from the address, in dates and numbers, and from each page to its twin."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent
from flask import Blueprint, Flask, g, request, url_for
from flask_babel import Babel, force_locale
from markupsafe import Markup
from werkzeug.routing import BaseConverter, IntegerConverter, Map

ENGLISH, SPANISH = "en", "es"
LANGUAGES = (ENGLISH, SPANISH)
OTHER = {ENGLISH: SPANISH, SPANISH: ENGLISH}

# es_MX finds the `es` catalog by fallback and writes 1,234.5 as Mexico does; `es` alone writes as Spain does.
LOCALES = {ENGLISH: "en_US", SPANISH: "es_MX"}

# The times people read are those of Mexico City, which both capitals' pages name.
ZONE = ZoneInfo("America/Mexico_City")

MONTHS_ES = (
    "ene",
    "feb",
    "mar",
    "abr",
    "may",
    "jun",
    "jul",
    "ago",
    "sep",
    "oct",
    "nov",
    "dic",
)

# How addresses name their language when they are built. Not `language`: that is a filter of the register and the queue.
LANG = "lang"

babel = Babel()


class Slug(BaseConverter):
    """The words of an address: letters, numbers and hyphens, nothing that a database refuses."""

    regex = r"[\w-]+"


class Row(IntegerConverter):
    """A row's number in an address: one that both databases can hold."""

    def __init__(self, map: Map) -> None:
        super().__init__(map, min=1, max=2**31 - 1)


View = Callable[..., Any]


def localised(blueprint: Blueprint, *, en: str, es: str, methods: list[str] | None = None) -> Callable[[View], View]:
    """Register one view at its English and its Spanish address (given without `/en` and `/es`)."""

    def register(view: View) -> View:
        for language, path in ((ENGLISH, en), (SPANISH, es)):
            blueprint.add_url_rule(
                f"/{language}{path}",
                view.__name__,
                view,
                defaults={LANG: language},
                methods=methods or ["GET"],
            )
        return view

    return register


def preferred() -> str:
    """Tell which of the two languages the reader's browser prefers; English when it names neither."""
    return request.accept_languages.best_match(LANGUAGES) or ENGLISH


def twin_url(language: str) -> str:
    """Give this page's address in a language, with its query kept.

    A view whose address holds words of one language (a slug) sets `g.twin_values` to the values of the other.
    """
    if request.endpoint is None or (request.view_args is None and "language" not in g):
        return url_for("reading.home", lang=language)
    values: dict[str, Any] = dict(g.get("address_values", {}))
    if language != g.language:
        values.update(g.get("twin_values", {}))
    values[LANG] = language
    address = url_for(request.endpoint, **values)
    # The query is written here: `url_for` would take `?_scheme=` or `?endpoint=` for orders of its own.
    query = urlencode(list(request.args.items(multi=True)))
    return f"{address}?{query}" if query else address


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak a language for a while, whatever the page's own: for letters, which are in their reader's language."""
    before = g.get("language")
    g.language = language
    try:
        with force_locale(LOCALES[language]):
            yield
    finally:
        if before is None:
            g.pop("language")
        else:
            g.language = before


def long_date(day: date) -> str:
    """April 18, 2022 / 18 de abril de 2022."""
    return format_date(day, "long", locale=LOCALES[g.language])


def short_date(day: date | datetime) -> str:
    """Apr 18, 2022 / 18 abr 2022: for tables and lists. A moment becomes the day it had in Mexico City."""
    day = day.astimezone(ZONE).date() if isinstance(day, datetime) else day
    if g.language == SPANISH:
        return f"{day.day} {MONTHS_ES[day.month - 1]} {day.year}"
    return format_date(day, "MMM d, y", locale=LOCALES[g.language])


def moment(at: datetime) -> str:
    """April 18, 2022, 3:30 p.m. CT / 18 de abril de 2022, 15:30 h, hora del centro de México."""
    return f"{long_date(at.astimezone(ZONE).date())}, {clock_time(at)}"


def clock_time(at: datetime) -> str:
    """3:30 p.m. CT / 15:30 h, hora del centro de México."""
    local = at.astimezone(ZONE)
    if g.language == SPANISH:
        return f"{local:%H:%M} h, hora del centro de México"
    half = "a.m." if local.hour < 12 else "p.m."
    return f"{local.hour % 12 or 12}:{local:%M} {half} CT"


def time_of_day(at: datetime) -> str:
    """3:30 p.m. CT / 15:30 h: for what happens today."""
    local = at.astimezone(ZONE)
    if g.language == SPANISH:
        return f"{local:%H:%M} h"
    return f"{local.hour % 12 or 12}:{local:%M} {'a.m.' if local.hour < 12 else 'p.m.'} CT"


def time_tag(at: datetime, text: str) -> Markup:
    """Wrap a date's words in <time> with the moment that machines read."""
    return Markup('<time datetime="{}">{}</time>').format(at.isoformat(timespec="seconds"), text)


def number(value: float) -> str:
    """1,234.5 in both languages."""
    return str(format_decimal(value, locale=LOCALES[g.language]))


def percent(share: float) -> str:
    """12% / 12 %."""
    # Mexico's own locale leaves out the space that the style guide asks for.
    form = "#,##0\N{NO-BREAK SPACE}%" if g.language == SPANISH else None
    return str(format_percent(share, form, locale=LOCALES[g.language]))


def listed(words: Iterable[object]) -> str:
    """Coffee, cacao, and livestock / café, cacao y ganadería: as each language joins a list."""
    parts = [str(word) for word in words]
    joined = str(format_list(parts, locale=LOCALES[g.language]))
    # Spanish says "e" before the sound of i: "México e Italia"; "y hielo" and the like keep their "y".
    if g.language == SPANISH and len(parts) > 1 and re.match(r"h?[ií](?![aeo])", parts[-1], re.IGNORECASE):
        joined = f"{joined[: -len(parts[-1]) - 2]}e {parts[-1]}"
    return joined


def init_app(app: Flask) -> None:
    """Read the language from the path, put it into every address that is built, and give templates their words."""
    app.url_map.converters |= {"slug": Slug, "row": Row}
    babel.init_app(
        app,
        default_locale="en_US",
        default_translation_directories=str(app.config["ROOT"] / "translations"),
        locale_selector=lambda: LOCALES[g.get("language", ENGLISH)],
        timezone_selector=lambda: ZONE.key,
    )

    @app.url_value_preprocessor
    def take_language(_endpoint: str | None, values: dict[str, Any] | None) -> None:
        prefix = request.path[1:3]
        g.language = (values or {}).pop(LANG, None) or (prefix if prefix in LANGUAGES else preferred())
        g.address_values = dict(values or {})

    @app.url_defaults
    def give_language(endpoint: str, values: dict[str, Any]) -> None:
        if LANG not in values and app.url_map.is_endpoint_expecting(endpoint, LANG):
            values[LANG] = g.get("language", ENGLISH)

    app.jinja_env.globals.update(twin_url=twin_url, time_tag=time_tag)
    app.jinja_env.filters.update(
        listed=listed,
        long_date=long_date,
        short_date=short_date,
        moment=moment,
        clock_time=clock_time,
        time_of_day=time_of_day,
        number=number,
        percent=percent,
        roman=roman,
    )


def roman(pillar: int) -> str:
    """I to IV, as both governments number the pillars."""
    return ("I", "II", "III", "IV")[pillar - 1]
