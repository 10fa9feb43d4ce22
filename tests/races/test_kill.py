"""SIGKILL in the middle of a stream of submissions: every receipt that was shown is found again, with its text."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest

from bench.browser import Browser
from bench.send import NotReceived, read_back, send
from bench.serving import free_port
from tests.samples import NASTY, received

THREADS = 4
ENOUGH = 25  # receipts that were shown before the server is killed
ROUNDS = 2
PATIENCE_SECONDS = 120
ROW = {
    "lang": "es",
    "pillar": "IV",
    "workstream_id": "technical-training",
    "stakeholder_type": "individual",
    "country": "MX",
}


class Server:
    """The real server, by `portal run`, in a process group that can be killed whole."""

    def __init__(self, data: Path, database_url: str) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._environment = os.environ | {
            "PORTAL_DATA": str(data),
            "PORTAL_DATABASE_URL": database_url,
            "PORTAL_LIMITS_SCALE": "100000",
            "PORTAL_LOG_LEVEL": "ERROR",
            "PORT": str(self.port),
        }

    def start(self) -> None:
        """Start it, and wait until it answers."""
        command = [sys.executable, "-m", "portal", "run", "--workers", "2"]
        self._process = subprocess.Popen(
            command, env=self._environment, stdout=subprocess.DEVNULL, start_new_session=True
        )
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self._answers():
            assert time.monotonic() < deadline, "the server does not answer"
            assert self._process.poll() is None, "the server ended"
            time.sleep(0.1)

    def kill(self) -> None:
        """Kill every process of the server at once, none of them warned."""
        family = self._family()
        for process in family:
            os.kill(process, signal.SIGSTOP)  # so that nobody is started again while the others die
        for process in family:
            os.kill(process, signal.SIGKILL)
        self._process.wait()
        while any(Path(f"/proc/{process}/exe").exists() for process in family):
            time.sleep(0.01)

    def stop(self) -> None:
        """Stop it cleanly."""
        self._process.terminate()
        self._process.wait(PATIENCE_SECONDS)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def _family(self) -> list[int]:
        """The supervisor and all that descend from it."""
        parents = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    stat = (entry / "stat").read_text()
                except OSError:
                    continue
                parents[int(entry.name)] = int(stat.rpartition(")")[2].split()[1])
        family = [self._process.pid]
        for process in family:
            family += [child for child, parent in parents.items() if parent == process]
        return family


@contextmanager
def running(data: Path, database_url: str) -> Iterator[Server]:
    server = Server(data, database_url)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def stream(
    server: Server, stop: threading.Event, acknowledged: dict[tuple[str, str], str], numbers: Iterator[int]
) -> None:
    """Send one submission after the other; note a text only once its receipt was shown."""
    texts = list(NASTY.values())
    while not stop.is_set():
        number = next(numbers)
        text = f"{number}: {texts[number % (len(texts) - 1)]}"  # not the longest: it would slow the stream
        try:
            receipt = send(Browser(server.address), ROW | {"text": text})
        except (NotReceived, OSError, UnicodeDecodeError):
            continue  # no receipt was shown: nothing was promised
        acknowledged[receipt] = text


def kill_in_mid_stream(server: Server, acknowledged: dict[tuple[str, str], str], numbers: Iterator[int]) -> None:
    stop, before = threading.Event(), len(acknowledged)
    threads = [threading.Thread(target=stream, args=(server, stop, acknowledged, numbers)) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while len(acknowledged) < before + ENOUGH:
        assert time.monotonic() < deadline, f"{len(acknowledged) - before} receipts only"
        time.sleep(0.01)
    server.kill()
    stop.set()
    for thread in threads:
        thread.join()


@pytest.fixture
def portal_data(database_url: str, tmp_path: Path) -> Path:
    """A data folder of the server's own."""
    data = tmp_path / "data"
    data.mkdir()
    return data


def test_every_receipt_that_was_shown_survives_sigkill(database_url: str, portal_data: Path) -> None:
    acknowledged: dict[tuple[str, str], str] = {}
    numbers = count()
    with running(portal_data, database_url) as server:
        for _ in range(ROUNDS):
            kill_in_mid_stream(server, acknowledged, numbers)
            server.start()

        lost = {
            receipt: text
            for receipt, text in acknowledged.items()
            if read_back(Browser(server.address), *receipt) != received(text)
        }

    assert len(acknowledged) >= ROUNDS * ENOUGH
    assert not lost
    shutil.rmtree(portal_data)
