"""What a migration cannot do, because it has no keys: the worker does it once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.identity import contacts, people
from portal.identity.models import Person
from portal.outbox import later
from portal.unit import Unit, Work, real_now

MOST = 200
FIRST = UUID(int=0)


def take_in_addresses(work: Work, payload: Mapping[str, Any]) -> datetime | None:
    """Gives the addresses that issuers vouched for rows of their own (migration 0008), some people at a time."""
    work.transact(partial(_taken_in, UUID(payload.get("after", str(FIRST)))))
    return None


def _taken_in(after: UUID, unit: Unit) -> None:
    keyring = unit.adapters.keyring
    some = unit.session.scalars(select(Person).where(Person.id > after).order_by(Person.id).limit(MOST)).all()
    for person in some:
        if person.closed_at is None and not contacts.of_person(unit.session, person.id, keyring):
            for known in people.known_of(person, keyring):
                values, source = known.values, known.source
                contacts.vouched(unit.session, real_now(), person.id, source, values, keyring, person.data_key)
    if len(some) == MOST:
        last = str(some[-1].id)
        later(unit.session, "take_in_addresses", last, {"after": last})
