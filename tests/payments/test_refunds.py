"""Paid means delivered or given back: one debt of a basket, all of them, by us or by the provider's own pages."""

from datetime import datetime

import pytest
from owing import (
    COMMUNE,
    PROVIDER,
    SALMA,
    TREASURY,
    a_debt,
    a_line,
    a_paid_debt,
    an_open_attempt,
    balance,
    success,
)
from sqlalchemy.orm import Session

from payments.columns import new_id
from payments.debts.errors import NotKnown, WrongMove
from payments.invariants import RULES
from payments.money import Money
from payments.ports import Status, Taken
from payments.settlement.actions import give_back, record, refunded
from payments.settlement.events import Mismatched, Refunded
from payments.settlement.reading import attempt, debt, paid_receipt, refunds_due

GIVEN_BACK = Status(Taken.REFUNDED, Money(5000), "ch_1")


def assert_all_is_well(session: Session) -> None:
    assert [problem for check in RULES for problem in check(session)] == []


def test_a_paid_debt_is_given_back(session: Session, moment: datetime) -> None:
    paid, tried = a_paid_debt(session, about="SH-77")
    due = give_back(session, moment, SALMA, paid)
    assert (due.amount, due.reference, due.reason) == (Money(5000), f"cs_{tried.hex}", "given_back")
    assert (balance(session, COMMUNE), balance(session, "payer-refunds")) == (0, -5000)
    assert_all_is_well(session)
    outcome = refunded(session, moment, PROVIDER, tried, "re_1")
    assert isinstance(outcome, Refunded)
    assert [each.about for each in outcome.debts] == ["SH-77"]
    assert (debt(session, paid).state, attempt(session, tried).state) == ("refunded", "refunded")
    assert balance(session, "provider:stripe") == 0
    assert paid_receipt(session, paid).state == "refunded"
    assert_all_is_well(session)


def test_giving_back_twice_is_one_refund(session: Session, moment: datetime) -> None:
    paid, tried = a_paid_debt(session)
    first = give_back(session, moment, SALMA, paid)
    assert give_back(session, moment, SALMA, paid) == first
    assert refunds_due(session) == [first]
    assert refunded(session, moment, PROVIDER, tried, "re_1", first.key)
    assert refunded(session, moment, PROVIDER, tried, "re_1", first.key) is None
    assert refunds_due(session) == []


def test_one_debt_of_a_basket_is_given_back_and_the_others_stay_paid(session: Session, moment: datetime) -> None:
    keep, undo = a_debt(session), a_debt(session, a_line(minor=2000, beneficiary=TREASURY))
    basket = an_open_attempt(session, keep, undo)
    record(session, moment, PROVIDER, basket, success(7000))
    due = give_back(session, moment, SALMA, undo)
    assert due.amount == Money(2000)
    assert_all_is_well(session)
    refunded(session, moment, PROVIDER, basket, "re_1", due.key)
    assert (debt(session, keep).state, debt(session, undo).state) == ("paid", "refunded")
    assert attempt(session, basket).state == "paid"
    assert (balance(session, COMMUNE), balance(session, TREASURY), balance(session, "provider:stripe")) == (
        -5000,
        0,
        5000,
    )
    assert_all_is_well(session)


def test_a_basket_given_back_debt_by_debt_is_refunded_in_the_end(session: Session, moment: datetime) -> None:
    debts = [a_debt(session), a_debt(session)]
    basket = an_open_attempt(session, *debts)
    record(session, moment, PROVIDER, basket, success(10000))
    for number, each in enumerate(debts):
        due = give_back(session, moment, SALMA, each)
        refunded(session, moment, PROVIDER, basket, f"re_{number}", due.key)
        assert_all_is_well(session)
    assert attempt(session, basket).state == "refunded"
    assert balance(session, "provider:stripe") == 0


def test_what_was_not_paid_cannot_be_given_back(session: Session, moment: datetime) -> None:
    with pytest.raises(WrongMove):
        give_back(session, moment, SALMA, a_debt(session))
    with pytest.raises(NotKnown):
        give_back(session, moment, SALMA, new_id())


def test_what_was_given_back_cannot_be_given_back_again(session: Session, moment: datetime) -> None:
    paid, tried = a_paid_debt(session)
    give_back(session, moment, SALMA, paid)
    refunded(session, moment, PROVIDER, tried, "re_1")
    with pytest.raises(WrongMove):
        give_back(session, moment, SALMA, paid)


def test_a_refund_nobody_asked_for_is_not_invented(session: Session, moment: datetime) -> None:
    _, tried = a_paid_debt(session)
    assert refunded(session, moment, PROVIDER, tried, "re_1") is None
    with pytest.raises(NotKnown):
        refunded(session, moment, PROVIDER, tried, "re_1", str(new_id()))
    assert balance(session, "provider:stripe") == 5000


def test_what_an_operator_gave_back_at_the_provider_is_seen(session: Session, moment: datetime) -> None:
    paid, tried = a_paid_debt(session)
    outcome = record(session, moment, PROVIDER, tried, GIVEN_BACK)
    assert isinstance(outcome, Refunded)
    assert [each.debt for each in outcome.debts] == [paid]
    assert (debt(session, paid).state, attempt(session, tried).state) == ("refunded", "refunded")
    assert (balance(session, COMMUNE), balance(session, "provider:stripe")) == (0, 0)
    assert record(session, moment, PROVIDER, tried, GIVEN_BACK) is None
    assert_all_is_well(session)


def test_a_refund_seen_at_the_provider_first_is_booked_once(session: Session, moment: datetime) -> None:
    paid, tried = a_paid_debt(session)
    due = give_back(session, moment, SALMA, paid)
    assert record(session, moment, PROVIDER, tried, GIVEN_BACK)
    assert refunded(session, moment, PROVIDER, tried, "re_1", due.key) is None
    assert balance(session, "provider:stripe") == 0
    assert_all_is_well(session)


def test_a_wrong_amount_is_given_back_out_of_suspense(session: Session, moment: datetime) -> None:
    owed = a_debt(session)
    tried = an_open_attempt(session, owed)
    wrong = record(session, moment, PROVIDER, tried, success(1, "EUR"))
    assert isinstance(wrong, Mismatched)
    assert refunded(session, moment, PROVIDER, tried, "re_1", wrong.refund.key)
    assert (balance(session, "suspense", "EUR"), balance(session, "provider:stripe", "EUR")) == (0, 0)
    assert debt(session, owed).state == "due"
    assert_all_is_well(session)
