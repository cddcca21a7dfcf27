"""The objects of the card processor in the shape of Stripe's API: sessions, intents, charges, refunds, events."""

from __future__ import annotations

import secrets
from typing import Any

import stripe

from portal.sandbox.cards.contract import LATEST

Thing = dict[str, Any]


def new_key(prefix: str) -> str:
    """A fresh id such as ``pi_…``."""
    return f"{prefix}_{secrets.token_hex(12)}"


def new_session(params: Thing, base: str, now: int) -> Thing:
    """An open Checkout Session from checked parameters; its page is under ``base``."""
    key = new_key("cs_test")
    total = sum(line["price_data"]["unit_amount"] * line["quantity"] for line in params["line_items"])
    return _empty_session() | {
        "id": key,
        "amount_subtotal": total,
        "amount_total": total,
        "cancel_url": params.get("cancel_url"),
        "client_reference_id": params.get("client_reference_id"),
        "created": now,
        "currency": params["line_items"][0]["price_data"]["currency"],
        "customer_email": params.get("customer_email"),
        "expires_at": params.get("expires_at", now + LATEST),
        "locale": params.get("locale"),
        "metadata": params.get("metadata") or {},
        "success_url": params["success_url"],
        "ui_mode": params.get("ui_mode", "hosted_page"),
        "url": f"{base}/pay/{key}",
    }


def _empty_session() -> Thing:
    return {
        "object": "checkout.session",
        "automatic_tax": {"enabled": False, "status": None},
        "custom_fields": [],
        "custom_text": {"submit": None},
        "customer": None,
        "livemode": False,
        "mode": "payment",
        "payment_intent": None,
        "payment_method_types": ["card"],
        "payment_status": "unpaid",
        "shipping_options": [],
        "status": "open",
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
    }


def new_lines(params: Thing) -> list[Thing]:
    """The lines a payer sees, of checked parameters."""
    return [_line(line) for line in params["line_items"]]


def _line(line: Thing) -> Thing:
    price = line["price_data"]
    amount = price["unit_amount"] * line["quantity"]
    return {
        "id": new_key("li"),
        "object": "item",
        "amount_subtotal": amount,
        "amount_total": amount,
        "currency": price["currency"],
        "description": price["product_data"]["name"],
        "quantity": line["quantity"],
    }


def new_intent(session: Thing, data: Thing, now: int) -> Thing:
    """The payment intent of a session; ``data`` is what ``payment_intent_data`` asked for."""
    return {
        "id": new_key("pi"),
        "object": "payment_intent",
        "amount": session["amount_total"],
        "amount_capturable": 0,
        "amount_received": 0,
        "capture_method": "automatic",
        "confirmation_method": "automatic",
        "created": now,
        "currency": session["currency"],
        "description": data.get("description"),
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": data.get("metadata") or {},
        "payment_method_types": ["card"],
        "status": "requires_payment_method",
    }


def new_charge(intent: Thing, card: str, decline: str | None, now: int) -> Thing:
    """One try to take the money of an intent; ``decline`` is the bank's reason when it failed."""
    paid = decline is None
    return {
        "id": new_key("ch"),
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": intent["amount"] if paid else 0,
        "amount_refunded": 0,
        "billing_details": {"address": None, "email": None, "name": None, "phone": None},
        "captured": paid,
        "created": now,
        "currency": intent["currency"],
        "description": intent["description"],
        "disputed": False,
        "failure_code": None if paid else "card_declined",
        "failure_message": None if paid else "Your card was declined.",
        "livemode": False,
        "metadata": intent["metadata"],
        "outcome": {"network_status": "approved_by_network" if paid else "declined_by_network", "reason": decline},
        "paid": paid,
        "payment_intent": intent["id"],
        "payment_method_details": {"type": "card", "card": {"brand": "visa", "last4": card[-4:]}},
        "refunded": False,
        "status": "succeeded" if paid else "failed",
    }


def new_refund(charge: Thing, params: Thing, amount: int, now: int) -> Thing:
    """Money given back, all or part of a charge."""
    return {
        "id": new_key("re"),
        "object": "refund",
        "amount": amount,
        "charge": charge["id"],
        "created": now,
        "currency": charge["currency"],
        "metadata": params.get("metadata") or {},
        "payment_intent": charge["payment_intent"],
        "reason": params.get("reason"),
        "status": "succeeded",
    }


def new_event(kind: str, thing: Thing, now: int) -> Thing:
    """What has happened, with the object as it is at this moment."""
    return {
        "id": new_key("evt"),
        "object": "event",
        "api_version": stripe.api_version,
        "created": now,
        "data": {"object": thing},
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
        "type": kind,
    }
