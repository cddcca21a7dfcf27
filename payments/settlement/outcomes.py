"""What a provider's answer means for an attempt and its debts, all locked before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from payments.actor import Actor
from payments.debts.actions import live_attempts, lock_attempt, move_attempt, move_debt, ref_of, set_live
from payments.debts.models import Attempt, Debt
from payments.debts.states import ATTEMPT_LIFE, AttemptState, AttemptVerb, DebtState, DebtVerb
from payments.money import Money
from payments.ports import Status, Taken
from payments.settlement.bookings import PAYER_REFUNDS, SUSPENSE, book_settled
from payments.settlement.events import (
    AttemptExpired,
    AttemptFailed,
    Mismatched,
    Outcome,
    RefundDue,
    Refunded,
    Settled,
)
from payments.settlement.models import PaymentReceipt, Reason
from payments.settlement.receipts import new_number
from payments.settlement.refunds import due_event, give_back, hold, owe_back, refunds_of

Debts = list[Debt]
Meaning = Callable[[Session, datetime, Actor, Attempt, Debts, Status], Outcome | None]

DONE = (AttemptState.PAID, AttemptState.REFUNDING, AttemptState.REFUNDED)


def nothing_yet(*_: object) -> None:
    """The payer is still busy."""


def succeeded(
    session: Session, moment: datetime, actor: Actor, attempt: Attempt, debts: Debts, status: Status
) -> Settled | RefundDue | Mismatched | None:
    """Money was taken: it pays the debts, or it goes back. Again, or after a refund, it is no news."""
    if attempt.state in DONE or status.amount is None:
        return None
    attempt.answered, attempt.charge = True, status.charge
    if status.amount != attempt.amount:
        return _mismatched(session, moment, actor, attempt, debts, status.amount)
    if any(debt.state != DebtState.DUE for debt in debts):
        refund = hold(session, moment, actor, attempt, attempt.amount, PAYER_REFUNDS, Reason.SURPLUS)
        return due_event(attempt, refund, debts)
    return _settle(session, moment, actor, attempt, debts)


def failed(
    session: Session, moment: datetime, actor: Actor, attempt: Attempt, debts: Debts, _status: Status
) -> AttemptFailed | None:
    """The provider gave up."""
    if not _closed_there(session, moment, actor, attempt, AttemptVerb.FAIL):
        return None
    return AttemptFailed(attempt.id, tuple(map(ref_of, debts)))


def expired(
    session: Session, moment: datetime, actor: Actor, attempt: Attempt, debts: Debts, _status: Status
) -> AttemptExpired | None:
    """The provider's page has closed."""
    if not _closed_there(session, moment, actor, attempt, AttemptVerb.EXPIRE):
        return None
    return AttemptExpired(attempt.id, tuple(map(ref_of, debts)))


def given_back(
    session: Session, moment: datetime, actor: Actor, attempt: Attempt, debts: Debts, status: Status
) -> Refunded | AttemptFailed | None:
    """The provider gave everything back, asked by us or by an operator in its own pages.

    An attempt we never saw paid has failed: its money came and went, and paid nothing.
    """
    if attempt.state not in DONE:
        return failed(session, moment, actor, attempt, debts, status)
    if attempt.state == AttemptState.PAID:
        for debt in debts:
            owe_back(session, moment, actor, attempt, debt, Reason.OUTSIDE)
    return give_back(session, moment, actor, attempt, debts, refunds_of(session, attempt), None)


MEANINGS: Mapping[Taken, Meaning] = {
    Taken.PENDING: nothing_yet,
    Taken.SUCCEEDED: succeeded,
    Taken.FAILED: failed,
    Taken.EXPIRED: expired,
    Taken.REFUNDED: given_back,
}


def close(session: Session, moment: datetime, actor: Actor, attempt: Attempt) -> AttemptExpired:
    """Closes a prepared or open attempt here; at the provider its page may stay open, so it is still asked about."""
    set_live(session, attempt, False)
    move_attempt(session, moment, actor, attempt, AttemptVerb.EXPIRE)
    _, debts = lock_attempt(session, attempt.id)
    return AttemptExpired(attempt.id, tuple(map(ref_of, debts)))


def _closed_there(session: Session, moment: datetime, actor: Actor, attempt: Attempt, verb: AttemptVerb) -> bool:
    attempt.answered = True
    if (attempt.state, verb) not in ATTEMPT_LIFE:
        return False
    set_live(session, attempt, False)
    move_attempt(session, moment, actor, attempt, verb)
    return True


def _mismatched(
    session: Session, moment: datetime, actor: Actor, attempt: Attempt, debts: Debts, taken: Money
) -> Mismatched:
    refund = hold(session, moment, actor, attempt, taken, SUSPENSE, Reason.MISMATCH)
    return Mismatched(attempt.id, attempt.amount, taken, due_event(attempt, refund, debts))


def _settle(session: Session, moment: datetime, actor: Actor, attempt: Attempt, debts: Debts) -> Settled:
    for rival in live_attempts(session, debts):
        if rival.id != attempt.id:
            close(session, moment, actor, rival)
    set_live(session, attempt, True)
    move_attempt(session, moment, actor, attempt, AttemptVerb.PAY)
    for debt in debts:
        move_debt(session, moment, actor, debt, DebtVerb.PAY)
        session.add(_receipt(session, moment, attempt, debt))
    book_settled(session, moment, attempt, debts)
    session.flush()
    return Settled(attempt.id, tuple(map(ref_of, debts)), attempt.amount)


def _receipt(session: Session, moment: datetime, attempt: Attempt, debt: Debt) -> PaymentReceipt:
    number = new_number()
    while session.scalar(select(PaymentReceipt.id).where(PaymentReceipt.number == number)):
        number = new_number()
    return PaymentReceipt(number=number, debt_id=debt.id, attempt_id=attempt.id, issued_at=moment)
