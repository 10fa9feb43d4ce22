"""CSV: UTF-8 with a mark for Excel, lines that end as RFC 4180 says, and no cell that a spreadsheet would calculate."""

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from portal.reports.cells import CALCULATED, Writing, cells, iso_moment
from portal.reports.columns import Row, Words, dictionary, headings
from portal.reports.zip_file import Archive

BYTE_ORDER_MARK = "\ufeff"
AT_ONCE = 1000  # rows to a chunk

# The server at hand (granian 2.8) ends an answer that broke as if it were whole. A CSV file has no end of its own, so
# one that broke gets a last line that people read and whose open quotation mark stops programs.
INCOMPLETE = '"THIS FILE IS INCOMPLETE. Download it again. / ESTE ARCHIVO ESTÁ INCOMPLETO. Descárguelo de nuevo.'


def defused(text: str) -> str:
    """Write a person's words so that no spreadsheet calculates them."""
    return f"'{text}" if text[:1] in CALCULATED else text


def quoted(text: str) -> str:
    """Write a text as one cell, in quotation marks whether it needs them or not."""
    return '"' + text.replace('"', '""') + '"'


def write(rows: Iterable[Row], words: Words) -> Iterator[bytes]:
    """Write rows of the store, under their headings, as chunks of a file.

    Joined here and not by csv.writer, which looks at each character: labels are quoted once, and what the portal made
    itself needs no quotation marks.
    """
    yield from _written([headings(words.language)], BYTE_ORDER_MARK)
    writing = Writing(
        label=quoted, text=lambda text: quoted(defused(text)), moment=iso_moment, number=str, plain=lambda text: text
    )
    left = cells(rows, words, lambda _place: writing)
    try:
        while batch := list(islice(left, AT_ONCE)):
            lines = [",".join(["" if cell is None else cell for cell in row]) for row in batch]
            yield ("\r\n".join(lines) + "\r\n").encode()
    except Exception:
        yield INCOMPLETE.encode()
        raise


def write_dictionary(words: Words) -> Iterator[bytes]:
    """Write what each column means."""
    yield from _written(dictionary(words), BYTE_ORDER_MARK)


def write_archive(rows: Iterable[Row], words: Words, notes: list[tuple[str, Any]], name: str) -> Iterator[bytes]:
    """Write a ZIP archive of the rows (`NAME.csv`), the dictionary and what the file covers."""
    archive = Archive()
    scope = {"en": "scope", "es": "alcance"}[words.language]
    yield from archive.entry(f"{name}.csv", write(rows, words))
    yield from archive.entry(f"{name}.dictionary.csv", write_dictionary(words))
    yield from archive.entry(f"{name}.{scope}.csv", _written(notes, BYTE_ORDER_MARK))
    yield from archive.end()


def _written(rows: Iterable[Iterable[Any]], start: str = "") -> Iterator[bytes]:
    buffer = io.StringIO(newline="")
    buffer.write(start)
    writer = csv.writer(buffer, lineterminator="\r\n")
    left = iter(rows)
    while batch := list(islice(left, AT_ONCE)):
        writer.writerows(batch)
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()
