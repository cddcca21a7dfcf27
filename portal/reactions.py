"""ONE TABLE, two columns: when this has happened, do this *now* (same transaction) and that *later* (a task)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any
from uuid import UUID

from journeys.cases import events as cases
from payments.settlement import events as settled
from portal.alerts import acts
from portal.apply import passing, retention
from portal.apply import reactions as apply
from portal.identity import events as identity
from portal.identity.mandates import asking
from portal.identity.mandates import events as mandates
from portal.locker import ending, revoking, throwing
from portal.locker import events as locker
from portal.locker.sharing import events as sharing
from portal.outbox import later
from portal.pay import reactions as pay
from portal.unit import Unit

Now = tuple[Callable[[Unit, Any], None], ...]
Later = tuple[str, ...]

REACTIONS: dict[type, tuple[Now, Later]] = {
    # what has happened        now                                        later
    cases.Opened: ((acts.tell_represented,), ()),
    cases.Submitted: ((pay.raise_debt, apply.file_when_free, acts.tell_represented), ()),
    cases.Discarded: ((acts.tell_represented, retention.let_files_go), ()),
    pay.Owed: ((), ("tell",)),
    settled.Prepared: ((pay.say_paying,), ()),
    pay.Paying: ((acts.tell_represented,), ()),
    settled.Settled: ((apply.file_paid,), ()),
    settled.RefundDue: ((), ("give_back",)),
    settled.Mismatched: ((pay.refund_mismatch,), ()),
    settled.Refunded: ((pay.say_given_back,), ()),
    pay.GivenBack: ((), ("tell",)),
    cases.Filed: ((), ("issue_receipt", "issue_payment_receipt", "hand_over", "tell")),
    cases.Taken: ((), ("tell",)),
    cases.Granted: ((retention.keep_for_a_time,), ("issue_outputs",)),
    cases.Refused: ((retention.keep_for_a_time,), ("issue_refusal",)),
    cases.Withdrawn: ((pay.cancel_debt, acts.tell_represented, retention.keep_for_a_time), ("tell",)),
    locker.Kept: ((ending.remind_before_end,), ("tell_of_document",)),
    locker.Revoked: ((revoking.tell_owner,), ()),
    locker.PutIn: ((ending.remind_before_end,), ()),
    sharing.Shared: ((), ("tell_of_share",)),
    mandates.Offered: ((), ("tell_of_mandate",)),
    mandates.Requested: ((), ("tell_of_mandate",)),
    mandates.Accepted: ((), ("tell_of_mandate",)),
    mandates.Declined: ((), ("tell_of_mandate",)),
    mandates.Derived: ((asking.ask_in_a_week,), ("tell_of_mandate",)),
    mandates.Admitted: ((), ("tell_of_mandate",)),
    mandates.Revoked: ((), ("tell_of_mandate",)),
    mandates.GivenUp: ((), ("tell_of_mandate",)),
    mandates.Expired: ((), ("tell_of_mandate",)),
    mandates.Ended: ((), ("tell_of_mandate",)),
    identity.Joined: ((passing.carry_over,), ()),
    identity.Closed: ((passing.discard_drafts, throwing.empty, throwing.share_no_more), ()),
    identity.Died: ((throwing.share_no_more,), ()),
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
