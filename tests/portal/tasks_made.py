"""Builders for tests of the outbox: a database of a file's own beside the running town's, tasks, workers, time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier, Lock, Thread
from typing import Any, cast

from sqlalchemy import select, text

from portal.db import Database
from portal.outbox import Handler, Task, later
from portal.tables import METADATA
from portal.unit import Reactor, Unit, Work

WORKERS = 6


@contextmanager
def apart(database_url: str, folder: Path, name: str) -> Iterator[Database]:
    """A file in ``folder`` on SQLite, a schema of this name on PostgreSQL, with all tables."""
    if database_url.startswith("sqlite"):
        found = Database(f"sqlite:///{folder / name}.sqlite")
    else:
        _fresh_schema(database_url, name)
        found = Database(f"{database_url}?options=-csearch_path%3D{name}", pool_size=10)
    for metadata in METADATA:
        metadata.create_all(found.engine)
    yield found
    found.dispose()


def _fresh_schema(database_url: str, name: str) -> None:
    admin = Database(database_url)
    with admin.engine.begin() as connection:
        connection.execute(text(f'DROP SCHEMA IF EXISTS "{name}" CASCADE'))
        connection.execute(text(f'CREATE SCHEMA "{name}"'))
    admin.dispose()


def bare_work(database: Database, react: Reactor = lambda _unit, _event: None) -> Work:
    """Work over an emptied outbox, without a world."""
    work = Work(database, cast(Any, None), react)
    work.transact(lambda unit: unit.session.execute(Task.__table__.delete()))  # type: ignore[attr-defined]
    return work


@dataclass
class Clock:
    """The workers' time."""

    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self) -> datetime:
        return self.now

    def forward(self, by: timedelta) -> None:
        self.now += by


def queue(work: Work, *keys: str, due_at: datetime | None = None, again: bool = False) -> None:
    """Queues one task per key."""
    due = due_at or datetime.now(UTC) - timedelta(seconds=1)

    def body(unit: Unit) -> None:
        for key in keys:
            later(unit.session, "greet", key, {"to": key}, due, again=again)

    work.transact(body)


def the_task(work: Work) -> Task:
    """The only task there is."""
    with work.database.session(reading=True) as session:
        task = session.scalars(select(Task)).one()
        session.expunge(task)
    return task


def raising(error: Exception) -> dict[str, Handler]:
    """Tasks that always fail in this way."""

    def greet(_work: Work, _payload: Mapping[str, Any]) -> datetime | None:
        raise error

    return {"greet": greet}


@dataclass
class Greeter:
    """Tasks that note whom they greeted, and whether two did so at the same time."""

    greeted: list[str] = field(default_factory=list)
    busy: set[str] = field(default_factory=set)
    lock: Lock = field(default_factory=Lock)
    together: bool = False

    def __call__(self, work: Work, payload: Mapping[str, Any]) -> datetime | None:
        with self.lock:
            self.together |= payload["to"] in self.busy
            self.busy.add(payload["to"])
        work.transact(lambda unit: unit.session.scalar(select(Task.id).limit(1)), reading=True)
        with self.lock:
            self.busy.discard(payload["to"])
            self.greeted.append(payload["to"])
        return None

    @property
    def tasks(self) -> dict[str, Handler]:
        return {"greet": self}


def together(body: Callable[[], Any]) -> list[BaseException]:
    """Does the same in several threads at once; what any of them raised."""
    barrier, problems = Barrier(WORKERS), []

    def one() -> None:
        barrier.wait()
        try:
            body()
        except BaseException as error:
            problems.append(error)

    threads = [Thread(target=one) for _ in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return problems
