"""What the provider says it took for an attempt, beside what the ledger has of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CompoundSelect, ScalarSelect, func, select, union
from sqlalchemy.orm import InstrumentedAttribute, Session

from payments.columns import moment_of
from payments.debts.histories import attempts_moved
from payments.debts.models import Attempt
from payments.ledger.models import Entry, Transaction
from payments.money import Money
from payments.ports import Status, Taken
from payments.settlement.bookings import REFUNDED, TAKEN
from payments.settlement.models import Refund, Transfer

Key = InstrumentedAttribute[UUID]


@dataclass(frozen=True, slots=True)
class Charge:
    """An attempt and what is booked of it: taken from the payer (None: nothing) and given back to them."""

    attempt: UUID
    provider: str
    reference: str | None
    answered: bool
    expires_at: datetime
    taken: Money | None
    returned: Money | None


def charges(session: Session, since: UUID | None, after: UUID | None, most: int) -> list[Charge]:
    """Attempts in the order of their keys, beyond ``after``: all of them or, with ``since``, those acted on since that
    key was made and those whose provider has not said its last word."""
    (taken, currency), returned = taken_by(Attempt.id), returned_to(Attempt.id)
    query = select(Attempt, taken, currency, returned).order_by(Attempt.id).limit(most)
    if since is not None:
        query = query.where(Attempt.id.in_(_open_or_touched(since)))
    if after is not None:
        query = query.where(Attempt.id > after)
    return [_charge(*row) for row in session.execute(query)]


def charge(session: Session, attempt: UUID) -> Charge:
    """One attempt, read afresh."""
    (taken, currency), returned = taken_by(Attempt.id), returned_to(Attempt.id)
    query = select(Attempt, taken, currency, returned).where(Attempt.id == attempt)
    return _charge(*session.execute(query).one())


def difference(charge: Charge, status: Status | None, *, under_way: bool = False) -> str | None:
    """How the ledger differs from what the provider said (None: it was never asked for money); None when it does not.

    ``under_way``: money that was just taken or given back there may not be booked here yet.
    """
    if status is None or status.taken not in (Taken.SUCCEEDED, Taken.REFUNDED):
        state = status.taken.value if status else "never opened"
        return f"is {state} at the provider, and {said(charge.taken)} are booked" if charge.taken else None
    if status.taken is Taken.REFUNDED:
        lacking = charge.taken is not None and charge.returned != charge.taken
        return f"was given back at the provider, here {said(charge.returned)}" if lacking and not under_way else None
    if charge.taken is None and under_way:
        return None
    if charge.taken != status.amount:
        return f"took {said(status.amount)} at the provider, here {said(charge.taken)}"
    return "was given back here, and not at the provider" if charge.returned == charge.taken else None


def taken_by(attempt: Key) -> tuple[ScalarSelect[Any], ScalarSelect[Any]]:
    """Minor units and currency that the ledger has as taken by an attempt, NULL when it has nothing."""
    booked = (Entry.transaction_id == Transaction.id, Entry.minor > 0)
    query = select(func.sum(Entry.minor)).join(Transaction, booked[0]).where(booked[1])
    query = query.where(Transaction.kind == TAKEN, Transaction.reference == attempt)
    return query.scalar_subquery(), query.with_only_columns(func.min(Entry.currency)).scalar_subquery()


def returned_to(attempt: Key) -> ScalarSelect[Any]:
    """Minor units of an attempt that the ledger has as given back to the payer, NULL when there are none."""
    query = select(func.sum(Entry.minor)).select_from(Refund)
    query = query.join(Transaction, (Transaction.kind == REFUNDED) & (Transaction.reference == Refund.id))
    query = query.join(Entry, (Entry.transaction_id == Transaction.id) & (Entry.minor > 0))
    return query.where(Refund.attempt_id == attempt).scalar_subquery()


def given_to(attempt: Key) -> ScalarSelect[Any]:
    """Minor units of an attempt that went to beneficiaries, NULL when there are none."""
    return select(func.sum(Transfer.minor)).where(Transfer.attempt_id == attempt).scalar_subquery()


def held_back(attempt: Key) -> ScalarSelect[Any]:
    """Minor units of an attempt that paid nothing and are to be, or were, given back; NULL when there are none."""
    held = select(func.sum(Refund.minor)).where(Refund.attempt_id == attempt, Refund.debt_id.is_(None))
    return held.scalar_subquery()


def touched_refunds(since: UUID) -> CompoundSelect[UUID, UUID]:
    """Id and attempt of the refunds that came to be due, were made or were booked since this key was made."""
    refund = select(Refund.id, Refund.attempt_id)
    booked = select(Transaction.reference).where(Transaction.id >= since, Transaction.kind == REFUNDED)
    made = refund.where(Refund.done_at >= moment_of(since))
    return union(refund.where(Refund.id >= since), made, refund.where(Refund.id.in_(booked)))


def _open_or_touched(since: UUID) -> Any:
    unanswered = select(Attempt.id).where(Attempt.answered.is_(False), Attempt.provider_reference.is_not(None))
    refunds = select(touched_refunds(since).subquery().c.attempt_id)
    return union(*attempts_moved(since), unanswered, refunds)


def _charge(attempt: Attempt, taken: int | None, currency: str | None, returned: int | None) -> Charge:
    return Charge(
        attempt=attempt.id,
        provider=attempt.provider,
        reference=attempt.provider_reference,
        answered=attempt.answered,
        expires_at=attempt.expires_at,
        taken=None if taken is None or currency is None else Money(int(taken), currency),
        returned=None if returned is None or currency is None else Money(int(returned), currency),
    )


def said(amount: Money | None) -> str:
    """An amount as an operator reads it; None is nothing."""
    return "nothing" if amount is None else f"{amount.decimal} {amount.currency}"
