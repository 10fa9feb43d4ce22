"""How a stored value becomes a cell: labels for codes, Mexico City time for moments, labels for what is hidden."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from portal.publication.rules import with_labels
from portal.reports.columns import COLUMNS, PLACES, SEPARATOR, Kind, Row, Words
from portal.reports.rules import ZONE

RESPONSE = PLACES["response"]
Cell = str | None

# What a spreadsheet takes for a formula, in the wide forms of Asian keyboards too.
CALCULATED = frozenset("=+-@\t\r\n＝＋－＠")


@dataclass(frozen=True)
class Writing:
    """How a format writes each kind of value. Labels are written once and not once a row."""

    label: Callable[[str], Cell]
    text: Callable[[str], Cell]  # a person's words
    moment: Callable[[str], Cell]  # as stored: text, in UTC
    number: Callable[[int], Cell]
    plain: Callable[[str], Cell]


def cells(rows: Iterable[Row], words: Words, writing_of: Callable[[int], Writing]) -> Iterator[Row]:
    """Turn rows of the store into rows of a file, None for an empty cell. `writing_of` says how a place is written.

    No call in the loop that is not needed: it runs a million times.
    """
    convert: list[tuple[int, Callable[[Any], Cell]]] = []
    reasons = words.labels["reasons"]

    def labels(codes: list[str]) -> str:
        return SEPARATOR.join(reasons[code] for code in codes)

    for place, column in enumerate(COLUMNS):
        writing = writing_of(place)
        match column.kind:
            case Kind.CODE:
                written = {code: writing.label(label) for code, label in words.labels[column.name].items()}
                convert.append((place, written.__getitem__))
            case Kind.CODES:
                convert.append((place, _after(labels, writing.label)))
            case Kind.WORDS:
                convert.append((place, writing.text))
            case Kind.MOMENT:
                convert.append((place, writing.moment))
            case Kind.NUMBER:
                convert.append((place, writing.number))
            case Kind.PLAIN:
                convert.append((place, writing.plain))
    for row in rows:
        if hidden := row.pop():
            row[RESPONSE] = with_labels(row[RESPONSE], hidden, words.hidden)
        for place, converted in convert:
            if (value := row[place]) is not None:
                row[place] = converted(value)
        yield row


def _after(first: Callable[[Any], str], then: Callable[[str], Cell]) -> Callable[[Any], Cell]:
    return lambda value: then(first(value))


@lru_cache(maxsize=100_000)
def local_hour(hour: str) -> tuple[str, str]:
    """Take an hour as stored, `2022-04-18 15` in UTC, to Mexico City: (`2022-04-18T10`, `-05:00`)."""
    local = datetime.fromisoformat(f"{hour}:00").replace(tzinfo=UTC).astimezone(ZONE).isoformat()
    return local[:13], local[-6:]


def iso_moment(stored: str) -> str:
    """Write a moment as stored, in UTC, as one in Mexico City: 2022-04-18T10:30:00-05:00."""
    day_and_hour, offset = local_hour(stored[:13])
    return f"{day_and_hour}{stored[13:19]}{offset}"
