"""Whoever looks at what is another's leaves a record of it, in the transaction that reads it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from portal.audit.actions import About, Reader, note
from portal.audit.models import Basis, Did, Kind, Role
from portal.audit.reading import refused_lately
from portal.identity.mandates.actions import is_over
from portal.identity.mandates.models import Mandate
from portal.identity.mandates.states import State
from portal.unit import LeavesTrace, Unit, real_now
from portal.web import MandateOver, keep_if_refused
from portal.who import Acting, Who

BY_ROLE = {"auditor": Basis.AUDIT, "clerk": Basis.ASSISTED}
PARENTS = frozenset({"mother", "father"})
BY_LAW = {"civil": Basis.CIVIL_REGISTER, "commercial": Basis.COMMERCIAL_REGISTER, "assisted": Basis.ASSISTED}


def seen(unit: Unit, who: Who, about: About, did: Did = Did.READ) -> None:
    """This person looks at (or changes) what is of ``about``: a record of it, unless it is their own. Raises
    LeavesTrace in a unit that only reads, which then runs again."""
    if about.subject != who.id:
        _noted(unit, reader(who), about, did)


def still_acts(unit: Unit, who: Who) -> None:
    """Looks once more whether the mandate counts by which this person acts: the partner that was asked meanwhile took
    its time. Raises MandateOver."""
    row = unit.session.get(Mandate, who.acting.mandate, with_for_update={"read": True}) if who.acting else None
    if row is not None and (row.state != State.ACTIVE or is_over(row, real_now())):
        refused(who, About(row.represented_id or who.id, Kind.REQUEST))
        raise MandateOver


def refused(who: Who, about: About) -> None:
    """This person tried to look at what is not theirs: that is kept although nothing else of this request is. Tried
    again the same day it is not kept twice: it would push who really looked out of sight."""
    if about.subject != who.id:
        keep_if_refused(lambda unit: _refused(unit, replace(reader(who), basis=Basis.NONE), about))


def _refused(unit: Unit, by: Reader, about: About) -> None:
    if not refused_lately(unit.session, real_now() - timedelta(days=1), unit.actor, about):
        unit.in_real_time().do(note, by, about, refused=True)


def reader(who: Who) -> Reader:
    """As what, and by which right, this person looks at what is another's."""
    if who.acting is not None:
        return _acting(who.acting)
    if who.staff and who.role:
        basis = BY_ROLE.get(who.role, Basis.COMPETENT_OFFICE)
        known = who.role if who.role in (Role.SUPERVISOR, Role.AUDITOR, Role.CLERK) else Role.AGENT
        return Reader(Role(known), basis, who.administration or "", who.office)
    return Reader(Role.STRANGER, Basis.NONE)


def _acting(right: Acting | Mandate) -> Reader:
    usual = Basis.COMPANY if right.company else Basis.MANDATE
    office = right.office if isinstance(right, Acting) else right.office_id
    return Reader(_role(right), BY_LAW.get(right.origin, usual), office=office)


def seen_by(unit: Unit, mandate: Mandate, about: About) -> None:
    """Whoever holds this mandate looks at what is of the represented, without acting for them now: a record of it.
    Raises LeavesTrace in a unit that only reads."""
    _noted(unit, _acting(mandate), about, Did.READ)


def _noted(unit: Unit, by: Reader, about: About, did: Did) -> None:
    if unit.reading:
        raise LeavesTrace
    unit.in_real_time().do(note, by, about, did)


def _role(right: Acting | Mandate) -> Role:
    if right.origin == "assisted":
        return Role.CLERK
    if right.origin == "civil":
        return Role.PARENT if right.capacity in PARENTS else Role.GUARDIAN
    return Role.COMPANY_USER if right.company else Role.DELEGATE
