"""What the operator measures: added up over processes, never falling, never in anybody's way, and about nobody."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from databases import with_tables
from sqlalchemy.exc import DBAPIError
from tasks_made import bare_work

from portal import metrics
from portal.reactions import react
from portal.unit import Unit

COUNT = "from pathlib import Path; import sys; from portal import metrics; metrics.keep(Path(sys.argv[1])); "
HOME = 'shubbak_requests_total{endpoint="discover.home",method="GET",status="200"}'
GRANTED = 'shubbak_events_total{event="Granted"}'


class Nothing:
    """No gauges."""

    def collect(self) -> Iterator[Any]:
        return iter(())


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    metrics.keep(tmp_path / "metrics")
    yield tmp_path / "metrics"
    metrics.keep(None)


def figures() -> dict[str, float]:
    """The page as an operator's tool reads it."""
    page = metrics.page(Nothing())
    assert page is not None
    lines = [line for line in page[0].decode().splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def another(folder: Path, does: str) -> subprocess.Popen[str]:
    """Another process that does this; it ends when its standard input is closed."""
    return subprocess.Popen(
        [sys.executable, "-c", COUNT + does, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def test_what_several_processes_count_is_added_up(folder: Path) -> None:
    metrics.answered("discover.home", "GET", 200, 0.01)
    does = "metrics.answered('discover.home', 'GET', 200, 0.3); print('done', flush=True); sys.stdin.read()"
    others = [another(folder, does) for _ in range(2)]
    for other in others:
        assert other.stdout is not None
        assert other.stdout.readline() == "done\n"
    found = figures()
    for other in others:
        other.communicate()
    assert found[HOME] == 3
    assert found['shubbak_request_seconds_bucket{endpoint="discover.home",le="0.025"}'] == 1
    assert found['shubbak_request_seconds_bucket{endpoint="discover.home",le="+Inf"}'] == 3
    assert len(list(folder.glob("*.lock"))) == 3


def test_who_takes_the_place_of_a_killed_process_goes_on_counting(folder: Path) -> None:
    metrics.happened("Granted")
    for _ in range(3):
        other = another(folder, "metrics.happened('Granted'); print('done', flush=True); sys.stdin.read()")
        assert other.stdout is not None
        assert other.stdout.readline() == "done\n"
        other.kill()
        other.communicate()
    assert figures()[GRANTED] == 4
    assert len(list(folder.glob("*.lock"))) == 2


def test_a_fork_keeps_its_own_figures(folder: Path) -> None:
    metrics.happened("Granted")
    forks = (
        "import os; metrics.happened('Granted')\n"
        "for _ in range(3):\n"
        "    if os.fork() == 0:\n"
        "        metrics.happened('Granted'); os._exit(0)\n"
        "    os.wait()\n"
        "metrics.happened('Granted')"
    )
    other = another(folder, forks)
    other.communicate(timeout=20)
    assert other.returncode == 0
    assert figures()[GRANTED] == 6


def test_without_a_folder_nothing_is_kept() -> None:
    metrics.keep(None)
    metrics.answered("discover.home", "GET", 200, 0.01)
    metrics.ran_again()
    assert metrics.page(Nothing()) is None


def test_figures_that_cannot_be_read_are_begun_anew(tmp_path: Path) -> None:
    spoilt = tmp_path / "counter_0.db"
    spoilt.write_bytes(b"\xff" * 4096)
    metrics.keep(tmp_path)
    metrics.happened("Granted")
    found = figures()
    metrics.keep(None)
    assert found[GRANTED] == 1


def test_a_full_disk_stops_the_measuring_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_arguments: object) -> None:
        raise OSError(errno.ENOSPC, "no space left")

    monkeypatch.setattr(os, "posix_fallocate", full)
    metrics.keep(tmp_path / "metrics")
    metrics.answered("discover.home", "GET", 200, 0.01)
    assert metrics.page(Nothing()) is None


def test_a_measurement_that_fails_is_in_nobodys_way(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_arguments: object) -> None:
        raise OSError(errno.EIO, "broken")

    with monkeypatch.context() as broken:
        broken.setattr("prometheus_client.Counter.labels", breaks)
        metrics.answered("discover.home", "GET", 200, 0.01)
    assert HOME not in figures()


@pytest.mark.parametrize(
    ("note", "line"),
    [
        (
            lambda: metrics.called("stripe", "ask", "answered", 0.2),
            'calls_total{method="ask",outcome="answered",partner="stripe"}',
        ),
        (
            lambda: metrics.called("stripe", "ask", "NotReachable", 9),
            'call_seconds_count{method="ask",partner="stripe"}',
        ),
        (lambda: metrics.did("tell", "done", 0.2), 'tasks_total{outcome="done",task="tell"}'),
        (lambda: metrics.did("tell", "stuck", 0.2), 'task_seconds_count{task="tell"}'),
        (lambda: metrics.happened("SignedIn"), 'events_total{event="SignedIn"}'),
        (metrics.ran_again, "units_again_total"),
        (
            lambda: metrics.answered("none", "<script>", 405, 0.1),
            'requests_total{endpoint="none",method="other",status="405"}',
        ),
    ],
)
def test_each_measure_has_its_line(folder: Path, note: Callable[[], None], line: str) -> None:
    note()
    assert figures()[f"shubbak_{line}"] == 1


class Granted:
    """An event."""


class Lost(Exception):
    """What PostgreSQL's driver says when a race was lost."""

    sqlstate = "40001"


def test_what_is_rolled_back_has_not_happened(folder: Path, tmp_path: Path) -> None:
    work = bare_work(with_tables(f"sqlite:///{tmp_path}/events.sqlite"))
    runs: list[int] = []

    def happens(unit: Unit) -> None:
        runs.append(1)
        unit.react(unit, Granted())
        if len(runs) == 1:
            raise DBAPIError("COMMIT", {}, Lost())

    def fails(unit: Unit) -> None:
        unit.react(unit, Granted())
        raise ValueError

    work.react = react
    work.transact(happens)
    with pytest.raises(ValueError):
        work.transact(fails)
    work.database.dispose()
    assert (figures()[GRANTED], figures()["shubbak_units_again_total"]) == (1, 1)
