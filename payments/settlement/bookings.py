"""Which accounts move for each outcome. Debit is positive: money at the provider is ours, shares are owed to others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from payments.debts.models import Attempt, Debt
from payments.ledger.actions import Posting, post
from payments.money import Money
from payments.settlement.models import Refund, Transfer

PAYER_REFUNDS = "payer-refunds"
SUSPENSE = "suspense"

TAKEN = "taken"
OWED_BACK = "owed-back"
REFUNDED = "refunded"


def clearing(provider: str) -> str:
    """The account of the money that lies at a provider."""
    return f"provider:{provider}"


def book_settled(session: Session, moment: datetime, attempt: Attempt, debts: Iterable[Debt]) -> None:
    """The provider took what was owed: each beneficiary gets its share of each debt."""
    shares = [share for debt in debts for share in _shares(attempt, debt)]
    session.add_all(shares)
    credits = [Posting(share.beneficiary, -share.amount) for share in shares]
    post(session, moment, TAKEN, attempt.id, [Posting(clearing(attempt.provider), attempt.amount), *credits])


def book_held(session: Session, moment: datetime, attempt: Attempt, amount: Money, held: str) -> None:
    """The provider took money that pays nothing: it waits in ``held`` to be given back."""
    post(session, moment, TAKEN, attempt.id, [Posting(clearing(attempt.provider), amount), Posting(held, -amount)])


def book_owed_back(session: Session, moment: datetime, refund: Refund) -> None:
    """A paid debt is to be given back: the beneficiaries' shares return to the payers' account."""
    shares = shares_of(session, refund)
    debits = [Posting(share.beneficiary, share.amount) for share in shares]
    post(session, moment, OWED_BACK, refund.id, [*debits, Posting(refund.held, -refund.amount)])


def book_refunded(session: Session, moment: datetime, refund: Refund, provider: str) -> None:
    """The provider gave the money back to the payer."""
    amount = refund.amount
    post(session, moment, REFUNDED, refund.id, [Posting(refund.held, amount), Posting(clearing(provider), -amount)])


def shares_of(session: Session, refund: Refund) -> Sequence[Transfer]:
    """The beneficiaries' shares of the debt that a refund undoes."""
    query = select(Transfer).where(Transfer.attempt_id == refund.attempt_id, Transfer.debt_id == refund.debt_id)
    return session.scalars(query.order_by(Transfer.beneficiary)).all()


def _shares(attempt: Attempt, debt: Debt) -> list[Transfer]:
    sums: Counter[str] = Counter()
    for line in debt.lines:
        sums[line["beneficiary"]] += line["minor"]
    return [
        Transfer(attempt_id=attempt.id, debt_id=debt.id, beneficiary=beneficiary, minor=minor, currency=debt.currency)
        for beneficiary, minor in sorted(sums.items())
    ]
