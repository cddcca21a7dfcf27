"""The worker's tasks by name."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.alerts import tasks as alerts
from portal.apply import tasks as apply
from portal.locker import tasks as locker
from portal.outbox import Handler, later
from portal.pay import tasks as pay

TASKS: dict[str, Handler] = {
    "tell": alerts.tell,
    "tell_of_document": alerts.tell_of_document,
    "send_mail": alerts.send_mail,
    "hand_over": apply.hand_over,
    "ask_connector": apply.ask_connector,
    "throw_away": apply.throw_away,
    "ask_provider": pay.ask_provider,
    "give_back": pay.give_back,
    "sweep_payments": pay.sweep_payments,
    "issue_receipt": locker.issue_receipt,
    "issue_outputs": locker.issue_outputs,
    "issue_refusal": locker.issue_refusal,
}

RECURRING = ("sweep_payments",)


def ensure_recurring(session: Session) -> None:
    """The sweeps exist, once each, whoever starts first."""
    for name in RECURRING:
        later(session, name, "always", {})
