"""What a long page is made of."""

from dataclasses import dataclass
from typing import ClassVar

from portal.db import Bilingual
from portal.policy.rules import Reason


@dataclass(frozen=True)
class Words:
    """One paragraph."""

    text: Bilingual
    kind: ClassVar[str] = "words"


@dataclass(frozen=True)
class Items:
    """A list; a numbered one where the order matters."""

    items: tuple[Bilingual, ...]
    numbered: bool = False
    kind: ClassVar[str] = "items"


@dataclass(frozen=True)
class Table:
    """A table whose first cell names the row."""

    caption: Bilingual
    heads: tuple[Bilingual, ...]
    rows: tuple[tuple[Bilingual, ...], ...]
    kind: ClassVar[str] = "table"


@dataclass(frozen=True)
class Rules:
    """The reasons, each with what follows from it and when it applies; a reason's code is its anchor."""

    rules: tuple[tuple[Reason, Bilingual, Bilingual], ...]
    kind: ClassVar[str] = "rules"


@dataclass(frozen=True)
class Go:
    """A link to a page of the portal, by its endpoint."""

    endpoint: str
    text: Bilingual
    kind: ClassVar[str] = "go"


@dataclass(frozen=True)
class Note:
    """Something that must not be overlooked."""

    text: Bilingual
    kind: ClassVar[str] = "note"


Block = Words | Items | Table | Rules | Go | Note


@dataclass(frozen=True)
class Section:
    """A part of a page, with its anchor in the address of each language."""

    anchor: Bilingual
    title: Bilingual
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Page:
    """A long page: its title, what it says first, and its sections."""

    title: Bilingual
    lead: Bilingual
    note: Bilingual | None
    sections: tuple[Section, ...]
