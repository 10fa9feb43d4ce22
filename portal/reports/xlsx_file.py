"""XLSX as a stream: typed cells, texts that are never formulas, as many sheets as the rows need.

Our own writer: the same rows give the same bytes, nothing waits in a temporary file, and the first bytes leave at
once. It writes what ECMA-376 asks of a workbook and no more.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache, lru_cache
from itertools import islice
from typing import Any

from portal.db import Bilingual
from portal.reports.cells import CALCULATED, Writing, cells, local_hour
from portal.reports.columns import COLUMNS, Row, Words, dictionary, headings
from portal.reports.zip_file import Archive

MOST_ROWS = 1_048_575  # of data to a sheet: Excel's limit less the headings
LONGEST_CELL = 32_767  # UTF-16 code units, Excel's limit
CUT_AT = 32_000
AT_ONCE = 500  # rows to a chunk
LEVEL = 1  # of compression: higher ones take half as long again for a tenth of the size

DATA, DICTIONARY, SCOPE = (
    Bilingual("Data", "Datos"),
    Bilingual("Dictionary", "Diccionario"),
    Bilingual("Scope", "Alcance"),
)
CUT = Bilingual(
    " […] [cut here: too long for a cell; whole in the CSV file]",
    " […] [cortado aquí: no cabe en una celda; completo en el archivo CSV]",
)
CUT_NOTE = Bilingual("Texts cut, too long for a cell", "Textos cortados por no caber en una celda")

# Styles of styles.xml below, by their places in it.
PLAIN, HEADING, MOMENT, LITERAL, WRAPPED = range(5)
SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
PROLOG = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

STYLES = "".join(
    (
        f'{PROLOG}<styleSheet xmlns="{SPREADSHEET}">',
        '<numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/></numFmts>',
        '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>',
        '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>',
        '<fills count="2"><fill><patternFill patternType="none"/></fill>',
        '<fill><patternFill patternType="gray125"/></fill></fills>',
        '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>',
        '<cellXfs count="5"><xf xfId="0"/><xf xfId="0" fontId="1" applyFont="1"/>',
        '<xf xfId="0" numFmtId="164" applyNumberFormat="1"/><xf xfId="0" quotePrefix="1"/>',
        '<xf xfId="0" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf></cellXfs>',
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
    )
)

ROW = "\0"  # stands for a row's number in a written cell; no text holds one, since they are escaped

# What XML cannot hold or would change, and what Excel reads as an escape of such.
NOT_AS_IS = re.compile("[&<>\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")


def write(
    rows: Iterable[Row], words: Words, notes: list[tuple[str, Any]], number: int, *, most_rows: int = MOST_ROWS
) -> Iterator[bytes]:
    """Write a workbook of `number` rows of the store, the dictionary and what the file covers, as chunks."""
    language = words.language
    sheets = max(1, -(-number // most_rows))
    names = [DATA[language] if sheet == 0 else f"{DATA[language]} {sheet + 1}" for sheet in range(sheets)]
    names += [DICTIONARY[language], SCOPE[language]]
    archive = Archive(LEVEL)
    for name, content in _frame(names):
        yield from archive.entry(name, [content.encode()])
    cutting = _Cutting(CUT[language])
    labels: dict[str, int] = {}
    data = cells(rows, words, lambda place: _writing(place, cutting, labels))
    for sheet in range(1, sheets + 1):
        part = islice(data, most_rows) if sheet < sheets else data
        widths = [column.width for column in COLUMNS]
        yield from archive.entry(_path(sheet), _sheet(headings(language), part, widths))
    meanings = dictionary(words)
    yield from archive.entry(_path(sheets + 1), _sheet(next(meanings), _of_texts(meanings), [24, 24, 60, 40, 40]))
    notes = [*notes, (CUT_NOTE[language], cutting.cut)]
    yield from archive.entry(_path(sheets + 2), _sheet([SCOPE[language], ""], _of_texts(notes), [36, 60]))
    yield from archive.entry("xl/sharedStrings.xml", [_shared(labels)])
    yield from archive.end()


class _Cutting:
    """Cuts texts that no cell can hold, says so at the cut, and counts them."""

    def __init__(self, mark: str) -> None:
        self._mark = mark
        self.cut = 0

    def fitted(self, text: str) -> str:
        # Only a text of half the limit's characters can reach it: those beyond U+FFFF count twice.
        if len(text) * 2 <= LONGEST_CELL or len(text.encode("utf-16-le")) // 2 <= LONGEST_CELL:
            return text
        self.cut += 1
        return text.encode("utf-16-le")[: CUT_AT * 2].decode("utf-16-le", "ignore") + self._mark


def _sheet(heads: list[str], rows: Iterable[Row], widths: list[int]) -> Iterator[bytes]:
    """Write one sheet: headings that stay in sight and filter, then rows of written cells."""
    columns = "".join(
        f'<col min="{at}" max="{at}" width="{width}" customWidth="1"/>' for at, width in enumerate(widths, 1)
    )
    first = _row(1, [_text(place, head, HEADING) for place, head in enumerate(heads)])
    yield (
        f'{PROLOG}<worksheet xmlns="{SPREADSHEET}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f"<cols>{columns}</cols><sheetData>{first}"
    ).encode()
    last, left = 1, iter(rows)
    while batch := list(islice(left, AT_ONCE)):
        yield "".join([_row(at, row) for at, row in enumerate(batch, last + 1)]).encode()
        last += len(batch)
    yield f'</sheetData><autoFilter ref="A1:{_letters(len(heads) - 1)}{last}"/></worksheet>'.encode()


def _row(at: int, row: Row) -> str:
    number = str(at)
    return f'<row r="{number}">{"".join(filter(None, row)).replace(ROW, number)}</row>'


def _writing(place: int, cutting: _Cutting, labels: dict[str, int]) -> Writing:
    """How the cells of a column are written: as XML with `ROW` for the row's number, labels by their own."""
    begin, parts_of_day = f'<c r="{_letters(place)}{ROW}"', _parts_of_day()

    def label(text: str) -> str:
        return f'{begin} t="s"><v>{labels.setdefault(text, len(labels))}</v></c>'

    def moment(stored: str) -> str:
        day, start = _hour(stored[:13])
        part = parts_of_day[start + int(stored[14:16]) * 60 + int(stored[17:19])]
        return f'{begin} s="{MOMENT}"><v>{day}{part}</v></c>'

    return Writing(
        label=label,
        text=lambda text: _text(place, cutting.fitted(text)),
        moment=moment,
        number=lambda number: f"{begin}><v>{number}</v></c>",
        plain=lambda text: f'{begin} t="inlineStr"><is><t>{text}</t></is></c>',
    )


def _text(place: int, text: str, style: int = PLAIN) -> str | None:
    """Write a text. One that looks like a formula is marked as text, so that it stays one when it is edited."""
    if not text:
        return None
    if text[0] in CALCULATED:
        style = LITERAL
    # Four times as fast as to look for what must be escaped: most texts are printable and hold no such character.
    if not text.isprintable() or "&" in text or "<" in text or ">" in text or "_x" in text:
        text = NOT_AS_IS.sub(_escape, text)
    shown = f' s="{style}"' if style else ""
    return f'<c r="{_letters(place)}{ROW}"{shown} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


@lru_cache(maxsize=100_000)
def _hour(hour: str) -> tuple[int, int]:
    """Take an hour as stored, in UTC, to Mexico City: days since 1899-12-30, Excel's first, and seconds of the day."""
    day, local = local_hour(hour)[0].split("T")
    return date.fromisoformat(day).toordinal() - 693_594, int(local) * 3600


@cache
def _parts_of_day() -> list[str]:
    """Each second of a day as a part of it, as it stands after the whole days: .5000000000 at noon."""
    return [f"{second / 86_400:.10f}"[1:] for second in range(86_400)]


def _of_texts(rows: Iterable[Iterable[Any]]) -> Iterator[Row]:
    """Write the cells of a sheet for reading: numbers as such, texts in several lines."""
    for row in rows:
        yield [
            f'<c r="{_letters(place)}{ROW}"><v>{value}</v></c>'
            if isinstance(value, int)
            else _text(place, value, WRAPPED)
            for place, value in enumerate(row)
        ]


def _escape(found: re.Match[str]) -> str:
    character = found.group()
    return {"&": "&amp;", "<": "&lt;", ">": "&gt;"}.get(character) or f"_x{ord(character):04X}_"


@cache
def _letters(place: int) -> str:
    return chr(ord("A") + place) if place < 26 else _letters(place // 26 - 1) + _letters(place % 26)


def _shared(labels: Iterable[str]) -> bytes:
    """Write the texts that cells name by number."""
    texts = "".join(f'<si><t xml:space="preserve">{NOT_AS_IS.sub(_escape, label)}</t></si>' for label in labels)
    return f'{PROLOG}<sst xmlns="{SPREADSHEET}">{texts}</sst>'.encode()


def _path(sheet: int) -> str:
    return f"xl/worksheets/sheet{sheet}.xml"


def _frame(names: list[str]) -> Iterator[tuple[str, str]]:
    """The parts of a workbook that say what it consists of, by their paths."""
    relations = f"{PACKAGE}/relationships"
    main = {"workbook": "sheet.main", "styles": "styles", "sharedStrings": "sharedStrings"}
    parts = [(f"/xl/{name}.xml", kind) for name, kind in main.items()]
    parts += [(f"/{_path(at)}", "worksheet") for at in range(1, len(names) + 1)]
    types = "".join(f'<Override PartName="{part}" ContentType="{TYPES}.{kind}+xml"/>' for part, kind in parts)
    defaults = (
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
    )
    yield "[Content_Types].xml", f'{PROLOG}<Types xmlns="{PACKAGE}/content-types">{defaults}{types}</Types>'
    workbook = _relation("rId1", "officeDocument", "xl/workbook.xml")
    yield "_rels/.rels", f'{PROLOG}<Relationships xmlns="{relations}">{workbook}</Relationships>'
    numbered = list(enumerate(names, 1))
    listed = "".join(f'<sheet name="{name}" sheetId="{at}" r:id="rId{at}"/>' for at, name in numbered)
    sheets = f'<workbook xmlns="{SPREADSHEET}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>'
    yield "xl/workbook.xml", f"{PROLOG}{sheets}"
    related = [_relation(f"rId{at}", "worksheet", f"worksheets/sheet{at}.xml") for at, _ in numbered]
    related += [_relation(f"rId-{name}", name, f"{name}.xml") for name in ("styles", "sharedStrings")]
    yield "xl/_rels/workbook.xml.rels", f'{PROLOG}<Relationships xmlns="{relations}">{"".join(related)}</Relationships>'
    yield "xl/styles.xml", STYLES


def _relation(number: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{number}" Type="{OFFICE}/{kind}" Target="{target}"/>'
