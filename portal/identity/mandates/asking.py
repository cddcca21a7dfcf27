"""What the registers say of a person: whom they represent by law. Asked when they press for it (law 55-19, art. 24),
and again each week while a right of theirs rests on it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from journeys.exchange.ports import NotKnown
from payments.actor import Actor
from portal.audit.actions import About, Reader, note
from portal.audit.models import Basis, Kind, Role
from portal.identity import people
from portal.identity.mandates import deriving, reading
from portal.identity.mandates.deriving import ASKED_AGAIN
from portal.identity.mandates.events import Derived
from portal.identity.mandates.states import Origin
from portal.identity.ports import Companies, Families, Family, LegalPerson
from portal.outbox import later
from portal.unit import Unit, Work, real_now

PURPOSE = "whom this person may represent"

Said = tuple[Family | None, list[LegalPerson] | None]


def ask_in_a_week(unit: Unit, event: Derived) -> None:
    """The register that gave a right is asked about it again, each week from now on."""
    due = real_now() + ASKED_AGAIN
    later(unit.session, "ask_registers", str(event.acting), {"person": str(event.acting)}, due, again=True)


def ask_registers(work: Work, payload: Mapping[str, Any]) -> datetime | None:
    """Asks the registers about the rights that they gave somebody, for as long as there are any."""
    person = UUID(payload["person"])
    if not work.transact(lambda unit: reading.holds_by_law(unit.session, person), reading=True):
        return None
    ask(work, person)
    return real_now() + ASKED_AGAIN


def ask(work: Work, person: UUID, actor: Actor | None = None) -> int:
    """Asks both registers whom somebody represents, and keeps it in real time. Returns how much was new. Raises
    NotReachable and NotAccepted."""
    families, companies = work.adapters.families, work.adapters.companies
    return work.three_steps(
        lambda unit: people.sure_numbers(unit.session, person, unit.adapters.keyring),
        lambda numbers: _said_by(families, companies, numbers),
        lambda unit, _numbers, said: _keep(unit.in_real_time(), person, said),
        actor=actor,
    )


def _said_by(families: Families | None, companies: Companies | None, numbers: list[str]) -> Said:
    """What both registers say; None for one that was not asked. One that knows no such person says that they represent
    nobody."""
    if not numbers:
        return None, None
    family = None if families is None else Family(real_now().date(), ())
    found = None if companies is None else list[LegalPerson]()
    for number in numbers:
        if families is not None and family is not None and not family.wards:
            with suppress(NotKnown):
                family = families.of(number, PURPOSE)
        if companies is not None and found is not None:
            with suppress(NotKnown):
                found += companies.of(number, PURPOSE)
    return family, found


def _keep(unit: Unit, person: UUID, said: Said) -> int:
    """Keeps what they say, and ends the rights of which they say nothing any more; the person sees that they were
    asked. Returns how much was new."""
    (family, companies), keyring, happened = said, unit.adapters.keyring, 0
    if family is not None or companies is not None:
        unit.do(note, Reader(Role.REGISTER, Basis.CONSENT), About(person, Kind.FACTS))
    if family is not None:
        happened += len(unit.do(deriving.wards_of, person, family, keyring))
    if companies is not None:
        still = []
        for one in companies:
            company = deriving.found(unit.session, unit.moment, unit.actor, one)
            happened += len(unit.do(deriving.representatives, company, one, keyring))
            still.append(company.id)
        happened += len(unit.do(deriving.end_held, person, Origin.COMMERCIAL, still))
    return happened
