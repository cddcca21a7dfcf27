"""The two tables of states: every row that is there, and every row that is not."""

import itertools

import pytest

from payments.debts.errors import WrongMove
from payments.debts.states import (
    ATTEMPT_LIFE,
    DEBT_LIFE,
    AttemptState,
    AttemptVerb,
    DebtState,
    DebtVerb,
    follow,
)

DEBT_ROWS = {
    (None, "raise"): "due",
    ("due", "pay"): "paid",
    ("due", "cancel"): "cancelled",
    ("paid", "refund"): "refunded",
}
ATTEMPT_ROWS = {
    (None, "prepare"): "prepared",
    ("prepared", "open"): "open",
    ("prepared", "pay"): "paid",
    ("prepared", "fail"): "failed",
    ("prepared", "expire"): "expired",
    ("open", "pay"): "paid",
    ("open", "fail"): "failed",
    ("open", "expire"): "expired",
    ("expired", "pay"): "paid",
    ("failed", "pay"): "paid",
    ("paid", "owe_back"): "refunding",
    ("refunding", "give_back"): "refunded",
}


@pytest.mark.parametrize(("state", "verb"), list(itertools.product([None, *DebtState], DebtVerb)))
def test_a_debt_moves_as_the_table_says_and_not_otherwise(state: str | None, verb: DebtVerb) -> None:
    expected = DEBT_ROWS.get((state, verb))
    if expected:
        assert follow(DEBT_LIFE, state, verb) == expected
    else:
        with pytest.raises(WrongMove):
            follow(DEBT_LIFE, state, verb)


@pytest.mark.parametrize(("state", "verb"), list(itertools.product([None, *AttemptState], AttemptVerb)))
def test_an_attempt_moves_as_the_table_says_and_not_otherwise(state: str | None, verb: AttemptVerb) -> None:
    expected = ATTEMPT_ROWS.get((state, verb))
    if expected:
        assert follow(ATTEMPT_LIFE, state, verb) == expected
    else:
        with pytest.raises(WrongMove):
            follow(ATTEMPT_LIFE, state, verb)
