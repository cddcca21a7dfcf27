"""A Redis of a test's or drill's own, that keeps nothing."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from browsing import free_port, wait_until
from redis import Redis
from redis.exceptions import RedisError

from portal.demo import HOST


class RedisServer:
    """Not running until ``start``; may be let ``hang``, ``kill``ed, and started again at the same address."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._port = folder, free_port()
        self.url = f"redis://{HOST}:{self._port}/0"
        self._process: subprocess.Popen[bytes]

    def start(self) -> None:
        """Starts it and waits until it answers."""
        command = ["redis-server", "--port", str(self._port), "--bind", HOST, "--save", "", "--appendonly", "no"]
        self._process = subprocess.Popen([*command, "--dir", str(self._folder)], stdout=subprocess.DEVNULL)
        wait_until(self._answers, "Redis answers")

    def _answers(self) -> bool:
        with suppress(RedisError), Redis(host=HOST, port=self._port) as line:
            return bool(line.ping())
        return False

    def keys(self) -> int:
        """How many counts it holds."""
        with Redis(host=HOST, port=self._port) as line:
            return int(line.dbsize())

    def hang(self) -> None:
        """From now on it takes connections and answers nothing."""
        self._process.send_signal(signal.SIGSTOP)

    def kill(self) -> None:
        """kill -9."""
        self._process.kill()
        self._process.wait()


@contextmanager
def redis_server(folder: Path) -> Iterator[RedisServer]:
    """A running Redis, gone afterwards."""
    server = RedisServer(folder)
    server.start()
    try:
        yield server
    finally:
        server.kill()
