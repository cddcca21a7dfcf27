"""The keys of a portal are in its processes; other processes of the same user do not get them from there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from bench.meter import pss_megabytes, tree
from browsing import free_port, wait_until
from closed_made import seen_by_others, without_rights
from databases import with_tables

from portal.demo import Ports, environment

MEASURE = """
import sys
sys.path[:0] = sys.argv[2:]
from bench.meter import pss_megabytes
print(pss_megabytes(int(sys.argv[1])))
"""
PRODUCTION = {"PORTAL_ENVIRONMENT": "production", "PORTAL_STRIPE_SECRET_KEY": "sk_live_0123456789"}


@contextmanager
def running(folder: Path, *command: str, **settings: str) -> Iterator[int]:
    """The id of a process of the portal; it is killed at the end, with those that it began."""
    arguments = without_rights("-m", "portal", *command)
    process = subprocess.Popen(arguments, env=os.environ | settings, start_new_session=True)
    try:
        yield process.pid
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The settings of a demonstration whose database is there."""
    settings = environment(tmp_path, Ports(0, 0, 0))
    found = with_tables(f"sqlite:///{tmp_path}/portal.sqlite")
    yield settings | {"PORTAL_DATABASE_URL": f"sqlite:///{tmp_path}/portal.sqlite"}
    found.dispose()


@pytest.fixture
def real(demo: dict[str, str]) -> dict[str, str]:
    """The same of a portal whose keys open what is somebody's."""
    return {name: value.replace("http://", "https://") for name, value in demo.items()} | PRODUCTION


@contextmanager
def serving(folder: Path, settings: dict[str, str]) -> Iterator[list[int]]:
    """The ids of a web server and of the processes that answer for it."""
    port = free_port()
    with running(folder, "serve", "--port", str(port), **settings) as pid:
        wait_until(lambda: _answers(port), "the server answers")
        yield list(tree(pid))


def _answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=5).status_code == 200
    except httpx.TransportError:
        return False


def test_nobody_reads_the_keys_of_a_web_server_from_its_processes(tmp_path: Path, real: dict[str, str]) -> None:
    with serving(tmp_path, real) as processes:
        assert len(processes) > 1
        for pid in processes:
            assert seen_by_others(pid) is None
            assert seen_by_others(pid, "maps") is None
        assert float(subprocess.check_output(without_rights("-c", MEASURE, str(pid), *sys.path))) > 0


def test_nobody_reads_the_keys_of_a_worker_from_its_process(tmp_path: Path, real: dict[str, str]) -> None:
    with running(tmp_path, "worker", **real) as pid:
        wait_until(lambda: seen_by_others(pid) is None, "the worker keeps to itself")


def test_who_develops_measures_the_processes_of_a_demonstration(tmp_path: Path, demo: dict[str, str]) -> None:
    with serving(tmp_path, demo) as processes:
        for pid in processes:
            assert "PORTAL_KEYS" in (seen_by_others(pid) or "")
            assert "Pss" in (seen_by_others(pid, "smaps_rollup") or "")
            assert pss_megabytes(pid) > 0
