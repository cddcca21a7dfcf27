"""Before the provider: one usable checkout per set of debts, and a clear no for what cannot be paid."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from uuid import UUID

import pytest
from owing import (
    NOW,
    PROVIDER,
    SALMA,
    a_checkout,
    a_debt,
    a_line,
    a_paid_debt,
    a_prepared_attempt,
    an_open_attempt,
    success,
)
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from payments.columns import new_id
from payments.debts.actions import cancel_debt
from payments.debts.errors import NotKnown
from payments.debts.models import AttemptAction, AttemptDebt
from payments.money import Money
from payments.ports import Line, Status, Taken
from payments.settlement import actions
from payments.settlement.actions import expire_unopened, opened, prepare, record
from payments.settlement.errors import AlreadyPaid, NotPayable, Why
from payments.settlement.reading import attempt, attempts_of, order_of
from portal.db import Database, is_conflict


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def test_a_new_attempt_asks_for_all_its_debts(session: Session, moment: datetime) -> None:
    debts = [a_debt(session), a_debt(session, a_line(minor=2000))]
    prepared = prepare(session, moment, SALMA, debts, "stripe", "ar")
    assert (prepared.new, prepared.amount, prepared.url, prepared.language) == (True, Money(7000), None, "ar")
    assert prepared.expires_at == moment + minutes(45)
    assert attempt(session, prepared.attempt).state == "prepared"


def test_paying_twice_at_once_gives_the_same_checkout(session: Session, moment: datetime) -> None:
    debt = a_debt(session)
    first = an_open_attempt(session, debt)
    again = prepare(session, moment + minutes(5), SALMA, [debt], "stripe", "fr")
    assert (again.attempt, again.new, again.url) == (first, False, a_checkout(first).url)


def test_a_checkout_that_was_prepared_but_not_opened_is_tried_again(session: Session, moment: datetime) -> None:
    debt = a_debt(session)
    first = a_prepared_attempt(session, debt)
    assert prepare(session, moment + minutes(9), SALMA, [debt], "stripe", "fr").attempt == first


def test_a_checkout_not_opened_for_long_makes_way(session: Session, moment: datetime) -> None:
    debt = a_debt(session)
    first = a_prepared_attempt(session, debt)
    again = prepare(session, moment + minutes(11), SALMA, [debt], "stripe", "fr")
    assert (again.new, again.closed) == (True, (first,))


def test_a_checkout_past_its_time_makes_way(session: Session, moment: datetime) -> None:
    debt = a_debt(session)
    first = an_open_attempt(session, debt)
    again = prepare(session, moment + minutes(46), SALMA, [debt], "stripe", "fr")
    assert (again.new, again.closed) == (True, (first,))
    assert attempt(session, first).state == "expired"


@pytest.mark.parametrize("provider", ["stripe", "voucher"])
def test_a_checkout_of_other_debts_or_of_another_provider_makes_way(session: Session, provider: str) -> None:
    one, two = a_debt(session), a_debt(session)
    first = an_open_attempt(session, one, two, provider="voucher")
    again = prepare(session, NOW, SALMA, [one], provider, "fr")
    assert again.new
    assert again.closed == (first,)
    assert [each.state for each in attempts_of(session, one)] == ["prepared", "expired"]


def test_the_same_debt_named_twice_is_paid_once(session: Session, moment: datetime) -> None:
    debt = a_debt(session)
    assert prepare(session, moment, SALMA, [debt, debt], "stripe", "fr").amount == Money(5000)


def test_an_empty_basket_cannot_be_paid(session: Session, moment: datetime) -> None:
    with pytest.raises(NotPayable) as problem:
        prepare(session, moment, SALMA, [], "stripe", "fr")
    assert problem.value.why == Why.NOTHING


def test_two_currencies_cannot_be_paid_together(session: Session, moment: datetime) -> None:
    debts = [a_debt(session), a_debt(session, currency="EUR")]
    with pytest.raises(NotPayable) as problem:
        prepare(session, moment, SALMA, debts, "stripe", "fr")
    assert problem.value.why == Why.CURRENCIES


def test_a_cancelled_debt_is_named_when_it_cannot_be_paid(session: Session, moment: datetime) -> None:
    due, gone = a_debt(session), a_debt(session, about="SH-GONE")
    cancel_debt(session, moment, SALMA, gone)
    with pytest.raises(NotPayable) as problem:
        prepare(session, moment, SALMA, [due, gone], "stripe", "fr")
    assert problem.value.why == Why.CANCELLED
    assert [debt.about for debt in problem.value.debts] == ["SH-GONE"]


def test_a_refunded_debt_cannot_be_paid_again(session: Session, moment: datetime) -> None:
    debt, paid = a_paid_debt(session)
    actions.give_back(session, moment, SALMA, debt)
    actions.refunded(session, moment, PROVIDER, paid, "re_1")
    with pytest.raises(NotPayable) as problem:
        prepare(session, moment, SALMA, [debt], "stripe", "fr")
    assert problem.value.why == Why.REFUNDED


def test_a_paid_debt_is_named_when_it_is_paid_again(session: Session, moment: datetime) -> None:
    due = a_debt(session)
    paid, _ = a_paid_debt(session, about="SH-PAID")
    with pytest.raises(AlreadyPaid) as problem:
        prepare(session, moment, SALMA, [due, paid], "stripe", "fr")
    assert [debt.about for debt in problem.value.debts] == ["SH-PAID"]


def test_an_unknown_debt_or_attempt_is_said_to_be_unknown(session: Session, moment: datetime) -> None:
    with pytest.raises(NotKnown):
        prepare(session, moment, SALMA, [new_id()], "stripe", "fr")
    with pytest.raises(NotKnown):
        opened(session, moment, SALMA, new_id(), a_checkout(new_id()))
    with pytest.raises(NotKnown):
        order_of(session, new_id(), "https://a.example", "https://b.example")


def test_the_order_speaks_the_payers_language(session: Session, moment: datetime) -> None:
    debt = a_debt(session, a_line(minor=5000), about="SH-77")
    prepared = prepare(session, moment, SALMA, [debt], "stripe", "ar")
    order = order_of(session, prepared.attempt, "https://a.example/back", "https://a.example/cancel")
    assert order.lines == (Line("رسوم", Money(5000)),)
    assert (order.attempt, order.reference, order.expires_at) == (prepared.attempt, "SH-77", prepared.expires_at)
    assert (order.back_url, order.cancel_url) == ("https://a.example/back", "https://a.example/cancel")


def test_the_lines_of_several_requests_say_which_is_which(session: Session, moment: datetime) -> None:
    debts = [a_debt(session, about="SH-1"), a_debt(session, about="SH-2")]
    prepared = prepare(session, moment, SALMA, debts, "stripe", "fr")
    order = order_of(session, prepared.attempt, "https://a.example", "https://b.example")
    assert [line.name for line in order.lines] == ["Frais (SH-1)", "Frais (SH-2)"]
    assert order.reference == "SH-1, SH-2"


def test_opening_again_is_no_news(session: Session, moment: datetime) -> None:
    tried = an_open_attempt(session, a_debt(session))
    again = opened(session, moment, SALMA, tried, a_checkout(new_id()))
    assert (again.url, again.usable) == (a_checkout(tried).url, True)
    steps = session.scalars(select(AttemptAction.verb).where(AttemptAction.attempt_id == tried))
    assert sorted(steps) == ["open", "prepare"]


def test_a_checkout_that_opens_too_late_is_not_used_but_remembered(session: Session, moment: datetime) -> None:
    debt = a_debt(session)
    slow = a_prepared_attempt(session, debt)
    prepare(session, moment, SALMA, [debt], "voucher", "fr")
    late = opened(session, moment, SALMA, slow, a_checkout(slow))
    assert not late.usable
    assert attempt(session, slow).reference == a_checkout(slow).reference


def test_a_provider_that_refuses_to_open_leaves_the_debt_to_pay(session: Session, moment: datetime) -> None:
    debt = a_debt(session)
    refused = a_prepared_attempt(session, debt)
    record(session, moment, PROVIDER, refused, Status(Taken.FAILED))
    assert prepare(session, moment, SALMA, [debt], "stripe", "fr").new


def test_attempts_never_opened_are_closed_after_their_time(session: Session, moment: datetime) -> None:
    forgotten = a_prepared_attempt(session, a_debt(session))
    an_open_attempt(session, a_debt(session))
    assert expire_unopened(session, moment + minutes(44), PROVIDER) == []
    assert [each.attempt for each in expire_unopened(session, moment + minutes(45), PROVIDER)] == [forgotten]
    assert attempt(session, forgotten).state == "expired"


def test_the_database_refuses_a_second_live_attempt(session: Session) -> None:
    debt, other = a_debt(session), a_debt(session)
    a_prepared_attempt(session, debt)
    rival = a_prepared_attempt(session, other)
    session.add(AttemptDebt(attempt_id=rival, debt_id=debt, live=True))
    with pytest.raises(IntegrityError):
        session.flush()


def test_two_who_pay_at_the_same_moment_share_one_checkout(database: Database) -> None:
    with database.session() as session:
        debt = a_debt(session)
        session.commit()
    barrier = Barrier(4)
    with ThreadPoolExecutor(4) as pool:
        attempts = set(pool.map(lambda _: _prepare_at_once(database, debt, barrier), range(4)))
    assert len(attempts) == 1


def _prepare_at_once(database: Database, debt: UUID, barrier: Barrier) -> UUID:
    barrier.wait(10)
    while True:
        try:
            with database.session() as session:
                tried = a_prepared_attempt(session, debt)
                session.commit()
                return tried
        except DBAPIError as error:
            if not is_conflict(error):
                raise


def test_whoever_began_earlier_and_comes_later_runs_again_and_finds_the_checkout(database: Database) -> None:
    if database.engine.dialect.name == "sqlite":
        pytest.skip("SQLite lets one in at a time")
    with database.session() as session:
        debt = a_debt(session)
        session.commit()
    with database.session() as late, database.session() as quick:
        late.execute(select(1))  # its view of the world begins here
        first = a_prepared_attempt(quick, debt)
        quick.commit()
        with pytest.raises(DBAPIError) as problem:
            a_prepared_attempt(late, debt)
        assert is_conflict(problem.value)
        late.rollback()
        assert a_prepared_attempt(late, debt) == first


def test_two_who_record_the_same_payment_settle_it_once(database: Database) -> None:
    with database.session() as session:
        tried = an_open_attempt(session, a_debt(session))
        session.commit()
    barrier = Barrier(4)
    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(lambda _: _record_at_once(database, tried, barrier), range(4)))
    assert sorted(outcomes) == ["NoneType", "NoneType", "NoneType", "Settled"]


def _record_at_once(database: Database, tried: UUID, barrier: Barrier) -> str:
    barrier.wait(10)
    while True:
        try:
            with database.session() as session:
                outcome = record(session, NOW, PROVIDER, tried, success())
                session.commit()
                return type(outcome).__name__
        except DBAPIError as error:
            if not is_conflict(error):
                raise
