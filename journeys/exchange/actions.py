"""Find the competent office; keep evidence of each exchange; load the deployment's offices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.exchange.errors import NotServed
from journeys.exchange.models import ANYWHERE, DESK, Exchange, Office
from payments.actor import Actor


def competent_office(session: Session, administration: str, territory: str) -> Office:
    """The office of this administration for this territory, else its national one. Raises NotServed."""
    found = session.scalars(
        select(Office).where(Office.administration == administration, Office.territory.in_((territory, ANYWHERE)))
    ).all()
    if not found:
        raise NotServed(f"{administration} {territory}")
    return max(found, key=lambda office: office.territory == territory)


def load_offices(session: Session, _moment: datetime, _actor: Actor, offices: Iterable[Mapping[str, Any]]) -> None:
    """Adds offices and brings known ones (same administration and territory) up to date."""
    known = {(office.administration, office.territory): office for office in session.scalars(select(Office))}
    for entry in offices:
        key = (entry["administration"], entry.get("territory", ANYWHERE))
        office = known.get(key)
        if office is None:
            office = Office(administration=key[0], territory=key[1])
            session.add(office)
        office.names = dict(entry["names"])
        office.connector = entry.get("connector", DESK)
        office.account = entry.get("account") or f"beneficiary:{':'.join(filter(None, key))}"
    session.flush()


def note_exchange(
    session: Session,
    moment: datetime,
    actor: Actor,
    *,
    about: UUID,
    partner: str,
    kind: str,
    outcome: str,
    digest: str,
    theirs: str | None = None,
) -> None:
    """Writes the evidence of one message."""
    session.add(
        Exchange(
            about=about,
            partner=partner,
            kind=kind,
            at=moment,
            outcome=outcome,
            theirs=theirs,
            digest=digest,
            **Exchange.columns(actor),
        )
    )
    session.flush()


def about(session: Session, partner: str, theirs: str) -> UUID | None:
    """What an administration's reference is about, None when we never handed it over."""
    return session.scalar(select(Exchange.about).where(Exchange.partner == partner, Exchange.theirs == theirs).limit(1))
