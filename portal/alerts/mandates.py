"""Alerts about mandates: to whoever is offered or asked, to the other side when it moves, of each act done by one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.alerts import actions
from portal.alerts.states import Kind
from portal.identity.mandates.models import Mandate
from portal.identity.mandates.reading import who_blocked
from portal.identity.mandates.states import Origin
from portal.identity.models import Contact, Identifier
from portal.unit import Unit, Work

KINDS: Mapping[str, tuple[Kind, str]] = {
    "Offered": (Kind.MANDATE_OFFERED, "invited"),
    "Requested": (Kind.MANDATE_REQUESTED, "asked"),
    "Accepted": (Kind.MANDATE_ACCEPTED, "first"),
    "Declined": (Kind.MANDATE_DECLINED, "first"),
    "Derived": (Kind.MANDATE_DERIVED, "represented"),
    "Admitted": (Kind.MANDATE_ADMITTED, "represented"),
    "Revoked": (Kind.MANDATE_REVOKED, "acting"),
    "GivenUp": (Kind.MANDATE_GIVEN_UP, "represented"),
    "Expired": (Kind.MANDATE_OVER, "both"),
    "Ended": (Kind.MANDATE_OVER, "both"),
}
"""What a step of a mandate is told as, and to which side."""

ACTS: Mapping[str, Kind] = {
    "Opened": Kind.ACTED_OPENED,
    "Submitted": Kind.ACTED_SUBMITTED,
    "Withdrawn": Kind.ACTED_WITHDRAWN,
    "Discarded": Kind.ACTED_DISCARDED,
    "Paying": Kind.ACTED_PAYING,
}


def tell_of_mandate(work: Work, payload: Mapping[str, Any]) -> datetime | None:
    """Tells whom a step of a mandate concerns."""
    work.transact(lambda unit: _tell(unit, UUID(payload["mandate"]), *KINDS[payload["event"]]))
    return None


def _tell(unit: Unit, mandate: UUID, kind: Kind, side: str) -> None:
    row = unit.session.get_one(Mandate, mandate)
    for person in _whom(unit, row, side):
        unit.do(actions.tell, person, kind, str(mandate), "", _other(row, person))


def _other(row: Mandate, person: UUID) -> UUID | None:
    """The person on the other side of a mandate; None for a company, which has no name of its own among people."""
    other = row.represented_id if person == row.acting_id else row.acting_id
    return None if row.company and other == row.represented_id else other


def _whom(unit: Unit, row: Mandate, side: str) -> list[UUID]:
    if side in ("invited", "asked"):
        return _addressed(unit, row)
    if side == "first":  # who took the first step waits for the answer
        side = "acting" if row.origin == Origin.REQUESTED else "represented"
    both = {"acting": [row.acting_id], "represented": [row.represented_id]}
    if row.origin == Origin.ASSISTED:  # at their work clerks have no inbox
        side = "represented"
    found = both.get(side) or [row.acting_id, row.represented_id]
    return [person for person in found if person is not None]


def _addressed(unit: Unit, row: Mandate) -> list[UUID]:
    """Who holds the number or address it was sent to; a company's own inbox when it was asked."""
    if row.company and row.represented_id and row.origin == Origin.REQUESTED:
        found: set[UUID] = {row.represented_id}
    else:
        held = select(Identifier.person_id).where(Identifier.fingerprint == row.invited)
        reached = select(Contact.person_id).where(Contact.fingerprint == row.invited, Contact.verified_at.is_not(None))
        found = {*unit.session.scalars(held), *unit.session.scalars(reached)}
    return sorted(found - who_blocked(unit.session, row))


def tell_of_act(work: Work, payload: Mapping[str, Any]) -> datetime | None:
    """Tells the represented of an act that somebody did by their mandate."""
    kind, person = ACTS[payload["event"]], UUID(payload["subject"])
    reference, service = payload["reference"], payload["service"]
    by = UUID(payload["by"])
    work.transact(lambda unit: unit.do(actions.tell, person, kind, reference, service, by))
    return None
