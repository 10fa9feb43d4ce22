"""The columns of every export: one list for all formats, with their headings and meanings in both languages."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum, auto
from typing import Any

from portal.db import Bilingual

SEPARATOR = "; "


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
            "The text. In public rows it is the public version, with a label in brackets where a passage is hidden; "
            "in other rows it is what the person sent.",
            "El texto. En las filas públicas es la versión pública, con una etiqueta entre corchetes donde se ocultó "
            "un pasaje; en las demás es lo que la persona envió.",
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
            "In public rows, when it became public; in other rows, when the decision that stands was taken. Mexico "
            "City time.",
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
            "Las respuestas oficiales que la atienden, por la última parte de su dirección; separadas por punto y "
            "coma.",
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

Row = list[Any]  # a value for each column, in this order; from the store, the hidden passages last


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
