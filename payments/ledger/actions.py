"""Booking and summing. Nothing here knows why money moves; it only sees to it that none appears or vanishes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, func, select, union
from sqlalchemy.orm import Session

from payments.columns import new_id
from payments.ledger.errors import NotBalanced
from payments.ledger.models import Account, Entry, Transaction
from payments.money import Money
from payments.once import insert_once


@dataclass(frozen=True, slots=True)
class Posting:
    """What one account gets: a positive amount is a debit, a negative one a credit."""

    account: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Balance:
    """What one account holds in one currency (positive: debit)."""

    account: str
    amount: Money


def post(session: Session, moment: datetime, kind: str, reference: UUID, postings: Sequence[Posting]) -> bool:
    """Books a movement once per (kind, reference); False when it was booked before. Raises NotBalanced."""
    _weigh(postings)
    transaction = new_id()
    values = {"id": transaction, "kind": kind, "reference": reference, "booked_at": moment}
    if not insert_once(session, Transaction, ("kind", "reference"), values):
        return False
    accounts = _accounts(session, sorted({posting.account for posting in postings}))
    session.add_all(_entry(transaction, accounts[posting.account], posting.amount) for posting in postings)
    session.flush()
    return True


def balances(session: Session) -> list[Balance]:
    """Every account's balance per currency, by account code. Reads the whole ledger: for statements and checks."""
    rows = session.execute(
        select(Account.code, Entry.currency, func.sum(Entry.minor))
        .join(Entry, Entry.account_id == Account.id)
        .group_by(Account.code, Entry.currency)
        .order_by(Account.code, Entry.currency)
    )
    return [Balance(code, Money(int(minor), currency)) for code, currency, minor in rows]


def unbalanced(session: Session, since: UUID | None = None) -> list[UUID]:
    """Transactions whose entries do not sum to zero in each currency, or that have none: must be empty.

    With ``since`` those only that were booked since that key was made."""
    crooked = select(Entry.transaction_id).group_by(Entry.transaction_id, Entry.currency)
    crooked = crooked.having(func.sum(Entry.minor) != 0)
    bare = select(Transaction.id).where(~exists().where(Entry.transaction_id == Transaction.id))
    if since is not None:
        fresh = union(
            select(Transaction.id).where(Transaction.id >= since),
            select(Entry.transaction_id).where(Entry.id >= since),
        )
        crooked, bare = crooked.where(Entry.transaction_id.in_(fresh)), bare.where(Transaction.id >= since)
    return sorted({*session.scalars(crooked), *session.scalars(bare)})


def _weigh(postings: Sequence[Posting]) -> None:
    if len({posting.amount.currency for posting in postings}) != 1:
        raise NotBalanced("one currency per transaction")
    if sum(posting.amount.minor for posting in postings) != 0:
        raise NotBalanced("the postings do not sum to zero")
    if not all(posting.amount for posting in postings):
        raise NotBalanced("a posting moves nothing")


def _accounts(session: Session, codes: Sequence[str]) -> dict[str, UUID]:
    known = _known(session, codes)
    missing = [code for code in codes if code not in known]
    for code in missing:
        insert_once(session, Account, ("code",), {"id": new_id(), "code": code})
    return _known(session, codes) if missing else known


def _known(session: Session, codes: Sequence[str]) -> dict[str, UUID]:
    query = select(Account.code, Account.id).where(Account.code.in_(codes))
    return dict(session.execute(query).all())


def _entry(transaction: UUID, account: UUID, amount: Money) -> Entry:
    return Entry(transaction_id=transaction, account_id=account, minor=amount.minor, currency=amount.currency)
