"""Sign people in and out; know them again by their cookie, with the right by which they act."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from journeys.exchange.models import Office
from payments.actor import Actor
from payments.columns import new_id
from portal.identity import people
from portal.identity.mandates.models import Company, Mandate
from portal.identity.mandates.states import State
from portal.identity.models import Account, Person, SignIn, UsedToken
from portal.identity.ports import Claims, Farewell
from portal.identity.staff.models import Agent
from portal.keys import Keyring
from portal.unit import real_now
from portal.who import LEVELS, Acting, Who

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Someone signed in: the cookie's token exists only here and in the browser."""

    person: UUID
    sign_in: UUID
    token: str


Recognise = Callable[[Session, str, datetime], "tuple[Who, Any] | None"]


def ends_at(who: Who) -> datetime:
    """When this session ends if nothing more happens in it: being here is noted every two minutes alone."""
    now = real_now()
    return min(who.ends_at, (now if who.seen_long_ago(now) else who.seen_at) + IDLE)


def digest_of(token: str) -> str:
    """What lies in the database of a random token that lies in a cookie."""
    return hashlib.sha256(token.encode()).hexdigest()


def sign_in(
    session: Session,
    moment: datetime,
    _actor: Actor,
    claims: Claims,
    keyring: Keyring,
    *,
    staff: bool = False,
    device: str = "",
) -> SignedIn:
    """Makes or renews the person from the issuer's claims and opens a session. ``moment`` is real time. Raises
    ChangedPerson."""
    person = people.signed_in_as(session, moment, claims, keyring, staff=staff)
    data_key = keyring.unwrap(person.data_key, people.context(person.id))
    token, row_id = secrets.token_urlsafe(32), new_id()
    row = SignIn(id=row_id, token=digest_of(token), person_id=person.id, issuer=claims.issuer)
    row.acr, row.sid, row.device = claims.acr, claims.sid, device
    row.id_token = keyring.seal(data_key, claims.id_token.encode(), f"sign-in:{row_id}")
    row.signed_in_at, row.seen_at, row.ends_at = moment, moment, moment + ABSOLUTE
    row.agent_id = _only_office(session, claims) if staff else None
    session.add(row)
    session.flush()
    return SignedIn(person.id, row_id, token)


def _only_office(session: Session, claims: Claims) -> UUID | None:
    """The one place where somebody works; None when there are several, of which they choose, or none."""
    found = session.scalars(working(claims.issuer, claims.sub)).all()
    return found[0].id if len(found) == 1 else None


def working(issuer: str, sub: str) -> Select[Agent]:
    """The roles that somebody has at offices now."""
    query = select(Agent).where(Agent.issuer == issuer, Agent.sub == sub, Agent.ended_at.is_(None))
    return query.order_by(Agent.id)


Ward = aliased(Person)
# every page of a signed-in person begins with it: made once, and no more columns than are looked at
SESSION = (SignIn.id, SignIn.issuer, SignIn.acr, SignIn.seen_at, SignIn.ends_at, SignIn.proved_at, SignIn.agent_id)
PERSON = (
    Person.id,
    Person.name_ar,
    Person.name_lat,
    Person.language,
    Person.zone,
    Person.staff,
    Person.surest,
    Person.other_id,
)
OFFICE = (Agent.office_id, Agent.role, Office.administration)
RIGHT = (
    Mandate.id,
    Mandate.represented_id,
    Mandate.company,
    func.coalesce(Company.name_ar, Ward.name_ar),
    func.coalesce(Company.name_lat, Ward.name_lat),
    Mandate.origin,
    Mandate.capacity,
    Mandate.scopes,
    Mandate.services,
    Mandate.administrations,
    Mandate.office_id,
    Mandate.passes_on,
    func.coalesce(Ward.surest, LEVELS[0]),
    Mandate.until,
    Mandate.state,
)
BY_TOKEN = (
    select(SignIn.ended_at, *SESSION, *PERSON, *OFFICE, *RIGHT)
    .join(Person, Person.id == SignIn.person_id)
    .outerjoin(Agent, (Agent.id == SignIn.agent_id) & Agent.ended_at.is_(None))
    .outerjoin(Office, Office.id == Agent.office_id)
    .outerjoin(Mandate, Mandate.id == SignIn.mandate_id)
    .outerjoin(Company, Company.id == Mandate.represented_id)
    .outerjoin(Ward, Ward.id == Mandate.represented_id)
    .where(SignIn.token == bindparam("token"))
)
BREADTHS = (1, len(SESSION), len(PERSON), len(OFFICE), len(RIGHT), 1)


def recogniser(about: Callable[[ColumnElement[UUID]], ColumnElement[Any]]) -> Recognise:
    """Finds who holds a token, and in the same query what ``about`` the id of whoever they act for is wanted beside."""
    subject = func.coalesce(Mandate.__table__.c.represented_id, Person.__table__.c.id)
    query = BY_TOKEN.add_columns(about(subject))

    def recognise(session: Session, token: str, now: datetime) -> tuple[Who, Any] | None:
        """None when the token is unknown, ended, idle for too long or too old."""
        row = session.execute(query, {"token": digest_of(token)}).first()
        if row is None:
            return None
        (ended,), here, person, office, right, (beside,) = _parts(row)
        who = _who(person, here, office, _acting(right, now))
        if ended is not None or now > who.ends_at or now > who.seen_at + IDLE:
            return None
        return who, beside

    return recognise


def _parts(row: Iterable[Any]) -> list[list[Any]]:
    values = iter(row)
    return [[next(values) for _ in range(breadth)] for breadth in BREADTHS]


def _who(person: list[Any], here: list[Any], office: list[Any], acting: Acting | None) -> Who:
    return Who(*[*person, *here, *office, acting])


def _acting(right: list[Any], now: datetime) -> Acting | None:
    *first, scopes, services, bodies, office, leads, surest, until, state = right
    if first[0] is None:
        return None
    over = state != State.ACTIVE or (until is not None and now >= until)
    of_services, of_bodies = (None if part is None else frozenset(part) for part in (services, bodies))
    return Acting(*[*first, frozenset(scopes.split()), of_services, of_bodies, office, leads, surest, over])


def holder(session: Session, token: str) -> SignIn | None:
    """The session that a token opened, also when it ran out (not one that was ended): to keep a form for whose it was,
    and for nothing else."""
    return session.scalar(select(SignIn).where(SignIn.token == digest_of(token), SignIn.ended_at.is_(None)))


def keep_alive(session: Session, now: datetime, sign_in_id: UUID) -> None:
    """Notes that the browser was here."""
    row = session.get(SignIn, sign_in_id)
    if row is not None:
        row.seen_at = now


def act_for(session: Session, _moment: datetime, _actor: Actor, sign_in_id: UUID, mandate: UUID | None) -> None:
    """From now on this browser acts by a mandate, or for its own person again (None)."""
    session.get_one(SignIn, sign_in_id).mandate_id = mandate
    session.flush()


def sign_out(session: Session, moment: datetime, _actor: Actor, sign_in_id: UUID, keyring: Keyring) -> str | None:
    """Ends a session; returns the ID token that the issuer's sign-out needs, None when it was over."""
    row = session.get(SignIn, sign_in_id, with_for_update=True)
    if row is None or row.ended_at is not None:
        return None
    row.ended_at = moment
    session.flush()
    person = session.get_one(Person, row.person_id)
    data_key = keyring.unwrap(person.data_key, people.context(person.id))
    return keyring.unseal(data_key, row.id_token, f"sign-in:{row.id}").decode()


def devices(session: Session, now: datetime, person: UUID) -> list[SignIn]:
    """The browsers a person is signed in with, the last seen first."""
    query = select(SignIn).where(
        SignIn.person_id == person, SignIn.ended_at.is_(None), SignIn.ends_at > now, SignIn.seen_at > now - IDLE
    )
    return list(session.scalars(query.order_by(SignIn.seen_at.desc(), SignIn.id)))


def end_devices(
    session: Session,
    moment: datetime,
    _actor: Actor,
    person: UUID,
    *,
    only: UUID | None = None,
    spare: UUID | None = None,
) -> int:
    """Ends a person's sessions: ``only`` one, or all but the one to ``spare``. Returns how many."""
    query = select(SignIn).where(SignIn.person_id == person, SignIn.ended_at.is_(None))
    if only is not None:
        query = query.where(SignIn.id == only)
    rows = [row for row in session.scalars(query.with_for_update()) if row.id != spare]
    for row in rows:
        row.ended_at = moment
    session.flush()
    return len(rows)


def farewell(session: Session, moment: datetime, _actor: Actor, issuer: str, said: Farewell) -> int | None:
    """The issuer says that somebody signed out there: their sessions end here. Returns how many, None when this word
    was heard before."""
    if session.get(UsedToken, said.key) is not None:
        return None
    session.add(UsedToken(digest=said.key, until=said.until))
    query = select(SignIn).where(SignIn.issuer == issuer, SignIn.ended_at.is_(None))
    if said.sid:
        query = query.where(SignIn.sid == said.sid)
    if said.sub:
        whose = select(Account.person_id).where(Account.issuer == issuer, Account.sub == said.sub)
        query = query.where(SignIn.person_id.in_(whose))
    rows = session.scalars(query.with_for_update()).all()
    for row in rows:
        row.ended_at = moment
    session.flush()
    return len(rows)


def language_of(session: Session, person_id: UUID) -> str:
    """The language a person reads."""
    return session.get_one(Person, person_id).language
