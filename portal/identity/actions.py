"""Sign people in and out; know them again by their cookie; know who works where."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, select
from sqlalchemy.orm import Session

from payments.actor import Actor
from payments.columns import new_id
from portal.identity.models import Agent, Person, SignIn
from portal.identity.ports import Claims
from portal.keys import Keyring
from portal.web import Who

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)

Recognise = Callable[[Session, str, datetime], "tuple[Who, Any] | None"]


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Someone signed in: the cookie's token exists only here and in the browser."""

    person: UUID
    token: str


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _context(person: UUID) -> str:
    return f"person:{person}"


def sign_in(session: Session, moment: datetime, _actor: Actor, claims: Claims, keyring: Keyring) -> SignedIn:
    """Makes or renews the person from the issuer's claims and opens a session. ``moment`` is real time."""
    person = session.scalar(
        select(Person).where(Person.issuer == claims.issuer, Person.sub == claims.sub).with_for_update()
    )
    if person is None:
        person_id = new_id()
        person = Person(id=person_id, issuer=claims.issuer, sub=claims.sub)
        _, person.data_key = keyring.new_data_key(_context(person_id))
        session.add(person)
    data_key = keyring.unwrap(person.data_key, _context(person.id))
    person.name_ar, person.name_lat, person.language = claims.name_ar, claims.name_lat, claims.language
    person.sealed = keyring.seal(data_key, json.dumps(dict(claims.identifiers)).encode(), _context(person.id))
    person.seen_at = moment
    session.flush()
    token = secrets.token_urlsafe(32)
    row_id = new_id()
    session.add(
        SignIn(
            id=row_id,
            token=_digest(token),
            person_id=person.id,
            acr=claims.acr,
            id_token=keyring.seal(data_key, claims.id_token.encode(), f"sign-in:{row_id}"),
            signed_in_at=moment,
            seen_at=moment,
            ends_at=moment + ABSOLUTE,
        )
    )
    session.flush()
    return SignedIn(person.id, token)


# every page of a signed-in person begins with it: made once, and no more columns than are looked at
BY_TOKEN = (
    select(
        SignIn.ends_at,
        SignIn.ended_at,
        Person.id,
        SignIn.id,
        Person.issuer,
        Person.name_ar,
        Person.name_lat,
        Person.language,
        SignIn.acr,
        SignIn.seen_at,
        Agent.office_id,
    )
    .join(SignIn, Person.id == SignIn.person_id)
    .outerjoin(Agent, (Agent.issuer == Person.issuer) & (Agent.sub == Person.sub))
    .where(SignIn.token == bindparam("token"))
)


def recogniser(about: Callable[[ColumnElement[UUID]], ColumnElement[Any]]) -> Recognise:
    """Finds who holds a token, and in the same query what ``about`` a person's id is wanted beside."""
    query = BY_TOKEN.add_columns(about(Person.__table__.c.id))

    def recognise(session: Session, token: str, now: datetime) -> tuple[Who, Any] | None:
        """None when the token is unknown, ended, idle for too long or too old."""
        row = session.execute(query, {"token": _digest(token)}).first()
        if row is None:
            return None
        ends_at, ended_at, *known, beside = row
        who = Who(*known)
        if ended_at is not None or now > ends_at or now > who.seen_at + IDLE:
            return None
        return who, beside

    return recognise


def keep_alive(session: Session, now: datetime, sign_in_id: UUID) -> None:
    """Notes that the browser was here."""
    row = session.get(SignIn, sign_in_id)
    if row is not None:
        row.seen_at = now


def sign_out(session: Session, moment: datetime, _actor: Actor, sign_in_id: UUID, keyring: Keyring) -> str | None:
    """Ends a session; returns the ID token that the issuer's sign-out needs, None when it was over."""
    row = session.get(SignIn, sign_in_id, with_for_update=True)
    if row is None or row.ended_at is not None:
        return None
    row.ended_at = moment
    session.flush()
    person = session.get_one(Person, row.person_id)
    data_key = keyring.unwrap(person.data_key, _context(person.id))
    return keyring.unseal(data_key, row.id_token, f"sign-in:{row.id}").decode()


def identifiers(session: Session, person_id: UUID, keyring: Keyring) -> dict[str, str]:
    """What identifies a person: names and the issuer's claims, decrypted."""
    person = session.get_one(Person, person_id)
    data_key = keyring.unwrap(person.data_key, _context(person.id))
    known: dict[str, str] = json.loads(keyring.unseal(data_key, person.sealed, _context(person.id)))
    return {**known, "name_ar": person.name_ar, "name_lat": person.name_lat}


def language_of(session: Session, person_id: UUID) -> str:
    """The language a person reads."""
    return session.get_one(Person, person_id).language


def load_agents(session: Session, _moment: datetime, _actor: Actor, agents: Iterable[Mapping[str, Any]]) -> None:
    """Adds officers: ``issuer``, ``sub`` and ``office`` (an id of journeys)."""
    known = {(agent.issuer, agent.sub): agent for agent in session.scalars(select(Agent))}
    for entry in agents:
        agent = known.get((entry["issuer"], entry["sub"]))
        if agent is None:
            session.add(Agent(issuer=entry["issuer"], sub=entry["sub"], office_id=entry["office"]))
        else:
            agent.office_id = entry["office"]
    session.flush()
