"""The columns of every export: one list for all formats, and how a stored value becomes a cell.

A row comes from the store as a list with one value for each column, in this order, and the hidden passages last. How
each kind of value is written a format tells `cells`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum, auto
from functools import lru_cache
from typing import Any

from portal.db import Bilingual
from portal.publication.rules import with_labels
from portal.reports.rules import ZONE

SEPARATOR = "; "
Cell = str | int | float | None


class Kind(StrEnum):
    """What the values of a column are."""

    WORDS = auto()  # a person's own: nothing is known of them
    CODE = auto()  # one of a list, written as its label in the language of the file
    CODES = auto()  # several of them
    MOMENT = auto()
    NUMBER = auto()
    PLAIN = auto()  # made by the portal: receipt codes, addresses


@dataclass(frozen=True)
class Column:
    """A column: its name for programs, its heading and meaning for people, and what an empty cell says."""

    name: str
    kind: Kind
    heading: Bilingual
    meaning: Bilingual
    empty: Bilingual
    width: int = 14  # of a spreadsheet's column, in characters


NEVER = Bilingual("Never empty.", "Nunca está vacía.")
NOT_YET = Bilingual(
    "The portal does not record this yet; it says nothing about the submission.",
    "El portal todavía no registra este dato; no dice nada sobre la aportación.",
)

COLUMNS = (
    Column(
        "response_id",
        Kind.PLAIN,
        Bilingual("Receipt code", "Folio"),
        Bilingual(
            "The public number of the submission, by which its page can be found.",
            "El número público de la aportación, con el que se encuentra su página.",
        ),
        NEVER,
    ),
    Column(
        "response",
        Kind.WORDS,
        Bilingual("Submission", "Aportación"),
        Bilingual(
            "The text. In public rows it is the public version, with a label in brackets where a passage is hidden; in "
            "other rows it is what the person sent.",
            "El texto. En las filas públicas es la versión pública, con una etiqueta entre corchetes donde se ocultó un "
            "pasaje; en las demás es lo que la persona envió.",
        ),
        NEVER,
        width=80,
    ),
    Column(
        "language",
        Kind.CODE,
        Bilingual("Language", "Idioma"),
        Bilingual("The language that the text is written in.", "El idioma en que está escrito el texto."),
        NEVER,
    ),
    Column(
        "pillar",
        Kind.NUMBER,
        Bilingual("Pillar", "Pilar"),
        Bilingual("The pillar of the dialogue, 1 to 4.", "El pilar del diálogo, del 1 al 4."),
        NEVER,
        width=8,
    ),
    Column(
        "workstream",
        Kind.CODE,
        Bilingual("Workstream", "Línea de trabajo"),
        Bilingual("The workstream of that pillar.", "La línea de trabajo de ese pilar."),
        Bilingual(
            "The person chose the pillar as a whole.",
            "La persona eligió el pilar en general.",
        ),
        width=32,
    ),
    Column(
        "call",
        Kind.PLAIN,
        Bilingual("Call", "Convocatoria"),
        Bilingual("The call for input that it answers.", "La convocatoria a la que responde."),
        NOT_YET,
    ),
    Column(
        "stakeholder_type",
        Kind.CODE,
        Bilingual("Sector", "Sector"),
        Bilingual("The sector that the person writes for.", "El sector al que pertenece quien escribe."),
        NEVER,
        width=24,
    ),
    Column(
        "organization",
        Kind.WORDS,
        Bilingual("Organization", "Organización"),
        Bilingual(
            "The organization that signs the submission.",
            "La organización que firma la aportación.",
        ),
        Bilingual("No organization signs it.", "No la firma una organización."),
        width=32,
    ),
    Column(
        "country",
        Kind.CODE,
        Bilingual("Country", "País"),
        Bilingual("Where the person writes from.", "Desde dónde escribe la persona."),
        NEVER,
    ),
    Column(
        "signed_as",
        Kind.WORDS,
        Bilingual("Signed as", "Firma"),
        Bilingual(
            "The name or organization under which it is published.",
            "El nombre o la organización con que se publica.",
        ),
        Bilingual("Its author asked not to be named.", "La persona pidió que no se publicara su nombre."),
        width=32,
    ),
    Column(
        "channel",
        Kind.CODE,
        Bilingual("Channel", "Medio"),
        Bilingual("How it reached the portal.", "Por qué medio llegó al portal."),
        Bilingual(
            "The row is public, and public rows do not say.",
            "La fila es pública, y las filas públicas no lo dicen.",
        ),
    ),
    Column(
        "received_at",
        Kind.MOMENT,
        Bilingual("Received", "Recibida"),
        Bilingual(
            "When the portal received it, in Mexico City time.",
            "Cuándo la recibió el portal, hora del centro de México.",
        ),
        NEVER,
        width=20,
    ),
    Column(
        "status",
        Kind.CODE,
        Bilingual("Status", "Estado"),
        Bilingual("Where it stands.", "En qué estado se encuentra."),
        NEVER,
    ),
    Column(
        "decided_at",
        Kind.MOMENT,
        Bilingual("Decided", "Fecha de decisión"),
        Bilingual(
            "In public rows, when it became public; in other rows, when the decision that stands was taken. Mexico City "
            "time.",
            "En las filas públicas, cuándo se hizo pública; en las demás, cuándo se tomó la decisión vigente. Hora del "
            "centro de México.",
        ),
        Bilingual("Nobody has decided yet.", "Todavía no hay una decisión."),
        width=20,
    ),
    Column(
        "reasons",
        Kind.CODES,
        Bilingual("Reasons", "Motivos"),
        Bilingual(
            "Why passages were hidden or the submission was not published, by the moderation rules; separated by "
            "semicolons.",
            "Por qué se ocultaron pasajes o no se publicó la aportación, según las reglas de moderación; separados por "
            "punto y coma.",
        ),
        Bilingual("Nothing was hidden or refused.", "No se ocultó ni se negó nada."),
        width=28,
    ),
    Column(
        "campaign",
        Kind.PLAIN,
        Bilingual("Campaign", "Campaña de cartas modelo"),
        Bilingual("The form letter that it follows.", "La carta modelo que sigue."),
        NOT_YET,
    ),
    Column(
        "campaign_size",
        Kind.NUMBER,
        Bilingual("Campaign size", "Tamaño de la campaña"),
        Bilingual("How many people sent that form letter.", "Cuántas personas enviaron esa carta modelo."),
        NOT_YET,
    ),
    Column(
        "themes",
        Kind.PLAIN,
        Bilingual("Themes", "Temas"),
        Bilingual("What it is about.", "De qué trata."),
        NOT_YET,
    ),
    Column(
        "response_of_governments",
        Kind.PLAIN,
        Bilingual("Official responses", "Respuestas oficiales"),
        Bilingual(
            "The official responses that answer it, by the last part of their addresses; separated by semicolons.",
            "Las respuestas oficiales que la atienden, por la última parte de su dirección; separadas por punto y coma.",
        ),
        Bilingual("The governments have not answered it yet.", "Los gobiernos aún no la han respondido."),
        width=32,
    ),
    Column(
        "files",
        Kind.PLAIN,
        Bilingual("Files", "Archivos"),
        Bilingual("The files that were sent with it.", "Los archivos que la acompañan."),
        NOT_YET,
    ),
)
PLACES = {column.name: place for place, column in enumerate(COLUMNS)}
RESPONSE = PLACES["response"]

Row = list[Any]


@dataclass(frozen=True)
class Words:
    """The words of a file's language: each column's codes with their labels, and what stands for a hidden passage."""

    language: str
    labels: Mapping[str, Mapping[str, str]]
    hidden: Callable[[Any], str]

    def values(self, column: Column) -> str:
        """List a column's labels, for the dictionary."""
        return SEPARATOR.join(self.labels.get(column.name, {}).values())


def headings(language: str) -> list[str]:
    """The first row of a file."""
    return [column.heading[language] for column in COLUMNS]


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
    for place, column in enumerate(COLUMNS):
        writing = writing_of(place)
        match column.kind:
            case Kind.CODE:
                written = {code: writing.label(label) for code, label in words.labels[column.name].items()}
                convert.append((place, written.__getitem__))
            case Kind.CODES:
                label = writing.label
                convert.append((place, lambda codes: label(SEPARATOR.join(reasons[code] for code in codes))))
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


@lru_cache(maxsize=100_000)
def local_hour(hour: str) -> tuple[str, str]:
    """Take an hour as stored, `2022-04-18 15` in UTC, to Mexico City: (`2022-04-18T10`, `-05:00`)."""
    local = datetime.fromisoformat(f"{hour}:00").replace(tzinfo=UTC).astimezone(ZONE).isoformat()
    return local[:13], local[-6:]


def iso_moment(stored: str) -> str:
    """Write a moment as stored, in UTC, as one in Mexico City: 2022-04-18T10:30:00-05:00."""
    day_and_hour, offset = local_hour(stored[:13])
    return f"{day_and_hour}{stored[13:19]}{offset}"


def dictionary(words: Words) -> Iterator[list[str]]:
    """Say what each column means, in the language of a file: a row of headings, then a row for each column."""
    heads = (
        Bilingual("Column", "Columna"),
        Bilingual("Heading", "Encabezado"),
        Bilingual("Meaning", "Significado"),
        Bilingual("Values", "Valores"),
        Bilingual("An empty cell says", "Una celda vacía indica"),
    )
    language = words.language
    yield [head[language] for head in heads]
    for column in COLUMNS:
        row = (column.heading[language], column.meaning[language], words.values(column), column.empty[language])
        yield [column.name, *row]
