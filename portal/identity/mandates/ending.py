"""Mandates that end with something else: an account, a life, two accounts that are found to be one person's."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from payments.actor import Actor
from portal.identity.mandates.actions import move_each
from portal.identity.mandates.events import Moved
from portal.identity.mandates.models import Mandate
from portal.identity.mandates.states import ALIVE, DERIVED, State, Verb


def end_all(session: Session, moment: datetime, actor: Actor, person: UUID) -> list[Moved]:
    """Nobody acts for this person any more, and they act for nobody."""
    sides = (Mandate.acting_id == person) | (Mandate.represented_id == person)
    return move_each(session, moment, actor, select(Mandate).where(sides, Mandate.state.in_(ALIVE)), Verb.END)


def end_mutual(session: Session, moment: datetime, actor: Actor, person: UUID) -> list[Moved]:
    """Nobody acts for themselves: what one of two people had given the other ends when they are found to be one."""
    mutual = Mandate.acting_id == person, Mandate.represented_id == person
    return move_each(session, moment, actor, select(Mandate).where(*mutual, Mandate.state.in_(ALIVE)), Verb.END)


def end_doubles(session: Session, moment: datetime, actor: Actor, kept: UUID, gone: UUID) -> list[Moved]:
    """What a register says of two people who are found to be one counts once."""
    other = aliased(Mandate)
    by_law = Mandate.origin.in_(DERIVED), Mandate.state == State.ACTIVE
    same = other.origin == Mandate.origin, other.state == State.ACTIVE
    happened: list[Moved] = []
    for mine, theirs, beside in (
        (Mandate.acting_id, other.acting_id, other.represented_id == Mandate.represented_id),
        (Mandate.represented_id, other.represented_id, other.acting_id == Mandate.acting_id),
    ):
        twice = exists().where(theirs == kept, beside, *same)
        happened += move_each(session, moment, actor, select(Mandate).where(mine == gone, *by_law, twice), Verb.END)
    return happened
