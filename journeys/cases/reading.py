"""What pages and actions read of cases: one by reference or id, a person's, an office's, the history."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from journeys.cases.errors import NotFound
from journeys.cases.models import Case, CaseAction
from journeys.cases.states import State


def case_by_reference(session: Session, reference: str, *, lock: bool = False) -> Case:
    """The case with this written reference; locked for the rest of the transaction when asked. Raises NotFound."""
    return _found(session, Case.reference == reference, lock)


def case_by_id(session: Session, case_id: UUID, *, lock: bool = False) -> Case:
    """The case with this id. Raises NotFound."""
    return _found(session, Case.id == case_id, lock)


def _found(session: Session, condition: Any, lock: bool) -> Case:
    query = select(Case).where(condition)
    case = session.scalar(query.with_for_update() if lock else query)
    if case is None:
        raise NotFound
    return case


def history(session: Session, case: Case) -> list[CaseAction]:
    """The actions of a case, oldest first."""
    query = select(CaseAction).where(CaseAction.case_id == case.id).order_by(CaseAction.step)
    return list(session.scalars(query))


def mine(session: Session, subject: UUID, *, before: tuple[datetime, UUID] | None = None, most: int = 20) -> list[Case]:
    """A person's requests, the last changed first, found by key."""
    query = select(Case).where(Case.subject_id == subject, Case.state != State.DISCARDED)
    if before is not None:
        query = query.where((Case.changed_at < before[0]) | ((Case.changed_at == before[0]) & (Case.id < before[1])))
    return list(session.scalars(query.order_by(Case.changed_at.desc(), Case.id.desc()).limit(most)))


def draft_of(session: Session, subject: UUID, service: str) -> Case | None:
    """The person's newest unfinished draft for a service."""
    query = select(Case).where(Case.subject_id == subject, Case.service == service, Case.state == State.DRAFT)
    return session.scalar(query.order_by(Case.opened_at.desc()).limit(1))


def queue(
    session: Session,
    office: UUID,
    states: tuple[State, ...],
    *,
    beyond: tuple[date | None, UUID] | None = None,
    most: int = 50,
) -> list[Case]:
    """An office's requests, the most urgent first and those without a last day at the end, found by key."""
    query = select(Case).where(Case.office_id == office, Case.state.in_(states))
    if beyond is not None:
        query = query.where(_beyond(*beyond))
    return list(session.scalars(query.order_by(Case.last_day.asc().nulls_last(), Case.id).limit(most)))


def _beyond(day: date | None, case_id: UUID) -> ColumnElement[bool]:
    if day is None:
        return Case.last_day.is_(None) & (Case.id > case_id)
    return (Case.last_day > day) | ((Case.last_day == day) & (Case.id > case_id)) | Case.last_day.is_(None)
