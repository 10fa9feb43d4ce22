"""Rows of a file of submissions: JSON Lines, CSV or XLSX, read one after the other as words.

JSON Lines and CSV are streamed; a workbook is opened whole by its reader, so its unpacked size has a bound.
"""

import csv
import json
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum, auto
from pathlib import Path
from typing import Any, TextIO

from python_calamine import CalamineError, CalamineWorkbook

MOST_WORKBOOK_BYTES = 256 * 1024 * 1024
LONGEST_CELL = 1024 * 1024  # of a CSV cell or a JSON line: more than any text that the rules let through
DELIMITERS = ",;\t"


class RowFault(StrEnum):
    """What can be wrong with a row before the rules of a submission look at it."""

    NOT_JSON = auto()
    ID_MISSING = auto()
    ID_TWICE = auto()
    LANG_UNKNOWN = auto()


class BadFile(Exception):
    """A file that cannot be read as rows; the message says why and what to do."""


@dataclass(frozen=True)
class Row:
    """One row: its number as the maker of the file counts, and its values by column; or why it cannot be read."""

    number: int
    values: dict[str, str] = field(default_factory=dict)
    fault: RowFault | None = None


def rows(path: Path) -> Iterator[Row]:
    """Read a file by the kind that its name tells; empty rows are left out. Raises BadFile."""
    kinds = {".jsonl": _json_lines, ".ndjson": _json_lines, ".csv": _csv, ".xlsx": _xlsx}
    read = kinds.get(path.suffix.lower())
    if read is None:
        raise BadFile(f"Give a file whose name ends in .jsonl, .csv or .xlsx; this is {path.name}.")
    try:
        yield from read(path)
    except UnicodeDecodeError:
        raise BadFile(f"{path.name} is not in UTF-8. Save it again as “CSV UTF-8” or as JSON Lines in UTF-8.") from None
    except OSError as error:
        raise BadFile(f"{path.name} cannot be read: {error.strerror or error}.") from None


def _json_lines(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8-sig", newline="\n") as file:
        lines = iter(lambda: file.readline(LONGEST_CELL), "")
        for number, line in enumerate(lines, 1):
            if len(line) == LONGEST_CELL and not line.endswith("\n"):
                raise BadFile(f"{path.name} has a line that is too long, line {number}.")
            if line.strip():
                yield _json_line(number, line)


def _json_line(number: int, line: str) -> Row:
    try:
        values = {_column(name): _words(value) for name, value in json.loads(line).items()}
    except (ValueError, AttributeError, RecursionError):
        return Row(number, fault=RowFault.NOT_JSON)
    return Row(number, values)


def _csv(path: Path) -> Iterator[Row]:
    csv.field_size_limit(LONGEST_CELL)
    with path.open(encoding="utf-8-sig", newline="") as file:
        try:
            yield from _table(csv.reader(file, delimiter=_delimiter(file), strict=True))
        except csv.Error as error:
            raise BadFile(f"{path.name} is not a CSV file that can be read: {error}.") from None


def _delimiter(file: TextIO) -> str:
    """Tell what parts the columns: Excel writes semicolons where the comma is a decimal sign."""
    heading = file.readline(LONGEST_CELL)
    file.seek(0)
    return max(DELIMITERS, key=heading.count)


def _xlsx(path: Path) -> Iterator[Row]:
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
        if unpacked > MOST_WORKBOOK_BYTES:
            raise BadFile(f"{path.name} is too large to open. Save it as CSV, or in several parts.")
        with path.open("rb") as file:
            yield from _table(CalamineWorkbook.from_filelike(file).get_sheet_by_index(0).iter_rows())
    except (zipfile.BadZipFile, CalamineError):
        raise BadFile(f"{path.name} is not a workbook that can be read. Save it again as .xlsx.") from None


def _table(lines: Iterable[list[Any]]) -> Iterator[Row]:
    """Read a table whose first row names its columns."""
    numbered = enumerate(lines, 1)
    names = [_column(_words(cell)) for cell in next(numbered, (1, []))[1]]
    if not any(names):
        raise BadFile("The file is empty: its first row must name the columns.")
    for number, cells in numbered:
        values = {name: _words(cell) for name, cell in zip(names, cells, strict=False) if name}
        if any(value.strip() for value in values.values()):
            yield Row(number, values)


def _column(name: str) -> str:
    return name.strip().lower().replace(" ", "_")


def _words(value: Any) -> str:
    """Write a cell as words: whole numbers without a fraction, nothing for what is empty or not a plain value."""
    match value:
        case str():
            value.encode()  # half a character of a broken escape raises UnicodeEncodeError, a ValueError
            return value
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer():
            return str(int(value))
        case int() | float():
            return str(value)
        case date():
            return value.isoformat()
    return ""
