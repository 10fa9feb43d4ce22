"""A Redis server of a test's own, on a free loopback port, that can be stopped in the middle of it."""

import shutil
import socket
import subprocess
import time
from types import TracebackType
from typing import Self

import redis

START_SECONDS = 10.0


class Redis:
    """A real Redis without persistence."""

    def __enter__(self) -> Self:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.stop()

    def start(self) -> None:
        """Start the server and wait until it answers."""
        program = shutil.which("redis-server")
        assert program, "redis-server is not installed"
        command = [program, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        until = time.monotonic() + START_SECONDS
        with redis.Redis(port=self.port) as client:
            while time.monotonic() < until:
                try:
                    client.ping()
                except redis.ConnectionError:
                    time.sleep(0.02)
                else:
                    return
        raise AssertionError("Redis did not start")

    def empty(self) -> None:
        """Forget every count."""
        with redis.Redis(port=self.port) as client:
            client.flushall()

    def stop(self) -> None:
        """Stop the server at once, as a fault would."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
