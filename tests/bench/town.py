"""The town of a bench: the portal as ``portal serve`` runs it, its worker, the sandbox, and the yardsticks."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import bare
from bench.client import Client
from bench.meter import Meter
from browsing import free_port, wait_until
from databases import emptied
from sqlalchemy import select, text

from portal.db import Database
from portal.demo import HOST, Ports, environment, prepare
from portal.outbox import Task
from portal.settings import load
from portal.unit import Work, real_now
from portal.wiring import wired

GRACE_SECONDS = 30


@dataclass
class Program:
    """One running program of the town."""

    process: subprocess.Popen[bytes]
    name: str
    server: str

    @property
    def meter(self) -> Meter:
        """What it spends."""
        return Meter(self.process.pid, self.server, self.name)


@dataclass
class Town:
    """Where everything is. ``server`` is the address of the PostgreSQL server, empty on SQLite."""

    folder: Path
    ports: Ports
    bare_port: int
    settings: dict[str, str]
    server: str

    @property
    def url(self) -> str:
        """Where the portal answers."""
        return f"http://{HOST}:{self.ports.portal}"

    @property
    def bare_url(self) -> str:
        """Where the yardsticks answer."""
        return f"http://{HOST}:{self.bare_port}"

    @property
    def sandbox_url(self) -> str:
        """Where the outside world answers."""
        return f"http://localhost:{self.ports.sandbox}"

    def work(self) -> Work:
        """Units of work of the bench's own, on the town's database."""
        return wired(load(self.settings))

    @contextmanager
    def web(self, processes: int = 1, first: str = "/readyz") -> Iterator[Program]:
        """The portal's web server, once it answers ``first``."""
        arguments = ["-m", "portal", "serve", "--port", str(self.ports.portal)]
        with self._running("bench-web", arguments, f"{self.url}{first}", PORTAL_PROCESSES=str(processes)) as program:
            yield program

    @contextmanager
    def bare(self) -> Iterator[Program]:
        """The yardsticks."""
        arguments = ["-m", "bench.bare", "--port", str(self.bare_port)]
        with self._running("bench-bare", arguments, f"{self.bare_url}/line") as program:
            yield program

    @contextmanager
    def worker(self) -> Iterator[Program]:
        """The portal's worker, ready when it has begun to look for work."""
        with self._running("bench-worker", ["-m", "portal", "worker"]) as program:
            wait_until(self._sweeps, "the worker looks for work")
            yield program

    @contextmanager
    def sandbox(self) -> Iterator[Program]:
        """The outside world."""
        with self._running("bench-sandbox", ["-m", "portal", "sandbox"], f"{self.sandbox_url}/") as program:
            yield program

    def cold_start(self, page: str = "/readyz") -> float:
        """Seconds from the start of ``portal serve`` to its first answer to ``page`` that is 200."""
        began = time.monotonic()
        with self.web(first=page):
            return time.monotonic() - began

    def _sweeps(self) -> bool:
        database = Database(self.settings["PORTAL_DATABASE_URL"])
        with database.session(reading=True) as session:
            due = session.scalar(select(Task.due_at).where(Task.name == "sweep_payments"))
        database.dispose()
        return due is not None and due > real_now()

    @contextmanager
    def _running(self, name: str, arguments: list[str], url: str = "", **more: str) -> Iterator[Program]:
        known = f"{name}-{self.ports.portal}"
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, *arguments], env=self.settings | {"PGAPPNAME": known} | more, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        try:
            if url:
                _wait(url, process)
            yield Program(process, known, self.server)
        finally:
            _end(process)


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    base, _, path = url.removeprefix("http://").partition("/")
    until = time.monotonic() + GRACE_SECONDS
    while process.poll() is None and time.monotonic() < until:
        try:
            Client(f"http://{base}").get(f"/{path}")
        except Exception:  # not there yet
            time.sleep(0.005)
        else:
            return
    raise RuntimeError(f"{url} never answered")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@contextmanager
def town(folder: Path, url: str = "", set_up: Callable[[dict[str, str]], None] = prepare) -> Iterator[Town]:
    """A town with its database prepared by ``set_up``: a SQLite file in ``folder``, or the PostgreSQL database at
    ``url``, which is made anew and dropped in the end. None of its programs run yet."""
    bare_database = f"{url}_bare" if url else f"sqlite:///{folder / 'bare.sqlite'}"
    ports = Ports(free_port(), free_port(), free_port())
    changes = {"PORTAL_DATABASE_URL": url} if url else {}
    settings = {**os.environ, **environment(folder, ports), **changes, bare.ADDRESS: bare_database}
    for database in (url, bare_database):
        emptied(database)
    set_up(settings)
    bare.prepare(bare_database)
    server = f"{url.rpartition('/')[0]}/postgres" if url else ""
    try:
        yield Town(folder, ports, free_port(), settings, server)
    finally:
        for database in filter(None, (url, url and bare_database)):
            dropped(database)


def dropped(url: str) -> None:
    """Drops a PostgreSQL database."""
    server, _, name = url.rpartition("/")
    admin = Database(f"{server}/postgres")
    with admin.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
    admin.dispose()
