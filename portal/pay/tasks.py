"""Ask the provider what became of attempts, and give back what must go back."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from payments.ports import NotAccepted
from payments.settlement import actions, reading
from payments.settlement.events import RefundDue
from portal.outbox import later
from portal.pay.orders import order_of
from portal.unit import Unit, Work, real_now

log = logging.getLogger(__name__)

QUIET_MINUTES = 3
SWEEP_EVERY = timedelta(minutes=1)


def ask_provider(work: Work, payload: Mapping[str, Any]) -> datetime | None:
    """Asks about one attempt and records the answer."""
    attempt = UUID(payload["attempt"])
    known = work.transact(lambda unit: reading.attempt(unit.session, attempt).reference, reading=True)
    reference = known or _opened_again(work, attempt)
    if reference is not None:
        status = work.adapters.provider.ask(reference)
        work.transact(lambda unit: unit.in_real_time().do(actions.record, attempt, status))
    return None


def _opened_again(work: Work, attempt: UUID) -> str | None:
    """The answer to the opening may have been lost on the way: under the same key the provider gives it again. Its
    reference, or None where it was never opened and it is too late to open it now."""
    try:
        work.three_steps(
            lambda unit: order_of(unit, attempt, reading.attempt(unit.session, attempt).language),
            work.adapters.provider.open,
            lambda unit, _, opened: unit.in_real_time().do(actions.opened, attempt, opened),
        )
    except NotAccepted as error:
        log.warning("an attempt was not opened", extra={"attempt": str(attempt), "problem": type(error).__name__})
    return work.transact(lambda unit: reading.attempt(unit.session, attempt).reference, reading=True)


def sweep_payments(work: Work, _payload: Mapping[str, Any]) -> datetime | None:
    """For the message that never comes: asks about every attempt nobody has heard of, again and again."""

    def queue(unit: Unit) -> None:
        real = unit.in_real_time()
        real.do(_expire)
        ask_about_quiet(unit.session, real.moment)

    work.transact(queue)
    return real_now() + SWEEP_EVERY


def ask_about_quiet(session: Session, moment: datetime) -> None:
    """Queues a question about every attempt that was not heard of for ``QUIET_MINUTES``."""
    quiet = session, moment, QUIET_MINUTES
    for attempt in [*reading.to_ask(*quiet), *reading.to_open_again(*quiet)]:
        later(session, "ask_provider", str(attempt), {"attempt": str(attempt)}, again=True)


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
