"""What initiatives can be, and dates that are only as exact as what is known of them."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Kind(StrEnum):
    """What an initiative is."""

    ACTIVITY = "activity"
    AGREEMENT = "agreement"
    BODY = "body"
    CAMPAIGN = "campaign"
    DIALOGUE = "dialogue"
    EVENT = "event"
    FRAMEWORK = "framework"
    FUNDING = "funding"
    GOAL = "goal"
    MILESTONE = "milestone"
    PROCESS = "process"
    PROCUREMENT = "procurement"
    PROGRAM = "program"
    PROJECT = "project"
    PUBLICATION = "publication"
    RESOURCE = "resource"


class Progress(StrEnum):
    """How far an initiative, a meeting or a promise has come on the day the file speaks of."""

    DONE = "done"
    UNDER_WAY = "under-way"
    PLANNED = "planned"
    GOAL = "goal"  # a standing aim, without an end


class NameBasis(StrEnum):
    """Where a Spanish name comes from: the source gives it, it is in official use, or it waits to be confirmed."""

    GIVEN = "given"
    OFFICIAL = "official"
    WORKING = "working"


class PlaceKind(StrEnum):
    """Whether a place is a country or a wider or narrower region."""

    COUNTRY = "country"
    REGION = "region"


class Home(StrEnum):
    """Where an agency or organization belongs."""

    US = "us"
    MX = "mx"
    BINATIONAL = "binational"
    INTERNATIONAL = "international"
    UNSPECIFIED = "unspecified"


class AgencyKind(StrEnum):
    """A government's agency or an international one, or anyone else who acts."""

    AGENCY = "agency"
    ORGANIZATION = "organization"


class Level(StrEnum):
    """Who meets."""

    CO_CHAIRS = "co-chairs"
    CABINET = "cabinet"


class Format(StrEnum):
    """How an event was held, where the source says so."""

    VIRTUAL = "virtual"
    IN_PERSON = "in-person"


class Precision(StrEnum):
    """How exact a date is."""

    DAY = "day"
    MONTH = "month"
    SEASON = "season"
    YEAR = "year"
    RELATIVE = "relative"  # shortly before a day


@dataclass(frozen=True)
class When:
    """A date as it is known: "2022-05-12", "2022-08", "2022-fall", "2022", or shortly before a day."""

    value: str
    precision: Precision


SHAPES = {
    Precision.DAY: r"[0-9]{4}-[0-9]{2}-[0-9]{2}",
    Precision.MONTH: r"[0-9]{4}-(0[1-9]|1[0-2])",
    Precision.SEASON: r"[0-9]{4}-(spring|summer|fall|winter)",
    Precision.YEAR: r"[0-9]{4}",
    Precision.RELATIVE: r"[0-9]{4}-[0-9]{2}-[0-9]{2}",
}
MONTHS = {
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
    "es": (
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ),
}
SEASONS = {
    "en": {"spring": "spring", "summer": "summer", "fall": "fall", "winter": "winter"},
    "es": {"spring": "primavera", "summer": "verano", "fall": "otoño", "winter": "invierno"},
}
SEASON_STARTS = {"winter": 1, "spring": 3, "summer": 6, "fall": 9}
WHOLE_DAYS = (Precision.DAY, Precision.RELATIVE)


def is_date(when: When) -> bool:
    """Say whether a value has the shape of its precision and, where it names a day, whether that day exists."""
    if not re.fullmatch(SHAPES[when.precision], when.value):
        return False
    if when.precision in WHOLE_DAYS:
        try:
            date.fromisoformat(when.value)
        except ValueError:
            return False
    return True


def written(when: When, language: str) -> str:
    """Write a date as exactly as it is known: "fall 2022" / "otoño de 2022" never becomes a day.

    Shapes: May 12, 2022 / 12 de mayo de 2022; August 2022 / agosto de 2022; 2022; shortly before April 18, 2022.
    """
    match when.precision:
        case Precision.DAY:
            return _day(when.value, language)
        case Precision.RELATIVE:
            day = _day(when.value, language)
            return f"poco antes del {day}" if language == "es" else f"shortly before {day}"
        case Precision.MONTH:
            year, month = when.value.split("-")
            name = MONTHS[language][int(month) - 1]
        case Precision.SEASON:
            year, season = when.value.split("-")
            name = SEASONS[language][season]
        case Precision.YEAR:
            return when.value
    return f"{name} de {year}" if language == "es" else f"{name} {year}"


def _day(value: str, language: str) -> str:
    day = date.fromisoformat(value)
    name = MONTHS[language][day.month - 1]
    if language == "es":
        return f"{day.day} de {name} de {day.year}"
    return f"{name} {day.day}, {day.year}"


def machine(when: When) -> str | None:
    """Give what <time datetime> may hold: a day, month or year; nothing for a season or "shortly before"."""
    return None if when.precision in (Precision.SEASON, Precision.RELATIVE) else when.value


def sort_key(when: When) -> tuple[int, int, int]:
    """Order dates by the earliest moment they can mean: a year before its months, "shortly before" before its day."""
    year, *rest = when.value.split("-")
    if when.precision is Precision.YEAR:
        return int(year), 0, 0
    if when.precision is Precision.SEASON:
        return int(year), SEASON_STARTS[rest[0]], 0
    if when.precision is Precision.MONTH:
        return int(year), int(rest[0]), 0
    before = 1 if when.precision is Precision.RELATIVE else 0
    return int(year), int(rest[0]), int(rest[1]) * 2 - before
