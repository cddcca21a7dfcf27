"""A portal that opens checkouts and a payer who pays them, for the tests of the card processor."""

from __future__ import annotations

from typing import Any

import httpx
import stripe

PAYS, DECLINED, POOR = "4242 4242 4242 4242", "4000000000000002", "4000000000009995"
HOUR, DAY = 3600, 86400


def order(**changes: Any) -> Any:
    """Parameters of a session for one document of 75 dirhams."""
    price = {"currency": "mad", "unit_amount": 7500, "product_data": {"name": "Acte de naissance"}}
    return {
        "mode": "payment",
        "line_items": [{"quantity": 1, "price_data": price}],
        "success_url": "http://localhost:8000/fr/payments/back?session={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://localhost:8000/fr/payments",
        "metadata": {"attempt": "0192"},
        "payment_intent_data": {"metadata": {"attempt": "0192"}},
        "locale": "fr",
    } | changes


def opened(cards: stripe.StripeClient, key: str | None = None, **changes: Any) -> Any:
    options: Any = {"idempotency_key": key} if key else {}
    return cards.v1.checkout.sessions.create(params=order(**changes), options=options)


def read(cards: stripe.StripeClient, session: Any) -> Any:
    return cards.v1.checkout.sessions.retrieve(session.id, params={"expand": ["payment_intent"]})


def pay(browser: httpx.Client, session: Any, card: str = PAYS, **changes: str) -> httpx.Response:
    return browser.post(f"/pay/{session.id}", data={"number": card, "expiry": "04 / 39", "cvc": "123"} | changes)


def heard(receiver: Any) -> Any:
    """The next event at the receiver, its signature checked by Stripe's library."""
    post = receiver.next()
    assert post.path == "/hooks/stripe"
    return stripe.Webhook.construct_event(post.body, post.headers["Stripe-Signature"], "whsec_cards")
