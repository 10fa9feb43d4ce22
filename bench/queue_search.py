"""Searching a queue of a million by words: as a ratio of the queue's first page, and of the same search among few.

`python -m bench.queue_search [MANY] [sqlite|postgresql]`. A signed-in moderator searches a word that four texts have,
one with a word that every second text has, that word alone, and two that many have but few together; the audit event
of each search is written. Each time is the median of several requests through the application.
"""

import sys
from functools import partial

from flask import Flask
from sqlalchemy import text

from bench.queue_page import FEW, a_queue, median
from portal import db, fulltext
from portal.accounts.rules import Role
from portal.submissions import word_store
from tests.staff import an_account

FILLING = 60  # words of which each text has one or two
SEARCHES = {
    "rare": "jirafa",
    "rare and common": "jirafa caminos",
    "common": "caminos",
    "many, few together": "puentes sombrillas",
}


def fill_words(app: Flask, number: int) -> None:
    """Give the submissions words: `jirafa` to four of them, `caminos` to every second, `puentes` and `sombrillas` to
    every tenth each, a hundred or so to both; and words of which each text has a few.
    """
    every = {"jirafa": f"id % {number // 4} = 7", "caminos": "id % 2 = 1", "puentes": "id % 10 = 1"}
    every["sombrillas"] = f"(id % 10 = 2 OR id % {number // 10} = 1)"
    every |= {f"palabra{at}": f"id % {FILLING} IN ({at}, {(at * 7 + 3) % FILLING})" for at in range(FILLING)}
    with db.open_session(app) as session, db.writing(session):
        keys = app.extensions["keys"]
        for word, which in every.items():
            for mark in sorted(keys.marks(word_store.PURPOSE, fulltext.telling_stems(word))):
                rows = f"INSERT INTO waiting_word SELECT :mark, id FROM submission WHERE {which} ORDER BY id"
                session.execute(text(rows), {"mark": mark})


def measured(kind: str, number: int) -> dict[str, float]:
    """Give the seconds of the plain first page, and of each search."""
    with a_queue(kind, number) as app:
        fill_words(app, number)
        with app.extensions["engine"].connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE" if kind == "sqlite" else "VACUUM ANALYZE"))
        moderator = an_account(app, Role.MODERATOR)
        moderator.sign_in()
        cookie = "; ".join(f"{name}={value}" for name, value in moderator.cookies.items())
        client = app.test_client(use_cookies=False)
        seconds = {}
        for name, words in {"the queue's first page": "", **SEARCHES}.items():
            query = {"q": words} if words else {}
            search = partial(client.get, "/en/staff/queue", query_string=query, headers={"Cookie": cookie})
            page = search().get_data(as_text=True)
            assert "data-row" in page, name
            seconds[name] = median(search)
        return seconds


def main() -> None:
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    for kind in sys.argv[2:] or ["sqlite", "postgresql"]:
        few, lots = measured(kind, FEW), measured(kind, many)
        plain = lots["the queue's first page"]
        for name, took in lots.items():
            ratios = f"{took / plain:.2f} x the first page, {took / few[name]:.2f} x at {FEW:,}"
            print(f"{kind:10} {name:24} {took * 1e3:6.1f} ms at {many:,} = {ratios}")
    print("bar: a rare word, alone or with others, 2 x the first page")


if __name__ == "__main__":
    main()
