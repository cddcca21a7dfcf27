"""What must always be true of mandates: each rule reads the database and says what is wrong, one line each."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select, true, union
from sqlalchemy.orm import InstrumentedAttribute, Session

from portal.identity.mandates.models import Mandate, MandateAction
from portal.identity.mandates.states import TABLE, State


def mandates_moved_along_the_table(session: Session, since: UUID | None = None) -> Iterator[str]:
    """Every action leads from the state before it to the state the table says, without a gap in the steps, and the row
    says what the last of them says."""
    acted = MandateAction.mandate_of_id == Mandate.id
    columns = MandateAction.step, MandateAction.verb, MandateAction.state
    query = select(Mandate.id, Mandate.state, Mandate.step, *columns).join(MandateAction, acted, isouter=True)
    query = query.where(_touched(Mandate.id, since)).order_by(Mandate.id, MandateAction.step)
    for mandate, rows in groupby(session.execute(query), key=lambda row: row[0]):
        yield from (f"mandate {mandate}: {problem}" for problem in _walk(list(rows)))


def _walk(rows: list[Any]) -> Iterator[str]:
    before: State | None = None
    for expected, (*_, step, verb, state) in enumerate(rows, start=1):
        if step != expected:
            yield f"step {expected} is missing"
        if TABLE.get((before, verb)) != state:
            yield f"{verb} led from {before} to {state}"
        before = state
    _, state, step, *_ = rows[0]
    if (state, step) != (before, len(rows)):
        yield f"its row says {state} at step {step}, its history {before} at step {len(rows)}"


def _touched(column: InstrumentedAttribute[UUID], since: UUID | None) -> ColumnElement[bool]:
    if since is None:
        return true()
    made = select(Mandate.id).where(Mandate.id >= since)
    return column.in_(union(made, select(MandateAction.mandate_of_id).where(MandateAction.id >= since)))
