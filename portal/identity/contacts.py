"""Addresses of people: vouched for by an issuer or added by themselves, verified by a code, chosen, turned away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from phonenumbers import NumberParseException, PhoneNumberFormat, format_number, is_valid_number
from phonenumbers import parse as parsed_phone
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from payments.actor import Actor
from payments.columns import new_id
from portal.identity.errors import NotKnown
from portal.identity.models import Contact, Person
from portal.keys import Keyring

OWN = "own"
MOST = 6


class Channel(StrEnum):
    """How someone is reached."""

    MAIL = "mail"
    SMS = "sms"


CLAIMED: Mapping[Channel, str] = {Channel.MAIL: "email", Channel.SMS: "phone_number"}


@dataclass(frozen=True, slots=True)
class Reached:
    """An address as its owner sees it."""

    id: UUID
    channel: Channel
    address: str
    source: str
    chosen: bool
    verified: bool
    bounced_at: datetime | None


def vouched(
    session: Session,
    moment: datetime,
    person: UUID,
    source: str,
    values: Mapping[str, str],
    keyring: Keyring,
    wrapped: str,
) -> None:
    """Keeps the addresses that an issuer vouches for; those it vouched for before and no longer does are let go."""
    data_key = keyring.unwrap(wrapped, f"person:{person}")
    for channel, claim in CLAIMED.items():
        address = values.get(claim, "")
        mark = found_by(keyring, channel, address)
        rows = session.scalars(select(Contact).where(Contact.person_id == person, Contact.channel == channel)).all()
        for row in rows:
            if row.source == source and row.fingerprint != mark:
                session.delete(row)
        if address and mark not in {row.fingerprint for row in rows}:
            row = _made(moment, person, channel, mark, source)
            row.sealed, row.verified_at = keyring.seal(data_key, address.encode(), _context(row.id)), moment
            row.chosen = not any(other.chosen for other in rows if other.source != source)
            session.add(row)
    session.flush()


def add(
    session: Session, moment: datetime, actor: Actor, channel: Channel, address: str, keyring: Keyring
) -> Contact | None:
    """An address that the person adds themselves, to be verified. None when they have as many as anybody needs."""
    person = _person(session, actor)
    rows = _rows(session, person.id)
    mark = found_by(keyring, channel, address)
    known = next((row for row in rows if row.channel == channel and row.fingerprint == mark), None)
    if known is not None:
        return known
    if len(rows) >= MOST:
        return None
    row = _made(moment, person.id, channel, mark, OWN)
    data_key = keyring.unwrap(person.data_key, f"person:{person.id}")
    row.sealed = keyring.seal(data_key, address.encode(), _context(row.id))
    session.add(row)
    session.flush()
    return row


def verified(session: Session, moment: datetime, actor: Actor, contact: UUID) -> None:
    """The person proved that they read what is sent there: it is used from now on. Raises NotKnown."""
    row = own(session, actor, contact)
    row.verified_at, row.bounced_at = moment, None
    session.flush()
    choose(session, moment, actor, contact)


def choose(session: Session, _moment: datetime, actor: Actor, contact: UUID) -> None:
    """Of this kind, this address is the one we write to. Raises NotKnown, also for one that is not verified."""
    row = own(session, actor, contact)
    if row.verified_at is None:
        raise NotKnown(str(contact))
    same = select(Contact).where(Contact.person_id == row.person_id, Contact.channel == row.channel)
    for other in session.scalars(same):
        other.chosen = other.id == row.id
    session.flush()


def remove(session: Session, moment: datetime, actor: Actor, contact: UUID) -> None:
    """The person takes back an address they added. Raises NotKnown, also for one that an issuer vouches for."""
    row = own(session, actor, contact)
    if row.source != OWN:
        raise NotKnown(str(contact))
    session.delete(row)
    session.flush()
    left = select(Contact).where(
        Contact.person_id == row.person_id, Contact.channel == row.channel, Contact.verified_at.is_not(None)
    )
    rows = session.scalars(left.order_by(Contact.id)).all()
    if row.chosen and rows:
        choose(session, moment, actor, rows[0].id)


def bounced(
    session: Session, moment: datetime, _actor: Actor, channel: Channel, address: str, keyring: Keyring
) -> None:
    """An address turned a letter away for good: whoever has it in their account sees that."""
    mark = found_by(keyring, channel, address)
    session.execute(update(Contact).where(Contact.fingerprint == mark).values(bounced_at=moment))


def of_person(session: Session, person_id: UUID, keyring: Keyring) -> list[Reached]:
    """A person's addresses, decrypted, in the order in which they came."""
    person = session.get_one(Person, person_id)
    rows = _rows(session, person_id)
    data_key = keyring.unwrap(person.data_key, f"person:{person_id}") if rows else b""
    return [
        Reached(
            row.id,
            Channel(row.channel),
            keyring.unseal(data_key, row.sealed, _context(row.id)).decode(),
            row.source,
            row.chosen,
            row.verified_at is not None,
            row.bounced_at,
        )
        for row in rows
    ]


def address_of(session: Session, person: UUID, channel: Channel, keyring: Keyring) -> str | None:
    """Where to write to a person: the address they chose among the verified ones."""
    some = [one for one in of_person(session, person, keyring) if one.channel == channel and one.verified]
    return next((one.address for one in sorted(some, key=lambda one: not one.chosen)), None)


def carried_over(session: Session, kept: Person, gone: Person, keyring: Keyring) -> None:
    """The addresses of one person become another's, sealed anew under their key; those they have already are let go."""
    theirs = keyring.unwrap(kept.data_key, f"person:{kept.id}")
    before = keyring.unwrap(gone.data_key, f"person:{gone.id}")
    had = {(row.channel, row.fingerprint) for row in _rows(session, kept.id)}
    for row in _rows(session, gone.id):
        if (row.channel, row.fingerprint) in had:
            session.delete(row)
            continue
        address = keyring.unseal(before, row.sealed, _context(row.id))
        row.person_id, row.chosen = kept.id, False
        row.sealed = keyring.seal(theirs, address, _context(row.id))
    session.flush()


def _rows(session: Session, person: UUID) -> Sequence[Contact]:
    return session.scalars(select(Contact).where(Contact.person_id == person).order_by(Contact.id)).all()


def own(session: Session, actor: Actor, contact: UUID) -> Contact:
    """An address of the person who acts. Raises NotKnown, also for another's."""
    row = session.get(Contact, contact)
    if row is None or row.person_id != actor.actor:
        raise NotKnown(str(contact))
    return row


def found_by(keyring: Keyring, channel: Channel, address: str) -> str:
    """The keyed hash by which an address is found: letters of mail addresses count alike, large or small, and a domain
    as it is asked for (RFC 5891), so that no two domains are one."""
    local, sign, domain = address.rpartition("@")
    with suppress(EmailNotValidError):
        domain = validate_email(f"x@{domain}", check_deliverability=False).ascii_domain if sign else domain
    return keyring.fingerprint(f"{channel}:{local.lower()}{sign}{domain.lower()}", "contact")


def read_address(typed: str) -> tuple[Channel, str] | None:
    """What was typed as an address: a mail address, or a telephone number (E.164); None for neither."""
    if "@" in typed:
        try:
            return Channel.MAIL, validate_email(typed.strip(), check_deliverability=False).normalized
        except EmailNotValidError:
            return None
    try:
        number = parsed_phone(typed, "MA")
    except NumberParseException:
        return None
    return (Channel.SMS, format_number(number, PhoneNumberFormat.E164)) if is_valid_number(number) else None


def _made(moment: datetime, person: UUID, channel: Channel, mark: str, source: str) -> Contact:
    row = Contact(id=new_id(), person_id=person, channel=channel, fingerprint=mark, source=source, chosen=False)
    row.added_at = moment
    return row


def _person(session: Session, actor: Actor) -> Person:
    return session.get_one(Person, actor.actor)


def _context(contact: UUID) -> str:
    return f"contact:{contact}"
