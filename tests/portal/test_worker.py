"""The worker does several tasks at a time, outlives its database, and ends what it has begun before it stops."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import Any

import pytest
from tasks_made import Greeter, apart, bare_work, queue, the_task

from portal import worker
from portal.db import Database
from portal.outbox import Claimed, run_one
from portal.outbox import claimed_next as really_claimed
from portal.partners import Door
from portal.unit import Work, real_now
from portal.worker import Worker

PATIENCE_SECONDS = 10


@pytest.fixture(scope="module")
def own(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with apart(database_url, tmp_path_factory.mktemp("worker"), "worker") as found:
        yield found


@pytest.fixture
def work(own: Database) -> Work:
    return bare_work(own)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "IDLE_SECONDS", 0.01)
    monkeypatch.setattr(worker, "KEEP_UP_SECONDS", 0.01)


def test_a_worker_outlives_a_database_that_does_not_answer(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    rounds, greeter = iter(range(1000)), Greeter()

    def claimed_badly(database: Database) -> Claimed | None:
        if next(rounds) < 2:
            raise OSError("connection refused")
        return really_claimed(database)

    monkeypatch.setattr(worker, "claimed_next", claimed_badly)
    queue(work, "salma")
    Worker(work, greeter.tasks, 1, nullcontext, lambda: bool(greeter.greeted)).run()
    assert greeter.greeted == ["salma"]


def test_a_slow_task_does_not_keep_the_others_waiting(work: Work) -> None:
    greeted, released = [], threading.Event()

    def greet(_work: Work, payload: Mapping[str, Any]) -> datetime | None:
        if payload["to"] == "slow":
            assert released.wait(PATIENCE_SECONDS)
        greeted.append(payload["to"])
        return None

    for name in ("slow", "salma", "omar"):
        queue(work, name)

    def over() -> bool:
        if len(greeted) >= 2:
            released.set()
        return len(greeted) == 3

    Worker(work, {"greet": greet}, 2, nullcontext, over).run()
    assert greeted[-1] == "slow"
    assert sorted(greeted) == ["omar", "salma", "slow"]


def test_a_worker_that_is_told_to_stop_ends_what_it_has_begun(work: Work) -> None:
    begun, stopping = threading.Event(), threading.Event()

    def greet(_work: Work, _payload: Mapping[str, Any]) -> datetime | None:
        begun.set()
        assert stopping.wait(PATIENCE_SECONDS)
        return None

    def over() -> bool:
        if begun.is_set():
            stopping.set()
        return stopping.is_set()

    queue(work, "salma")
    Worker(work, {"greet": greet}, 2, nullcontext, over).run()
    found = the_task(work)
    assert found.done_at is not None
    assert found.lease is None


def test_who_finds_no_place_at_a_door_comes_back_in_a_moment_and_has_not_failed(work: Work) -> None:
    door = Door(ConnectionError, most=1)

    def greet(_work: Work, _payload: Mapping[str, Any]) -> datetime | None:
        with door.through():
            return None

    queue(work, "salma")
    due = the_task(work).due_at
    with door.through():
        assert run_one(work, {"greet": greet})
        assert not run_one(work, {"greet": greet})  # it waits a moment
    found = the_task(work)
    assert (found.done_at, found.problem, found.tries, found.lease) == (None, None, 0, None)
    assert found.due_at == due  # and keeps its place before those that came later
    run_one(work, {"greet": greet}, lambda: real_now() + timedelta(seconds=5))
    assert the_task(work).done_at is not None
