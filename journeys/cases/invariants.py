"""What must always be true of cases: each rule reads the database and says what is wrong, one line each.

``since`` is a key: a rule then looks at the cases that were opened or acted on since that key was made. None is all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby, islice
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Executable, case, func, select, true, union
from sqlalchemy.orm import InstrumentedAttribute, Session

from journeys.cases import content
from journeys.cases.models import Case, CaseAction, CaseContent
from journeys.cases.ports import Keys
from journeys.cases.states import TABLE, TURNS, State, Verb

Rule = Callable[[Session, UUID | None], Iterable[str]]
Sealed = tuple[str, bytes]

BATCH = 500
NEVER_SENT = (State.DRAFT, State.DISCARDED)
DECIDING = (Verb.GRANT, Verb.REFUSE, Verb.WITHDRAW)
PROJECTED = ("state", "turn", "steps", "opened_at", "office_id", "filed_at", "last_day", "decided_at", "theirs")


def touched(column: InstrumentedAttribute[UUID], since: UUID | None) -> ColumnElement[bool]:
    """The condition that ``column`` names a case that was opened or acted on since this key was made."""
    if since is None:
        return true()
    opened = select(Case.id).where(Case.id >= since)
    return column.in_(union(opened, select(CaseAction.case_id).where(CaseAction.id >= since)))


def cases_moved_along_the_table(session: Session, since: UUID | None = None) -> Iterator[str]:
    """Every action leads from the state before it to the state the table says, without a gap in the steps."""
    query = select(CaseAction.case_id, CaseAction.step, CaseAction.verb, CaseAction.state)
    query = query.where(touched(CaseAction.case_id, since)).order_by(CaseAction.case_id, CaseAction.step)
    for case_id, steps in groupby(_streamed(session, query), key=lambda row: row[0]):
        yield from (f"case {case_id}: {problem}" for problem in _walk(steps))


def _walk(steps: Iterable[Any]) -> Iterator[str]:
    before: State | None = None
    for expected, (_, step, verb, state) in enumerate(steps, start=1):
        if step != expected:
            yield f"step {expected} is missing"
        if TABLE.get((before, verb)) != state:
            yield f"{verb} led from {before} to {state}"
        before = state


def cases_equal_their_actions(session: Session, since: UUID | None = None) -> Iterator[str]:
    """The row of a case says what its actions say: state, turn, office, days and the administration's reference."""
    columns = [getattr(Case, name) for name in PROJECTED]
    rows = _streamed(session, select(Case.id, *columns).where(touched(Case.id, since)).order_by(Case.id))
    while some := list(islice(rows, BATCH)):
        acted = _acted(session, [row[0] for row in some])
        for case_id, *said in some:
            right = _projected(acted[case_id]) if case_id in acted else {"steps": None}
            for name, value in zip(PROJECTED, said, strict=True):
                if name in right and right[name] != value:
                    yield f"case {case_id}: its row and its history differ in {name}"


def _acted(session: Session, cases: Sequence[UUID]) -> dict[UUID, list[Sequence[Any]]]:
    query = select(
        CaseAction.case_id, CaseAction.step, CaseAction.verb, CaseAction.state, CaseAction.at, CaseAction.data
    )
    found: dict[UUID, list[Sequence[Any]]] = {}
    for case_id, *action in session.execute(query.where(CaseAction.case_id.in_(cases)).order_by(CaseAction.step)):
        found.setdefault(case_id, []).append(action)
    return found


def _projected(actions: Sequence[Sequence[Any]]) -> dict[str, Any]:
    step, _, state, _, _ = actions[-1]
    at = {verb: moment for _, verb, _, moment, _ in actions}
    data = {verb: kept for _, verb, _, _, kept in actions}
    last_day, office = _kept(data, Verb.FILE, "last_day"), _kept(data, Verb.SUBMIT, "office")
    return {
        "state": state,
        "turn": TURNS.get(state),
        "steps": step,
        "opened_at": at.get(Verb.OPEN),
        "office_id": UUID(office) if office else None,
        "filed_at": at.get(Verb.FILE),
        "last_day": date.fromisoformat(last_day) if last_day else None,
        "decided_at": next((at[verb] for verb in DECIDING if verb in at), None),
        "theirs": _kept(data, Verb.HAND_OVER, "theirs"),
    }


def _kept(data: Mapping[str, Any], verb: Verb, name: str) -> str | None:
    return (data.get(verb) or {}).get(name)


def submissions_exist_once(session: Session, since: UUID | None = None) -> Iterator[str]:
    """What left the draft was sent exactly once and is complete once at most; what did not was never sent."""
    sent = _count(Verb.SUBMIT).label("sent")
    filed = _count(Verb.FILE).label("filed")
    query = select(Case.id, Case.state, sent, filed).join(CaseAction, CaseAction.case_id == Case.id, isouter=True)
    query = query.where(touched(Case.id, since)).group_by(Case.id, Case.state)
    wanted = case((Case.state.in_(NEVER_SENT), 0), else_=1)
    for case_id, state, times, complete in _streamed(session, query.having((sent != wanted) | (filed > wanted))):
        yield f"case {case_id} is {state}, was sent {times} times and completed {complete} times"


def _count(verb: Verb) -> ColumnElement[int]:
    return func.count(case((CaseAction.verb == verb, CaseAction.id)))


def content_equals_its_digests(session: Session, since: UUID | None, keys: Keys) -> Iterator[str]:
    """Sealed content opens, and is what the newest action that names its digest recorded."""
    query = select(Case.id, Case.data_key).where(touched(Case.id, since)).order_by(Case.id)
    rows = _streamed(session, query)
    while some := list(islice(rows, BATCH)):
        named, kept = _named(session, [row[0] for row in some]), _contents(session, [row[0] for row in some])
        for case_id, wrapped in some:
            yield from _differing(case_id, keys, wrapped, kept.get(case_id, []), named.get(case_id, {}))


def _differing(
    case_id: UUID, keys: Keys, wrapped: str, sealed: list[Sealed], named: Mapping[str, str]
) -> Iterator[str]:
    try:
        found = {
            kind: hashlib.sha256(plain).hexdigest() for kind, plain in content.unsealed(keys, case_id, wrapped, sealed)
        }
    except Exception as error:
        yield f"case {case_id}: content does not open: {type(error).__name__}"
        return
    for kind, digest in named.items():
        if kind not in found:
            yield f"case {case_id}: content {kind} is missing"
        elif found[kind] != digest:
            yield f"case {case_id}: content {kind} is not what was recorded"


def _named(session: Session, cases: Sequence[UUID]) -> dict[UUID, dict[str, str]]:
    """By case, the digest of each kind of content in the newest action that names it."""
    query = select(CaseAction.case_id, CaseAction.data).where(CaseAction.case_id.in_(cases)).order_by(CaseAction.step)
    named: dict[UUID, dict[str, str]] = {}
    for case_id, data in session.execute(query):
        named.setdefault(case_id, {}).update({kind: data[kind] for kind in content.KINDS if kind in data})
    return named


def _contents(session: Session, cases: Sequence[UUID]) -> dict[UUID, list[Sealed]]:
    query = select(CaseContent.case_id, CaseContent.kind, CaseContent.sealed)
    found: dict[UUID, list[Sealed]] = {}
    for case_id, kind, sealed in session.execute(query.where(CaseContent.case_id.in_(cases))):
        found.setdefault(case_id, []).append((kind, sealed))
    return found


def _streamed(session: Session, query: Executable) -> Iterator[Any]:
    with session.execute(query.execution_options(yield_per=BATCH)) as rows:
        yield from rows


RULES: tuple[Rule, ...] = (cases_moved_along_the_table, cases_equal_their_actions, submissions_exist_once)
