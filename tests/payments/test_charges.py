"""What the provider says of an attempt, beside what is booked: every disagreement has its words."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from owing import PROVIDER, SALMA, a_debt, a_line, a_paid_debt, a_prepared_attempt, an_open_attempt, success
from sqlalchemy import update
from sqlalchemy.orm import Session

from payments.columns import new_id
from payments.debts.models import Attempt
from payments.money import Money
from payments.ports import Status, Taken
from payments.settlement.actions import give_back, record, refunded
from payments.settlement.charges import Charge, charge, charges, difference

BACK = Status(Taken.REFUNDED, Money(5000), "ch_1")
SILENT = [None, Status(Taken.PENDING), Status(Taken.EXPIRED), Status(Taken.FAILED)]


def of(session: Session, attempt: UUID) -> Charge:
    return charge(session, attempt)


def test_what_was_taken_and_booked_agrees(session: Session) -> None:
    _, attempt = a_paid_debt(session)
    assert difference(of(session, attempt), success()) is None


@pytest.mark.parametrize("status", SILENT)
def test_nothing_taken_and_nothing_booked_agrees(session: Session, status: Status | None) -> None:
    assert difference(of(session, an_open_attempt(session, a_debt(session))), status) is None


@pytest.mark.parametrize("status", SILENT)
def test_money_that_only_the_ledger_knows_is_said(session: Session, status: Status | None) -> None:
    _, attempt = a_paid_debt(session)
    said = difference(of(session, attempt), status, under_way=True)
    assert said is not None
    assert said.endswith("at the provider, and 50.00 MAD are booked")


def test_money_that_only_the_provider_knows_is_said_once_it_is_not_under_way_any_more(session: Session) -> None:
    found = of(session, an_open_attempt(session, a_debt(session)))
    assert difference(found, success(), under_way=True) is None
    assert difference(found, success()) == "took 50.00 MAD at the provider, here nothing"


@pytest.mark.parametrize("minor", [4999, 10000])
def test_another_amount_is_said_even_while_it_is_under_way(session: Session, minor: int) -> None:
    _, attempt = a_paid_debt(session)
    assert "here 50.00 MAD" in str(difference(of(session, attempt), success(minor), under_way=True))


def test_a_mismatch_that_is_held_to_be_given_back_agrees(session: Session, moment: datetime) -> None:
    attempt = an_open_attempt(session, a_debt(session))
    record(session, moment, PROVIDER, attempt, success(9900))
    assert difference(of(session, attempt), success(9900)) is None


def test_money_given_back_on_one_side_only_is_said(session: Session, moment: datetime) -> None:
    debt, attempt = a_paid_debt(session)
    assert difference(of(session, attempt), BACK) == "was given back at the provider, here nothing"
    give_back(session, moment, SALMA, debt)
    refunded(session, moment, PROVIDER, attempt, "re_1")
    assert difference(of(session, attempt), BACK) is None
    assert difference(of(session, attempt), success()) == "was given back here, and not at the provider"


def test_money_that_came_and_went_unseen_agrees(session: Session, moment: datetime) -> None:
    attempt = an_open_attempt(session, a_debt(session))
    record(session, moment, PROVIDER, attempt, BACK)
    assert difference(of(session, attempt), BACK) is None


def test_a_part_that_was_given_back_agrees(session: Session, moment: datetime) -> None:
    first, second = a_debt(session), a_debt(session, a_line(minor=2000))
    attempt = an_open_attempt(session, first, second)
    record(session, moment, PROVIDER, attempt, success(7000))
    give_back(session, moment, SALMA, first)
    refunded(session, moment, PROVIDER, attempt, "re_1")
    assert difference(of(session, attempt), success(7000)) is None


def test_attempts_are_read_in_pages_and_none_is_left_out(session: Session) -> None:
    made = sorted(an_open_attempt(session, a_debt(session)) for _ in range(5))
    first = charges(session, None, None, 3)
    rest = charges(session, None, first[-1].attempt, 3)
    assert [each.attempt for each in (*first, *rest)] == made


def test_a_later_look_is_at_what_moved_and_at_what_the_provider_has_not_closed(
    session: Session, moment: datetime
) -> None:
    _, answered = a_paid_debt(session)
    paid, given = a_paid_debt(session)
    still_open = an_open_attempt(session, a_debt(session))
    a_prepared_attempt(session, a_debt(session))
    session.execute(update(Attempt).where(Attempt.id == answered).values(answered=True))
    since = new_id()
    assert [each.attempt for each in charges(session, since, None, 9)] == [still_open]
    give_back(session, moment + timedelta(hours=1), SALMA, paid)
    assert {each.attempt for each in charges(session, since, None, 9)} == {still_open, given}
