"""What the operator measures: counts and times by names that are known beforehand, never by what people are or type.

Every process keeps its figures in a file of its own; whichever is asked adds them up. A process takes the lowest free
place of the folder and goes on counting where the last one in that place stopped, so that restarts leave no files
behind and no count ever falls. Without a folder nothing is kept, and each function here costs nothing.
"""

from __future__ import annotations

import fcntl
import logging
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from prometheus_client import Counter, Histogram
    from prometheus_client.registry import Collector

METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"})
PAGES = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0)
CALLS = (0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
MOST_PLACES = 1024
FILE_BYTES = 1 << 20
KINDS = ("counter", "histogram")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Meters:
    """What is counted, and the folder where all processes of this machine keep it."""

    folder: Path
    close: Callable[[], None]
    requests: Counter
    request_seconds: Histogram
    units_again: Counter
    tasks: Counter
    task_seconds: Histogram
    calls: Counter
    call_seconds: Histogram
    events: Counter
    searches: Counter


@dataclass(frozen=True, slots=True)
class _Place:
    process: int
    name: str
    lock: BinaryIO


_meters: Meters | None = None
_place: _Place | None = None


def keep(folder: Path | None) -> None:
    """From now on this process, and its forks, keep their figures in ``folder``; None: nothing is kept. A folder that
    cannot be written is said in the log, and the page of figures is missing: the portal goes on."""
    global _meters
    if _meters is not None and _meters.folder == folder:
        return
    _close()
    if folder is None:
        return
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _meters = _made(folder)
    except OSError:
        log.exception("nothing is measured: the folder for figures cannot be used")


def _close() -> None:
    global _meters, _place
    if _meters is not None:
        _meters.close()
    if _place is not None:
        _place.lock.close()
    _meters = _place = None


def _made(folder: Path) -> Meters:
    from prometheus_client import Counter, Histogram, values

    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)  # where the library looks for its files
    values.ValueClass = values.MultiProcessValue(lambda: _place_in(folder))  # type: ignore[no-untyped-call]

    def counter(name: str, what: str, *labels: str) -> Counter:
        return Counter(f"shubbak_{name}", what, labels, registry=None)

    def histogram(name: str, what: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
        return Histogram(f"shubbak_{name}", what, labels, buckets=buckets, registry=None)

    return Meters(
        folder,
        values.ValueClass.close_all_files,
        requests=counter("requests", "Requests answered", "endpoint", "method", "status"),
        request_seconds=histogram("request_seconds", "Time until the answer began", PAGES, "endpoint"),
        units_again=counter("units_again", "Units of work that ran again because a race was lost"),
        tasks=counter("tasks", "Tasks of the worker", "task", "outcome"),
        task_seconds=histogram("task_seconds", "Time a task took", CALLS, "task"),
        calls=counter("calls", "Calls to partners", "partner", "method", "outcome"),
        call_seconds=histogram("call_seconds", "Time a call to a partner took", CALLS, "partner", "method"),
        events=counter("events", "What has happened and is committed", "event"),
        searches=counter("searches", "Searches, by whether anything was found", "found"),
    )


def _place_in(folder: Path) -> str:
    """The name of this process's files: a place that no living process of this machine holds."""
    global _place
    if _place is None or _place.process != os.getpid():
        _place = _taken(folder)
    return _place.name


def _taken(folder: Path) -> _Place:
    for number in range(MOST_PLACES):
        lock = (folder / f"{number}.lock").open("ab")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            for kind in KINDS:
                _reserve(folder / f"{kind}_{number}.db")
        except BlockingIOError:
            lock.close()
        except OSError:
            lock.close()
            raise
        else:
            return _Place(os.getpid(), str(number), lock)
    raise OSError(f"{folder}: no free place")


def _reserve(file: Path) -> None:
    """The file can be read and has its bytes: a full disk, met later through mapped memory, would end the process."""
    if file.exists() and not _readable(file):
        log.warning("the figures of a process that ended cannot be read", extra={"file": file.name})
        file.unlink()
    try:
        with file.open("ab") as opened:
            os.posix_fallocate(opened.fileno(), 0, FILE_BYTES)
    except OSError:
        file.unlink()  # half a file could be read by none of the others
        raise


def _readable(file: Path) -> bool:
    from prometheus_client.multiprocess import MultiProcessCollector

    with file.open("rb") as opened:
        used = int.from_bytes(opened.read(4), sys.byteorder, signed=True)
    try:
        MultiProcessCollector.merge([str(file)])  # type: ignore[no-untyped-call]
    except Exception:
        return False
    return 0 <= used <= file.stat().st_size


def _safely(note: Callable[[Meters], None]) -> None:
    if _meters is None:
        return
    try:
        note(_meters)
    except Exception:  # what is measured goes on whether it is measured or not
        log.warning("a measurement was lost", exc_info=True)


def answered(endpoint: str, method: str, status: int, seconds: float) -> None:
    """A request was answered; ``endpoint`` is the view's name, never its path."""

    def note(meters: Meters) -> None:
        meters.requests.labels(endpoint, known(method), str(status)).inc()
        meters.request_seconds.labels(endpoint).observe(seconds)

    _safely(note)


def known(method: str) -> str:
    """The method, when it is one of HTTP's; the words of a visitor are no label and no log line."""
    return method if method in METHODS else "other"


def called(partner: str, method: str, outcome: str, seconds: float) -> None:
    """A partner was called; ``outcome`` is ``answered`` or the class of the error."""

    def note(meters: Meters) -> None:
        meters.calls.labels(partner, method, outcome).inc()
        meters.call_seconds.labels(partner, method).observe(seconds)

    _safely(note)


def did(task: str, outcome: str, seconds: float) -> None:
    """A task ended ``done``, ``again`` (it will be tried again), ``turned_away`` (at a full door) or ``stuck``."""

    def note(meters: Meters) -> None:
        meters.tasks.labels(task, outcome).inc()
        meters.task_seconds.labels(task).observe(seconds)

    _safely(note)


def happened(event: str) -> None:
    """Something has happened and is committed: the name of its type."""
    _safely(lambda meters: meters.events.labels(event).inc())


def searched(*, found: bool) -> None:
    """Somebody searched; what for is not kept."""
    _safely(lambda meters: meters.searches.labels("yes" if found else "no").inc())


def ran_again() -> None:
    """A unit of work lost a race and runs again."""
    _safely(lambda meters: meters.units_again.inc())


def page(gauges: Collector) -> tuple[bytes, str] | None:
    """All figures of all processes with those of ``gauges``, and their content type; None when nothing is kept."""
    if _meters is None:
        return None
    from prometheus_client import CollectorRegistry, generate_latest
    from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
    from prometheus_client.multiprocess import MultiProcessCollector

    registry = CollectorRegistry()
    MultiProcessCollector(registry, str(_meters.folder))  # type: ignore[no-untyped-call]
    registry.register(gauges)
    return generate_latest(registry), CONTENT_TYPE_PLAIN_0_0_4
