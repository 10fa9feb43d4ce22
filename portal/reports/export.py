"""Exporting: what a scope holds, as a file. Every format tells the same rows under the same headings."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum, auto
from typing import Any

from sqlalchemy.orm import Session

import portal.pillars.store as pillars
import portal.reports.row_store as export_rows
from portal.db import Bilingual
from portal.policy.labels import REASONS, in_brackets
from portal.reports import csv_file, json_file, xlsx_file
from portal.reports.columns import Row, Words
from portal.reports.rules import Scope
from portal.reports.summarise import summarise
from portal.submissions.labels import CHANNELS, COUNTRIES, LANGUAGES, STAKEHOLDER_TYPES, STATUSES


class Format(StrEnum):
    """The files that can be made: rows as CSV, alone or in a ZIP with their dictionary, as XLSX; figures as JSON."""

    CSV = auto()
    ZIP = auto()
    XLSX = auto()
    JSON = auto()


TYPES = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.ZIP: "application/zip",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.JSON: "application/json",
}

PUBLIC_NAME = Bilingual("submissions", "aportaciones")
ALL_NAME = Bilingual("all-submissions", "todas-las-aportaciones")
SUMMARY_NAME = Bilingual("summary", "resumen")
PILLAR = Bilingual("pillar", "pilar")

ROWS = Bilingual("Rows", "Filas")
COVERS = Bilingual("Covers", "Contenido")
PUBLIC_ROWS = Bilingual(
    "Public submissions, as the register shows them", "Aportaciones públicas, como las muestra el registro"
)
ALL_ROWS = Bilingual(
    "All submissions as they were sent, but those whose writer needs protection and those shown to another government",
    "Todas las aportaciones como se enviaron, salvo las que solo consulta otro gobierno y aquellas cuya autora o autor "
    "requiere protección",
)
FILTERS = {
    "words": Bilingual("Words", "Palabras"),
    "pillar": Bilingual("Pillar", "Pilar"),
    "stakeholder_type": Bilingual("Sector", "Sector"),
    "language": Bilingual("Language of the text", "Idioma del texto"),
    "country": Bilingual("Country", "País"),
    "status": Bilingual("Status", "Estado"),
    "first": Bilingual("Received from", "Recibidas desde el"),
    "last": Bilingual("Received until", "Recibidas hasta el"),
}
EVERYTHING = Bilingual("All", "Todo")
DEFUSED = Bilingual("Apostrophe", "Apóstrofo")
DEFUSED_NOTE = Bilingual(
    "In CSV files, a text that a spreadsheet would take for a formula begins with an apostrophe that its author did "
    "not write.",
    "En los archivos CSV, un texto que una hoja de cálculo tomaría por fórmula comienza con un apóstrofo que no es de "
    "su autora o autor.",
)


class CutShort(Exception):
    """A file would not hold the rows that it announces. The transfer breaks, so that nobody takes it for whole."""


@dataclass(frozen=True)
class Export:
    """A file: its name, its type, how many rows it holds, and its bytes as they come about."""

    name: str
    type: str
    rows: int
    chunks: Iterator[bytes]


def export(session: Session, scope: Scope, format: Format, language: str) -> Export:
    """Make a file of what a scope holds, from a session that sees one state of the database (`db.snapshot`).

    Rows are read while the chunks are; the chunks raise CutShort where there are not as many as announced.
    """
    words = words_of(session, language)
    if format == Format.JSON:
        summary = summarise(session, scope)
        labels = {name: dict(of_it) for name, of_it in words.labels.items() if name not in {"workstream", "channel"}}
        chunks = json_file.write(summary, labels, language)
        return Export(f"{_name(scope, SUMMARY_NAME[language], language)}.json", TYPES[format], summary.received, chunks)
    number = export_rows.count_rows(session, scope)
    rows = _whole(export_rows.rows(session, scope, language), number)
    notes = _notes(scope, words, number)
    name = _name(scope, (PUBLIC_NAME if scope.published_only else ALL_NAME)[language], language)
    match format:
        case Format.CSV:
            chunks = csv_file.write(rows, words)
        case Format.ZIP:
            chunks = csv_file.write_archive(rows, words, notes, name)
        case Format.XLSX:
            chunks = xlsx_file.write(rows, words, notes, number)
    return Export(f"{name}.{format}", TYPES[format], number, chunks)


def words_of(session: Session, language: str) -> Words:
    """Gather the words of a file in its language."""
    lists: dict[str, dict[Any, Bilingual]] = {
        "language": dict(LANGUAGES),
        "workstream": {one.id: one.name for pillar in pillars.pillars(session) for one in pillar.workstreams},
        "stakeholder_type": dict(STAKEHOLDER_TYPES),
        "country": dict(COUNTRIES),
        "channel": dict(CHANNELS),
        "status": dict(STATUSES),
        "reasons": dict(REASONS),
    }
    labels = {name: {str(code): label[language] for code, label in listed.items()} for name, listed in lists.items()}
    return Words(language, labels, lambda reason: in_brackets(reason, language))


def _whole(rows: Iterator[Row], announced: int) -> Iterator[Row]:
    number = 0
    for row in rows:
        number += 1
        yield row
    if number != announced:
        raise CutShort(f"{number} rows of {announced}")


def _name(scope: Scope, base: str, language: str) -> str:
    pillar = f"-{PILLAR[language]}-{scope.pillar}" if scope.pillar else ""
    days = "".join(f"-{day.isoformat()}" for day in (scope.first, scope.last) if day)
    return f"{base}{pillar}{days}"


def _notes(scope: Scope, words: Words, number: int) -> list[tuple[str, Any]]:
    """Say what a file covers, for its readers: pairs of what and how much."""
    language = words.language
    chosen: list[tuple[str, Any]] = []
    for name, label in FILTERS.items():
        value = getattr(scope, name)
        shown = words.labels.get(name, {}).get(str(value), value)
        chosen.append((label[language], str(shown) if value else EVERYTHING[language]))
    covers = (PUBLIC_ROWS if scope.published_only else ALL_ROWS)[language]
    return [(COVERS[language], covers), (ROWS[language], number), *chosen, (DEFUSED[language], DEFUSED_NOTE[language])]
