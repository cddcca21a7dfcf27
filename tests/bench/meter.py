"""Meters: processor time of process trees and of the database's backends, and memory, from Linux's own books."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

PROCESS_CLOCK = 2  # CPUCLOCK_SCHED of the kernel: nanoseconds, all threads, also those that ended


def cpu_seconds(pid: int) -> float:
    """Processor time of a process, user and system. Raises OSError when there is no such process in sight."""
    return time.clock_gettime((~pid << 3) | PROCESS_CLOCK)


def tree(pid: int) -> Iterator[int]:
    """A process and all that descend from it."""
    yield pid
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from tree(int(child))


def workers(pid: int) -> list[int]:
    """The processes that descend from one, without itself."""
    return [one for one in tree(pid) if one != pid]


def pss_megabytes(pid: int) -> float:
    """Proportional set size: private memory and a fair share of what is shared (10⁶ bytes); 0 of one that has ended.
    Of one that keeps to itself (the reading room), who is not root is told its own memory, with all of what it shares.
    """
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except ProcessLookupError:
        return 0.0
    except PermissionError:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(("Pss:", "RssAnon:"))) * 1024 / 1e6


def forget_peak(pid: int) -> None:
    """The peak of a process's memory counts from now on (proc(5): ``clear_refs``)."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def peak_megabytes(pid: int) -> float:
    """The most memory that a process of one's own had at once since its peak was forgotten (VmHWM; 10⁶ bytes)."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) * 1024 / 1e6


@dataclass(frozen=True, slots=True)
class Spent:
    """Processor time in seconds: of the application's processes, and of its database's where that is another's."""

    application: float
    database: float = 0.0

    @property
    def total(self) -> float:
        """Both."""
        return self.application + self.database

    def each(self, times: int) -> Spent:
        """In milliseconds, for one of so many."""
        return Spent(1000 * self.application / times, 1000 * self.database / times)


@dataclass
class Meter:
    """What one program of a town spends from ``begin`` to ``spent``.

    ``server`` and ``name`` find its backends: the address of the PostgreSQL server and the program's name there.
    """

    pid: int
    server: str = ""
    name: str = ""
    _before: dict[int, float] = field(default_factory=dict)

    def begin(self) -> None:
        """From now on."""
        self._before = {pid: cpu_seconds(pid) for pid in (*tree(self.pid), *self._backends())}

    def spent(self) -> Spent:
        """What was spent since ``begin``."""
        return Spent(self._sum(list(tree(self.pid))), self._sum(self._backends()))

    def _sum(self, pids: list[int]) -> float:
        return sum(cpu_seconds(pid) - self._before.get(pid, 0.0) for pid in pids)

    def _backends(self) -> list[int]:
        if not self.server:
            return []
        with psycopg.connect(self.server) as connection:
            rows = connection.execute("SELECT pid FROM pg_stat_activity WHERE application_name = %s", [self.name])
            return [pid for (pid,) in rows]


def backends_are_in_sight(server: str) -> bool:
    """Whether this machine's books hold the database's processes: not when it runs elsewhere."""
    with psycopg.connect(server) as connection:
        pid = connection.info.backend_pid
        try:
            cpu_seconds(pid)
        except OSError:
            return False
        return Path(f"/proc/{pid}/cmdline").read_bytes().startswith(b"postgres")
