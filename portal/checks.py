"""``portal check``: does the world answer, and does what we keep agree with itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.cases.invariants import INVARIANTS as CASES
from payments.invariants import CHECKS as PAYMENTS
from portal.outbox import Task
from portal.unit import Work


def stuck_tasks(session: Session) -> list[str]:
    """No task waits for a person."""
    found = session.scalars(select(Task).where(Task.stuck.is_(True)).limit(100))
    return [f"task {task.id} ({task.name}) is stuck: {task.problem}" for task in found]


INVARIANTS: tuple[Callable[[Session], list[str]], ...] = (*CASES, *PAYMENTS, stuck_tasks)


def run_checks(work: Work, *, full: bool, say: Callable[[str], None]) -> int:
    """Says one line per check; returns how many problems there are."""
    problems = 0
    for line, good in _lines(work, full):
        say(("ok   " if good else "FAIL ") + line)
        problems += not good
    return problems


def _lines(work: Work, full: bool) -> Iterator[tuple[str, bool]]:
    for invariant in INVARIANTS:
        found = work.transact(lambda unit, test=invariant: test(unit.session), reading=True)  # type: ignore[misc]
        yield from ((problem, False) for problem in found)
        yield f"{invariant.__name__.replace('_', ' ')}", not found
    if full:
        yield from _world(work)


def _world(work: Work) -> Iterator[tuple[str, bool]]:
    adapters = work.adapters
    reached: list[Any] = [
        *adapters.issuers.values(),
        adapters.provider,
        *adapters.connectors.values(),
        *adapters.registers.values(),
        adapters.store,
        adapters.mailer,
    ]
    for adapter in reached:
        try:
            yield adapter.check(), True
        except Exception as error:
            yield f"{getattr(adapter, 'name', type(adapter).__name__)}: {type(error).__name__}", False
