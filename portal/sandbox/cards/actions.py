"""What one may do at the card processor: open, pay, expire, refund. Each happens at once or not at all."""

from __future__ import annotations

from dataclasses import dataclass

from portal.sandbox.cards.contract import REFUND, check_session, only
from portal.sandbox.cards.errors import NotAccepted, missing
from portal.sandbox.cards.events import announce
from portal.sandbox.cards.objects import Thing, new_charge, new_intent, new_lines, new_refund, new_session
from portal.sandbox.world import World

CARDS = {
    "4242424242424242": None,
    "4000000000000002": "generic_decline",
    "4000000000009995": "insufficient_funds",
}
"""Test cards of https://docs.stripe.com/testing: number → the bank's reason to decline, None when it pays."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a try to pay: the session now, and why it was declined if it was."""

    session: Thing
    decline: str | None


class WrongCard(Exception):
    """A number that no test card has."""


class NotOpen(Exception):
    """The session is complete or expired: there is nothing to pay."""


def open_session(world: World, params: Thing) -> Thing:
    """A new Checkout Session. Raises NotAccepted."""
    check_session(params, world.stamp)
    session = new_session(params, world.settings.url, world.stamp)
    world.store.put("session", session["id"], session)
    world.store.put("lines", session["id"], new_lines(params))
    world.store.put("intent_data", session["id"], params.get("payment_intent_data") or {})
    return session


def find_session(world: World, key: str) -> Thing:
    """A session as it is now: its time may have run out since it was last looked at. Raises NotAccepted (404)."""
    with world.store.held():
        session: Thing | None = world.store.get("session", key)
        if session is None:
            raise missing("checkout.session", key)
        if session["status"] == "open" and session["expires_at"] <= world.stamp:
            _expire(world, session)
    return session


def expire_session(world: World, key: str) -> Thing:
    """Ends an open session before its time. Raises NotAccepted when it is not open."""
    with world.store.held():
        session = find_session(world, key)
        if session["status"] != "open":
            raise NotAccepted(
                'Only Checkout Sessions with a status in ["open"] can be expired. '
                f"This Checkout Session has a status of {session['status']}.",
                param="session",
            )
        _expire(world, session)
    return session


def pay(world: World, key: str, card: str) -> Outcome:
    """Tries a card on an open session. A declined card leaves the session open. Raises NotOpen, WrongCard."""
    if card not in CARDS:
        raise WrongCard(card[-4:])
    with world.store.held():
        session = find_session(world, key)
        if session["status"] != "open":
            raise NotOpen(session["status"])
        intent = _intent_of(world, session)
        told = "payment_intent.payment_failed" if CARDS[card] else "checkout.session.completed"
        _charge(world, session, intent, card, told)
    return Outcome(session, CARDS[card])


def process(world: World, key: str) -> Thing:
    """The payer is done, the bank is not: complete, unpaid, and settled later. Raises NotOpen."""
    with world.store.held():
        session = find_session(world, key)
        if session["status"] != "open":
            raise NotOpen(session["status"])
        intent = _intent_of(world, session)
        intent["status"] = "processing"
        session |= {"status": "complete", "url": None}
        world.store.put("payment_intent", intent["id"], intent)
        world.store.put("session", session["id"], session)
        announce(world, "payment_intent.processing", intent)
        announce(world, "checkout.session.completed", session)
    return session


def end_processing(world: World, key: str, card: str) -> Outcome:
    """The bank's last word on a payment it was processing. Raises NotOpen when there is none, WrongCard."""
    if card not in CARDS:
        raise WrongCard(card[-4:])
    with world.store.held():
        session = find_session(world, key)
        intent = _intent_of(world, session)
        if intent["status"] != "processing":
            raise NotOpen(session["status"])
        intent["status"] = "requires_payment_method"
        told = "checkout.session.async_payment_failed" if CARDS[card] else "checkout.session.async_payment_succeeded"
        _charge(world, session, intent, card, told)
    return Outcome(session, CARDS[card])


def is_processing(world: World, key: str) -> bool:
    """Whether the payer is done and the bank is not. Raises NotAccepted (404)."""
    return bool(_intent_of(world, find_session(world, key))["status"] == "processing")


def refund(world: World, params: Thing) -> Thing:
    """Gives back all or part of a charge. Raises NotAccepted."""
    only(params, REFUND)
    with world.store.held():
        charge = _charge_of(world, params)
        left = charge["amount_captured"] - charge["amount_refunded"]
        amount = params.get("amount", left)
        _check_refund(charge, amount, left)
        made = new_refund(charge, params, amount, world.stamp)
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]
        world.store.put("refund", made["id"], made)
        world.store.put("charge", charge["id"], charge)
        announce(world, "charge.refunded", charge)
    return made


def _expire(world: World, session: Thing) -> None:
    session |= {"status": "expired", "url": None}
    world.store.put("session", session["id"], session)
    announce(world, "checkout.session.expired", session)


def _intent_of(world: World, session: Thing) -> Thing:
    """The payment intent of a session: made when it is first paid, and only written with what becomes of it."""
    kept: Thing | None = world.store.get("payment_intent", session["payment_intent"] or "")
    intent = kept or new_intent(session, world.store.get("intent_data", session["id"]), world.stamp)
    session["payment_intent"] = intent["id"]
    return intent


def _charge(world: World, session: Thing, intent: Thing, card: str, told: str) -> None:
    decline = CARDS[card]
    charge = new_charge(intent, card, decline, world.stamp)
    intent["latest_charge"] = charge["id"]
    if decline is None:
        intent |= {"status": "succeeded", "amount_received": intent["amount"], "last_payment_error": None}
        session |= {"status": "complete", "payment_status": "paid", "url": None}
    else:
        intent["last_payment_error"] = _error(charge, decline)
    for kind, thing in (("charge", charge), ("payment_intent", intent), ("session", session)):
        world.store.put(kind, thing["id"], thing)
    announce(world, told, intent if told.startswith("payment_intent.") else session)


def _error(charge: Thing, decline: str) -> Thing:
    said = {"code": charge["failure_code"], "message": charge["failure_message"]}
    return {"type": "card_error", "charge": charge["id"], "decline_code": decline} | said


def _charge_of(world: World, params: Thing) -> Thing:
    """The charge a refund means, by itself or by its intent."""
    key = params.get("charge")
    if key is None:
        if "payment_intent" not in params:
            raise NotAccepted("One of the following params should be provided: payment_intent or charge.")
        intent = world.store.get("payment_intent", params["payment_intent"])
        if intent is None:
            raise missing("payment_intent", params["payment_intent"], "payment_intent")
        key = intent["latest_charge"]
    found: Thing | None = world.store.get("charge", key)
    if found is None:
        raise missing("charge", key, "charge")
    return found


def _check_refund(charge: Thing, amount: int, left: int) -> None:
    if not charge["paid"]:
        raise NotAccepted("This charge was not successful and cannot be refunded.", param="charge")
    if left == 0:
        raise NotAccepted(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    if amount < 1:
        raise NotAccepted("Invalid positive integer", param="amount", code="parameter_invalid_integer")
    if amount > left:
        raise NotAccepted(
            f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})", param="amount"
        )
