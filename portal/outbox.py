"""Work that waits for the commit: rows written in the same transaction as what caused them, done at least once.

A worker claims a row under a lease and finishes it fenced by that lease: a worker that was killed or slow loses the
row to another, and what it says afterwards is not heard.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import SystemRandom
from time import monotonic
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import JSON, Index, String, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Mapped, Session, mapped_column

from journeys.exchange.ports import NotAccepted as ConnectorRefuses
from payments.columns import Moment, new_id
from payments.ports import NotAccepted as ProviderRefuses
from portal import metrics, points
from portal.base import Base
from portal.db import Database, is_conflict
from portal.partners import NoPlace
from portal.unit import Work, real_now

LEASE = timedelta(seconds=20)  # kept up while the task runs, so this is how long a killed worker's tasks wait
LONGEST_RUN = timedelta(minutes=5)  # what hangs is let go after this, for another worker to try
SHORTEST_WAIT, LONGEST_WAIT = timedelta(seconds=1), timedelta(minutes=10)
TURNED_AWAY_SECONDS = 0.5, 3.0

Handler = Callable[[Work, Mapping[str, Any]], datetime | None]
T = TypeVar("T")

log = logging.getLogger(__name__)
_CHANCE = SystemRandom()


class Task(Base):
    """One piece of later work. ``key`` makes asking twice the same as asking once; ``stuck`` waits for a person."""

    __tablename__ = "task"
    __table_args__ = (Index("ix_task_due", "done_at", "stuck", "due_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(60))
    key: Mapped[str] = mapped_column(String(160), unique=True)
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    due_at: Mapped[datetime] = mapped_column(Moment)
    tries: Mapped[int] = mapped_column(default=0)
    lease: Mapped[UUID | None]
    leased_until: Mapped[datetime | None] = mapped_column(Moment)
    done_at: Mapped[datetime | None] = mapped_column(Moment)
    stuck: Mapped[bool] = mapped_column(default=False)
    problem: Mapped[str | None] = mapped_column(String(200))


@dataclass(frozen=True, slots=True)
class Claimed:
    """A task in a worker's hands."""

    id: UUID
    name: str
    payload: Mapping[str, Any]
    tries: int
    lease: UUID
    since: datetime


def later(
    session: Session,
    name: str,
    key: str,
    payload: Mapping[str, Any],
    due_at: datetime | None = None,
    *,
    again: bool = False,
) -> None:
    """Queues a task in the running transaction; a second one with the same key is the first, brought forward.

    A task in a worker's hands runs once more, because it may have looked before this came; with ``again`` so does one
    that was done. One that is stuck stays so."""
    due = due_at or real_now()
    full = f"{name}:{key}"
    task = session.scalar(select(Task).where(Task.key == full).with_for_update())
    if task is None:
        session.add(Task(name=name, key=full, payload=dict(payload), due_at=due))
    elif task.done_at is None:
        task.due_at, task.lease, task.leased_until = min(task.due_at, due), None, None
    elif again:
        task.due_at, task.done_at, task.tries = due, None, 0
    session.flush()


def call_off(session: Session, name: str, key: str) -> None:
    """What was queued under this key is not needed any more: it is not done, or not heard of when it is under way."""
    queued = update(Task).where(Task.key == f"{name}:{key}", Task.done_at.is_(None))
    session.execute(queued.values(done_at=real_now(), lease=None, leased_until=None))


def claim(database: Database, now: datetime) -> Claimed | None:
    """Takes the next due task under a fresh lease, or None when there is nothing to do."""
    if not _anything_due(database, now):
        return None
    return _won(database, lambda session: _taken(session, now))


def _taken(session: Session, now: datetime) -> Claimed | None:
    task = session.scalar(_due(now).order_by(Task.due_at).limit(1).with_for_update(skip_locked=True))
    if task is None:
        return None
    task.lease, task.leased_until, task.tries = new_id(), now + LEASE, task.tries + 1
    return Claimed(task.id, task.name, dict(task.payload), task.tries, task.lease, now)


def _won(database: Database, body: Callable[[Session], T]) -> T:
    """One transaction, run again for as long as other workers win the race for the same row."""
    while True:
        try:
            with database.session() as session:
                answer = body(session)
                session.commit()
                return answer
        except DBAPIError as error:
            if not is_conflict(error):
                raise


def _anything_due(database: Database, now: datetime) -> bool:
    with database.session(reading=True) as session:
        return session.scalar(_due(now).with_only_columns(Task.id).limit(1)) is not None


def _due(now: datetime) -> Any:
    free = Task.leased_until.is_(None) | (Task.leased_until < now)
    return select(Task).where(Task.done_at.is_(None), Task.stuck.is_(False), Task.due_at <= now, free)


def finish(database: Database, claimed: Claimed, **changes: Any) -> bool:
    """Writes how a task ended, unless the lease was lost meanwhile."""
    ours = update(Task).where(Task.id == claimed.id, Task.lease == claimed.lease)
    ended = ours.values({"lease": None, "leased_until": None, **changes})
    return _won(database, lambda session: bool(getattr(session.execute(ended), "rowcount", 0)))


def keep_up(database: Database, hands: Iterable[Claimed], now: datetime) -> None:
    """Prolongs the leases of tasks that are under way, but for those that have run too long."""
    ours = [one.lease for one in hands if now < one.since + LONGEST_RUN]
    with points.doing("worker"):
        points.passed("keep_up.before")
        if ours:
            prolonged = update(Task).where(Task.lease.in_(ours)).values(leased_until=now + LEASE)
            _won(database, lambda session: session.execute(prolonged))
        points.passed("keep_up.after")


def run_one(work: Work, tasks: Mapping[str, Handler], now: Callable[[], datetime] = real_now) -> bool:
    """Does the next due task, if there is one."""
    claimed = claimed_next(work.database, now)
    if claimed is not None:
        do(work, tasks, claimed, now)
    return claimed is not None


def claimed_next(database: Database, now: Callable[[], datetime] = real_now) -> Claimed | None:
    """Takes the next due task, passing a point before and after."""
    with points.doing("worker"):
        points.passed("claim.before")
        claimed = claim(database, now())
        if claimed is None:
            return None
    with points.doing(f"task.{claimed.name}"):
        points.passed("claim.after")
    return claimed


def do(work: Work, tasks: Mapping[str, Handler], claimed: Claimed, now: Callable[[], datetime] = real_now) -> None:
    """Does a claimed task and writes how it ended."""
    began = monotonic()
    with points.doing(f"task.{claimed.name}"):
        ended, outcome = _tried(work, tasks, claimed, now)
        points.passed("finish.before")
        finish(work.database, claimed, **ended)
        points.passed("finish.after")
    metrics.did(claimed.name, outcome, monotonic() - began)


def _tried(
    work: Work, tasks: Mapping[str, Handler], claimed: Claimed, now: Callable[[], datetime]
) -> tuple[dict[str, Any], str]:
    """How a task ended. The class of an error decides whether it is tried again."""
    try:
        again = tasks[claimed.name](work, claimed.payload)
    except NoPlace:  # not a try; it keeps its place, else in a burst of letters the oldest gave way to each new one
        return {"leased_until": now() + _moment(), "tries": claimed.tries - 1}, "turned_away"
    except (ConnectorRefuses, ProviderRefuses) as error:
        log.error("task is stuck", extra={"task": claimed.name, "id": str(claimed.id), "problem": type(error).__name__})
        return {"stuck": True, "problem": _brief(error)}, "stuck"
    except Exception as error:
        log.warning("task will be tried again", exc_info=True, extra={"task": claimed.name})
        return {"due_at": now() + _wait(claimed.tries), "problem": _brief(error)}, "again"
    if again is None:
        return {"done_at": now(), "problem": None}, "done"
    # a moment that is past already, by another's clock, must not keep the worker busy with one task
    return {"due_at": max(again, now() + SHORTEST_WAIT), "tries": 0, "problem": None}, "done"


def _brief(error: Exception) -> str:
    return f"{type(error).__module__}.{type(error).__name__}"[:200]


def _moment() -> timedelta:
    return timedelta(seconds=_CHANCE.uniform(*TURNED_AWAY_SECONDS))


def _wait(tries: int) -> timedelta:
    return min(timedelta(seconds=2 ** min(tries, 12)), LONGEST_WAIT)
