"""The server and the worker stop when they are told to, and break off nothing that is under way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from browsing import free_port, wait_until
from databases import with_tables
from sqlalchemy import select
from twins.odd import Odd, odd_server

from portal.db import Database
from portal.demo import Ports, environment
from portal.outbox import Task

DRAIN_SECONDS = 2
QUICKLY_SECONDS = 5


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A file of this test's own: what is tested here is not the database."""
    found = with_tables(f"sqlite:///{tmp_path}/portal.sqlite")
    yield found
    found.dispose()


@contextmanager
def running(folder: Path, *command: str, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process of the portal; killed at the end if it still runs."""
    environ = os.environ | environment(folder, Ports(0, 0, 0)) | settings
    process = subprocess.Popen([sys.executable, "-m", "portal", *command], env=environ)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@contextmanager
def serving(folder: Path, issuer: str, **settings: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    more = {"PORTAL_PUBLIC_URL": url, "PORTAL_ISSUER_NATIONAL_URL": issuer, **settings}
    with running(folder, "serve", "--port", str(port), **more) as process:
        wait_until(lambda: said(url, "/healthz") == "200 ok", "the server answers")
        yield url, process


def said(url: str, path: str) -> str:
    """Status and words, or which way the connection failed."""
    try:
        answer = httpx.get(url + path, timeout=5)
    except httpx.TransportError as error:
        return type(error).__name__
    return f"{answer.status_code} {answer.text.strip()}"


@contextmanager
def a_person_waits(url: str, odd: Odd) -> Iterator[list[int]]:
    """Somebody signs in while the identity provider takes its time: what they are answered."""
    met: list[int] = []
    odd.way = "slow"
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: met.append(httpx.get(f"{url}/sign-in?issuer=national", timeout=30).status_code))
        wait_until(lambda: bool(odd.asked), "the portal asks the identity provider")
        yield met
        odd.ending.set()


def test_a_server_that_stops_gives_the_answer_that_is_waited_for(database: Database, tmp_path: Path) -> None:
    with odd_server() as odd, serving(tmp_path, odd.url) as (url, process):
        with a_person_waits(url, odd) as met:
            process.send_signal(signal.SIGTERM)
            wait_until(lambda: said(url, "/healthz") == "ConnectError", "no new connection is taken")
            assert process.poll() is None
            assert met == []
        assert met == [503]
        assert process.wait(QUICKLY_SECONDS) == 0


def test_a_server_says_that_it_will_stop_before_it_does(database: Database, tmp_path: Path) -> None:
    drain = {"PORTAL_DRAIN_SECONDS": str(DRAIN_SECONDS), "PORTAL_PROCESSES": "2"}
    with odd_server() as odd, serving(tmp_path, odd.url, **drain) as (url, process):
        assert said(url, "/readyz") == "503 not ready: catalogue"
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        wait_until(lambda: said(url, "/readyz") == "503 not ready: stopping", "it is not ready any more")
        assert said(url, "/healthz") == "200 ok"
        assert process.wait(DRAIN_SECONDS + QUICKLY_SECONDS) == 0
        assert time.monotonic() - began >= DRAIN_SECONDS


def test_a_server_with_nothing_to_do_stops_at_once(database: Database, tmp_path: Path) -> None:
    with odd_server() as odd, serving(tmp_path, odd.url) as (_url, process):
        process.send_signal(signal.SIGTERM)
        assert process.wait(QUICKLY_SECONDS) == 0


def test_a_worker_stops_within_seconds(database: Database, tmp_path: Path) -> None:
    with running(tmp_path, "worker") as process:
        wait_until(lambda: bool(_tasks(database)), "the worker is up")
        process.send_signal(signal.SIGTERM)
        assert process.wait(QUICKLY_SECONDS) == 0


def _tasks(database: Database) -> list[str]:
    with database.session(reading=True) as session:
        return list(session.scalars(select(Task.name)))
