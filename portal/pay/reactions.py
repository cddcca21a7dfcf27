"""What happens to money when something happened to a case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from journeys.cases.errors import NotAskable
from journeys.cases.events import Fee, Submitted, Withdrawn
from journeys.cases.reading import case_by_id
from payments.debts.actions import cancel_debt as cancel
from payments.debts.actions import raise_debt as raise_
from payments.debts.models import OwedLine
from payments.debts.states import DebtState
from payments.settlement.events import Mismatched, Prepared, Refunded
from payments.settlement.reading import attempt, debt, debts_of
from portal.unit import Unit

UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True)
class Owed:
    """A person owes something for a case before it is complete."""

    debt: UUID
    reference: str
    service: str
    subject: UUID


@dataclass(frozen=True, slots=True)
class Paying:
    """Somebody went to pay what is owed for a case."""

    attempt: UUID
    reference: str
    service: str
    subject: UUID


@dataclass(frozen=True, slots=True)
class GivenBack:
    """A person got money back that they had paid for a case."""

    attempt: UUID
    reference: str
    service: str
    subject: UUID

    @property
    def key(self) -> str:
        """One attempt may have paid for several requests: each is told."""
        return f"{self.attempt}:{self.reference}"


def raise_debt(unit: Unit, event: Submitted) -> None:
    """The fees of a request become one debt. A tariff no text proves is charged in a demonstration only."""
    if not event.fees:
        return
    if any(fee.tariff == UNVERIFIED for fee in event.fees) and not unit.adapters.settings.demo:
        raise NotAskable(event.service)
    raised = unit.in_real_time().do(
        raise_,
        owed_for=event.case_id,
        about=event.reference,
        currency=event.fees[0].amount.currency,
        lines=[_line(fee) for fee in event.fees],
    )
    unit.react(unit, Owed(raised.debt, event.reference, event.service, event.subject))


def _line(fee: Fee) -> OwedLine:
    tariff: Literal["sourced", "unverified"] = "unverified" if fee.tariff == UNVERIFIED else "sourced"
    return OwedLine(id=fee.id, names=fee.names, minor=fee.amount.minor, beneficiary=fee.account, tariff=tariff)


def cancel_debt(unit: Unit, event: Withdrawn) -> None:
    """What was not yet paid for a request taken back is no longer owed."""
    for owed in debts_of(unit.session, [event.case_id]).values():
        if owed.state == DebtState.DUE:
            unit.in_real_time().do(cancel, owed.id)


def say_paying(unit: Unit, event: Prepared) -> None:
    """Whoever pays for another tells them, once per request."""
    if unit.actor.mandate is None or not event.new:
        return
    for debt_id in attempt(unit.session, event.attempt).debts:
        case = case_by_id(unit.session, debt(unit.session, debt_id).owed_for)
        unit.react(unit, Paying(event.attempt, case.reference, case.service, case.subject_id))


def refund_mismatch(unit: Unit, event: Mismatched) -> None:
    """The provider took another sum than was owed: all of it goes back."""
    unit.react(unit, event.refund)


def say_given_back(unit: Unit, event: Refunded) -> None:
    """Whoever paid is told that the money went back, once per request; money that had paid nothing, for all of them."""
    undone = [ref.debt for ref in event.debts] or attempt(unit.session, event.attempt).debts
    for debt_id in undone:
        case = case_by_id(unit.session, debt(unit.session, debt_id).owed_for)
        unit.react(unit, GivenBack(event.attempt, case.reference, case.service, case.subject_id))
