"""What pages read of mandates: those one holds, gave, was offered or asked for, and their history."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, exists, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from portal.identity.mandates.models import Blocked, Company, Mandate, MandateAction
from portal.identity.mandates.states import ALIVE, DERIVED, OPEN, Origin, State
from portal.identity.models import Contact, Identifier, Person

MOST = 20

Represented, Holder = aliased(Person), aliased(Person)


class Right(NamedTuple):
    """A mandate with the names of both sides; a side that has not answered has none."""

    mandate: Mandate
    of_ar: str | None
    of_lat: str | None
    by_ar: str | None
    by_lat: str | None


_RIGHTS = (
    select(
        Mandate,
        func.coalesce(Company.name_ar, Represented.name_ar),
        func.coalesce(Company.name_lat, Represented.name_lat),
        Holder.name_ar,
        Holder.name_lat,
    )
    .outerjoin(Company, Company.id == Mandate.represented_id)
    .outerjoin(Represented, Represented.id == Mandate.represented_id)
    .outerjoin(Holder, Holder.id == Mandate.acting_id)
)


def held(
    session: Session,
    person: UUID,
    now: datetime,
    *,
    before: UUID | None = None,
    companies: bool = False,
    most: int = MOST,
) -> list[Right]:
    """By which mandates a person may act now, those of companies alone when asked, the newest first, found by key."""
    mine = (Mandate.acting_id == person, *_current(now))
    return _newest(session, (*mine, Mandate.company.is_(True)) if companies else mine, before, most)


def held_under(session: Session, person: UUID, now: datetime, wanted: Collection[str], most: int = MOST) -> list[Right]:
    """Those of a person's mandates whose names hold every one of some words, in small letters."""
    query = _RIGHTS.where(Mandate.acting_id == person, *_current(now))
    for word in wanted:
        like = f"%{word.replace('%', '').replace('_', '')}%"
        names = (Company.name_ar, Company.name_lat, Represented.name_ar, Represented.name_lat, Company.ice)
        query = query.where(or_(*(func.lower(name).like(like) for name in names)))
    return _rights(session, query.order_by(Mandate.id.desc()).limit(most))


def given(session: Session, represented: UUID, *, before: UUID | None = None, most: int = MOST) -> list[Right]:
    """Who may act for a person or a company, or was offered to, the newest first, found by key."""
    alive = Mandate.represented_id == represented, Mandate.state.in_((State.ACTIVE, State.OFFERED))
    return _newest(session, alive, before, most)


def past(session: Session, side: UUID, *, before: UUID | None = None, most: int = MOST) -> list[Right]:
    """The mandates of a person or a company, given or held, that have ended, the newest first, found by key."""
    either = (Mandate.represented_id == side) | (Mandate.acting_id == side)
    return _newest(session, (either, Mandate.state.not_in(ALIVE)), before, most)


def asked(session: Session, person: UUID, *, before: UUID | None = None, most: int = MOST) -> list[Right]:
    """What a person asked for and nobody has answered yet, the newest first, found by key."""
    return _newest(session, (Mandate.acting_id == person, Mandate.state == State.REQUESTED), before, most)


def waiting_for(
    session: Session, person: UUID, now: datetime, *, before: UUID | None = None, most: int = MOST
) -> list[Right]:
    """What waits for a person's answer, the newest first, found by key."""
    return _newest(session, _waiting(person, now), before, most)


def anything_waits_for(session: Session, person: UUID, now: datetime) -> bool:
    """Whether a mandate waits for this person's answer."""
    return session.scalar(_ANYTHING, {"person": person, "now": now}) is not None


def asked_of(session: Session, company: UUID, now: datetime) -> list[Right]:
    """The requests that wait for a company's answer."""
    of_it = Mandate.represented_id == company, Mandate.state == State.REQUESTED, _in_time(now), ~_blocked(company)
    return _newest(session, of_it, None, MOST)


def marks(session: Session, person: UUID) -> set[str]:
    """The keyed hashes of the numbers and verified addresses that are a person's."""
    return {mark for some in _marks(person) for mark in session.scalars(some)}


def _marks(person: UUID) -> tuple[Select[str], Select[str]]:
    verified = Contact.person_id == person, Contact.verified_at.is_not(None)
    return select(Identifier.fingerprint).where(Identifier.person_id == person), select(Contact.fingerprint).where(
        *verified
    )


def _waiting(person: UUID, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Offered to, or asked of, a number or a verified address of theirs, or asked of a company that they lead; not by
    whom they have blocked."""
    lead = aliased(Mandate)
    led = select(lead.represented_id).where(
        lead.acting_id == person, lead.company, lead.passes_on, *_current(now, lead)
    )
    mine = or_(
        *(Mandate.invited.in_(some) for some in _marks(person)),
        (Mandate.state == State.REQUESTED) & Mandate.represented_id.in_(led),
    )
    own = (Mandate.acting_id == person) | (Mandate.represented_id == person)
    return mine, Mandate.state.in_(OPEN), _in_time(now), func.coalesce(~own, true()), ~_blocked(person)


def _blocked(by: UUID) -> ColumnElement[bool]:
    """Whether whoever took the first step was blocked, by somebody or by the company that they asked."""
    first = func.coalesce(Mandate.acting_id, Mandate.represented_id)
    return exists().where(or_(Blocked.by_id == by, Blocked.by_id == Mandate.represented_id), Blocked.person_id == first)


def blocked(session: Session, by: UUID) -> Sequence[Person]:
    """Those whose requests somebody, or a company, does not get any more."""
    query = select(Person).join(Blocked, Blocked.person_id == Person.id).where(Blocked.by_id == by)
    return session.scalars(query.order_by(Blocked.id)).all()


def one(session: Session, mandate: UUID) -> Right | None:
    """A mandate with its names."""
    found = _rights(session, _RIGHTS.where(Mandate.id == mandate))
    return found[0] if found else None


def leading(session: Session, person: UUID, company: UUID, now: datetime) -> Mandate | None:
    """The mandate by which a person may let others act for a company, None when there is none."""
    return acting_for(session, person, company, now, Mandate.passes_on.is_(True))


def leaders(session: Session, company: UUID, now: datetime) -> list[UUID]:
    """The people who may let others act for a company, the longest first."""
    query = select(Mandate.acting_id).where(Mandate.represented_id == company, Mandate.passes_on, *_current(now))
    return [person for person in session.scalars(query.order_by(Mandate.id)) if person is not None]


def acting_for(
    session: Session, person: UUID, represented: UUID, now: datetime, *such: ColumnElement[bool]
) -> Mandate | None:
    """A mandate, among ``such``, by which a person may act for somebody now; a register's before all others."""
    both = Mandate.acting_id == person, Mandate.represented_id == represented
    query = select(Mandate).where(*both, *_current(now), *such)
    return session.scalars(query.order_by(Mandate.origin.not_in(DERIVED), Mandate.id)).first()


def holds(session: Session, person: UUID, mandate: UUID | None, now: datetime) -> bool:
    """Whether this person may act by this mandate now, and chose to: a visit is begun by its code alone."""
    mine = Mandate.id == mandate, Mandate.acting_id == person, Mandate.origin != Origin.ASSISTED
    return mandate is not None and session.scalar(select(Mandate.id).where(*mine, *_current(now))) is not None


def who_blocked(session: Session, mandate: Mandate) -> set[UUID]:
    """Those who want no requests and offers from whoever took its first step."""
    first = mandate.acting_id if mandate.origin == Origin.REQUESTED else mandate.represented_id
    return set(session.scalars(select(Blocked.by_id).where(Blocked.person_id == first)))


def joined_to(session: Session, person: UUID) -> list[UUID]:
    """The accounts that this person's took over."""
    return list(session.scalars(select(Person.id).where(Person.merged_into == person).order_by(Person.id)))


def near(person: UUID, subject: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    """Whether a subject is this very human, whoever they are known as here, or one of the two may act for the other: a
    column of the query that reads what is the subject's."""
    mine = select(Identifier.fingerprint).where(Identifier.person_id == person)
    theirs = Identifier.fingerprint.in_(mine)
    human = select(Identifier.person_id).where(theirs)
    active = Mandate.state == State.ACTIVE
    return or_(
        subject == person,
        exists().where(Identifier.person_id == subject, theirs),
        exists().where(Mandate.represented_id == subject, active, Mandate.acting_id.in_(human)),
        exists().where(Mandate.acting_id == subject, active, Mandate.represented_id.in_(human)),
    )


def history(session: Session, mandate: UUID) -> Sequence[MandateAction]:
    """What was done to a mandate, oldest first."""
    query = select(MandateAction).where(MandateAction.mandate_of_id == mandate)
    return session.scalars(query.order_by(MandateAction.step)).all()


def over_by(session: Session, now: datetime, most: int) -> list[UUID]:
    """Mandates whose time, or the time to answer them, is over and is not noted yet."""
    return list(session.scalars(select(Mandate.id).where(Mandate.over_at <= now).order_by(Mandate.over_at).limit(most)))


def holds_by_law(session: Session, person: UUID) -> bool:
    """Whether this person has a right that a register gave."""
    by_law = Mandate.acting_id == person, Mandate.state == State.ACTIVE, Mandate.origin.in_(DERIVED)
    return session.scalar(select(Mandate.id).where(*by_law).limit(1)) is not None


def _current(now: datetime, row: type[Mandate] = Mandate) -> tuple[ColumnElement[bool], ...]:
    """What counts now."""
    return row.state == State.ACTIVE, _in_time(now, row)


def _in_time(now: datetime, row: type[Mandate] = Mandate) -> ColumnElement[bool]:
    return or_(row.over_at.is_(None), row.over_at > now)


def _newest(session: Session, which: Iterable[ColumnElement[bool]], before: UUID | None, most: int) -> list[Right]:
    query = _RIGHTS.where(*which)
    if before is not None:
        query = query.where(Mandate.id < before)
    return _rights(session, query.order_by(Mandate.id.desc()).limit(most))


def _rights(session: Session, query: Select[Mandate, str, str, str, str]) -> list[Right]:
    return [Right(*row) for row in session.execute(query)]


PERSON: Any = bindparam("person")
NOW: Any = bindparam("now")
_ANYTHING = select(Mandate.id).where(*_waiting(PERSON, NOW)).limit(1)
"""Made once: the dashboard asks it every time, and making it took as long as half of that page."""
