"""Each check is silent while all is well, and speaks when somebody has damaged the books behind our back."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from owing import COMMUNE, PROVIDER, SALMA, a_debt, a_paid_debt, an_open_attempt, success
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.orm import Session

from payments import invariants
from payments.columns import first_id, new_id
from payments.debts.models import Attempt, AttemptAction, AttemptDebt, Debt, DebtAction
from payments.ledger.models import Account, Entry, Transaction
from payments.settlement.actions import give_back, record, refunded
from payments.settlement.models import PaymentReceipt, Refund, Transfer


@pytest.fixture
def busy(session: Session, moment: datetime) -> Session:
    """One debt due, one being paid, one paid, one refunded."""
    a_debt(session)
    an_open_attempt(session, a_debt(session))
    a_paid_debt(session)
    debt, attempt = a_paid_debt(session)
    give_back(session, moment, SALMA, debt)
    refunded(session, moment, PROVIDER, attempt, "re_1")
    return session


@pytest.mark.parametrize("check", invariants.RULES, ids=lambda check: check.__name__)
def test_a_sound_house_has_nothing_to_report(busy: Session, check: Callable[[Session], Iterable[str]]) -> None:
    assert list(check(busy)) == []


@pytest.mark.parametrize("check", invariants.RULES, ids=lambda check: check.__name__)
def test_an_empty_house_has_nothing_to_report(session: Session, check: Callable[[Session], Iterable[str]]) -> None:
    assert list(check(session)) == []


def test_money_out_of_nowhere_is_found(busy: Session) -> None:
    busy.execute(update(Entry).where(Entry.minor == -5000).values(minor=-4000))
    problems = list(invariants.ledger_sums_to_zero(busy))
    assert any("does not balance" in problem for problem in problems)
    assert any("MAD" in problem for problem in problems)


def test_a_debt_called_paid_without_an_attempt_is_found(busy: Session) -> None:
    busy.execute(update(Debt).where(Debt.state == "due").values(state="paid"))
    assert len(list(invariants.paid_debts_have_one_paying_attempt(busy))) == 2


def test_a_paid_attempt_whose_debt_is_due_is_found(busy: Session) -> None:
    busy.execute(update(Debt).where(Debt.state == "paid").values(state="due"))
    [problem] = invariants.paid_debts_have_one_paying_attempt(busy)
    assert "is due and has 1 paying attempts" in problem


def test_a_payment_missing_in_the_ledger_is_found(busy: Session) -> None:
    busy.execute(delete(Entry))
    busy.execute(delete(Transaction))
    assert len(list(invariants.paid_debts_are_booked(busy))) == 1
    assert len(list(invariants.refunds_are_booked(busy))) == 1


def test_a_payment_of_another_amount_in_the_ledger_is_found(busy: Session) -> None:
    busy.execute(update(Attempt).values(minor=9900))
    assert len(list(invariants.paid_debts_are_booked(busy))) == 1
    assert len(list(invariants.paid_attempts_cover_their_debts(busy))) == 3


def test_a_share_that_never_reached_its_beneficiary_is_found(busy: Session) -> None:
    busy.execute(delete(Transfer))
    assert len(list(invariants.paid_debts_reach_their_beneficiaries(busy))) == 1


def test_a_payment_without_receipt_is_found(busy: Session) -> None:
    busy.execute(delete(PaymentReceipt))
    assert len(list(invariants.paid_debts_have_a_receipt(busy))) == 1


def test_a_refund_booked_but_not_made_is_found(busy: Session) -> None:
    busy.execute(update(Refund).values(done_at=None))
    assert len(list(invariants.refunds_are_booked(busy))) == 1


def test_a_state_without_its_action_is_found(busy: Session) -> None:
    busy.execute(update(Debt).where(Debt.state == "due").values(state="cancelled"))
    busy.execute(update(Attempt).where(Attempt.state == "open").values(steps=7))
    problems = invariants.debts_and_attempts_equal_their_last_action(busy)
    assert [problem.split()[0] for problem in problems] == ["debt", "debt", "attempt"]


def test_two_live_attempts_are_found_when_the_index_is_gone(session: Session, moment: datetime) -> None:
    debt = a_debt(session)
    an_open_attempt(session, debt)
    an_open_attempt(session, debt, moment=moment + timedelta(hours=1))
    session.execute(text("DROP INDEX uq_payment_attempt_debt_live"))  # rolled back with the test
    session.execute(update(AttemptDebt).values(live=True))
    assert len(list(invariants.at_most_one_live_attempt_per_debt(session))) == 1


def test_an_account_that_never_moved_is_no_problem(session: Session) -> None:
    session.execute(insert(Account).values(id=new_id(), code=COMMUNE))
    assert list(invariants.ledger_sums_to_zero(session)) == []


def test_two_charges_for_one_debt_are_found(session: Session) -> None:
    debt, _ = a_paid_debt(session)
    _, other = a_paid_debt(session)
    session.execute(update(Transfer).where(Transfer.attempt_id == other).values(debt_id=debt))
    assert list(invariants.at_most_one_charge_pays_a_debt(session)) == [f"debt {debt} was paid by several charges"]


def test_money_booked_for_an_attempt_that_took_none_is_found(busy: Session) -> None:
    busy.execute(update(Attempt).where(Attempt.state == "paid").values(state="expired"))
    [problem] = invariants.what_was_taken_is_booked(busy)
    assert problem.endswith("is expired, and the ledger disagrees")


def test_money_that_is_neither_used_nor_given_back_is_found(busy: Session) -> None:
    busy.execute(delete(Transfer))
    problems = list(invariants.taken_money_is_used_or_given_back(busy))
    assert len(problems) == 2
    assert all("took 5000 minor units, of which 0 are used or held" in problem for problem in problems)


def test_surplus_money_is_held_and_that_is_no_problem(session: Session, moment: datetime) -> None:
    debt = a_debt(session)
    late, quick = an_open_attempt(session, debt), an_open_attempt(session, debt, moment=moment + timedelta(hours=1))
    for attempt in (quick, late):
        record(session, moment, PROVIDER, attempt, success())
    assert [problem for check in invariants.RULES for problem in check(session)] == []


@pytest.mark.parametrize(
    ("action", "rule"),
    [
        (DebtAction, invariants.debts_moved_along_the_table),
        (AttemptAction, invariants.attempts_moved_along_the_table),
    ],
)
def test_a_move_that_is_not_in_the_table_is_found(busy: Session, action: Any, rule: Any) -> None:
    busy.execute(update(action).where(action.verb == "pay").values(state="refunded"))
    assert any("pay led from" in problem for problem in rule(busy))
    busy.execute(delete(action).where(action.number == 1))
    assert any("step 1 is missing" in problem for problem in rule(busy))


THE_FIRST = select(Debt.id).order_by(Debt.id).limit(1).scalar_subquery()
DAMAGE: dict[Any, Any] = {
    invariants.ledger_sums_to_zero: update(Entry).where(Entry.minor == -5000).values(minor=-4000),
    invariants.at_most_one_charge_pays_a_debt: update(Transfer).values(debt_id=THE_FIRST),
    invariants.paid_debts_have_one_paying_attempt: update(Debt).values(state="due"),
    invariants.paid_debts_are_booked: update(Attempt).values(minor=9900),
    invariants.what_was_taken_is_booked: update(Attempt).values(state="expired"),
    invariants.taken_money_is_used_or_given_back: delete(Transfer),
    invariants.paid_attempts_cover_their_debts: update(Attempt).values(minor=9900),
    invariants.paid_debts_reach_their_beneficiaries: delete(Transfer),
    invariants.paid_debts_have_a_receipt: delete(PaymentReceipt),
    invariants.refunds_are_booked: update(Refund).values(done_at=None),
    invariants.debts_moved_along_the_table: update(DebtAction).values(verb="refund"),
    invariants.attempts_moved_along_the_table: update(AttemptAction).values(verb="give_back"),
    invariants.debts_and_attempts_equal_their_last_action: update(Debt).values(steps=7),
}


@pytest.mark.parametrize("rule", DAMAGE)
def test_a_look_that_begins_before_the_damage_finds_it_and_one_behind_it_does_not(
    session: Session, moment: datetime, rule: Any
) -> None:
    before = first_id(datetime.now(UTC) - timedelta(seconds=5))
    debt, attempt = a_paid_debt(session)
    a_paid_debt(session)
    give_back(session, moment, SALMA, debt)
    refunded(session, moment, PROVIDER, attempt, "re_1")
    session.execute(DAMAGE[rule])
    found = {problem for problem in rule(session) if "the ledger is off" not in problem}
    assert found
    assert set(rule(session, before)) == found
    assert list(rule(session, first_id(datetime.now(UTC) + timedelta(seconds=1)))) == []


def test_every_rule_but_those_of_indexes_was_seen_finding_something() -> None:
    assert set(invariants.RULES) - set(DAMAGE) == {invariants.at_most_one_live_attempt_per_debt}
