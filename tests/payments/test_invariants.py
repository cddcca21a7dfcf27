"""Each check is silent while all is well, and speaks when somebody has damaged the books behind our back."""

from datetime import datetime, timedelta

import pytest
from owing import COMMUNE, PROVIDER, SALMA, a_debt, a_paid_debt, an_open_attempt
from sqlalchemy import delete, insert, text, update
from sqlalchemy.orm import Session

from payments import invariants
from payments.columns import new_id
from payments.debts.models import Attempt, AttemptDebt, Debt
from payments.ledger.models import Account, Entry, Transaction
from payments.settlement.actions import give_back, refunded
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


@pytest.mark.parametrize("check", invariants.CHECKS, ids=lambda check: check.__name__)
def test_a_sound_house_has_nothing_to_report(busy: Session, check: invariants.Check) -> None:
    assert check(busy) == []


@pytest.mark.parametrize("check", invariants.CHECKS, ids=lambda check: check.__name__)
def test_an_empty_house_has_nothing_to_report(session: Session, check: invariants.Check) -> None:
    assert check(session) == []


def test_money_out_of_nowhere_is_found(busy: Session) -> None:
    busy.execute(update(Entry).where(Entry.minor == -5000).values(minor=-4000))
    problems = invariants.ledger_sums_to_zero(busy)
    assert any("does not balance" in problem for problem in problems)
    assert any("MAD" in problem for problem in problems)


def test_a_debt_called_paid_without_an_attempt_is_found(busy: Session) -> None:
    busy.execute(update(Debt).where(Debt.state == "due").values(state="paid"))
    assert len(invariants.paid_debts_have_one_paying_attempt(busy)) == 2


def test_a_paid_attempt_whose_debt_is_due_is_found(busy: Session) -> None:
    busy.execute(update(Debt).where(Debt.state == "paid").values(state="due"))
    [problem] = invariants.paid_debts_have_one_paying_attempt(busy)
    assert "is due and has 1 paying attempts" in problem


def test_a_payment_missing_in_the_ledger_is_found(busy: Session) -> None:
    busy.execute(delete(Entry))
    busy.execute(delete(Transaction))
    assert len(invariants.paid_debts_are_booked(busy)) == 1
    assert len(invariants.refunds_are_booked(busy)) == 1


def test_a_payment_of_another_amount_in_the_ledger_is_found(busy: Session) -> None:
    busy.execute(update(Attempt).values(minor=9900))
    assert len(invariants.paid_debts_are_booked(busy)) == 1
    assert len(invariants.paid_attempts_cover_their_debts(busy)) == 3


def test_a_share_that_never_reached_its_beneficiary_is_found(busy: Session) -> None:
    busy.execute(delete(Transfer))
    assert len(invariants.paid_debts_reach_their_beneficiaries(busy)) == 1


def test_a_payment_without_receipt_is_found(busy: Session) -> None:
    busy.execute(delete(PaymentReceipt))
    assert len(invariants.paid_debts_have_a_receipt(busy)) == 1


def test_a_refund_booked_but_not_made_is_found(busy: Session) -> None:
    busy.execute(update(Refund).values(done_at=None))
    assert len(invariants.refunds_are_booked(busy)) == 1


def test_a_state_without_its_action_is_found(busy: Session) -> None:
    busy.execute(update(Debt).where(Debt.state == "due").values(state="cancelled"))
    busy.execute(update(Attempt).where(Attempt.state == "open").values(steps=7))
    problems = invariants.states_equal_the_last_action(busy)
    assert [problem.split()[0] for problem in problems] == ["debt", "debt", "attempt"]


def test_two_live_attempts_are_found_when_the_index_is_gone(session: Session, moment: datetime) -> None:
    debt = a_debt(session)
    an_open_attempt(session, debt)
    an_open_attempt(session, debt, moment=moment + timedelta(hours=1))
    session.execute(text("DROP INDEX uq_payment_attempt_debt_live"))  # rolled back with the test
    session.execute(update(AttemptDebt).values(live=True))
    assert len(invariants.at_most_one_live_attempt_per_debt(session)) == 1


def test_an_account_that_never_moved_is_no_problem(session: Session) -> None:
    session.execute(insert(Account).values(id=new_id(), code=COMMUNE))
    assert invariants.ledger_sums_to_zero(session) == []
