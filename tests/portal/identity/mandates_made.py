"""Builders: people of identity and the mandates between them, without any page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from payments.actor import Actor
from portal.identity import people
from portal.identity.mandates import actions
from portal.identity.mandates.actions import Terms
from portal.identity.mandates.models import Company, Mandate
from portal.identity.mandates.states import Scope
from portal.identity.ports import Claims
from portal.keys import Keyring

NOW = datetime(2026, 10, 1, 9, 30, tzinfo=UTC)
KEYS = Keyring({"test": bytes(range(32))}, "test")
CARDS = {"salma": "AE214587", "accountant": "BE998877", "daughter": "C200300"}
TERMS = Terms((Scope.SEE, Scope.FILL), until=NOW + timedelta(days=90))


def claims(name: str, **changes: object) -> Claims:
    """What the national issuer says of somebody."""
    identifiers = {"cin": CARDS.get(name, "ZZ1"), "birthdate": "1990-01-01", "email": f"{name}@example.ma"}
    usual = {
        "issuer": "national",
        "sub": f"ma-{name}",
        "name_ar": name,
        "name_lat": name,
        "language": "fr",
        "acr": "high",
        "auth_time": NOW,
        "id_token": "t",
        "identifiers": identifiers,
    }
    return Claims(**(usual | changes))  # type: ignore[arg-type]


def person(session: Session, name: str, **changes: object) -> UUID:
    """Somebody who signed in with their digital ID."""
    return people.signed_in_as(session, NOW, claims(name, **changes), KEYS, staff=False).id


def company(session: Session, ice: str = "001561191000066") -> UUID:
    """A company, as its register told us of it."""
    row = Company(kind="company", name_ar="شركة", name_lat="Atlas SARL", ice=ice, facts={}, as_of=NOW.date())
    row.found_at = NOW
    session.add(row)
    session.flush()
    return row.id


def by(someone: UUID) -> Actor:
    """Somebody acting for themselves."""
    return Actor.person(someone)


def card_of(name: str) -> str:
    """The keyed hash by which somebody is found by the number of their card."""
    from portal.identity import numbers

    return numbers.found_by(KEYS, "cin", CARDS[name])


def offered(session: Session, represented: UUID, to: str, terms: Terms = TERMS, **more: object) -> Mandate:
    """A mandate that somebody offered to whoever holds a card."""
    made = actions.offer(session, NOW, by(represented), represented, card_of(to), terms, **more)  # type: ignore[arg-type]
    return session.get_one(Mandate, made.mandate)


def given(session: Session, represented: UUID, acting: UUID, to: str, terms: Terms = TERMS, **more: object) -> Mandate:
    """A mandate in force."""
    row = offered(session, represented, to, terms, **more)
    actions.accept(session, NOW, by(acting), row, acting)
    return row
