"""``portal check``: does the world answer, and does what we keep agree with itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.cases.invariants import INVARIANTS as CASES
from journeys.cases.models import Case
from payments.debts.models import Debt
from payments.debts.states import DebtState
from payments.invariants import CHECKS as PAYMENTS
from portal.outbox import Task
from portal.unit import Work

MOST_TRIES = 10


def stuck_tasks(session: Session) -> list[str]:
    """No task waits for a person."""
    found = session.scalars(select(Task).where(Task.stuck.is_(True)).limit(100))
    return [f"task {task.id} ({task.name}) is stuck: {task.problem}" for task in found]


def tasks_that_go_on_failing(session: Session) -> list[str]:
    """No task has been tried in vain for half an hour."""
    query = select(Task).where(Task.done_at.is_(None), Task.stuck.is_(False), Task.problem.is_not(None))
    found = session.scalars(query.where(Task.tries >= MOST_TRIES).limit(100))
    return [f"task {task.id} ({task.name}) failed {task.tries} times: {task.problem}" for task in found]


def paid_requests_go_on(session: Session) -> list[str]:
    """What is paid is a request that was filed: money never waits for nothing."""
    paid = select(Debt.owed_for, Debt.about).where(Debt.state == DebtState.PAID).execution_options(yield_per=1000)
    problems: list[str] = []
    for some in session.execute(paid).partitions():
        filed = set(
            session.scalars(select(Case.id).where(Case.id.in_([row[0] for row in some]), Case.filed_at.is_not(None)))
        )
        problems += [f"request {about} is paid and not filed" for owed_for, about in some if owed_for not in filed]
    return problems


INVARIANTS: tuple[Callable[[Session], list[str]], ...] = (
    *CASES,
    *PAYMENTS,
    paid_requests_go_on,
    stuck_tasks,
    tasks_that_go_on_failing,
)


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
