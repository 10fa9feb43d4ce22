"""What a thief would take: every byte of a database, and whether a word can be read in it."""

import base64
import logging
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

from flask import Flask
from sqlalchemy import text

from portal.logs import JSONLines
from tests.databases import BINARIES, PostgreSQL

KEYS = ".key"  # what the thief did not get


def of_sqlite(folder: Path) -> dict[str, bytes]:
    """The database, its WAL, its shared memory and the limits' store, as they lie in the data folder."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.suffix != KEYS]
    return {path.name: path.read_bytes() for path in files}


def of_postgresql(app: Flask, server: PostgreSQL) -> dict[str, bytes]:
    """What `pg_dump` writes, and every file of the server: tables, indexes, WAL and the server's log."""
    with app.extensions["engine"].connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CHECKPOINT"))
    address = app.config["SETTINGS"].database_url
    dump = subprocess.run([BINARIES / "pg_dump", address], check=True, capture_output=True).stdout
    with app.extensions["engine"].connect() as connection:
        own = connection.scalar(text("SELECT oid FROM pg_database WHERE datname = current_database()"))
    others = {str(path) for path in server.folder.glob("data/base/*") if path.name != str(own)}  # of other tests
    files = (path for path in server.folder.rglob("*") if path.is_file() and str(path.parent) not in others)
    return {"pg_dump": dump} | {str(path.relative_to(server.folder)): path.read_bytes() for path in files}


def ways_to_write(word: str) -> Iterator[bytes]:
    """A word as it could lie in a file: plain, in two bytes a letter, in hexadecimal, in base64 at any offset."""
    plain = word.encode()
    yield plain
    yield word.encode("utf-16-le")
    yield plain.hex().encode()
    for offset in range(3):
        encoded = base64.b64encode(bytes(offset) + plain)
        whole = encoded[-(-offset * 4 // 3) : len(encoded) // 4 * 4 - 4]  # without the letters that neighbours change
        yield whole
        yield whole.replace(b"+", b"-").replace(b"/", b"_")


def found_in(files: dict[str, bytes], words: Iterable[str]) -> set[tuple[str, str]]:
    """Name each word that can be read, and the file it stands in."""
    word_of = {written: word for word in words for written in ways_to_write(word)}
    found = set()
    with tempfile.NamedTemporaryFile() as asked:
        asked.write(b"\n".join(word_of))
        asked.flush()
        # grep looks for all of them in one pass, where Python would need one for each.
        command = ["grep", "--text", "--only-matching", "--fixed-strings", f"--file={asked.name}"]
        for name, content in files.items():
            done = subprocess.run(command, input=content, capture_output=True, check=False, env={"LC_ALL": "C"})
            assert done.returncode in {0, 1}, done.stderr
            found |= {(word_of[line], name) for line in done.stdout.split(b"\n") if line in word_of}
    return found


@contextmanager
def logged(level: str = "DEBUG") -> Iterator[StringIO]:
    """Everything that is logged meanwhile by whomever, as the portal writes it."""
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JSONLines())
    portal, root = logging.getLogger("portal"), logging.getLogger()
    portal.handlers, portal.level = [handler], logging.getLevelName(level)
    root.addHandler(handler)
    try:
        yield stream
    finally:
        portal.handlers = []
        root.removeHandler(handler)
