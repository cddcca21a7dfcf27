"""What must always be true of cases. Each function returns its problems, one line each, empty when all is well."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.cases.models import Case, CaseAction
from journeys.cases.states import TABLE, TURNS, State, Verb


def states_moved_along_the_table(session: Session) -> list[str]:
    """Every action leads from the state before it to the state the table says, without a gap in the steps."""
    query = select(CaseAction.case_id, CaseAction.step, CaseAction.verb, CaseAction.state)
    rows = session.execute(query.order_by(CaseAction.case_id, CaseAction.step)).yield_per(1000)
    problems: list[str] = []
    for case, steps in groupby(rows, key=lambda row: row[0]):
        problems += [f"case {case}: {problem}" for problem in _walk(steps)]
    return problems


def _walk(steps: Iterable[tuple[object, int, str, str]]) -> Iterable[str]:
    before: State | None = None
    for expected, (_, step, verb, state) in enumerate(steps, start=1):
        if step != expected:
            yield f"step {expected} is missing"
        if TABLE.get((before, Verb(verb))) != state:
            yield f"{verb} led from {before} to {state}"
        before = State(state)


def projections_equal_their_actions(session: Session) -> list[str]:
    """The row of a case says what its last action says."""
    last = select(CaseAction).join(Case, (Case.id == CaseAction.case_id) & (Case.steps == CaseAction.step))
    seen = {action.case_id: action for action in session.scalars(last)}
    problems = []
    for case in session.scalars(select(Case)).yield_per(1000):
        action = seen.get(case.id)
        if action is None or case.state != action.state or case.turn != TURNS[State(action.state)]:
            problems.append(f"case {case.reference}: its row and its history differ")
    return problems


INVARIANTS: tuple[Callable[[Session], list[str]], ...] = (states_moved_along_the_table, projections_equal_their_actions)
