"""After the provider: money that came pays what is owed, or goes back. Nothing is taken twice, nothing is lost."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from owing import (
    COMMUNE,
    NOW,
    PROVIDER,
    SALMA,
    TREASURY,
    a_debt,
    a_line,
    a_paid_debt,
    a_prepared_attempt,
    an_open_attempt,
    balance,
    success,
)
from sqlalchemy import select
from sqlalchemy.orm import Session

from payments.columns import new_id
from payments.debts.actions import cancel_debt
from payments.debts.errors import NotKnown
from payments.debts.models import AttemptAction, DebtAction
from payments.invariants import RULES
from payments.money import Money
from payments.ports import Status, Taken
from payments.settlement.actions import prepare, record, refunded
from payments.settlement.errors import WrongNumber
from payments.settlement.events import AttemptExpired, AttemptFailed, Mismatched, RefundDue, Refunded, Settled
from payments.settlement.models import Transfer
from payments.settlement.reading import attempt, debt, paid_receipt, receipt_by_number, refunds_due
from payments.settlement.receipts import read_number

EXPIRED, FAILED, PENDING = Status(Taken.EXPIRED), Status(Taken.FAILED), Status(Taken.PENDING)


def state(session: Session, tried: UUID) -> str:
    return attempt(session, tried).state


def assert_all_is_well(session: Session) -> None:
    assert [problem for check in RULES for problem in check(session)] == []


def test_money_in_full_pays_the_debt(session: Session, moment: datetime) -> None:
    owed = a_debt(session, about="SH-77")
    tried = an_open_attempt(session, owed)
    outcome = record(session, moment, PROVIDER, tried, success())
    assert isinstance(outcome, Settled)
    assert [(each.debt, each.about) for each in outcome.debts] == [(owed, "SH-77")]
    assert outcome.amount == Money(5000)
    assert (debt(session, owed).state, debt(session, owed).paid_at) == ("paid", moment)
    assert state(session, tried) == "paid"
    assert_all_is_well(session)


def test_each_beneficiary_gets_its_share(session: Session, moment: datetime) -> None:
    lines = [a_line(minor=3000), a_line(minor=500, id="copy"), a_line(minor=2000, beneficiary=TREASURY, id="stamp")]
    first, second = a_debt(session, *lines), a_debt(session, a_line(minor=700, beneficiary=TREASURY))
    record(session, moment, PROVIDER, an_open_attempt(session, first, second), success(6200))
    assert balance(session, "provider:stripe") == 6200
    assert (balance(session, COMMUNE), balance(session, TREASURY)) == (-3500, -2700)
    shares = session.execute(select(Transfer.debt_id, Transfer.beneficiary, Transfer.minor)).all()
    assert set(shares) == {(first, COMMUNE, 3500), (first, TREASURY, 2000), (second, TREASURY, 700)}
    assert_all_is_well(session)


def test_one_attempt_pays_several_debts(session: Session, moment: datetime) -> None:
    debts = [a_debt(session), a_debt(session), a_debt(session)]
    outcome = record(session, moment, PROVIDER, an_open_attempt(session, *debts), success(15000))
    assert isinstance(outcome, Settled)
    assert {each.debt for each in outcome.debts} == set(debts)
    assert {debt(session, each).state for each in debts} == {"paid"}
    assert len({paid_receipt(session, each).number for each in debts}) == 3


def test_the_same_good_news_again_is_no_news(session: Session, moment: datetime) -> None:
    _, tried = a_paid_debt(session)
    assert record(session, moment, PROVIDER, tried, success()) is None
    assert balance(session, "provider:stripe") == 5000
    assert_all_is_well(session)


@pytest.mark.parametrize("status", [EXPIRED, FAILED, PENDING, success(9900)])
def test_nothing_a_provider_says_afterwards_undoes_a_payment(session: Session, status: Status) -> None:
    paid, tried = a_paid_debt(session)
    assert record(session, NOW, PROVIDER, tried, status) is None
    assert (debt(session, paid).state, state(session, tried)) == ("paid", "paid")
    assert_all_is_well(session)


def test_a_payer_who_is_still_busy_changes_nothing(session: Session, moment: datetime) -> None:
    tried = an_open_attempt(session, a_debt(session))
    assert record(session, moment, PROVIDER, tried, PENDING) is None
    assert state(session, tried) == "open"


@pytest.mark.parametrize(("status", "event"), [(FAILED, AttemptFailed), (EXPIRED, AttemptExpired)])
def test_an_attempt_that_came_to_nothing_leaves_the_debt_to_pay(
    session: Session, moment: datetime, status: Status, event: type
) -> None:
    owed = a_debt(session)
    tried = an_open_attempt(session, owed)
    outcome = record(session, moment, PROVIDER, tried, status)
    assert isinstance(outcome, event)
    assert [each.debt for each in outcome.debts] == [owed]
    assert record(session, moment, PROVIDER, tried, status) is None
    assert prepare(session, moment, SALMA, [owed], "stripe", "fr").new
    assert_all_is_well(session)


@pytest.mark.parametrize("status", [FAILED, EXPIRED])
def test_late_money_pays_a_debt_that_is_still_due(session: Session, moment: datetime, status: Status) -> None:
    owed = a_debt(session)
    tried = an_open_attempt(session, owed)
    record(session, moment, PROVIDER, tried, status)
    assert isinstance(record(session, moment, PROVIDER, tried, success()), Settled)
    assert (debt(session, owed).state, state(session, tried)) == ("paid", "paid")
    assert_all_is_well(session)


def test_late_money_pays_the_debt_and_the_newer_checkout_makes_way(session: Session, moment: datetime) -> None:
    owed = a_debt(session)
    late = an_open_attempt(session, owed)
    record(session, moment, PROVIDER, late, EXPIRED)
    newer = an_open_attempt(session, owed, moment=moment + timedelta(hours=1))
    assert isinstance(record(session, moment, PROVIDER, late, success()), Settled)
    assert (state(session, late), state(session, newer)) == ("paid", "expired")
    assert_all_is_well(session)


def test_late_money_for_a_debt_paid_otherwise_goes_back(session: Session, moment: datetime) -> None:
    owed = a_debt(session)
    late = an_open_attempt(session, owed)
    newer = an_open_attempt(session, owed, moment=moment + timedelta(hours=1))
    record(session, moment, PROVIDER, newer, success(charge="ch_2"))
    outcome = record(session, moment, PROVIDER, late, success())
    assert isinstance(outcome, RefundDue)
    assert (outcome.reference, outcome.amount, outcome.reason) == (f"cs_{late.hex}", Money(5000), "surplus")
    assert (state(session, late), state(session, newer)) == ("refunding", "paid")
    assert balance(session, "payer-refunds") == -5000
    assert refunds_due(session) == [outcome]
    assert_all_is_well(session)


def test_money_for_a_cancelled_debt_goes_back(session: Session, moment: datetime) -> None:
    owed = a_debt(session)
    tried = an_open_attempt(session, owed)
    cancel_debt(session, moment, SALMA, owed)
    assert isinstance(record(session, moment, PROVIDER, tried, success()), RefundDue)
    assert debt(session, owed).state == "cancelled"
    assert_all_is_well(session)


def test_money_for_a_basket_of_which_one_debt_was_paid_otherwise_goes_back_whole(
    session: Session, moment: datetime
) -> None:
    one, two = a_debt(session), a_debt(session)
    basket = an_open_attempt(session, one, two)
    alone = an_open_attempt(session, one)
    record(session, moment, PROVIDER, alone, success())
    outcome = record(session, moment, PROVIDER, basket, success(10000))
    assert isinstance(outcome, RefundDue)
    assert outcome.amount == Money(10000)
    assert (debt(session, one).state, debt(session, two).state) == ("paid", "due")
    assert prepare(session, moment, SALMA, [two], "stripe", "fr").new
    assert_all_is_well(session)


@pytest.mark.parametrize("taken", [Money(4999), Money(5001), Money(5000, "EUR")], ids=str)
def test_another_amount_or_currency_pays_nothing_and_goes_back(
    session: Session, moment: datetime, taken: Money
) -> None:
    owed = a_debt(session)
    tried = an_open_attempt(session, owed)
    outcome = record(session, moment, PROVIDER, tried, success(taken.minor, taken.currency))
    assert isinstance(outcome, Mismatched)
    assert (outcome.owed, outcome.taken, outcome.refund.amount) == (Money(5000), taken, taken)
    assert balance(session, "suspense", taken.currency) == -taken.minor
    assert (debt(session, owed).state, state(session, tried)) == ("due", "refunding")
    assert_all_is_well(session)


def test_money_taken_before_the_page_was_known_to_be_open_is_used(session: Session, moment: datetime) -> None:
    owed = a_debt(session)
    assert isinstance(record(session, moment, PROVIDER, a_prepared_attempt(session, owed), success()), Settled)
    assert_all_is_well(session)


def test_an_unknown_attempt_is_said_to_be_unknown(session: Session, moment: datetime) -> None:
    with pytest.raises(NotKnown):
        record(session, moment, PROVIDER, new_id(), success())


def test_a_success_without_an_amount_is_no_answer() -> None:
    with pytest.raises(ValueError, match="amount"):
        Status(Taken.SUCCEEDED)


def test_money_that_came_and_went_unseen_has_paid_nothing(session: Session, moment: datetime) -> None:
    owed = a_debt(session)
    tried = an_open_attempt(session, owed)
    gone = Status(Taken.REFUNDED, Money(5000), "ch_1")
    assert isinstance(record(session, moment, PROVIDER, tried, gone), AttemptFailed)
    assert debt(session, owed).state == "due"
    assert_all_is_well(session)


def test_the_receipt_proves_what_was_paid(session: Session, moment: datetime) -> None:
    paid, _ = a_paid_debt(session, a_line(minor=2000, beneficiary=TREASURY), about="SH-77")
    receipt = paid_receipt(session, paid)
    assert read_number(receipt.number) == receipt.number
    assert (receipt.about, receipt.amount, receipt.provider, receipt.charge) == ("SH-77", Money(2000), "stripe", "ch_1")
    assert receipt.paid_at == moment
    assert receipt.lines[0]["beneficiary"] == TREASURY
    assert receipt_by_number(session, receipt.number) == receipt


def test_there_is_no_receipt_before_the_payment(session: Session) -> None:
    with pytest.raises(NotKnown):
        paid_receipt(session, a_debt(session))
    with pytest.raises(WrongNumber):
        read_number("R-00000-00000")


def test_each_step_of_an_attempt_is_kept_with_who_acted(session: Session) -> None:
    paid, tried = a_paid_debt(session)
    query = select(AttemptAction).where(AttemptAction.attempt_id == tried).order_by(AttemptAction.number)
    steps = session.scalars(query).all()
    assert [(step.number, step.state) for step in steps] == [(1, "prepared"), (2, "open"), (3, "paid")]
    assert [step.actor_id for step in steps] == [SALMA.actor, SALMA.actor, None]
    last = session.scalars(select(DebtAction).where(DebtAction.debt_id == paid, DebtAction.number == 2)).one()
    assert (last.verb, last.channel) == ("pay", "system")


def test_a_surplus_that_was_given_back_leaves_no_trace_in_the_balances(session: Session, moment: datetime) -> None:
    owed = a_debt(session)
    late, newer = an_open_attempt(session, owed), an_open_attempt(session, owed, moment=moment + timedelta(hours=1))
    record(session, moment, PROVIDER, newer, success())
    due = record(session, moment, PROVIDER, late, success())
    assert isinstance(due, RefundDue)
    outcome = refunded(session, moment, PROVIDER, late, "re_1", due.key)
    assert outcome == Refunded(late, "re_1", Money(5000), ())
    assert (balance(session, "payer-refunds"), balance(session, "provider:stripe")) == (0, 5000)
    assert (state(session, late), debt(session, owed).state) == ("refunded", "paid")
    assert_all_is_well(session)
