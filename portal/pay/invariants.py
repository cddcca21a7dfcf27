"""What must be true between the ledger and the provider, and between what is owed back and the outbox."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from payments.ports import NotAccepted, Status
from payments.settlement.charges import Charge, charge, charges, difference
from payments.settlement.events import RefundDue
from payments.settlement.models import Refund
from portal.look import Look, batches
from portal.outbox import Task

BATCH = 100


def provider_charges_equal_the_ledger(look: Look) -> Iterator[str]:
    """What the provider took for each attempt and gave back is booked, and nothing else is.

    Attempts of a provider that is no longer plugged in cannot be asked about and are left out.
    """
    after: UUID | None = None
    while some := _read(look, after):
        after = some[-1].attempt
        for one in some:
            if one.provider == look.work.adapters.provider.name and (problem := _wrong(look, one)):
                yield f"attempt {one.attempt} {problem}"


def _read(look: Look, after: UUID | None) -> Sequence[Charge]:
    with look.reading() as session:
        return charges(session, look.since, after, BATCH)


def _wrong(look: Look, one: Charge) -> str | None:
    """Asked twice before it is said: between reading and asking money may have moved."""
    if not _compared(look, one):
        return None
    with look.reading() as session:
        again = charge(session, one.attempt)
    return _compared(look, again)


def _compared(look: Look, one: Charge) -> str | None:
    try:
        status = _asked(look, one)
    except NotAccepted:
        return "is not known to the provider"
    under_way = not one.answered and look.now < one.expires_at + look.patience
    return difference(one, status, under_way=under_way and bool(look.patience))


def _asked(look: Look, one: Charge) -> Status | None:
    return look.work.adapters.provider.ask(one.reference) if one.reference else None


def refunds_that_are_due_are_under_way(session: Session, _since: UUID | None = None) -> Iterator[str]:
    """Money that is to be given back has a task that gives it back."""
    due = session.scalars(select(Refund.id).where(Refund.done_at.is_(None))).all()
    for some in batches(due, BATCH):
        keys = {f"give_back:{RefundDue.__name__}:{refund}": refund for refund in some}
        waiting = set(session.scalars(select(Task.key).where(Task.key.in_(keys), Task.done_at.is_(None))))
        yield from (
            f"refund {refund} is due, and no task gives it back" for key, refund in keys.items() if key not in waiting
        )
