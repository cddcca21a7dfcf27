"""Providers for tests: one that works, in memory, and one that never answers."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from payments.columns import new_id
from payments.money import Money, total
from payments.ports import BadNews, Checkout, Line, News, NotAccepted, NotReachable, Order, Status, Taken

GOOD_CARD = "4242424242424242"
DECLINED_CARD = "4000000000000002"
SECRET = b"the twins' secret"
SIGNATURE = "X-Twin-Signature"


def an_order(
    *,
    attempt: UUID | None = None,
    minor: int = 5000,
    language: str = "fr",
    expires_at: datetime | None = None,
    **changes: str,
) -> Order:
    """An order of one line that a real provider would take too: it expires 45 minutes from now."""
    addresses = {"back_url": "http://127.0.0.1:8000/back", "cancel_url": "http://127.0.0.1:8000/cancel"} | changes
    return Order(
        attempt=attempt or new_id(),
        reference="SH-1234",
        lines=(Line("Extrait d'acte de naissance", Money(minor)),),
        language=language,
        expires_at=expires_at or datetime.now(UTC) + timedelta(minutes=45),
        **addresses,
    )


@dataclass
class Purse:
    """What the working twin knows of one checkout."""

    order: Order
    taken: Taken = Taken.PENDING
    amount: Money | None = None
    charge: str | None = None


class Working:
    """Takes money in memory; the test plays the payer with ``pay`` and ``expire``."""

    name = "working"

    def __init__(self) -> None:
        self.purses: dict[str, Purse] = {}
        self.refunds: dict[str, str] = {}

    def open(self, order: Order) -> Checkout:
        reference = f"co_{order.attempt.hex}"
        self.purses.setdefault(reference, Purse(order))
        return Checkout(reference, f"https://pay.example/{reference}")

    def ask(self, reference: str) -> Status:
        purse = self._purse(reference)
        return Status(purse.taken, purse.amount, purse.charge)

    def read_news(self, headers: Mapping[str, str], body: bytes) -> News:
        if not hmac.compare_digest(headers.get(SIGNATURE, ""), _sign(body)):
            raise BadNews("signature")
        told = json.loads(body)
        return News(told["event"], told["kind"], told["reference"])

    def refund(self, reference: str, amount: Money, key: str) -> str:
        purse = self._purse(reference)
        if key in self.refunds:
            return self.refunds[key]
        if purse.amount is None or amount.minor > purse.amount.minor:
            raise NotAccepted("more than was taken")
        if amount == purse.amount:
            purse.taken = Taken.REFUNDED
        self.refunds[key] = f"re_{key}"
        return self.refunds[key]

    def check(self) -> str:
        return "working: in memory"

    def pay(self, reference: str, card: str = GOOD_CARD, amount: Money | None = None) -> None:
        """The payer types a card; the declined one leaves the checkout open. ``amount`` plays a wrong provider."""
        purse = self._purse(reference)
        if card == GOOD_CARD:
            purse.taken, purse.charge = Taken.SUCCEEDED, f"ch_{reference}"
            purse.amount = amount or total(line.amount for line in purse.order.lines)

    def expire(self, reference: str) -> None:
        """The payer's time is over."""
        self._purse(reference).taken = Taken.EXPIRED

    def tell(self, reference: str, *, event: str = "evt_1", kind: str = "paid") -> tuple[dict[str, str], bytes]:
        """Headers and body of a signed message about a checkout."""
        body = json.dumps({"event": event, "kind": kind, "reference": reference}).encode()
        return {SIGNATURE: _sign(body)}, body

    def _purse(self, reference: str) -> Purse:
        if reference not in self.purses:
            raise NotAccepted("no such checkout")
        return self.purses[reference]


class Failing:
    """Never answers."""

    name = "failing"

    def open(self, order: Order) -> Checkout:
        raise NotReachable("failing")

    def ask(self, reference: str) -> Status:
        raise NotReachable("failing")

    def read_news(self, headers: Mapping[str, str], body: bytes) -> News:
        raise NotReachable("failing")

    def refund(self, reference: str, amount: Money, key: str) -> str:
        raise NotReachable("failing")

    def check(self) -> str:
        raise NotReachable("failing")


def _sign(body: bytes) -> str:
    return hmac.new(SECRET, body, sha256).hexdigest()
