"""What must always be true of the money: each rule reads the database and says what is wrong, one line each.

``since`` is a key: a rule then looks at what was booked, or at the debts and attempts that were acted on, since that
key was made. None is all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from uuid import UUID

from sqlalchemy import Select, and_, case, exists, func, select
from sqlalchemy.orm import Session

from payments.debts.histories import drifted, strayed, touched_attempts, touched_debts
from payments.debts.models import Attempt, AttemptAction, AttemptDebt, Debt, DebtAction
from payments.debts.states import ATTEMPT_LIFE, DEBT_LIFE, AttemptState, DebtState
from payments.ledger.actions import unbalanced
from payments.ledger.models import Entry, Transaction
from payments.settlement.bookings import REFUNDED, TAKEN
from payments.settlement.charges import given_to, held_back, taken_by, touched_refunds
from payments.settlement.models import PaymentReceipt, Refund, Transfer

Rule = Callable[[Session, UUID | None], Iterable[str]]

PAYING = (AttemptState.PAID, AttemptState.REFUNDING)
CHARGED = (*PAYING, AttemptState.REFUNDED)


def ledger_sums_to_zero(session: Session, since: UUID | None = None) -> Iterator[str]:
    """Every transaction balances, and so does the whole ledger in each currency."""
    for transaction in unbalanced(session, since):
        yield f"ledger transaction {transaction} does not balance"
    if since is None:
        off = select(Entry.currency, func.sum(Entry.minor)).group_by(Entry.currency).having(func.sum(Entry.minor) != 0)
        for currency, minor in session.execute(off.order_by(Entry.currency)):
            yield f"the ledger is off by {int(minor)} minor units of {currency}"


def at_most_one_live_attempt_per_debt(session: Session, since: UUID | None = None) -> Iterator[str]:
    """The unique index sees to it; this sees to the index."""
    query = select(AttemptDebt.debt_id).where(AttemptDebt.live, touched_debts(AttemptDebt.debt_id, since))
    for debt in session.scalars(query.group_by(AttemptDebt.debt_id).having(func.count() > 1)):
        yield f"debt {debt} has several live attempts"


def at_most_one_charge_pays_a_debt(session: Session, since: UUID | None = None) -> Iterator[str]:
    """A debt is shared out from one attempt: what another took for it is given back."""
    query = select(Transfer.debt_id).where(touched_debts(Transfer.debt_id, since)).group_by(Transfer.debt_id)
    for debt in session.scalars(query.having(func.count(Transfer.attempt_id.distinct()) > 1)):
        yield f"debt {debt} was paid by several charges"


def paid_debts_have_one_paying_attempt(session: Session, since: UUID | None = None) -> Iterator[str]:
    """Every paid debt was paid by exactly one attempt, and no attempt pays a debt that is not paid."""
    paying = (
        select(AttemptDebt.debt_id, func.count().label("attempts"))
        .join(Attempt, and_(Attempt.id == AttemptDebt.attempt_id, Attempt.state.in_(PAYING)))
        .where(AttemptDebt.live, touched_debts(AttemptDebt.debt_id, since))
        .group_by(AttemptDebt.debt_id)
        .subquery()
    )
    wanted = case((Debt.state == DebtState.PAID, 1), else_=0)
    found = func.coalesce(paying.c.attempts, 0)
    query = select(Debt.id, Debt.state, found).join(paying, paying.c.debt_id == Debt.id, isouter=True)
    for debt, state, count in session.execute(query.where(found != wanted, touched_debts(Debt.id, since))):
        yield f"debt {debt} is {state} and has {count} paying attempts"


def paid_debts_are_booked(session: Session, since: UUID | None = None) -> Iterator[str]:
    """Every paid debt has one ledger transaction: that of its attempt, over the attempt's whole amount."""
    taken, currency = taken_by(Attempt.id)
    wrong = taken.is_(None) | (taken != Attempt.minor) | (currency != Attempt.currency)
    query = _paid(select(Debt.id)).where(wrong, touched_debts(Debt.id, since))
    for debt in session.scalars(query):
        yield f"debt {debt} is paid, but its amount is not in the ledger"


def what_was_taken_is_booked(session: Session, since: UUID | None = None) -> Iterator[str]:
    """The ledger has the money of an attempt when, and only when, the attempt took money."""
    booked = exists().where(Transaction.kind == TAKEN, Transaction.reference == Attempt.id)
    query = select(Attempt.id, Attempt.state).where(touched_attempts(Attempt.id, since))
    for attempt, state in session.execute(query.where(Attempt.state.in_(CHARGED) != booked)):
        yield f"attempt {attempt} is {state}, and the ledger disagrees"


def taken_money_is_used_or_given_back(session: Session, since: UUID | None = None) -> Iterator[str]:
    """What an attempt took went to beneficiaries, or is held to be given back: to the centime, and not both."""
    taken, _ = taken_by(Attempt.id)
    gone = func.coalesce(given_to(Attempt.id), 0) + func.coalesce(held_back(Attempt.id), 0)
    query = select(Attempt.id, taken, gone).where(Attempt.state.in_(CHARGED), touched_attempts(Attempt.id, since))
    for attempt, minor, used in session.execute(query.where(func.coalesce(taken, 0) != gone)):
        yield f"attempt {attempt} took {minor} minor units, of which {used} are used or held"


def paid_attempts_cover_their_debts(session: Session, since: UUID | None = None) -> Iterator[str]:
    """What an attempt took is the sum of the debts it paid."""
    owed = (
        select(AttemptDebt.attempt_id, func.sum(Debt.minor).label("minor"))
        .join(Debt, Debt.id == AttemptDebt.debt_id)
        .where(touched_attempts(AttemptDebt.attempt_id, since))
        .group_by(AttemptDebt.attempt_id)
        .subquery()
    )
    query = select(Attempt.id).join(owed, owed.c.attempt_id == Attempt.id).where(owed.c.minor != Attempt.minor)
    for attempt in session.scalars(query):
        yield f"attempt {attempt} asks another amount than its debts"


def paid_debts_reach_their_beneficiaries(session: Session, since: UUID | None = None) -> Iterator[str]:
    """The shares of the beneficiaries of a paid debt sum to its amount."""
    shares = select(func.sum(Transfer.minor)).where(Transfer.debt_id == Debt.id).scalar_subquery()
    query = select(Debt.id).where(Debt.state == DebtState.PAID, func.coalesce(shares, 0) != Debt.minor)
    for debt in session.scalars(query.where(touched_debts(Debt.id, since))):
        yield f"debt {debt} is paid, but not shared out to the centime"


def paid_debts_have_a_receipt(session: Session, since: UUID | None = None) -> Iterator[str]:
    """Whoever paid can prove it."""
    receipt = exists().where(PaymentReceipt.debt_id == Debt.id)
    query = select(Debt.id).where(Debt.state == DebtState.PAID, ~receipt, touched_debts(Debt.id, since))
    for debt in session.scalars(query):
        yield f"debt {debt} is paid and has no receipt"


def refunds_are_booked(session: Session, since: UUID | None = None) -> Iterator[str]:
    """A refund is in the ledger as given back when, and only when, it was."""
    booked = exists().where(Transaction.kind == REFUNDED, Transaction.reference == Refund.id)
    query = select(Refund.id).where(booked == Refund.done_at.is_(None))
    if since is not None:
        query = query.where(Refund.id.in_(select(touched_refunds(since).subquery().c.id)))
    for refund in session.scalars(query):
        yield f"refund {refund} and the ledger disagree"


def debts_moved_along_the_table(session: Session, since: UUID | None = None) -> Iterator[str]:
    """Every action on a debt leads from the state before it to the state the table says, without a gap."""
    for debt, problem in strayed(session, DebtAction, DebtAction.debt_id, DEBT_LIFE, touched_debts, since):
        yield f"debt {debt}: {problem}"


def attempts_moved_along_the_table(session: Session, since: UUID | None = None) -> Iterator[str]:
    """Every action on an attempt leads from the state before it to the state the table says, without a gap."""
    parent = AttemptAction.attempt_id
    for attempt, problem in strayed(session, AttemptAction, parent, ATTEMPT_LIFE, touched_attempts, since):
        yield f"attempt {attempt}: {problem}"


def debts_and_attempts_equal_their_last_action(session: Session, since: UUID | None = None) -> Iterator[str]:
    """The rows of debts and attempts are projections of their histories."""
    for debt in drifted(session, Debt, DebtAction, DebtAction.debt_id, touched_debts, since):
        yield f"debt {debt} differs from its last action"
    for attempt in drifted(session, Attempt, AttemptAction, AttemptAction.attempt_id, touched_attempts, since):
        yield f"attempt {attempt} differs from its last action"


RULES: tuple[Callable[..., Iterable[str]], ...] = (
    ledger_sums_to_zero,
    at_most_one_live_attempt_per_debt,
    at_most_one_charge_pays_a_debt,
    paid_debts_have_one_paying_attempt,
    paid_debts_are_booked,
    what_was_taken_is_booked,
    taken_money_is_used_or_given_back,
    paid_attempts_cover_their_debts,
    paid_debts_reach_their_beneficiaries,
    paid_debts_have_a_receipt,
    refunds_are_booked,
    debts_moved_along_the_table,
    attempts_moved_along_the_table,
    debts_and_attempts_equal_their_last_action,
)


def _paid(query: Select[UUID]) -> Select[UUID]:
    return (
        query.join(AttemptDebt, and_(AttemptDebt.debt_id == Debt.id, AttemptDebt.live))
        .join(Attempt, Attempt.id == AttemptDebt.attempt_id)
        .where(Debt.state == DebtState.PAID)
    )
