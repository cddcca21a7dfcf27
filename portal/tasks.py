"""The worker's tasks by name."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.alerts import letters
from portal.alerts import mandates as alerts_of_mandates
from portal.alerts import tasks as alerts
from portal.apply import retention
from portal.apply import tasks as apply
from portal.audit import tasks as audit
from portal.identity import upgrading
from portal.identity.mandates import asking, sweeps
from portal.locker import ending, scanning, throwing
from portal.locker import tasks as locker
from portal.locker.sharing import telling
from portal.outbox import Handler, later
from portal.pay import receipts
from portal.pay import tasks as pay

TASKS: dict[str, Handler] = {
    "tell": alerts.tell,
    "tell_of_document": alerts.tell_of_document,
    "send_mail": alerts.send_mail,
    "send_code": letters.send_code,
    "send_word": letters.send_word,
    "send_invitation": letters.send_invitation,
    "tell_of_mandate": alerts_of_mandates.tell_of_mandate,
    "tell_of_act": alerts_of_mandates.tell_of_act,
    "sweep_identity": sweeps.sweep_identity,
    "take_in_addresses": upgrading.take_in_addresses,
    "ask_registers": asking.ask_registers,
    "hand_over": apply.hand_over,
    "ask_connector": apply.ask_connector,
    "tell_of_share": telling.tell_of_share,
    "remind_of_end": ending.remind_of_end,
    "throw_away": throwing.throw_away_now,
    "look_through": throwing.look_through,
    "sweep_unscanned": scanning.sweep_unscanned,
    "purge_files": retention.purge_files,
    "ask_provider": pay.ask_provider,
    "give_back": pay.give_back,
    "sweep_payments": pay.sweep_payments,
    "chain_access": audit.chain_access,
    "issue_receipt": locker.issue_receipt,
    "issue_payment_receipt": receipts.issue_payment_receipt,
    "issue_outputs": locker.issue_outputs,
    "issue_refusal": locker.issue_refusal,
}

FOR_A_DAY = ("purge_files", "remind_of_end")
"""Those that wait for a day which may be years ahead."""

RECURRING = ("sweep_payments", "sweep_identity", "chain_access", "sweep_unscanned")


def ensure_recurring(session: Session) -> None:
    """The sweeps exist, once each, whoever starts first."""
    for name in RECURRING:
        later(session, name, "always", {})
