"""Ask the provider what became of attempts, and give back what must go back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from payments.settlement import actions, reading
from payments.settlement.events import RefundDue
from portal.outbox import later
from portal.unit import Unit, Work, real_now

QUIET_MINUTES = 3
SWEEP_EVERY = timedelta(minutes=1)


def ask_provider(work: Work, payload: Mapping[str, Any]) -> datetime | None:
    """Asks about one attempt and records the answer."""
    attempt = UUID(payload["attempt"])
    work.three_steps(
        lambda unit: reading.attempt(unit.session, attempt).reference,
        lambda reference: work.adapters.provider.ask(reference) if reference else None,
        lambda unit, _, status: unit.in_real_time().do(actions.record, attempt, status) if status else None,
    )
    return None


def sweep_payments(work: Work, _payload: Mapping[str, Any]) -> datetime | None:
    """For the message that never comes: asks about every attempt nobody has heard of, again and again."""

    def queue(unit: Unit) -> None:
        real = unit.in_real_time()
        real.do(_expire)
        for attempt in reading.to_ask(unit.session, real.moment, QUIET_MINUTES):
            later(unit.session, "ask_provider", str(attempt), {"attempt": str(attempt)}, again=True)

    work.transact(queue)
    return real_now() + SWEEP_EVERY


def _expire(session: Any, moment: datetime, actor: Any) -> None:
    actions.expire_unopened(session, moment, actor)


def give_back(work: Work, payload: Mapping[str, Any]) -> datetime | None:
    """Gives money back at the provider, once per refund, and books it."""
    key = payload["key"]

    def due(unit: Unit) -> RefundDue | None:
        return reading.refund_due(unit.session, key)

    refund = work.transact(due, reading=True)
    if refund is not None:
        theirs = work.adapters.provider.refund(refund.reference, refund.amount, refund.key)
        work.transact(lambda unit: unit.in_real_time().do(actions.refunded, refund.attempt, theirs, refund.key))
    return None
