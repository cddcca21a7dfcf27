"""Whether debts and attempts are what their append-only histories say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, select, true, union
from sqlalchemy.orm import InstrumentedAttribute, Session

from payments.debts.models import Attempt, AttemptAction, AttemptDebt, Debt, DebtAction

BATCH = 500
Key = InstrumentedAttribute[UUID]
Touched = Callable[[Key, UUID | None], ColumnElement[bool]]


def touched_attempts(column: Key, since: UUID | None) -> ColumnElement[bool]:
    """The condition that ``column`` names an attempt that was prepared or acted on since this key was made."""
    return true() if since is None else column.in_(union(*attempts_moved(since)))


def touched_debts(column: Key, since: UUID | None) -> ColumnElement[bool]:
    """The condition that ``column`` names a debt that was raised, acted on or tried since this key was made."""
    if since is None:
        return true()
    tried = select(AttemptDebt.debt_id).where(AttemptDebt.attempt_id.in_(union(*attempts_moved(since))))
    moved = select(DebtAction.debt_id).where(DebtAction.id >= since)
    return column.in_(union(select(Debt.id).where(Debt.id >= since), moved, tried))


def attempts_moved(since: UUID) -> tuple[Select[UUID], Select[UUID]]:
    """The attempts that were prepared, and those that were acted on, since this key was made."""
    moved = select(AttemptAction.attempt_id).where(AttemptAction.id >= since)
    return select(Attempt.id).where(Attempt.id >= since), moved


def strayed(
    session: Session,
    action: type[DebtAction] | type[AttemptAction],
    parent: Key,
    life: Mapping[Any, Any],
    touched: Touched,
    since: UUID | None,
) -> Iterator[tuple[UUID, str]]:
    """Steps of histories that the table ``life`` does not have, and gaps: whose, and what is wrong."""
    query = select(parent, action.number, action.verb, action.state).where(touched(parent, since))
    with session.execute(query.order_by(parent, action.number).execution_options(yield_per=BATCH)) as rows:
        for owner, steps in groupby(rows, key=lambda row: row[0]):
            for problem in _walk(steps, life):
                yield owner, problem


def _walk(steps: Iterable[Any], life: Mapping[Any, Any]) -> Iterator[str]:
    before: str | None = None
    for expected, (_, number, verb, state) in enumerate(steps, start=1):
        if number != expected:
            yield f"step {expected} is missing"
        if life.get((before, verb)) != state:
            yield f"{verb} led from {before} to {state}"
        before = state


def drifted(
    session: Session,
    row: type[Debt] | type[Attempt],
    action: type[DebtAction] | type[AttemptAction],
    parent: Key,
    touched: Touched,
    since: UUID | None,
) -> Iterator[UUID]:
    """Rows that differ from their newest action, or have none."""
    newest = select(parent.label("parent"), func.max(action.number).label("number")).where(touched(parent, since))
    last = newest.group_by(parent).subquery()
    query = (
        select(row.id)
        .join(last, last.c.parent == row.id, isouter=True)
        .join(action, and_(parent == row.id, action.number == last.c.number), isouter=True)
        .where(action.id.is_(None) | (action.number != row.steps) | (action.state != row.state))
    )
    yield from session.scalars(query.where(touched(row.id, since)).order_by(row.id))
