"""Brings the Spanish catalog up to date with the sources, and says what is missing.

`make messages` extracts every message from code and templates, adds new ones and drops those that no source has any
more; no near match is guessed. With `--check` it writes nothing and fails when the catalog and the sources differ, a
message lacks its Spanish (each plural form), is fuzzy, or has other placeholders than its original.
"""

import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PO = ROOT / "translations" / "es" / "LC_MESSAGES" / "messages.po"
KEYWORDS = {"_": None, "gettext": None, "_l": None, "lazy_gettext": None, "ngettext": (1, 2), "_n": (1, 2)}
SOURCES = {
    "portal": [("**.py", "python")],
    "templates": [("**.html", "jinja2"), ("**.txt", "jinja2")],
}
OPTIONS = {"**.html": {"trimmed": "true", "silent": "false"}}


def template() -> Catalog:
    """Collect every message of the sources, with the places where it stands."""
    catalog = Catalog(project="Open Dialogue", version="", msgid_bugs_address="", copyright_holder="")
    for folder, methods in SOURCES.items():
        found = extract_from_dir(ROOT / folder, methods, OPTIONS, KEYWORDS, comment_tags=("Translators:",))
        for filename, _line, message, comments, context in sorted(found, key=lambda row: (str(row[0]), row[1])):
            catalog.add(message, None, [(f"{folder}/{filename}", 0)], auto_comments=comments, context=context)
    return catalog


def updated() -> Catalog:
    """Give the catalog as it should be: the sources' messages, with the Spanish that there is."""
    with PO.open("rb") as file:
        catalog = read_po(file, locale="es")
    catalog.update(template(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    return catalog


def faults(catalog: Catalog) -> Iterator[str]:
    """Name every message that a reader of Spanish would miss or misread."""
    for message in catalog:
        if not message.id:
            continue
        shown = message.id[0] if isinstance(message.id, tuple) else message.id
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.fuzzy:
            yield f"fuzzy: {shown}"
        elif not all(forms):
            yield f"no Spanish: {shown}"
        else:
            yield from (f"{error}: {shown}" for error in message.check(catalog))


def written(catalog: Catalog) -> bytes:
    """Write a catalog as it stands in the repository: sorted, without line numbers or dates that change alone."""
    buffer = io.BytesIO()
    write_po(buffer, catalog, sort_output=True, include_previous=False, include_lineno=False, width=110)
    lines = buffer.getvalue().decode().splitlines(keepends=True)
    volatile = ("POT-Creation-Date", "PO-Revision-Date", "Generated-By", "Report-Msgid", "Last-Translator")
    return "".join(line for line in lines if not line.startswith(tuple(f'"{name}' for name in volatile))).encode()


def main(check: bool) -> int:
    """Write or check the catalog. Gives the exit status."""
    catalog = updated()
    found = list(faults(catalog))
    if check and written(catalog) != PO.read_bytes():
        found.append("The catalog is not up to date: run `make messages`.")
    if not check:
        PO.write_bytes(written(catalog))
    print("\n".join(found) or f"{len(catalog)} messages, all in Spanish.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(check="--check" in sys.argv[1:]))
