"""Put an alert into an inbox once, mark what was read, count what was not."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from payments.actor import Actor
from portal.alerts.models import Alert, Delivery
from portal.alerts.states import Delivered, Kind
from portal.outbox import later

MOST = 30
MOST_COUNTED = 99


def tell(session: Session, moment: datetime, _actor: Actor, person: UUID, kind: Kind, about: str, service: str) -> None:
    """Tells a person once per kind and reference: in the inbox now, by e-mail later."""
    known = select(Alert.id).where(Alert.person_id == person, Alert.kind == kind, Alert.about == about)
    if session.scalar(known) is not None:
        return
    alert = Alert(person_id=person, kind=kind, about=about, service=service, at=moment)
    session.add(alert)
    session.flush()
    session.add(Delivery(alert_id=alert.id, channel="mail", state=Delivered.WAITING, at=moment))
    later(session, "send_mail", str(alert.id), {"alert": str(alert.id)})


def inbox(session: Session, person: UUID, before: tuple[datetime, UUID] | None = None) -> list[Alert]:
    """A person's alerts, newest first, found by key."""
    query = select(Alert).where(Alert.person_id == person)
    if before is not None:
        query = query.where((Alert.at < before[0]) | ((Alert.at == before[0]) & (Alert.id < before[1])))
    return list(session.scalars(query.order_by(Alert.at.desc(), Alert.id.desc()).limit(MOST)))


def unread(person: ColumnElement[UUID]) -> ColumnElement[int]:
    """A column: how many alerts the person of that id has not read, counted up to 99."""
    some = select(Alert.id).where(Alert.person_id == person, Alert.read_at.is_(None)).limit(MOST_COUNTED)
    return select(func.count()).select_from(some.correlate_except(Alert).subquery()).scalar_subquery()


def mark_read(session: Session, moment: datetime, actor: Actor) -> None:
    """Everything in this person's inbox has been read."""
    session.execute(
        update(Alert).where(Alert.person_id == actor.subject, Alert.read_at.is_(None)).values(read_at=moment)
    )


def delivered(session: Session, moment: datetime, _actor: Actor, alert: UUID, state: Delivered) -> None:
    """Notes how the e-mail of an alert ended."""
    session.execute(
        update(Delivery).where(Delivery.alert_id == alert, Delivery.channel == "mail").values(state=state, at=moment)
    )
