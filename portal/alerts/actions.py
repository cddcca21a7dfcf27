"""Put an alert into an inbox once, mark what was read, count what was not."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from itertools import starmap
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from payments.actor import Actor
from portal.alerts.models import Alert, Delivery
from portal.alerts.states import Delivered, Kind
from portal.identity.models import Person
from portal.identity.people import joined_to
from portal.outbox import later

MOST = 30
MOST_COUNTED = 99


class Told(NamedTuple):
    """An alert, and the names of whoever did what it tells of, None when nobody is named."""

    alert: Alert
    by_ar: str | None
    by_lat: str | None


def tell(
    session: Session,
    moment: datetime,
    _actor: Actor,
    person: UUID,
    kind: Kind,
    about: str,
    service: str,
    by: UUID | None = None,
) -> None:
    """Tells a person once per kind and reference, and by whom it was done: in the inbox now, by e-mail later. Whoever
    was joined to another is told as that one."""
    person = joined_to(session, person)
    known = select(Alert.id).where(Alert.person_id == person, Alert.kind == kind, Alert.about == about)
    if session.scalar(known) is not None:
        return
    alert = Alert(person_id=person, kind=kind, about=about, service=service, by_id=by, at=moment)
    session.add(alert)
    session.flush()
    session.add(Delivery(alert_id=alert.id, channel="mail", state=Delivered.WAITING, at=moment))
    later(session, "send_mail", str(alert.id), {"alert": str(alert.id)})


def inbox(
    session: Session,
    person: UUID,
    before: tuple[datetime, UUID] | None = None,
    services: Collection[str] | None = None,
) -> list[Told]:
    """The alerts of a person or a company, about some services alone when asked, newest first, found by key."""
    query = select(Alert, Person.name_ar, Person.name_lat).outerjoin(Person, Person.id == Alert.by_id)
    query = query.where(Alert.person_id == person)
    if services is not None:
        query = query.where(Alert.service.in_(services))
    if before is not None:
        query = query.where((Alert.at < before[0]) | ((Alert.at == before[0]) & (Alert.id < before[1])))
    return list(starmap(Told, session.execute(query.order_by(Alert.at.desc(), Alert.id.desc()).limit(MOST))))


def unread(person: ColumnElement[UUID]) -> ColumnElement[int]:
    """A column: how many alerts the person of that id has not read, counted up to 99."""
    some = select(Alert.id).where(Alert.person_id == person, Alert.read_at.is_(None)).limit(MOST_COUNTED)
    return select(func.count()).select_from(some.correlate_except(Alert).subquery()).scalar_subquery()


def mark_read(session: Session, moment: datetime, actor: Actor, services: Collection[str] | None = None) -> None:
    """Everything in this person's inbox has been read; about some services alone when asked."""
    read = update(Alert).where(Alert.person_id == actor.subject, Alert.read_at.is_(None))
    if services is not None:
        read = read.where(Alert.service.in_(services))
    session.execute(read.values(read_at=moment))


def delivered(session: Session, moment: datetime, _actor: Actor, alert: UUID, state: Delivered) -> None:
    """Notes how the e-mail of an alert ended."""
    session.execute(
        update(Delivery).where(Delivery.alert_id == alert, Delivery.channel == "mail").values(state=state, at=moment)
    )
