"""Money that goes back: what is to be given back, and what was."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from payments.actor import Actor
from payments.columns import new_id
from payments.debts.actions import links_of, move_attempt, move_debt, ref_of, set_live
from payments.debts.errors import NotKnown
from payments.debts.models import Attempt, Debt
from payments.debts.states import AttemptState, AttemptVerb, DebtVerb
from payments.money import Money, total
from payments.settlement.bookings import PAYER_REFUNDS, book_held, book_owed_back, book_refunded
from payments.settlement.events import RefundDue, Refunded
from payments.settlement.models import Reason, Refund


def refunds_of(session: Session, attempt: Attempt) -> list[Refund]:
    """What was or is to be given back of an attempt, oldest first."""
    return list(session.scalars(select(Refund).where(Refund.attempt_id == attempt.id).order_by(Refund.id)))


def by_key(refunds: Iterable[Refund], key: str | None) -> list[Refund]:
    """The refund of this key, or without a key those still to be given back. Raises NotKnown."""
    if key is None:
        return [refund for refund in refunds if refund.done_at is None]
    found = [refund for refund in refunds if str(refund.id) == key]
    if not found:
        raise NotKnown("refund")
    return found


def due_event(attempt: Attempt, refund: Refund, debts: Iterable[Debt]) -> RefundDue:
    """What the world must be asked to do. An attempt that never got a reference has its id to be found by."""
    return RefundDue(
        attempt=attempt.id,
        provider=attempt.provider,
        reference=attempt.provider_reference or str(attempt.id),
        amount=refund.amount,
        key=str(refund.id),
        reason=refund.reason,
        debts=tuple(ref_of(debt) for debt in debts if refund.debt_id in (None, debt.id)),
    )


def hold(
    session: Session, moment: datetime, actor: Actor, attempt: Attempt, amount: Money, held: str, reason: Reason
) -> Refund:
    """Money came that pays nothing: booked in, kept apart, and to be given back whole."""
    set_live(session, attempt, False)
    move_attempt(session, moment, actor, attempt, AttemptVerb.PAY)
    book_held(session, moment, attempt, amount, held)
    move_attempt(session, moment, actor, attempt, AttemptVerb.OWE_BACK)
    return _write(session, moment, attempt, None, amount, held, reason)


def owe_back(session: Session, moment: datetime, actor: Actor, attempt: Attempt, debt: Debt, reason: Reason) -> Refund:
    """A paid debt is to be given back, once. The attempt is refunding when that goes for all its debts."""
    before = refunds_of(session, attempt)
    for refund in before:
        if refund.debt_id == debt.id:
            return refund
    refund = _write(session, moment, attempt, debt, debt.amount, PAYER_REFUNDS, reason)
    book_owed_back(session, moment, refund)
    if len(before) + 1 == len(links_of(session, attempt)):
        move_attempt(session, moment, actor, attempt, AttemptVerb.OWE_BACK)
    return refund


def give_back(
    session: Session,
    moment: datetime,
    actor: Actor,
    attempt: Attempt,
    debts: Iterable[Debt],
    refunds: Sequence[Refund],
    reference: str | None,
) -> Refunded | None:
    """Books refunds that the provider made; None when all of them were booked before."""
    waiting = [refund for refund in refunds if refund.done_at is None]
    by_id = {debt.id: debt for debt in debts}
    for refund in refunds:
        refund.provider_reference = refund.provider_reference or reference
    for refund in waiting:
        refund.done_at = moment
        book_refunded(session, moment, refund, attempt.provider)
    undone = [by_id[refund.debt_id] for refund in waiting if refund.debt_id]
    for debt in undone:
        _undo(session, moment, actor, attempt, debt)
    _finish(session, moment, actor, attempt)
    if not waiting:
        return None
    amount = total((refund.amount for refund in waiting), waiting[0].currency)
    return Refunded(attempt.id, reference, amount, tuple(map(ref_of, undone)))


def _undo(session: Session, moment: datetime, actor: Actor, attempt: Attempt, debt: Debt) -> None:
    move_debt(session, moment, actor, debt, DebtVerb.REFUND)
    for link in links_of(session, attempt):
        link.live = link.live and link.debt_id != debt.id


def _finish(session: Session, moment: datetime, actor: Actor, attempt: Attempt) -> None:
    waiting = [refund for refund in refunds_of(session, attempt) if refund.done_at is None]
    if attempt.state == AttemptState.REFUNDING and not waiting:
        move_attempt(session, moment, actor, attempt, AttemptVerb.GIVE_BACK)
    session.flush()


def _write(
    session: Session, moment: datetime, attempt: Attempt, debt: Debt | None, amount: Money, held: str, reason: Reason
) -> Refund:
    refund = Refund(
        id=new_id(),
        attempt_id=attempt.id,
        debt_id=debt.id if debt else None,
        reason=reason,
        held=held,
        minor=amount.minor,
        currency=amount.currency,
        due_at=moment,
    )
    session.add(refund)
    session.flush()
    return refund
