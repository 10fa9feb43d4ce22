"""A store of hits in one SQLite file, shared by the processes of one machine: `limits` ships none.

One row a key: its window, the count in the window before and in this one. A hit is a single upsert, so it is exact
across processes. The file may be lost at any time, hence `synchronous=OFF`.
"""

import sqlite3
import threading
import time
from typing import Any

from limits.storage import Storage
from limits.storage.base import SlidingWindowCounterSupport

SCHEME = "portal-sqlite"
BUSY_SECONDS = 2.0
SWEEP_EVERY = 1000

SCHEMA = """CREATE TABLE IF NOT EXISTS hit (
    key TEXT PRIMARY KEY, number INTEGER, before INTEGER, during INTEGER, ends REAL) WITHOUT ROWID"""

# `excluded` holds this hit's window number and amount. The WHERE refuses a hit past the limit: then no row returns.
BEFORE = "CASE number WHEN excluded.number THEN before WHEN excluded.number - 1 THEN during ELSE 0 END"
DURING = "CASE number WHEN excluded.number THEN during ELSE 0 END"
HIT = f"""INSERT INTO hit VALUES (:key, :number, 0, :amount, :ends) ON CONFLICT (key) DO UPDATE
    SET before = {BEFORE}, during = {DURING} + excluded.during, number = excluded.number, ends = excluded.ends
    WHERE ({BEFORE}) * :share_left + ({DURING}) + excluded.during <= :most RETURNING during"""

# A window of its own for each key, from its first hit on.
INCREASE = """INSERT INTO hit VALUES (:key, 0, 0, :amount, :ends) ON CONFLICT (key) DO UPDATE
    SET during = CASE WHEN ends > :now THEN during ELSE 0 END + excluded.during,
        ends = CASE WHEN ends > :now THEN ends ELSE excluded.ends END RETURNING during"""


class SQLiteStorage(SlidingWindowCounterSupport, Storage):
    """Counts hits in the SQLite file that the URI names."""

    STORAGE_SCHEME = [SCHEME]
    base_exceptions = sqlite3.Error

    def __init__(self, uri: str, wrap_exceptions: bool = False, **options: Any) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions, **options)
        self._path = uri.removeprefix(f"{SCHEME}://")
        self._local = threading.local()
        self._hits = 0

    def _connection(self) -> sqlite3.Connection:
        if not hasattr(self._local, "connection"):
            connection = sqlite3.connect(self._path, timeout=BUSY_SECONDS, isolation_level=None)
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=OFF")
            connection.execute(SCHEMA)
            self._local.connection = connection
        return self._local.connection  # type: ignore[no-any-return]  # thread-locals are untyped

    def acquire_sliding_window_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        if amount > limit:
            return False
        now = time.time()
        number, elapsed = divmod(now, expiry)
        self._sweep(now)
        values = {
            "key": key,
            "number": int(number),
            "amount": amount,
            "ends": now - elapsed + 2 * expiry,
            "share_left": 1 - elapsed / expiry,
            "most": limit,
        }
        return self._connection().execute(HIT, values).fetchone() is not None

    def get_sliding_window(self, key: str, expiry: int) -> tuple[int, float, int, float]:
        number, elapsed = divmod(time.time(), expiry)
        row = self._connection().execute("SELECT number, before, during FROM hit WHERE key = ?", (key,)).fetchone()
        kept, before, during = row or (int(number), 0, 0)
        if kept == int(number) - 1:
            before, during = during, 0
        elif kept != int(number):
            before, during = 0, 0
        return before, expiry - elapsed, during, 2 * expiry - elapsed

    def clear_sliding_window(self, key: str, expiry: int) -> None:
        self.clear(key)

    def _sweep(self, now: float) -> None:
        self._hits += 1
        if self._hits % SWEEP_EVERY == 0:
            self._connection().execute("DELETE FROM hit WHERE ends < ?", (now,))

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        now = time.time()
        self._sweep(now)
        values = {"key": key, "amount": amount, "now": now, "ends": now + expiry}
        return int(self._connection().execute(INCREASE, values).fetchone()[0])

    def get(self, key: str) -> int:
        return int(self._fixed_window(key)[0])

    def get_expiry(self, key: str) -> float:
        return float(self._fixed_window(key)[1])

    def _fixed_window(self, key: str) -> tuple[int, float]:
        """Give how often a key was counted in its window, and when that ends; now, where it has none."""
        now = time.time()
        row = self._connection().execute("SELECT during, ends FROM hit WHERE key = ? AND ends > ?", (key, now))
        return row.fetchone() or (0, now)

    def check(self) -> bool:
        return bool(self._connection().execute("SELECT 1").fetchone() == (1,))

    def reset(self) -> int | None:
        return self._connection().execute("DELETE FROM hit").rowcount

    def clear(self, key: str) -> None:
        self._connection().execute("DELETE FROM hit WHERE key = ?", (key,))
