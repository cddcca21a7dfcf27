"""Whatever payers, providers and clocks do, in whatever order: the books balance and nothing is paid twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from owing import NOW, PROVIDER, SALMA, a_checkout, a_debt, a_line
from sqlalchemy.orm import Session

from payments.debts.actions import cancel_debt
from payments.debts.errors import WrongMove
from payments.invariants import RULES
from payments.ledger.actions import balances
from payments.money import Money
from payments.ports import Status, Taken
from payments.settlement import actions
from payments.settlement.errors import AlreadyPaid, NotPayable
from payments.settlement.reading import attempt, attempts_of, debt, refunds_due
from portal.db import Database

AMOUNTS = (5000, 2000)

baskets = st.sampled_from([(0,), (1,), (0, 1)])
which = st.integers(0, 5)
steps = st.one_of(
    st.tuples(st.just("prepare"), baskets, st.sampled_from(["stripe", "voucher"])),
    st.tuples(st.just("open"), which),
    st.tuples(st.just("hear"), which, st.sampled_from(Taken)),
    st.tuples(st.just("hear wrongly"), which, st.sampled_from([Money(1), Money(5000, "EUR")])),
    st.tuples(st.just("cancel"), st.integers(0, 1)),
    st.tuples(st.just("give back"), st.integers(0, 1)),
    st.tuples(st.just("refund"), st.integers(0, 3)),
    st.tuples(st.just("wait"), st.integers(1, 120)),
    st.tuples(st.just("sweep")),
)


class World:
    """Two debts and everything that may happen to them; what the rules refuse is simply refused."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.now = NOW
        self.debts = [a_debt(session, a_line(minor=minor)) for minor in AMOUNTS]
        self.attempts: list[UUID] = []

    def step(self, name: str, *details: object) -> None:
        does: Callable[..., None] = getattr(self, name.replace(" ", "_"))
        try:
            does(*details)
        except (AlreadyPaid, NotPayable, WrongMove):
            return

    def prepare(self, basket: tuple[int, ...], provider: str) -> None:
        chosen = [self.debts[place] for place in basket]
        prepared = actions.prepare(self.session, self.now, SALMA, chosen, provider, "fr")
        if prepared.new:
            self.attempts.append(prepared.attempt)

    def open(self, place: int) -> None:
        if tried := self.attempt(place):
            actions.opened(self.session, self.now, SALMA, tried, a_checkout(tried))

    def hear(self, place: int, taken: Taken) -> None:
        if tried := self.attempt(place):
            status = Status(taken, attempt(self.session, tried).amount, "ch")
            actions.record(self.session, self.now, PROVIDER, tried, status)

    def hear_wrongly(self, place: int, amount: Money) -> None:
        if tried := self.attempt(place):
            actions.record(self.session, self.now, PROVIDER, tried, Status(Taken.SUCCEEDED, amount, "ch"))

    def cancel(self, place: int) -> None:
        cancel_debt(self.session, self.now, SALMA, self.debts[place])

    def give_back(self, place: int) -> None:
        actions.give_back(self.session, self.now, SALMA, self.debts[place])

    def refund(self, place: int) -> None:
        if due := refunds_due(self.session):
            each = due[place % len(due)]
            actions.refunded(self.session, self.now, PROVIDER, each.attempt, f"re_{each.key}", each.key)

    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    def sweep(self) -> None:
        actions.expire_unopened(self.session, self.now, PROVIDER)

    def attempt(self, place: int) -> UUID | None:
        return self.attempts[place % len(self.attempts)] if self.attempts else None


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(steps, max_size=25))
def test_the_books_balance_and_no_debt_is_paid_twice(database: Database, history: list[tuple[object, ...]]) -> None:
    with database.session() as session:
        world = World(session)
        for name, *details in history:
            world.step(str(name), *details)
        assert [problem for check in RULES for problem in check(session)] == []
        assert sum(balance.amount.minor for balance in balances(session) if balance.amount.currency == "MAD") == 0
        for owed in world.debts:
            assert_paid_once_at_most(session, owed)
        session.rollback()


def assert_paid_once_at_most(session: Session, owed: UUID) -> None:
    paying = [each for each in attempts_of(session, owed) if each.state == "paid"]
    assert len(paying) <= 1
    if paying:
        assert debt(session, owed).state in ("paid", "refunded")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(steps, max_size=20))
def test_once_every_refund_is_made_the_money_kept_is_the_money_owed(
    database: Database, history: list[tuple[object, ...]]
) -> None:
    with database.session() as session:
        world = World(session)
        for name, *details in history:
            world.step(str(name), *details)
        while refunds_due(session):
            world.refund(0)
        kept = {balance.account: balance.amount.minor for balance in balances(session) if balance.amount.minor}
        paid = sum(debt(session, owed).amount.minor for owed in world.debts if debt(session, owed).state == "paid")
        assert sum(minor for account, minor in kept.items() if account.startswith("provider:")) == paid
        assert "payer-refunds" not in kept
        assert "suspense" not in kept
        session.rollback()
