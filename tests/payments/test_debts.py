"""What is owed: raised once, taken back only while nobody has paid, with a history nobody rewrites."""

from datetime import datetime
from typing import Any

import pytest
from owing import COMMUNE, SALMA, TREASURY, a_debt, a_line, a_paid_debt
from sqlalchemy import select
from sqlalchemy.orm import Session

from payments.base import NotChangeable
from payments.columns import new_id
from payments.debts.actions import cancel_debt, raise_debt
from payments.debts.errors import BadLines, NotKnown, WrongMove
from payments.debts.models import DebtAction
from payments.money import Money, WrongCurrency
from payments.settlement.reading import debt, debts_of


def test_a_debt_is_the_sum_of_its_lines(session: Session) -> None:
    owed = debt(session, a_debt(session, a_line(minor=5000), a_line(minor=2000, beneficiary=TREASURY, id="stamp")))
    assert owed.amount == Money(7000)
    assert owed.state == "due"
    assert [(line["beneficiary"], line["minor"]) for line in owed.lines] == [(COMMUNE, 5000), (TREASURY, 2000)]
    assert owed.subject == SALMA.subject


def test_raising_a_debt_again_gives_the_first_one_unchanged(session: Session, moment: datetime) -> None:
    thing = new_id()
    first = a_debt(session, owed_for=thing)
    again = raise_debt(
        session, moment, SALMA, owed_for=thing, about="SH-1234", currency="MAD", lines=[a_line(minor=9900)]
    )
    assert (again.debt, again.new, again.amount) == (first, False, Money(5000))


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param([], id="none"),
        pytest.param([a_line(minor=0)], id="no amount"),
        pytest.param([a_line(minor=-1)], id="a negative amount"),
        pytest.param([a_line() | {"minor": "5000"}], id="a text for an amount"),
        pytest.param([a_line() | {"minor": 49.5}], id="half a centime"),
        pytest.param([a_line(beneficiary="")], id="nobody gets it"),
        pytest.param([a_line() | {"names": {}}], id="no name"),
        pytest.param([a_line() | {"tariff": "guessed"}], id="an unknown kind of tariff"),
        pytest.param([a_line() | {"discount": 1}], id="something else"),
    ],
)
def test_lines_that_make_no_sense_are_refused(session: Session, moment: datetime, lines: list[Any]) -> None:
    with pytest.raises(BadLines):
        raise_debt(session, moment, SALMA, owed_for=new_id(), about="SH-1", currency="MAD", lines=lines)


def test_an_unknown_currency_is_refused(session: Session) -> None:
    with pytest.raises(WrongCurrency):
        a_debt(session, currency="XYZ")


def test_a_due_debt_can_be_cancelled_once(session: Session, moment: datetime) -> None:
    owed = a_debt(session, about="SH-77")
    assert cancel_debt(session, moment, SALMA, owed).about == "SH-77"
    assert debt(session, owed).state == "cancelled"
    with pytest.raises(WrongMove):
        cancel_debt(session, moment, SALMA, owed)


def test_a_paid_debt_cannot_be_cancelled(session: Session, moment: datetime) -> None:
    paid, _ = a_paid_debt(session)
    with pytest.raises(WrongMove):
        cancel_debt(session, moment, SALMA, paid)
    assert debt(session, paid).state == "paid"


def test_an_unknown_debt_is_said_to_be_unknown(session: Session, moment: datetime) -> None:
    with pytest.raises(NotKnown):
        cancel_debt(session, moment, SALMA, new_id())
    with pytest.raises(NotKnown):
        debt(session, new_id())


def test_each_step_of_a_debt_says_who_acted_and_for_whom(session: Session, moment: datetime) -> None:
    owed = a_debt(session)
    cancel_debt(session, moment, SALMA, owed)
    steps = session.scalars(select(DebtAction).where(DebtAction.debt_id == owed).order_by(DebtAction.number)).all()
    assert [(step.number, step.verb, step.state) for step in steps] == [(1, "raise", "due"), (2, "cancel", "cancelled")]
    assert {(step.actor_id, step.subject_id, step.channel) for step in steps} == {(SALMA.actor, SALMA.subject, "web")}


def test_the_history_of_a_debt_cannot_be_rewritten(session: Session) -> None:
    a_debt(session)
    session.scalars(select(DebtAction)).first().state = "paid"
    with pytest.raises(NotChangeable):
        session.flush()


def test_the_debts_of_many_things_are_read_at_once(session: Session) -> None:
    one, two, free = new_id(), new_id(), new_id()
    a_debt(session, owed_for=one)
    a_debt(session, owed_for=two)
    assert set(debts_of(session, [one, two, free])) == {one, two}
