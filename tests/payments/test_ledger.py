"""The ledger books balanced movements once, and never forgets one."""

from datetime import datetime

import pytest
from owing import balance
from sqlalchemy import select
from sqlalchemy.orm import Session

from payments.base import NotChangeable
from payments.columns import new_id
from payments.ledger.actions import Posting, post, unbalanced
from payments.ledger.errors import NotBalanced
from payments.ledger.models import Entry, Transaction
from payments.money import Money


def a_movement(minor: int = 5000, currency: str = "MAD") -> list[Posting]:
    return [Posting("provider:stripe", Money(minor, currency)), Posting("treasury", Money(-minor, currency))]


def test_a_balanced_movement_changes_both_accounts(session: Session, moment: datetime) -> None:
    assert post(session, moment, "taken", new_id(), a_movement())
    assert balance(session, "provider:stripe") == 5000
    assert balance(session, "treasury") == -5000


def test_accounts_add_up_over_movements_and_keep_currencies_apart(session: Session, moment: datetime) -> None:
    for currency in ("MAD", "MAD", "EUR"):
        post(session, moment, "taken", new_id(), a_movement(currency=currency))
    assert balance(session, "treasury", "MAD") == -10000
    assert balance(session, "treasury", "EUR") == -5000


@pytest.mark.parametrize(
    "postings",
    [
        pytest.param([], id="nothing at all"),
        pytest.param([Posting("a", Money(5)), Posting("b", Money(-4))], id="a centime short"),
        pytest.param([Posting("a", Money(5)), Posting("b", Money(-5, "EUR"))], id="two currencies"),
        pytest.param([Posting("a", Money(0)), Posting("b", Money(0))], id="no amount"),
    ],
)
def test_what_does_not_balance_is_refused(session: Session, moment: datetime, postings: list[Posting]) -> None:
    with pytest.raises(NotBalanced):
        post(session, moment, "taken", new_id(), postings)
    assert session.scalars(select(Transaction)).all() == []


def test_the_same_movement_is_booked_once(session: Session, moment: datetime) -> None:
    reference = new_id()
    assert post(session, moment, "taken", reference, a_movement())
    assert not post(session, moment, "taken", reference, a_movement(9900))
    assert balance(session, "treasury") == -5000


def test_another_kind_of_movement_of_the_same_attempt_is_booked(session: Session, moment: datetime) -> None:
    reference = new_id()
    post(session, moment, "taken", reference, a_movement())
    assert post(session, moment, "refunded", reference, a_movement(-5000))
    assert balance(session, "treasury") == 0


def test_an_entry_cannot_be_changed(session: Session, moment: datetime) -> None:
    post(session, moment, "taken", new_id(), a_movement())
    session.scalars(select(Entry)).first().minor = 1
    with pytest.raises(NotChangeable):
        session.flush()


def test_an_entry_cannot_be_deleted(session: Session, moment: datetime) -> None:
    post(session, moment, "taken", new_id(), a_movement())
    session.delete(session.scalars(select(Entry)).first())
    with pytest.raises(NotChangeable):
        session.flush()


def test_a_crooked_transaction_is_found(session: Session, moment: datetime) -> None:
    post(session, moment, "taken", new_id(), a_movement())
    assert unbalanced(session) == []
    [transaction] = session.scalars(select(Transaction)).all()
    account = session.scalars(select(Entry.account_id)).first()
    session.add(Entry(transaction_id=transaction.id, account_id=account, minor=1, currency="MAD"))
    session.flush()
    assert unbalanced(session) == [transaction.id]


def test_a_transaction_without_entries_is_found(session: Session, moment: datetime) -> None:
    empty = Transaction(kind="taken", reference=new_id(), booked_at=moment)
    session.add(empty)
    session.flush()
    assert unbalanced(session) == [empty.id]
