"""Where fees are played: a world whose card processor keeps its messages to itself, and a person who owes."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import httpx
import stripe
from filled_in import filled_in
from requests_made import RECORD
from world import World

from journeys.cases import actions as cases
from journeys.cases import reading
from payments.actor import Actor
from payments.settlement.reading import debts_of
from portal.identity.people import by_account
from portal.unit import Unit

SERVICE, FEE = "birth-extract", 2000
TYPED = {"relation": "self", "copies": "1"} | RECORD
SHAPES = {
    "processing": ("complete", "unpaid", "processing"),
    "succeeded": ("complete", "paid", "succeeded"),
    "failed": ("complete", "unpaid", "requires_payment_method"),
    "expired": ("expired", "unpaid", "requires_payment_method"),
    "refunded": ("complete", "paid", "succeeded"),
}
"""Status and payment status of a session and status of its intent, in Stripe's words."""


class Hook:
    """Sends signed messages where the portal listens."""

    def __init__(self, town: World) -> None:
        self.url = f"{town.url}/hooks/stripe"
        self.secret = town.settings.provider.settings["webhook_secret"]
        self._client = httpx.Client(timeout=30, trust_env=False)

    def send(self, body: str | bytes, headers: dict[str, str]) -> int:
        """The portal's status."""
        return self._client.post(self.url, content=body, headers=headers).status_code

    def tell(self, event: dict[str, Any]) -> int:
        """A message as the processor sends it, signed now."""
        body = json.dumps(event)
        return self.send(body, self.signed(body))

    def signed(self, body: str, secret: str | None = None, moment: int | None = None) -> dict[str, str]:
        """The header that Stripe sends with a body."""
        header = stripe.WebhookSignature.generate_signature_header(body, secret or self.secret, timestamp=moment)
        return {"Stripe-Signature": header}


class Stage:
    """Where plays are played: the world, its processor that keeps its messages to itself, and a person who pays."""

    def __init__(self, town: World) -> None:
        self.town, self.hook = town, Hook(town)
        town.control("cards", webhooks="hold")
        self.store = town.sandbox.world.store
        self.held()
        town.browser().sign_in("salma", "fr")
        self.salma = town.work.transact(lambda unit: by_account(unit.session, "national", "ma-salma"), reading=True)

    def held(self) -> list[dict[str, Any]]:
        """The messages the processor has not sent, taken from it."""
        found = [event for _, event in self.store.oldest("held")]
        self.store.empty("held")
        return found

    def request(self) -> tuple[UUID, UUID]:
        """A request that waits for its fee, and its debt."""
        return self.town.work.transact(self._ask, actor=Actor.person(self.salma))

    def _ask(self, unit: Unit) -> tuple[UUID, UUID]:
        keyring, catalogue = unit.adapters.keyring, unit.adapters.shelf.current()
        service = catalogue.services[SERVICE]
        names = {"name_ar": "سلمى", "name_lat": "Salma"}
        opened = unit.do(cases.open_case, service, 1, "fr", names, keyring)
        case = reading.case_by_id(unit.session, opened.case_id)
        filled_in(unit, case, TYPED)
        unit.do(cases.submit, case, service, catalogue, f"{case.id}:play", keyring)
        return case.id, debts_of(unit.session, [case.id])[case.id].id

    def charge(self, key: str) -> dict[str, Any] | None:
        """What the processor last tried to take for a checkout."""
        intent = self.store.get("payment_intent", self.store.get("session", key)["payment_intent"] or "")
        return self.store.get("charge", intent["latest_charge"] or "") if intent else None

    def insist(self, key: str, event: str) -> None:
        """Makes the processor be what it says, without the way that would lead there."""
        status, paid, intent_status = SHAPES[event]
        session = self.store.get("session", key)
        intent_key, charge_key = f"pi_{key}", f"ch_{key}"
        amount = session["amount_total"]
        charge = {"id": charge_key, "object": "charge", "paid": paid == "paid", "refunded": event == "refunded"}
        charge |= {"amount_captured": amount, "amount_refunded": amount if event == "refunded" else 0}
        intent = {"id": intent_key, "object": "payment_intent", "status": intent_status, "latest_charge": charge_key}
        intent |= {"currency": session["currency"], "amount_received": amount if paid == "paid" else 0}
        session |= {"status": status, "payment_status": paid, "payment_intent": intent_key}
        for kind, thing in (("charge", charge), ("payment_intent", intent), ("session", session)):
            self.store.put(kind, thing["id"], thing)
