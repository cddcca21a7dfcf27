"""Builders: fees that are owed, paid at the card processor, and what it tells of them."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
import stripe
from requests_made import BIRTH, fill_birth, reference_of, send, start
from sqlalchemy import func, select, update
from world import OUTSIDE, Browser, World

from journeys.cases.models import Case
from payments.debts.models import Attempt, AttemptDebt, Debt
from payments.settlement.models import PaymentReceipt, Refund
from portal import unit
from portal.checks import run_checks
from portal.i18n import messages
from portal.invariants import OF_THE_ROWS
from portal.pay.tasks import sweep_payments

GOOD, DECLINED = "4242424242424242", "4000000000000002"
CARD = {"number": GOOD, "expiry": "12/40", "cvc": "123"}


def asked(browser: Browser) -> str:
    """A birth extract is asked for and its fee is owed; the reference."""
    browser.sign_in("salma", "fr")
    start(browser, BIRTH, "fr")
    fill_birth(browser)
    send(browser)
    return reference_of(browser.page)


def checkout(browser: Browser, reference: str) -> str:
    """The person goes to the card processor; the checkout's name there."""
    browser.get(f"/fr/requests/{reference}")
    return browser.submit("/checkout").url.rpartition("/")[2]


def settle(town: World, session: str, card: str = GOOD) -> int:
    """The person pays there and never comes back; the card processor's status."""
    url = f"{town.sandbox.settings.url}/control/cards/sessions/{session}/settle"
    return OUTSIDE.post(url, json={"card": card}).status_code


def one(town: World, query: Any) -> Any:
    """One value of the database."""
    with town.work.database.session(reading=True) as session:
        return session.scalars(query).one()


def state(town: World, reference: str) -> str:
    """Where the request is."""
    found: str = one(town, select(Case.state).where(Case.reference == reference))
    return found


def receipts(town: World, reference: str) -> int:
    """How many payment receipts there are for a request."""
    debt = select(Debt.id).where(Debt.about == reference).scalar_subquery()
    found: int = one(town, select(func.count()).where(PaymentReceipt.debt_id == debt))
    return found


def refunds(town: World, reference: str) -> list[bool]:
    """Every refund of a request: whether it was made."""
    links = select(AttemptDebt.attempt_id).join(Debt, Debt.id == AttemptDebt.debt_id).where(Debt.about == reference)
    with town.work.database.session(reading=True) as session:
        found = session.scalars(select(Refund.done_at).where(Refund.attempt_id.in_(links))).all()
    return [moment is not None for moment in found]


def charges(town: World, *sessions: str) -> list[tuple[int, int]]:
    """What the card processor took and gave back, for each of its checkouts that was paid."""
    store = town.sandbox.world.store
    found = []
    for key in sessions:
        intent = store.get("payment_intent", store.get("session", key)["payment_intent"] or "")
        charge = store.get("charge", intent["latest_charge"]) if intent else None
        if charge and charge["paid"]:
            found.append((charge["amount_captured"], charge["amount_refunded"]))
    return found


def the_event(town: World, session: str) -> str:
    """The card processor's message that this checkout was paid, as JSON."""
    found = town.sandbox.world.store.newest("event")
    return json.dumps(next(event for event in found if event["data"]["object"]["id"] == session))


def post(town: World, body: str | bytes, headers: dict[str, str]) -> int:
    """Posts a message to the portal; its status."""
    return OUTSIDE.post(f"{town.url}/hooks/stripe", content=body, headers=headers).status_code


def signed(body: str, secret: str, moment: int | None = None) -> dict[str, str]:
    """The header that Stripe would send with a body."""
    return {"Stripe-Signature": stripe.WebhookSignature.generate_signature_header(body, secret, timestamp=moment)}


def secret_of(town: World) -> str:
    """What portal and card processor share."""
    return town.settings.provider.settings["webhook_secret"]


def close_here(town: World, reference: str) -> None:
    """Time passes: the checkout's time is over by our clock, while its page is still open there."""
    links = select(AttemptDebt.attempt_id).join(Debt, Debt.id == AttemptDebt.debt_id).where(Debt.about == reference)
    past = unit.real_now() - timedelta(minutes=1)
    town.work.transact(
        lambda unit: unit.session.execute(update(Attempt).where(Attempt.id.in_(links)).values(expires_at=past))
    )


def sweep(town: World, monkeypatch: pytest.MonkeyPatch, *, minutes: int) -> None:
    """The sweep comes by some minutes later."""
    real = unit.real_now
    with monkeypatch.context() as later, town.app.app_context():
        later.setattr(unit, "real_now", lambda: real() + timedelta(minutes=minutes))
        sweep_payments(town.work, {})
    town.worker_runs()


def told_of_refund(browser: Browser, reference: str) -> bool:
    """Whether the inbox says, for this request, that money was given back."""
    entries = browser.get("/fr/inbox").text.split('class="offer"')
    sentence = messages("fr").gettext("Your money was given back.")
    return any(reference in entry and sentence in entry for entry in entries)


def come_to_rest(town: World) -> None:
    """Every message is delivered and heard, and money agrees with itself."""
    town.control("cards", webhooks="normal")
    town.control("cards/release")
    town.worker_runs()
    lines: list[str] = []
    run_checks(town.work, full=False, say=lines.append, invariants=OF_THE_ROWS)
    assert not [line for line in lines if line.startswith("FAIL")]
