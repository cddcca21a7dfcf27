"""Accounts that become one, are closed, or whose person has died: what identity does of it; other areas react."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from payments.actor import Actor
from portal.identity import contacts, people
from portal.identity.actions import end_devices
from portal.identity.errors import LastOne, NotTheSame
from portal.identity.events import Closed, Died, Joined
from portal.identity.mandates import actions, ending
from portal.identity.mandates.events import Moved
from portal.identity.mandates.models import Blocked, Mandate
from portal.identity.mandates.states import State
from portal.identity.models import Account, Contact, Identifier, Person
from portal.keys import Keyring
from portal.who import LEVELS


def join(
    session: Session, moment: datetime, actor: Actor, mine: UUID, issuer: str, sub: str, keyring: Keyring
) -> list[Joined | Moved]:
    """Makes the account and mine one person's, with the consent of who is signed in with both. The one that is surely
    known takes over the other. Nothing happens when they are one already. Raises NotTheSame when both are surely known
    and no number is the same, and for an account that nobody has."""
    account = session.scalar(select(Account).where(Account.issuer == issuer, Account.sub == sub).with_for_update())
    if account is None:
        raise NotTheSame
    if account.person_id == mine:
        return []
    first, second = sorted((mine, account.person_id))  # always locked in the same order
    rows = {key: session.get_one(Person, key, with_for_update=True) for key in (first, second)}
    me, other = rows[mine], rows[account.person_id]
    numbers = {person.id: _numbers(session, person.id) for person in (me, other)}
    apart = numbers[me.id] and numbers[other.id] and not numbers[me.id] & numbers[other.id]
    if me.staff or other.staff or apart or me.merged_into or other.merged_into:
        raise NotTheSame
    kept, gone = (other, me) if numbers[other.id] and not numbers[me.id] else (me, other)
    return [Joined(gone.id, kept.id), *_take_over(session, moment, actor, kept, gone, keyring)]


def take_in(
    session: Session, moment: datetime, actor: Actor, person_id: UUID, keyring: Keyring
) -> list[Joined | Moved]:
    """What registers told of somebody before they proved who they are is theirs from now on."""
    person, happened = session.get_one(Person, person_id), list[Joined | Moved]()
    for told in people.told_of_before(session, person_id):
        happened += [Joined(told.id, person_id), *_take_over(session, moment, actor, person, told, keyring)]
    return happened


def _numbers(session: Session, person: UUID) -> set[str]:
    return set(session.scalars(select(Identifier.fingerprint).where(Identifier.person_id == person)))


def _take_over(
    session: Session, moment: datetime, actor: Actor, kept: Person, gone: Person, keyring: Keyring
) -> list[Moved]:
    for known in people.known_of(gone, keyring):
        if known.source not in {one.source for one in people.known_of(kept, keyring)}:
            people.vouch(kept, keyring, known.source, known.as_of, known.values)
    _hand_over(session, Identifier.person_id, Identifier.fingerprint, gone.id, kept.id)
    contacts.carried_over(session, kept, gone, keyring)
    session.flush()
    session.execute(update(Account).where(Account.person_id == gone.id).values(person_id=kept.id))
    ended = ending.end_doubles(session, moment, actor, kept.id, gone.id)
    for column in (Mandate.acting_id, Mandate.represented_id):
        session.execute(update(Mandate).where(column == gone.id).values({column.key: kept.id}))
    _hand_over(session, Blocked.person_id, Blocked.by_id, gone.id, kept.id)
    _hand_over(session, Blocked.by_id, Blocked.person_id, gone.id, kept.id)
    ended += ending.end_mutual(session, moment, actor, kept.id)
    end_devices(session, moment, actor, gone.id)
    gone.merged_into, gone.closed_at = kept.id, moment
    kept.other_id = kept.other_id or gone.other_id
    kept.surest = max(kept.surest, gone.surest, key=LEVELS.index)
    session.flush()
    return ended


def _hand_over(session: Session, whose: Any, what: Any, gone: UUID, kept: UUID) -> None:
    """The rows of the one are the other's; where both have the same, one is enough."""
    session.flush()
    had = list(session.scalars(select(what).where(whose == kept)))
    session.execute(delete(whose.class_).where(whose == gone, what.in_(had)))
    session.execute(update(whose.class_).where(whose == gone).values({whose.key: kept}))


def close(session: Session, moment: datetime, actor: Actor, person_id: UUID) -> list[Closed | Moved]:
    """Closes an account: nobody is signed in with it, no mandate counts, no address is kept. What the law keeps stays:
    requests, payments, documents and the record of who looked. Raises LastOne for somebody without whom nobody could
    act for a company any more."""
    person = session.get_one(Person, person_id, with_for_update=True)
    leading = select(Mandate).where(Mandate.acting_id == person_id, Mandate.state == State.ACTIVE, Mandate.passes_on)
    if any(actions.leads_alone(session, moment, row) for row in session.scalars(leading.order_by(Mandate.id)).all()):
        raise LastOne
    ended = ending.end_all(session, moment, actor, person_id)
    for row in session.scalars(select(Contact).where(Contact.person_id == person_id)).all():
        session.delete(row)
    end_devices(session, moment, actor, person_id)
    person.closed_at = moment
    session.flush()
    return [Closed(person_id, moment.isoformat()), *ended]


def died(session: Session, moment: datetime, actor: Actor, person_id: UUID, day: date) -> list[Died | Moved]:
    """Notes a death: sessions and mandates end on the spot, also those that others held for the person."""
    person = session.get_one(Person, person_id, with_for_update=True)
    person.died_at = datetime.combine(day, datetime.min.time(), moment.tzinfo)
    ended = ending.end_all(session, moment, actor, person_id)
    end_devices(session, moment, actor, person_id)
    session.flush()
    return [Died(person_id), *ended]


def lives(session: Session, _moment: datetime, _actor: Actor, person_id: UUID) -> None:
    """The word of a death was a mistake. What it ended stays ended: rights are given again."""
    session.get_one(Person, person_id, with_for_update=True).died_at = None
    session.flush()
