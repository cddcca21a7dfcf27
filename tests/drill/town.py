"""A whole town in processes of its own: web, worker, sandbox, watched by a supervisor that starts again what died."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
from at_work import code_of
from browsing import answers, free_port
from databases import emptied
from drill.cluster import cluster
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from world import Browser

from portal.db import Database
from portal.demo import Ports, environment, prepare
from portal.keys import Keyring
from portal.outbox import LONGEST_WAIT, Task
from portal.points import ARMED, SEEN
from portal.tasks import FOR_A_DAY, RECURRING
from portal.unit import real_now

PATIENCE_SECONDS = 60.0
WATCH_SECONDS = 0.05
STARTS = {"sandbox": ["sandbox"], "web": ["serve"], "worker": ["worker"]}


class NotAgain(AssertionError):
    """The town did not come to itself in time."""


class Town:
    """Processes by name (``web``, ``worker``, ``sandbox``; further workers and webs at will) and what they share.
    ``cold`` is how many seconds they took to answer when they were started for the first time.

    ``settings`` is the environment all of them get. A process that dies is started again at once, as a service
    manager does, unless it was stopped by ``stop``.
    """

    def __init__(self, folder: Path, database_url: str, **changes: str) -> None:
        self.folder, self.database_url = folder, database_url
        self.points = folder / "points"
        self.points.mkdir(parents=True)
        ports = Ports(free_port(), free_port(), free_port())
        self.settings = os.environ | environment(folder, ports)
        self.settings |= {
            "PORTAL_ENVIRONMENT": "test",
            "PORTAL_DATABASE_URL": database_url,
            "PORTAL_FAIL_POINTS": str(self.points),
            "SANDBOX_ASK_AGAIN_SECONDS": "1",
        } | changes
        self.url = self.settings["PORTAL_PUBLIC_URL"]
        self.cold = 0.0
        self.sandbox = self.settings["SANDBOX_URL"]
        self.starts = {**STARTS, "web": ["serve", "--port", str(ports.portal)]}
        self.restarts = 0
        self.patience = PATIENCE_SECONDS
        self.silences: list[float] = []
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._wanted: set[str] = set()
        self._lock = threading.RLock()
        self._over = threading.Event()

    def start(self, *names: str) -> None:
        """Starts processes, by default all."""
        with self._lock:
            for name in names or self.starts:
                self._wanted.add(name)
                self._running[name] = self._launched(name)

    def _launched(self, name: str) -> subprocess.Popen[bytes]:
        with (self.folder / f"{name}.log").open("ab") as log:
            command = [sys.executable, "-m", "portal", *self.starts[name]]
            return subprocess.Popen(
                command, env=self.settings, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True
            )

    def stop(self, name: str, how: signal.Signals = signal.SIGTERM) -> int:
        """Ends a process for good; returns its exit code."""
        with self._lock:
            self._wanted.discard(name)
            process = self._running.pop(name)
        process.send_signal(how)
        try:
            return process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise NotAgain(f"{name} does not end on {how.name}") from None

    def kill(self, name: str) -> None:
        """kill -9 of a process and its children, as a power cut; the supervisor starts it again."""
        with self._lock, suppress(ProcessLookupError, KeyError):
            os.killpg(self._running[name].pid, signal.SIGKILL)

    def process(self, name: str) -> int:
        """The process id."""
        with self._lock:
            return self._running[name].pid

    def watch(self) -> None:
        """The supervisor's loop, in a thread."""
        while not self._over.wait(WATCH_SECONDS):
            with self._lock:
                for name in self._wanted:
                    if self._running[name].poll() is not None:
                        _end_group(self._running[name].pid)
                        self._running[name] = self._launched(name)
                        self.restarts += 1

    def fallen(self) -> list[str]:
        """Whether processes ended that nobody had ended, and were started again."""
        return [f"{self.restarts} processes ended by themselves"] if self.restarts else []

    def end(self) -> None:
        """Stops everything."""
        self._over.set()
        with self._lock:
            names, self._wanted = list(self._running), set()
        for name in names:
            with suppress(NotAgain):
                self.stop(name)

    def ready(self, seconds: float = PATIENCE_SECONDS) -> float:
        """Waits until portal and sandbox answer; returns the seconds it took. Raises NotAgain."""
        began = time.monotonic()
        for url in (f"{self.url}/readyz", f"{self.sandbox}/"):
            while not answers(url):
                if time.monotonic() > began + seconds:
                    raise NotAgain(f"{url} does not answer after {seconds:.0f} s")
                time.sleep(0.05)
        return time.monotonic() - began

    def browser(self, patience: float | None = None) -> Browser:
        """A browser whose person presses again when nothing comes back, for so many seconds (the town's patience)."""
        patience = self.patience if patience is None else patience
        browser = Browser(self)  # type: ignore[arg-type]
        browser.client = httpx.Client(
            base_url=self.url, follow_redirects=True, timeout=40, transport=Patient(self, patience)
        )
        return browser

    def staff_code(self, sub: str) -> str:
        """A code that counts now for somebody at work, as soon as the database is there."""
        until = time.monotonic() + self.patience
        while True:
            try:
                return self._staff_code(sub)
            except OperationalError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)

    def _staff_code(self, sub: str) -> str:
        database = self.database()
        try:
            with database.session() as session:
                return code_of(session, Keyring.parse(self.settings["PORTAL_KEYS"]), sub)
        finally:
            database.dispose()

    def database(self) -> Database:
        """The portal's database, to look into."""
        return Database(self.database_url)

    def seen(self) -> list[str]:
        """The fail points passed, each once, in the order they were first met."""
        with suppress(FileNotFoundError):
            return list(dict.fromkeys((self.points / SEEN).read_text("utf-8").splitlines()))
        return []

    def times(self, point: str) -> int:
        """How often a fail point was passed."""
        return (self.points / SEEN).read_text("utf-8").splitlines().count(point)

    def forget(self) -> None:
        """Forgets the points that were passed."""
        (self.points / SEEN).unlink(missing_ok=True)

    def arm(self, point: str) -> None:
        """The next process that passes this point dies there."""
        (self.points / ARMED).mkdir(exist_ok=True)
        (self.points / ARMED / point).touch()

    def armed(self, point: str) -> bool:
        """Whether nobody has met this armed point yet."""
        return (self.points / ARMED / point).exists()

    def disarm(self, point: str) -> None:
        """Takes an armed point away."""
        (self.points / ARMED / point).unlink(missing_ok=True)

    def rest(self, seconds: float = PATIENCE_SECONDS) -> list[str]:
        """Waits until no task is due or under way and the sandbox has delivered its messages; what is left if never.

        What comes again and again does not count, nor does what lies for longer than anything is tried again.
        """
        until = time.monotonic() + seconds
        database = self.database()
        try:
            while (left := self._undone(database)) and time.monotonic() < until:
                time.sleep(0.1)
        finally:
            database.dispose()
        return left

    def _undone(self, database: Database) -> list[str]:
        lying = Task.due_at > real_now() + LONGEST_WAIT
        query = select(Task.key, Task.problem).where(
            Task.done_at.is_(None), Task.name.not_in((*RECURRING, *FOR_A_DAY)), ~lying
        )
        with database.session(reading=True) as session:
            return [f"{key}: {problem}" for key, problem in session.execute(query).all()]

    def check(self, *, at_rest: bool = False) -> list[str]:
        """What ``portal check --full`` finds wrong, line by line; ``at_rest`` when nothing is under way any more."""
        command = [sys.executable, "-m", "portal", "check", "--full", *(["--at-rest"] if at_rest else [])]
        found = subprocess.run(command, env=self.settings, capture_output=True, text=True, check=False)
        if found.returncode == 0:
            return []
        wrong = [line for line in found.stdout.splitlines() if line.startswith("FAIL")]
        return wrong or [f"portal check ended with {found.returncode}: {found.stderr[-500:]}"]

    def traces(self) -> list[str]:
        """Lines of the processes' logs that say something broke which nobody had foreseen."""
        logs = [path.read_text("utf-8", "replace").splitlines() for path in self.folder.glob("*.log")]
        return [line for log in logs for line in log if "unexpected problem" in line or "Traceback" in line]


class Patient(httpx.HTTPTransport):
    """Sends a request again when its answer was cut off or was "not now" (502, 503), as a person presses again."""

    def __init__(self, town: Town, patience: float) -> None:
        super().__init__()
        self._town, self._patience = town, patience

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        began, again = time.monotonic(), False
        until = began + self._patience
        while True:
            try:
                response = super().handle_request(request)
                response.read()  # an answer may be cut off in the middle
                if response.status_code not in (502, 503) or time.monotonic() > until:
                    if again:
                        self._town.silences.append(time.monotonic() - began)
                    return response
                response.close()
            except httpx.TransportError:
                if time.monotonic() > until:
                    raise
            again = True
            time.sleep(0.05)


def _end_group(group: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


@contextmanager
def town(folder: Path, database_url: str = "", **changes: str) -> Iterator[Town]:
    """A prepared, running town; on SQLite unless an address is given."""
    place = folder / "town"
    place.mkdir(parents=True)
    url = emptied(database_url) if database_url else f"sqlite:///{place / 'portal.sqlite'}"
    found = Town(place, url, **changes)
    with (place / "prepared.log").open("wb") as log:
        prepare(found.settings, log)
    found.forget()
    found.start()
    supervisor = threading.Thread(target=found.watch, daemon=True)
    supervisor.start()
    try:
        found.cold = found.ready()
        yield found
    finally:
        found.end()
        supervisor.join()


@contextmanager
def towns(folder: Path, kind: str, **changes: str) -> Iterator[Town]:
    """A town on this kind of database: ``sqlite``, or ``postgresql`` in a cluster of its own. Raises NotInstalled."""
    if kind == "sqlite":
        with town(folder, **changes) as found:
            yield found
        return
    with cluster(folder) as own, town(folder, own.url(), **{"PORTAL_PROCESSES": "2"} | changes) as found:
        yield found
