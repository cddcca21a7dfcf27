"""What registers say of who may act for whom: companies and their representatives, parents, guardians. It is kept with
the day of the answer, and what they say no longer ends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from payments.actor import Actor
from portal.i18n import CASABLANCA
from portal.identity import people
from portal.identity.mandates import actions
from portal.identity.mandates.actions import ALL_SCOPES, Terms
from portal.identity.mandates.events import Moved
from portal.identity.mandates.models import Company, Mandate
from portal.identity.mandates.states import Origin, State, Verb
from portal.identity.models import Person
from portal.identity.ports import Family, LegalPerson
from portal.keys import Keyring

FAMILIES, COMPANIES = "families", "companies"

ASKED_AGAIN = timedelta(days=7)
"""So often a register is asked whether a right that it gave is still one."""


def found(session: Session, moment: datetime, _actor: Actor, said: LegalPerson) -> Company:
    """The company of a register's answer, made or renewed."""
    keys = [Company.ice == said.ice] if said.ice else []
    if said.court and said.rc:
        keys.append((Company.court == said.court) & (Company.rc == said.rc))
    company = session.scalars(select(Company).where(or_(*keys)).with_for_update()).first() if keys else None
    if company is None:
        company = Company(ice=said.ice, court=said.court, rc=said.rc)
        session.add(company)
    company.kind, company.name_ar, company.name_lat = said.kind, said.name_ar, said.name_lat
    company.ice, company.court, company.rc = said.ice, said.court, said.rc
    company.facts, company.as_of, company.found_at = dict(said.facts), said.as_of, moment
    session.flush()
    return company


def derive(
    session: Session,
    moment: datetime,
    actor: Actor,
    represented: UUID,
    acting: UUID,
    origin: Origin,
    as_of: date,
    terms: Terms,
    *,
    company: bool = False,
) -> list[Moved]:
    """What a register says: makes the mandate, or confirms the one there is. Nothing for somebody who has died or whose
    account is closed, nor, unless they ask themselves, for who gave it up."""
    mine = Mandate.represented_id == represented, Mandate.acting_id == acting, Mandate.origin == origin
    known = session.scalar(select(Mandate).where(*mine).order_by(Mandate.id.desc()).limit(1).with_for_update())
    if known is None or known.state != State.ACTIVE:
        gave_up = known is not None and known.state == State.GIVEN_UP and actor.actor != acting
        if gave_up or not all(_lives(session, one) for one in (represented, acting)):
            return []
        made = actions.made_of(moment, origin, terms, represented_id=represented, company=company, acting_id=acting)
        made.as_of = as_of
        return [actions.begin(session, moment, actor, made, Verb.DERIVE, "")]
    if known.as_of == as_of and known.until == terms.until and known.changed_at > moment - ASKED_AGAIN:
        return []
    known.as_of, known.until = as_of, terms.until
    return actions.move(session, moment, actor, known, Verb.CONFIRM)


def _lives(session: Session, side: UUID) -> bool:
    """Whether a side of a mandate can have rights: a company, or somebody alive whose account is not closed."""
    person = session.get(Person, side)
    return person is None or (person.died_at is None and person.closed_at is None)


def representatives(
    session: Session, moment: datetime, actor: Actor, company: Company, said: LegalPerson, keyring: Keyring
) -> list[Moved]:
    """Keeps what a register says of a company: those it names may represent it from now on, so far as they are known
    here; those it names no longer may not."""
    happened: list[Moved] = []
    still: list[UUID] = []
    for one in said.representatives:
        person = next(_known(session, keyring, one.numbers), None)
        if person is None:
            continue
        still.append(person.id)
        terms = Terms(ALL_SCOPES, passes_on=True, capacity=one.capacity)
        origin = Origin.COMMERCIAL
        happened += derive(session, moment, actor, company.id, person.id, origin, said.as_of, terms, company=True)
    gone = Mandate.represented_id == company.id, Mandate.acting_id.not_in(still)
    return happened + _ended(session, moment, actor, Origin.COMMERCIAL, *gone)


def wards_of(
    session: Session, moment: datetime, actor: Actor, person: UUID, said: Family, keyring: Keyring
) -> list[Moved]:
    """Keeps what the civil register says: whom this person represents by law, until when."""
    happened: list[Moved] = []
    still = []
    for ward in said.wards:
        until = _start_of(ward.until) if ward.until else None
        if until is not None and until <= moment:
            continue
        known = people.ward_of(session, moment, ward, said.as_of, FAMILIES, keyring)
        still.append(known.id)
        terms = Terms(ALL_SCOPES, until=until, capacity=ward.capacity)
        happened += derive(session, moment, actor, known.id, person, Origin.CIVIL, said.as_of, terms)
    return happened + end_held(session, moment, actor, person, Origin.CIVIL, still)


def end_held(
    session: Session, moment: datetime, actor: Actor, acting: UUID, origin: Origin, represented: Iterable[UUID]
) -> list[Moved]:
    """Ends what a register no longer says: what ``acting`` holds by it for anybody not among ``represented``."""
    gone = Mandate.acting_id == acting, Mandate.represented_id.not_in(list(represented))
    return _ended(session, moment, actor, origin, *gone)


def _ended(
    session: Session, moment: datetime, actor: Actor, origin: Origin, *which: ColumnElement[bool]
) -> list[Moved]:
    """Ends those of a register's mandates that it says nothing of any more."""
    derived = select(Mandate).where(*which, Mandate.origin == origin, Mandate.state == State.ACTIVE)
    rows = session.scalars(derived.order_by(Mandate.id).with_for_update()).all()
    return [one for row in rows for one in actions.move(session, moment, actor, row, Verb.END)]


def _known(session: Session, keyring: Keyring, numbers: Mapping[str, str]) -> Iterator[Person]:
    for kind, number in numbers.items():
        found_one: Person | None = people.by_number(session, keyring, kind, number)
        if found_one is not None:
            yield found_one


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time.min, CASABLANCA)
