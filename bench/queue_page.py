"""The moderators' queue with many waiting against few, counts included, and claiming the next.

`python -m bench.queue_page [MANY] [sqlite|postgresql]`: a signed-in moderator opens the first page, a page behind a
cursor, and filtered pages; each time is the median of several requests through the application. The claim is a ratio
against one UPDATE.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from flask import Flask
from sqlalchemy import text

from bench.filling import fill_waiting
from portal import create_app, db
from portal.accounts.rules import Role
from portal.clock import utcnow
from portal.config import Settings
from portal.moderation.claim import take_next
from tests.databases import PostgreSQL, fill
from tests.staff import an_account

FEW = 10_000
TIMES = 15
ADDRESSES = (
    "/en/staff/queue",
    "/en/staff/queue?language=es",
    "/en/staff/queue?pillar=2&language=es",
    "/es/equipo/cola?country=GT",
)


def median(act: Callable[[], object]) -> float:
    """Give the median seconds of doing something."""
    took = []
    for _ in range(TIMES):
        began = time.perf_counter()
        act()
        took.append(time.perf_counter() - began)
    return sorted(took)[TIMES // 2]


@contextmanager
def a_queue(kind: str, number: int) -> Iterator[Flask]:
    """A portal where so many wait."""
    with tempfile.TemporaryDirectory() as folder, PostgreSQL() as server:
        if kind == "postgresql":
            server.execute("CREATE DATABASE bench")
            url = server.url("bench")
        else:
            url = f"sqlite:///{folder}/bench.sqlite3"
        fill(url)
        settings = Settings(data=Path(folder), database_url=url, limits_scale=1_000_000, log_level="ERROR")
        app = create_app(settings)
        with db.open_session(app) as session:
            fill_waiting(session, number)
        with app.extensions["engine"].connect() as connection:
            connection.execute(text("ANALYZE"))
            connection.commit()
        yield app
        app.extensions["engine"].dispose()


def measured(kind: str, number: int) -> list[float]:
    """Give the seconds of each page, and the claim's ratio last."""
    with a_queue(kind, number) as app:
        moderator = an_account(app, Role.MODERATOR)
        moderator.sign_in()
        times = []
        for address in ADDRESSES:
            cookie = "; ".join(f"{name}={value}" for name, value in moderator.cookies.items())
            client = app.test_client(use_cookies=False)
            open_page = partial(client.get, address, headers={"Cookie": cookie})
            assert open_page().status_code == 200
            times.append(median(open_page))
        with app.app_context():

            def claim() -> None:
                with db.transaction() as session:
                    take_next(session, moderator.staff_id, now=utcnow())

            def floor() -> None:
                with db.transaction() as session:
                    session.execute(text("UPDATE submission SET claimed_by_id = NULL WHERE id = 500"))

            times.append(median(claim) / median(floor))
    return times


def main() -> None:
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    for kind in sys.argv[2:] or ["sqlite", "postgresql"]:
        few, lots = measured(kind, FEW), measured(kind, many)
        for address, short, long in zip(ADDRESSES, few, lots, strict=False):
            print(f"{kind:10} {address:40} {long * 1e3:6.1f} ms at {many:,} = {long / short:.2f} x {FEW:,}")
        print(f"{kind:10} claim next = {lots[-1]:.1f} x one UPDATE at {many:,} ({few[-1]:.1f} x at {FEW:,})")
    print("bars: queue page 1.3 x; claim 10 x")


if __name__ == "__main__":
    main()
