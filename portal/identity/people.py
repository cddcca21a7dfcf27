"""People as issuers and registers vouch for them: made, found again, renewed, and what is known of them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from payments.columns import new_id
from portal.identity import contacts, numbers
from portal.identity.errors import ChangedPerson, NotAlive, WrongNumber
from portal.identity.models import Account, Identifier, Person
from portal.identity.ports import Claims, Ward
from portal.keys import Keyring
from portal.who import LEVELS

STRONG = ("cin", "residence_title", "passport", "idcs")
SURE = LEVELS[1:]


@dataclass(frozen=True, slots=True)
class Known:
    """What one source vouches for, and on which day it did."""

    source: str
    as_of: date
    values: Mapping[str, str]


def context(person: UUID) -> str:
    """What binds a person's data key to their row."""
    return f"person:{person}"


def signed_in_as(session: Session, moment: datetime, claims: Claims, keyring: Keyring, *, staff: bool) -> Person:
    """The person whom these claims are about, made or renewed. Raises ChangedPerson when the account has become
    somebody else's, NotAlive."""
    person = _of_account(session, claims)
    if person is None:
        person = _awaited(session, claims, keyring, staff) or _new(session, moment, keyring, staff)
        session.add(Account(person_id=person.id, issuer=claims.issuer, sub=claims.sub, joined_at=moment))
        person.language = claims.language
    else:
        _same(known_of(person, keyring), claims)
    if person.died_at is not None:
        raise NotAlive
    if claims.acr in SURE or not _surely_known(session, person.id):
        person.name_ar, person.name_lat, person.zone = claims.name_ar, claims.name_lat, claims.zone
        vouch(person, keyring, claims.issuer, moment.date(), claims.identifiers)
    person.seen_at, person.closed_at = moment, None
    person.surest = max(person.surest, claims.acr, key=LEVELS.index)
    session.flush()
    _find_by(session, person, keyring, claims.identifiers, claims.acr)
    contacts.vouched(session, moment, person.id, claims.issuer, claims.identifiers, keyring, person.data_key)
    _know_the_other(session, person)
    session.flush()
    return person


def ward_of(session: Session, moment: datetime, ward: Ward, as_of: date, source: str, keyring: Keyring) -> Person:
    """The child or ward of a register's answer: known already by a number, or made, without an account."""
    more = {"birthdate": ward.birthdate.isoformat(), "gender": ward.gender}
    names = (ward.name_ar, ward.name_lat)
    return told_by_register(session, moment, source, as_of, ward.numbers, names, keyring, more)


def told_by_register(
    session: Session,
    moment: datetime,
    source: str,
    as_of: date,
    theirs: Mapping[str, str],
    names: tuple[str, str],
    keyring: Keyring,
    more: Mapping[str, str] | None = None,
) -> Person:
    """Somebody a register knows by ``theirs`` (numbers by kind) and ``names`` (Arabic, Latin): found here by a number,
    or made, without an account."""
    person = _by_numbers(session, keyring, theirs) or _new(session, moment, keyring, staff=False)
    if not _has_account(session, person.id):
        person.name_ar, person.name_lat = names
    values = {**theirs, **(more or {}), "name_ar": names[0], "name_lat": names[1]}
    vouch(person, keyring, source, as_of, values)
    session.flush()
    _find_by(session, person, keyring, theirs, SURE[0])
    session.flush()
    return person


def by_number(session: Session, keyring: Keyring, kind: str, number: str) -> Person | None:
    """The citizen with this (normalised) number, None when nobody is known by it."""
    return _by_numbers(session, keyring, {kind: number})


def sure_numbers(session: Session, person_id: UUID, keyring: Keyring) -> list[str]:
    """The numbers that are surely this person's: said at low assurance alone they are not."""
    known = identifiers(session, person_id, keyring)
    return [known[kind] for kind in STRONG if kind in known]


def by_account(session: Session, issuer: str, sub: str) -> UUID | None:
    """Whom an issuer knows by this subject identifier, None when they never signed in."""
    return session.scalar(select(Account.person_id).where(Account.issuer == issuer, Account.sub == sub))


def vouch(person: Person, keyring: Keyring, source: str, as_of: date, values: Mapping[str, str]) -> None:
    """Notes what a source says of a person; what it said before is replaced."""
    data_key = keyring.unwrap(person.data_key, context(person.id))
    said = _opened(person, keyring) | {source: {"as_of": as_of.isoformat(), "values": dict(values)}}
    person.sealed = keyring.seal(data_key, json.dumps(said).encode(), context(person.id))


def known_of(person: Person, keyring: Keyring) -> list[Known]:
    """What each source vouches for, the newest last."""
    said = _opened(person, keyring)
    found = [Known(source, date.fromisoformat(one["as_of"]), one["values"]) for source, one in said.items()]
    return sorted(found, key=lambda one: one.as_of)


def identifiers(session: Session, person_id: UUID, keyring: Keyring) -> dict[str, str]:
    """What identifies a person: names, and what all sources say, the newest word on each; decrypted. Numbers are there
    that are surely theirs alone."""
    person = session.get_one(Person, person_id)
    sure = set(session.scalars(select(Identifier.fingerprint).where(Identifier.person_id == person_id)))
    found: dict[str, str] = {}
    for known in known_of(person, keyring):
        theirs = {kind for kind, fingerprint in _fingerprints(keyring, known.values) if fingerprint in sure}
        found |= {name: value for name, value in known.values.items() if name not in STRONG or name in theirs}
    return {**found, "name_ar": person.name_ar, "name_lat": person.name_lat}


def _opened(person: Person, keyring: Keyring) -> dict[str, Any]:
    if not person.sealed:
        return {}
    data_key = keyring.unwrap(person.data_key, context(person.id))
    said: dict[str, Any] = json.loads(keyring.unseal(data_key, person.sealed, context(person.id)))
    if any(isinstance(value, str) for value in said.values()):  # written before sources were told apart
        return {"": {"as_of": date.min.isoformat(), "values": said}}
    return said


def _of_account(session: Session, claims: Claims) -> Person | None:
    query = select(Account).where(Account.issuer == claims.issuer, Account.sub == claims.sub)
    account = session.scalar(query.with_for_update())
    return session.get(Person, account.person_id, with_for_update=True) if account else None


def _awaited(session: Session, claims: Claims, keyring: Keyring, staff: bool) -> Person | None:
    """Somebody a register told us of before, who signs in for the first time."""
    if staff or claims.acr not in SURE:
        return None
    found = _by_numbers(session, keyring, claims.identifiers)
    return None if found is None or _has_account(session, found.id) else found


def joined_to(session: Session, person: UUID) -> UUID:
    """Whoever took over from this person when two accounts became one; else themselves."""
    query = select(Person.merged_into).where(Person.id == bindparam("person"))
    while (taken_over := session.scalar(query, {"person": person})) is not None:
        person = taken_over
    return person


def names_of(session: Session, people: Collection[UUID]) -> dict[UUID, tuple[str, str]]:
    """The names of some people, in Arabic and in Latin letters."""
    if not people:
        return {}
    query = select(Person.id, Person.name_ar, Person.name_lat).where(Person.id.in_(people))
    return {one: (ar, lat) for one, ar, lat in session.execute(query)}


def same_human(session: Session, person: UUID) -> set[UUID]:
    """All who are surely this very human: at work and as a citizen, at one issuer and at another."""
    mine = select(Identifier.fingerprint).where(Identifier.person_id == person)
    found = session.scalars(select(Identifier.person_id).where(Identifier.fingerprint.in_(mine)).distinct())
    return {person, *found}


def told_of_before(session: Session, person: UUID) -> list[Person]:
    """Those without an account, of whom a register told, who are surely this person."""
    query = select(Person).where(
        Person.id.in_(same_human(session, person) - {person}), ~Person.staff, Person.merged_into.is_(None)
    )
    return [one for one in session.scalars(query.order_by(Person.id)) if not _has_account(session, one.id)]


def _new(session: Session, moment: datetime, keyring: Keyring, staff: bool) -> Person:
    person_id = new_id()
    _, wrapped = keyring.new_data_key(context(person_id))
    person = Person(id=person_id, name_ar="", name_lat="", language="ar", zone="", data_key=wrapped, sealed=b"")
    person.staff, person.seen_at = staff, moment
    session.add(person)
    session.flush()
    return person


def _surely_known(session: Session, person: UUID) -> bool:
    return session.scalar(select(Identifier.id).where(Identifier.person_id == person).limit(1)) is not None


def _has_account(session: Session, person: UUID) -> bool:
    return session.scalar(select(Account.id).where(Account.person_id == person).limit(1)) is not None


def _same(known: Iterable[Known], claims: Claims) -> None:
    """Numbers change (a card is replaced, a foreigner becomes a citizen), birth dates do not: another number without
    the same birth date says that this issuer's account has been given to somebody else."""
    before = next((one.values for one in known if one.source == claims.issuer), None)
    if before is None:
        return
    others = [kind for kind in STRONG if kind in before and claims.identifiers.get(kind, before[kind]) != before[kind]]
    born = before.get("birthdate")
    if others and (born is None or claims.identifiers.get("birthdate") != born):
        raise ChangedPerson(claims.issuer)


def _find_by(session: Session, person: Person, keyring: Keyring, values: Mapping[str, str], acr: str) -> None:
    """The person is found by the numbers that are surely theirs."""
    if acr not in SURE:
        return
    had = set(session.scalars(select(Identifier.fingerprint).where(Identifier.person_id == person.id)))
    for kind, fingerprint in _fingerprints(keyring, values):
        if fingerprint not in had:
            session.add(Identifier(person_id=person.id, kind=kind, fingerprint=fingerprint))
    session.flush()


def _fingerprints(keyring: Keyring, values: Mapping[str, str]) -> list[tuple[str, str]]:
    found = []
    for kind in STRONG:
        try:
            found.append((kind, numbers.found_by(keyring, kind, numbers.normalised(kind, values.get(kind) or ""))))
        except WrongNumber:
            continue
    return found


def by_fingerprint(session: Session, fingerprint: str) -> UUID | None:
    """The citizen with the number behind this keyed hash, None when nobody is known by it."""
    found = _by_fingerprints(session, [fingerprint])
    return found.id if found else None


def _by_numbers(session: Session, keyring: Keyring, values: Mapping[str, str]) -> Person | None:
    return _by_fingerprints(session, [fingerprint for _kind, fingerprint in _fingerprints(keyring, values)])


def _by_fingerprints(session: Session, wanted: Collection[str]) -> Person | None:
    query = (
        select(Person)
        .join(Identifier, Identifier.person_id == Person.id)
        .where(Identifier.fingerprint.in_(wanted), ~Person.staff, Person.merged_into.is_(None))
        .order_by(Person.id)
    )
    return session.scalars(query).first() if wanted else None


def _know_the_other(session: Session, person: Person) -> None:
    """The same human at work and as a citizen: neither decides what the other asks for."""
    mine = select(Identifier.fingerprint).where(Identifier.person_id == person.id)
    query = (
        select(Person)
        .join(Identifier, Identifier.person_id == Person.id)
        .where(Identifier.fingerprint.in_(mine), Person.staff != person.staff, Person.merged_into.is_(None))
    )
    other = session.scalars(query.order_by(Person.id)).first()
    if other is not None:
        person.other_id, other.other_id = other.id, person.id
