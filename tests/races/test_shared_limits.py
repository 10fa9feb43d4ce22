"""The embedded store of limits, hit by several processes at once."""

import multiprocessing
from pathlib import Path

from limits import RateLimitItemPerHour
from limits.strategies import SlidingWindowCounterRateLimiter

from portal.limits_sqlite import SCHEME, SQLiteStorage


def hit(path: str, times: int, passed: "multiprocessing.Queue[int]") -> None:
    """Hit a limit of 50 in a process of its own; tell how often it let through."""
    limiter = SlidingWindowCounterRateLimiter(SQLiteStorage(f"{SCHEME}://{path}"))
    limit = RateLimitItemPerHour(50)
    passed.put(sum(limiter.hit(limit, "somebody") for _ in range(times)))


def test_the_embedded_store_is_exact_across_processes(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    passed: multiprocessing.Queue[int] = context.Queue()
    path = str(tmp_path / "limits.sqlite3")
    processes = [context.Process(target=hit, args=(path, 100, passed)) for _ in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert sum(passed.get(timeout=10) for _ in processes) == 50
