"""What may follow: the life of a debt and the life of an attempt, each one closed table."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from payments.debts.errors import WrongMove


class DebtState(StrEnum):
    """Where a debt stands."""

    DUE = "due"
    PAID = "paid"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"


class DebtVerb(StrEnum):
    """What may be done to a debt."""

    RAISE = "raise"
    PAY = "pay"
    CANCEL = "cancel"
    REFUND = "refund"


class AttemptState(StrEnum):
    """Where an attempt stands."""

    PREPARED = "prepared"
    OPEN = "open"
    PAID = "paid"
    FAILED = "failed"
    EXPIRED = "expired"
    REFUNDING = "refunding"
    REFUNDED = "refunded"


class AttemptVerb(StrEnum):
    """What may happen to an attempt."""

    PREPARE = "prepare"
    OPEN = "open"
    PAY = "pay"
    FAIL = "fail"
    EXPIRE = "expire"
    OWE_BACK = "owe_back"
    GIVE_BACK = "give_back"


DEBT_LIFE: Mapping[tuple[str | None, DebtVerb], DebtState] = {
    (None, DebtVerb.RAISE): DebtState.DUE,
    (DebtState.DUE, DebtVerb.PAY): DebtState.PAID,
    (DebtState.DUE, DebtVerb.CANCEL): DebtState.CANCELLED,
    (DebtState.PAID, DebtVerb.REFUND): DebtState.REFUNDED,
}

ATTEMPT_LIFE: Mapping[tuple[str | None, AttemptVerb], AttemptState] = {
    (None, AttemptVerb.PREPARE): AttemptState.PREPARED,
    (AttemptState.PREPARED, AttemptVerb.OPEN): AttemptState.OPEN,
    # The answer to "open" can be lost on the way while the payer's money is not.
    (AttemptState.PREPARED, AttemptVerb.PAY): AttemptState.PAID,
    (AttemptState.PREPARED, AttemptVerb.FAIL): AttemptState.FAILED,
    (AttemptState.PREPARED, AttemptVerb.EXPIRE): AttemptState.EXPIRED,
    (AttemptState.OPEN, AttemptVerb.PAY): AttemptState.PAID,
    (AttemptState.OPEN, AttemptVerb.FAIL): AttemptState.FAILED,
    (AttemptState.OPEN, AttemptVerb.EXPIRE): AttemptState.EXPIRED,
    # Late success is normal: money that came is never refused, it is used or given back.
    (AttemptState.EXPIRED, AttemptVerb.PAY): AttemptState.PAID,
    (AttemptState.FAILED, AttemptVerb.PAY): AttemptState.PAID,
    (AttemptState.PAID, AttemptVerb.OWE_BACK): AttemptState.REFUNDING,
    (AttemptState.REFUNDING, AttemptVerb.GIVE_BACK): AttemptState.REFUNDED,
}

State = TypeVar("State", DebtState, AttemptState)
Verb = TypeVar("Verb", DebtVerb, AttemptVerb)


def follow(life: Mapping[tuple[str | None, Verb], State], state: str | None, verb: Verb) -> State:
    """The state that follows ``state`` when ``verb`` happens. Raises WrongMove."""
    if (state, verb) not in life:
        raise WrongMove(state, verb)
    return life[state, verb]
