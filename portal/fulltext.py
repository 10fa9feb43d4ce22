"""Finding published texts by their words, on both databases. Beside `db.py` the only place that knows a dialect.

Words are stemmed and folded here, by the stemmers of both languages for every text, so that `educación` finds
`educaciones` and `educacion` alike and no language setting can hide a text. A row's `place` joins the second of its
publication and the publication's id, so that both databases give matches newest first and stop at a page's end. Marks
(such as `pillar 2`) are indexed like words, so that filters and words narrow a search together.
"""

import re
import threading
import unicodedata
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import Stemmer
from sqlalchemy import (
    BigInteger,
    Connection,
    Select,
    cast,
    column,
    delete,
    false,
    literal,
    literal_column,
    select,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session

from portal.db import is_sqlite

ID_BITS = 30
LONGEST_WORD = 40
SEEN = 4000  # code points of a text that are looked through for the words to show
WORD = re.compile(r"[^\W_]+")

# Words that nearly every text has: a search asks for them only when it asks for nothing else.
COMMON_WORDS = """
    a al an and are as at be by como con de del el en es for from in is it la las lo los no o of on or para por que
    se si su sus that the this to un una was we with y
"""
COMMON = frozenset(COMMON_WORDS.split())

WORDS = table("words", column("place", BigInteger), column("stems"))
_stemmers = threading.local()


def create(connection: Connection) -> None:
    """Create the index. Called by a migration."""
    if connection.dialect.name == "sqlite":
        # Words come folded and separated by spaces, so the plainest tokenizer does; positions are not needed.
        connection.execute(
            text(
                "CREATE VIRTUAL TABLE words USING fts5(stems, detail=none, columnsize=0,"
                " tokenize=\"ascii tokenchars '_'\")"
            )
        )
    else:
        connection.execute(text("CREATE TABLE words (place BIGINT PRIMARY KEY, stems TSVECTOR NOT NULL)"))
        connection.execute(text("CREATE INDEX ix_words_stems ON words USING gin (stems)"))


def remove(connection: Connection) -> None:
    """Remove the index. Called by a migration."""
    connection.execute(text("DROP TABLE words"))


def place_of(published_at: datetime, publication_id: int) -> int:
    """Join a moment (to the second) and an id in one number that sorts like the two."""
    return int(published_at.astimezone(UTC).timestamp()) << ID_BITS | publication_id


def is_place(number: int) -> bool:
    """Say whether a number can be a place."""
    return 0 <= number < 1 << 63


def publication_id(place: int) -> int:
    """Give the id of the publication at a place."""
    return place & ((1 << ID_BITS) - 1)


def moment_and_id(place: int) -> tuple[datetime, int]:
    """Take a place apart again."""
    return datetime.fromtimestamp(place >> ID_BITS, UTC), publication_id(place)


def put(session: Session, place: int, words: str, marks: Iterable[str] = ()) -> None:
    """Index a text under its place, or index it anew."""
    drop(session, place)
    terms = sorted(stems(words) | {_mark(mark) for mark in marks})
    if is_sqlite(session):
        values = {"place": place, "stems": " ".join(terms)}
        session.execute(text("INSERT INTO words (rowid, stems) VALUES (:place, :stems)"), values)
    else:
        row = "INSERT INTO words (place, stems) VALUES (:place, array_to_tsvector(CAST(:stems AS text[])))"
        session.execute(text(row), {"place": place, "stems": terms})


def drop(session: Session, place: int) -> None:
    """Take a text out of the index."""
    session.execute(delete(WORDS).where(_place(session) == place))


def find(session: Session, words: str, marks: Iterable[str] = ()) -> Select[Any]:
    """Ask for the texts that have all of the words and marks: one column, `place`, in no order yet.

    Order by it and compare with it to read page by page, newest first. Words that hold no letter find nothing.
    """
    place = _place(session)
    query = select(place.label("place")).select_from(WORDS)
    groups = [[_mark(mark)] for mark in marks] + (typed := asked(words))
    if words.strip() and not typed:
        return query.where(false())
    if not groups:
        return query
    if is_sqlite(session):
        asks = " AND ".join("(" + " OR ".join(f'"{term}"' for term in group) + ")" for group in groups)
        return query.where(literal_column("words").op("MATCH")(asks))
    asks = " & ".join("(" + " | ".join(f"'{term}'" for term in group) + ")" for group in groups)
    return query.where(WORDS.c.stems.op("@@")(cast(literal(asks), TSQUERY)))


def publication_ids(session: Session, words: str, marks: Iterable[str] = ()) -> Select[Any]:
    """Ask for the same as ids of publications, to be used within another query."""
    found = find(session, words, marks).subquery()
    return select(found.c.place.op("&")((1 << ID_BITS) - 1).label("publication_id"))


def stems(words: str) -> set[str]:
    """Give every form under which a text's words are indexed."""
    return {stem for word in _split(words) for stem in forms(word)}


def telling_stems(words: str) -> set[str]:
    """Give the same, without the words that nearly every text has."""
    return {stem for word in set(_split(words)) if _is_telling(word) for stem in forms(word)}


def asked(words: str) -> list[list[str]]:
    """Give the forms of each word that a search asks for; the common ones only where there is no other."""
    typed = _split(words)
    telling = [word for word in typed if _is_telling(word)]
    return [sorted(forms(word)) for word in telling or typed]


def is_common(words: str) -> bool:
    """Say whether all words of a search are words that nearly every text has."""
    return not any(_is_telling(word) for word in _split(words))


def matcher(words: str) -> Callable[[str], bool]:
    """Make a question that says of one word whether a search for these words finds it."""
    terms = frozenset(term for group in asked(words) for term in group)
    return lambda word: bool(terms) and not terms.isdisjoint(forms(word))


def first_hit(words: str, is_hit: Callable[[str], bool]) -> int:
    """Say where in the first part of a text the first word stands that a search finds; 0 where none does."""
    return next((word.start() for word in WORD.finditer(words, 0, SEEN) if is_hit(word.group())), 0)


@lru_cache(maxsize=50_000)
def forms(word: str) -> frozenset[str]:
    """Give the forms of one word: its stem in each language, folded, of the word with and without its accents."""
    if not hasattr(_stemmers, "both"):  # a stemmer belongs to one thread
        _stemmers.both = Stemmer.Stemmer("spanish"), Stemmer.Stemmer("english")
    spanish, english = _stemmers.both
    whole = word.casefold()[:LONGEST_WORD]
    folded = _folded(whole)
    return frozenset({_folded(spanish.stemWord(whole)), spanish.stemWord(folded), english.stemWord(folded)} - {""})


@lru_cache(maxsize=50_000)
def _is_telling(word: str) -> bool:
    return _folded(word.casefold()) not in COMMON


def _split(words: str) -> list[str]:
    return WORD.findall(unicodedata.normalize("NFC", words))


def _folded(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word)
    return "".join(c for c in decomposed if c.isalnum() and not unicodedata.combining(c))


def _mark(mark: str) -> str:
    """Write a mark as a term that no word can be: words hold no underscore."""
    return "_" + re.sub(r"\W", "_", mark.casefold())


def _place(session: Session) -> Any:
    return literal_column("words.rowid", BigInteger) if is_sqlite(session) else WORDS.c.place
