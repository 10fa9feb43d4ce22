"""Builds what a clean clone lacks: bundled, hashed and compressed static files, and compiled catalogs.

Run by `make`. Style sheets are bundled and minified by lightningcss; a file's name holds the hash of its content, so
that it can be kept by browsers for a year.
"""

import gzip
import hashlib
import json
import shutil
from pathlib import Path

import brotli
import lightningcss
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
STATIC, BUILT = ROOT / "static", ROOT / "static" / "built"
SHEETS = {"public.css": ("tokens", "base", "parts", "pages"), "staff.css": ("staff",)}
SCRIPTS = {
    "form.js": ("once", "count", "show", "summary"),
    "door.js": ("once", "summary", "passkey"),
    "queue.js": ("keys",),
    "desk.js": ("keys", "redact", "show", "act", "once", "summary"),
}


def build_static() -> dict[str, str]:
    """Write every static file under its hashed name; give the names by their plain ones."""
    shutil.rmtree(BUILT, ignore_errors=True)
    BUILT.mkdir(parents=True)
    files = {name: bundled(parts) for name, parts in SHEETS.items()}
    files |= {name: joined(parts) for name, parts in SCRIPTS.items()}
    files |= {path.name: path.read_bytes() for path in sorted(STATIC.glob("*.svg"))}
    manifest = {}
    for name, content in files.items():
        stem, suffix = name.rsplit(".", 1)
        manifest[name] = hashed = f"{stem}.{hashlib.sha256(content).hexdigest()[:12]}.{suffix}"
        (BUILT / hashed).write_bytes(content)
        (BUILT / f"{hashed}.br").write_bytes(brotli.compress(content))
        (BUILT / f"{hashed}.gz").write_bytes(gzip.compress(content, 9, mtime=0))
    (BUILT / "manifest.json").write_text(json.dumps(manifest))
    return manifest


def bundled(parts: tuple[str, ...]) -> bytes:
    """Join and minify style sheets."""
    source = "\n".join((STATIC / "css" / f"{part}.css").read_text() for part in parts)
    return str(lightningcss.process_stylesheet(source, minify=True)).encode()


def joined(parts: tuple[str, ...]) -> bytes:
    """Join small scripts into one file, each in a block of its own, so that their names do not meet."""
    return "\n".join(f"{{\n{(STATIC / 'js' / f'{part}.js').read_text()}}}" for part in parts).encode()


def compile_catalogs() -> int:
    """Compile each catalog, without fuzzy messages; give how many messages the last one has."""
    number = 0
    for po in (ROOT / "translations").glob("*/LC_MESSAGES/messages.po"):
        with po.open("rb") as source:
            catalog = read_po(source, locale=po.parts[-3])
        with po.with_suffix(".mo").open("wb") as target:
            write_mo(target, catalog)
        number = len(catalog)
    return number


if __name__ == "__main__":
    print(f"built {len(build_static())} static files, {compile_catalogs()} messages")
