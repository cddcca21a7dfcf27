"""What may go wrong when money is to be taken."""

from __future__ import annotations

from enum import StrEnum

from payments.debts.events import DebtRef


class Why(StrEnum):
    """Why debts cannot be paid together now, so that a page can say what to do."""

    NOTHING = "nothing"
    CURRENCIES = "currencies"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"
    CLOSED = "closed"


class NotPayable(Exception):
    """These debts cannot be paid as asked: ``why``, and which ``debts`` to leave out."""

    def __init__(self, why: Why, debts: tuple[DebtRef, ...] = ()) -> None:
        super().__init__(why.value)
        self.why = why
        self.debts = debts


class AlreadyPaid(Exception):
    """Some of these ``debts`` are paid: show their receipts, and pay what is left."""

    def __init__(self, debts: tuple[DebtRef, ...]) -> None:
        super().__init__(", ".join(debt.about for debt in debts))
        self.debts = debts


class WrongNumber(ValueError):
    """A receipt number that is mistyped."""
