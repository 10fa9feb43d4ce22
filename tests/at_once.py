"""Doing several things at the same moment."""

import threading
from collections.abc import Callable


def at_once(*acts: Callable[[], object]) -> None:
    """Do things in threads of their own that start together; a fault in one fails the test."""
    together, faults = threading.Barrier(len(acts)), []

    def run(act: Callable[[], object]) -> None:
        together.wait()
        try:
            act()
        except Exception as fault:
            faults.append(fault)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
