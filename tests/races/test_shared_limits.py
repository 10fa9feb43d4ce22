"""The embedded store of limits, hit by several processes at once."""

import multiprocessing
import time
from pathlib import Path

import time_machine
from limits import RateLimitItemPerHour, RateLimitItemPerMinute
from limits.strategies import FixedWindowRateLimiter, SlidingWindowCounterRateLimiter

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


def test_the_embedded_store_counts_fixed_windows_too(tmp_path: Path) -> None:
    limiter = FixedWindowRateLimiter(SQLiteStorage(f"{SCHEME}://{tmp_path / 'limits.sqlite3'}"))
    limit = RateLimitItemPerMinute(3)
    with time_machine.travel("2022-05-03T18:00:30Z", tick=False) as clock:
        assert limiter.test(limit, "somebody")
        assert [limiter.hit(limit, "somebody") for _ in range(4)] == [True, True, True, False]
        assert limiter.get_window_stats(limit, "somebody").reset_time == time.time() + 60
        assert limiter.hit(limit, "somebody else")
        clock.shift(59)
        assert not limiter.test(limit, "somebody")
        clock.shift(2)
        assert limiter.hit(limit, "somebody")
        assert limiter.get_window_stats(limit, "somebody").remaining == 2
