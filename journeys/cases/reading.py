"""What pages and actions read of cases: one by reference or id, a person's, an office's, the history."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from itertools import starmap
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Date, Integer, Select, Uuid, bindparam, func, select
from sqlalchemy.orm import Session, joinedload

from journeys.cases.errors import NotFound
from journeys.cases.models import Case, CaseAction
from journeys.cases.states import State, Turn, Verb
from payments.actor import Channel
from payments.columns import Moment, first_id


class Listed(NamedTuple):
    """A case in a list."""

    id: UUID
    reference: str
    service: str
    state: str
    turn: str
    changed_at: datetime
    filed_at: datetime | None
    last_day: date | None


class Brief(NamedTuple):
    """Which service a case is for, and where it is."""

    service: str
    state: State


class Done(NamedTuple):
    """An entry of a case's history. ``verb`` is a value of ``Verb``, ``mandate`` by which ``actor`` did it."""

    verb: str
    at: datetime
    mandate: UUID | None
    actor: UUID | None


class Act(NamedTuple):
    """What was done to a request by a mandate."""

    id: UUID
    verb: str
    at: datetime
    reference: str
    service: str


class Asked(NamedTuple):
    """A service, and how many requests for it were filed."""

    service: str
    requests: int


MOST_COUNTED = 20_000
"""Entries of the history, the newest, that are read at most to say what is asked for most: however old the house."""


# pages ask these over and over: made once, and no more columns than are shown
_LISTED = select(*(getattr(Case, name) for name in Listed._fields)).limit(bindparam("most", type_=Integer))
_AT, _DAY, _ID = bindparam("at", type_=Moment), bindparam("day", type_=Date), bindparam("id", type_=Uuid)
BY_REFERENCE = select(Case).options(joinedload(Case.contents)).where(Case.reference == bindparam("key"))
BY_ID = select(Case).options(joinedload(Case.contents)).where(Case.id == bindparam("key"))
HISTORY = (
    select(CaseAction.verb, CaseAction.at, CaseAction.mandate_id, CaseAction.actor_id)
    .where(CaseAction.case_id == bindparam("case"))
    .order_by(CaseAction.step)
)
MINE = _LISTED.where(Case.subject_id == bindparam("subject"), Case.state != State.DISCARDED).order_by(
    Case.changed_at.desc(), Case.id.desc()
)
MINE_BEFORE = MINE.where((Case.changed_at < _AT) | ((Case.changed_at == _AT) & (Case.id < _ID)))
QUEUE = _LISTED.where(Case.office_id == bindparam("office"), Case.turn == Turn.ADMINISTRATION).order_by(
    Case.last_day.asc().nulls_last(), Case.id
)
QUEUE_BEYOND = QUEUE.where(
    (Case.last_day > _DAY) | ((Case.last_day == _DAY) & (Case.id > _ID)) | Case.last_day.is_(None)
)
TIMELESS = QUEUE.where(Case.last_day.is_(None), Case.id > _ID)


def under_way(session: Session) -> dict[str, int]:
    """How many requests of each service are not over yet. For the operator: it reads every request under way."""
    counted = select(Case.service, func.count().label("number")).where(Case.turn != Turn.NOBODY).group_by(Case.service)
    return {row.service: row.number for row in session.execute(counted)}


def case_by_reference(session: Session, reference: str, *, lock: bool = False) -> Case:
    """The case with this written reference; locked for the rest of the transaction when asked. Raises NotFound."""
    return _found(session, BY_REFERENCE, reference, lock)


def case_by_id(session: Session, case_id: UUID, *, lock: bool = False) -> Case:
    """The case with this id. Raises NotFound."""
    return _found(session, BY_ID, case_id, lock)


def _found(session: Session, query: Select[Case], key: object, lock: bool) -> Case:
    asked = query.with_for_update(of=Case) if lock else query
    case = session.scalars(asked, {"key": key}).unique().one_or_none()
    if case is None:
        raise NotFound
    return case


def history(session: Session, case: Case) -> list[Done]:
    """What was done to a case, oldest first."""
    return list(starmap(Done, session.execute(HISTORY, {"case": case.id})))


def delegates(history: Iterable[Done]) -> set[UUID]:
    """Those who did something by a mandate."""
    return {one.actor for one in history if one.mandate and one.actor}


def done_by(session: Session, mandate: UUID, before: UUID | None = None, most: int = 50) -> list[Act]:
    """What was done by a mandate, the newest first, found by key."""
    query = select(CaseAction.id, CaseAction.verb, CaseAction.at, Case.reference, Case.service).join(Case)
    query = query.where(CaseAction.mandate_id == mandate)
    if before is not None:
        query = query.where(CaseAction.id < before)
    return list(starmap(Act, session.execute(query.order_by(CaseAction.id.desc()).limit(most))))


def acted_on(session: Session, case: Case, people: Collection[UUID]) -> bool:
    """Whether one of these people did anything to a case on behalf of whoever asks."""
    query = select(CaseAction.id).where(CaseAction.case_id == case.id, CaseAction.actor_id.in_(people))
    return session.scalar(query.where(CaseAction.channel != Channel.DESK).limit(1)) is not None


def newest_action(session: Session, case: Case) -> CaseAction:
    """What was done last to a case."""
    query = select(CaseAction).where(CaseAction.case_id == case.id, CaseAction.step == case.steps)
    return session.scalars(query).one()


def mine(
    session: Session,
    subject: UUID,
    *,
    before: tuple[datetime, UUID] | None = None,
    most: int = 20,
    services: Collection[str] | None = None,
) -> list[Listed]:
    """A subject's requests, of some services alone when asked, the last changed first, found by key."""
    query, sought = (MINE, {}) if before is None else (MINE_BEFORE, {"at": before[0], "id": before[1]})
    if services is not None:
        query = query.where(Case.service.in_(services))
    return list(starmap(Listed, session.execute(query, {"subject": subject, "most": most, **sought})))


def briefly(session: Session, cases: Collection[UUID]) -> dict[UUID, Brief]:
    """What each of some requests is for and where it is; one that is not known any more is absent."""
    query = select(Case.id, Case.service, Case.state).where(Case.id.in_(cases))
    return {row.id: Brief(row.service, State(row.state)) for row in session.execute(query)}


def draft_of(session: Session, subject: UUID, service: str) -> Case | None:
    """The person's newest unfinished draft for a service."""
    query = select(Case).where(Case.subject_id == subject, Case.service == service, Case.state == State.DRAFT)
    return session.scalar(query.order_by(Case.opened_at.desc()).limit(1))


def queue(
    session: Session, office: UUID, *, beyond: tuple[date | None, UUID] | None = None, most: int = 50
) -> list[Listed]:
    """What waits for an office, the most urgent first and what has no last day at the end, found by key."""
    query: Any = QUEUE
    sought: dict[str, Any] = {}
    if beyond is not None:
        day, case_id = beyond
        query, sought = (TIMELESS, {"id": case_id}) if day is None else (QUEUE_BEYOND, {"day": day, "id": case_id})
    return list(starmap(Listed, session.execute(query, {"office": office, "most": most, **sought})))


def most_asked(session: Session, since: datetime, until: datetime) -> list[Asked]:
    """The services of the requests that were filed between two (real) moments, most asked first. When there is more
    history than is read, it is the newest part of it that counts."""
    between = (CaseAction.id >= first_id(since)) & (CaseAction.id < first_id(until))
    newest = select(CaseAction.case_id, CaseAction.verb).where(between).order_by(CaseAction.id.desc())
    read = newest.limit(MOST_COUNTED).subquery()
    query = (
        select(Case.service, func.count().label("requests"))
        .join(read, read.c.case_id == Case.id)
        .where(read.c.verb == Verb.FILE)
        .group_by(Case.service)
        .order_by(func.count().desc(), Case.service)
    )
    return [Asked(service, requests) for service, requests in session.execute(query)]
