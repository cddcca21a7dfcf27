"""Assisted service: a clerk acts for the citizen at their counter, by the code that the citizen told, until the visit
ends."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from payments.actor import Actor
from portal.identity.mandates.actions import ALL_SCOPES, Terms, begin, made_of, move_each
from portal.identity.mandates.events import Moved
from portal.identity.mandates.models import Mandate
from portal.identity.mandates.states import Origin, State, Verb

VISIT = timedelta(minutes=45)


def admit(
    session: Session, moment: datetime, actor: Actor, represented: UUID, clerk: UUID, office: UUID
) -> list[Moved]:
    """A clerk acts for the citizen who told the code, until the visit ends (the last event). The visit before it ends:
    one citizen at a time stands at a counter."""
    happened = end_visits(session, moment, actor, clerk)
    terms = Terms(ALL_SCOPES, until=moment + VISIT, capacity="clerk")
    made = made_of(moment, Origin.ASSISTED, terms, represented_id=represented, company=False, acting_id=clerk)
    made.office_id = office
    return [*happened, begin(session, moment, actor, made, Verb.ADMIT, "")]


def end_visits(session: Session, moment: datetime, actor: Actor, clerk: UUID) -> list[Moved]:
    """Nobody stands at this clerk's counter any more."""
    visits = select(Mandate).where(
        Mandate.acting_id == clerk, Mandate.origin == Origin.ASSISTED, Mandate.state == State.ACTIVE
    )
    return move_each(session, moment, actor, visits, Verb.END)
