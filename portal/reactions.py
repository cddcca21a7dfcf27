"""ONE TABLE, two columns: when this has happened, do this *now* (same transaction) and that *later* (a task)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any
from uuid import UUID

from journeys.cases import events as cases
from payments.settlement import events as settled
from portal.apply import reactions as apply
from portal.locker import events as locker
from portal.outbox import later
from portal.pay import reactions as pay
from portal.unit import Unit

Now = tuple[Callable[[Unit, Any], None], ...]
Later = tuple[str, ...]

REACTIONS: dict[type, tuple[Now, Later]] = {
    # what has happened        now                                        later
    cases.Submitted: ((pay.raise_debt, apply.file_when_free), ()),
    pay.Owed: ((), ("tell",)),
    settled.Settled: ((apply.file_paid,), ()),
    settled.RefundDue: ((), ("give_back",)),
    settled.Mismatched: ((pay.refund_mismatch,), ()),
    settled.Refunded: ((pay.say_given_back,), ()),
    pay.GivenBack: ((), ("tell",)),
    cases.Filed: ((), ("issue_receipt", "hand_over", "tell")),
    cases.Taken: ((), ("tell",)),
    cases.Granted: ((), ("issue_outputs",)),
    cases.Refused: ((), ("issue_refusal",)),
    cases.Withdrawn: ((pay.cancel_debt,), ("tell",)),
    locker.Kept: ((), ("tell_of_document",)),
}


def react(unit: Unit, event: Any) -> None:
    """Does the *now* column of an event and queues its *later* column in the same transaction."""
    unit.happened.append(type(event).__name__)
    now, tasks = REACTIONS.get(type(event), ((), ()))
    for reaction in now:
        reaction(unit, event)
    for name in tasks:
        later(unit.session, name, key_of(event), payload_of(event))


def payload_of(event: Any) -> dict[str, str]:
    """The ids and short texts of an event, as a task is given them."""
    values = {field.name: getattr(event, field.name) for field in fields(event)}
    texts = {name: str(value) for name, value in values.items() if isinstance(value, UUID | str)}
    return {"event": type(event).__name__, **texts}


def key_of(event: Any) -> str:
    """What makes an event one: its type, and its own key or else the first of its fields."""
    return f"{type(event).__name__}:{getattr(event, 'key', None) or getattr(event, fields(event)[0].name)}"
