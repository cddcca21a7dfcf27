"""What must always be true of the money: each check reads the database and says what is wrong, one line each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from sqlalchemy import Select, and_, case, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from payments.debts.models import Attempt, AttemptAction, AttemptDebt, Debt, DebtAction
from payments.debts.states import AttemptState, DebtState
from payments.ledger.actions import balances, unbalanced
from payments.ledger.models import Entry, Transaction
from payments.money import total
from payments.settlement.bookings import REFUNDED, TAKEN
from payments.settlement.models import PaymentReceipt, Refund, Transfer

Check = Callable[[Session], list[str]]

PAYING = (AttemptState.PAID, AttemptState.REFUNDING)


def ledger_sums_to_zero(session: Session) -> list[str]:
    """Every transaction balances, and so does the whole ledger in each currency."""
    problems = [f"ledger transaction {transaction} does not balance" for transaction in unbalanced(session)]
    held = [balance.amount for balance in balances(session)]
    for currency in sorted({amount.currency for amount in held}):
        if rest := total((amount for amount in held if amount.currency == currency), currency):
            problems.append(f"the ledger is off by {rest.decimal} {currency}")
    return problems


def at_most_one_live_attempt_per_debt(session: Session) -> list[str]:
    """The unique index sees to it; this sees to the index."""
    query = select(AttemptDebt.debt_id).where(AttemptDebt.live).group_by(AttemptDebt.debt_id).having(func.count() > 1)
    return [f"debt {debt} has several live attempts" for debt in session.scalars(query)]


def paid_debts_have_one_paying_attempt(session: Session) -> list[str]:
    """Every paid debt was paid by exactly one attempt, and no attempt pays a debt that is not paid."""
    paying = (
        select(AttemptDebt.debt_id, func.count().label("attempts"))
        .join(Attempt, and_(Attempt.id == AttemptDebt.attempt_id, Attempt.state.in_(PAYING)))
        .where(AttemptDebt.live)
        .group_by(AttemptDebt.debt_id)
        .subquery()
    )
    wanted = case((Debt.state == DebtState.PAID, 1), else_=0)
    found = func.coalesce(paying.c.attempts, 0)
    query = select(Debt.id, Debt.state, found).join(paying, paying.c.debt_id == Debt.id, isouter=True)
    rows = session.execute(query.where(found != wanted).order_by(Debt.id))
    return [f"debt {debt} is {state} and has {count} paying attempts" for debt, state, count in rows]


def paid_debts_are_booked(session: Session) -> list[str]:
    """Every paid debt has one ledger transaction: that of its attempt, over the attempt's whole amount."""
    booked = (
        select(Transaction.reference, func.sum(Entry.minor).label("minor"), func.min(Entry.currency).label("currency"))
        .join(Entry, and_(Entry.transaction_id == Transaction.id, Entry.minor > 0))
        .where(Transaction.kind == TAKEN)
        .group_by(Transaction.reference)
        .subquery()
    )
    query = (
        _paid(select(Debt.id))
        .join(booked, booked.c.reference == Attempt.id, isouter=True)
        .where(booked.c.minor.is_(None) | (booked.c.minor != Attempt.minor) | (booked.c.currency != Attempt.currency))
    )
    return [f"debt {debt} is paid, but its amount is not in the ledger" for debt in session.scalars(query)]


def paid_attempts_cover_their_debts(session: Session) -> list[str]:
    """What an attempt took is the sum of the debts it paid."""
    owed = (
        select(AttemptDebt.attempt_id, func.sum(Debt.minor).label("minor"))
        .join(Debt, Debt.id == AttemptDebt.debt_id)
        .group_by(AttemptDebt.attempt_id)
        .subquery()
    )
    query = select(Attempt.id).join(owed, owed.c.attempt_id == Attempt.id).where(owed.c.minor != Attempt.minor)
    return [f"attempt {attempt} asks another amount than its debts" for attempt in session.scalars(query)]


def paid_debts_reach_their_beneficiaries(session: Session) -> list[str]:
    """The shares of the beneficiaries of a paid debt sum to its amount."""
    shares = select(Transfer.debt_id, func.sum(Transfer.minor).label("minor")).group_by(Transfer.debt_id).subquery()
    query = (
        select(Debt.id)
        .join(shares, shares.c.debt_id == Debt.id, isouter=True)
        .where(Debt.state == DebtState.PAID, func.coalesce(shares.c.minor, 0) != Debt.minor)
    )
    return [f"debt {debt} is paid, but not shared out to the centime" for debt in session.scalars(query)]


def paid_debts_have_a_receipt(session: Session) -> list[str]:
    """Whoever paid can prove it."""
    receipts = select(PaymentReceipt.debt_id)
    query = select(Debt.id).where(Debt.state == DebtState.PAID, Debt.id.not_in(receipts))
    return [f"debt {debt} is paid and has no receipt" for debt in session.scalars(query)]


def refunds_are_booked(session: Session) -> list[str]:
    """A refund is in the ledger as given back when, and only when, it was."""
    booked = select(Transaction.reference).where(Transaction.kind == REFUNDED)
    query = select(Refund.id).where(Refund.id.in_(booked) == Refund.done_at.is_(None))
    return [f"refund {refund} and the ledger disagree" for refund in session.scalars(query)]


def states_equal_the_last_action(session: Session) -> list[str]:
    """The rows of debts and attempts are projections of their histories."""
    debts = _drifted(session, Debt, DebtAction, DebtAction.debt_id)
    attempts = _drifted(session, Attempt, AttemptAction, AttemptAction.attempt_id)
    return [f"debt {row} differs from its last action" for row in debts] + [
        f"attempt {row} differs from its last action" for row in attempts
    ]


CHECKS: tuple[Check, ...] = (
    ledger_sums_to_zero,
    at_most_one_live_attempt_per_debt,
    paid_debts_have_one_paying_attempt,
    paid_debts_are_booked,
    paid_attempts_cover_their_debts,
    paid_debts_reach_their_beneficiaries,
    paid_debts_have_a_receipt,
    refunds_are_booked,
    states_equal_the_last_action,
)


def _paid(query: Select[tuple[UUID]]) -> Select[tuple[UUID]]:
    return (
        query.join(AttemptDebt, and_(AttemptDebt.debt_id == Debt.id, AttemptDebt.live))
        .join(Attempt, Attempt.id == AttemptDebt.attempt_id)
        .where(Debt.state == DebtState.PAID)
    )


def _drifted(
    session: Session,
    row: type[Debt] | type[Attempt],
    action: type[DebtAction] | type[AttemptAction],
    parent: InstrumentedAttribute[UUID],
) -> Sequence[UUID]:
    newest = select(parent.label("parent"), func.max(action.number).label("number")).group_by(parent).subquery()
    last = and_(parent == row.id, action.number == newest.c.number)
    query = (
        select(row.id)
        .join(newest, newest.c.parent == row.id, isouter=True)
        .join(action, last, isouter=True)
        .where(action.id.is_(None) | (action.number != row.steps) | (action.state != row.state))
    )
    return session.scalars(query.order_by(row.id)).all()
