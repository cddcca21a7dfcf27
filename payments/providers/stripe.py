"""Stripe's hosted Checkout as a provider (https://docs.stripe.com/api/checkout/sessions)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from time import monotonic, time
from typing import Any
from uuid import UUID

import httpx
import stripe

from payments.money import Money
from payments.ports import (
    BadNews,
    Checkout,
    Line,
    News,
    NotAccepted,
    NotReachable,
    Order,
    Status,
    Taken,
)

NEWS_LIMIT = 256 * 1024
ANSWER_LIMIT = 1024 * 1024
TOLERANCE = 300
"""Seconds a message's signature may be old, or ahead of our clock."""

LOCALES = {"ar": "fr", "fr": "fr", "en": "en"}
"""Hosted Checkout has no Arabic; in Morocco French is the nearest."""

NONSENSE = (stripe.StripeError, ValueError, LookupError, TypeError, AttributeError, RecursionError)
REFUSALS = (
    stripe.AuthenticationError,
    stripe.PermissionError,
    stripe.InvalidRequestError,
    stripe.IdempotencyError,
    stripe.CardError,
)
EXPANDED = {"expand": ["payment_intent", "payment_intent.latest_charge"]}
GIVEN_UP = ("canceled", "requires_payment_method")
REFUND_LOST = ("failed", "canceled")


class Wire(stripe.HTTPClient):  # type: ignore[misc]  # the library is not type-checked
    """How the library reaches the network: no redirect followed, answers of bounded size, an end to waiting.

    ``seconds`` bound each wait and the reading as a whole. Raises stripe.APIConnectionError.
    """

    name = "httpx"

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._seconds = seconds
        self._client = httpx.Client(timeout=seconds, follow_redirects=False)

    def request(
        self, method: str, url: str, headers: Mapping[str, str], post_data: str | None = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        """One request: body, status and headers of the answer."""
        try:
            with self._client.stream(method, url, headers=dict(headers), content=post_data) as answer:
                return self._read(answer), answer.status_code, answer.headers
        except httpx.HTTPError as error:
            raise stripe.APIConnectionError(type(error).__name__, should_retry=True) from error

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()

    def _read(self, answer: httpx.Response) -> bytes:
        end = monotonic() + self._seconds
        body = bytearray()
        for chunk in answer.iter_bytes():
            body += chunk
            if len(body) > ANSWER_LIMIT or monotonic() > end:
                raise stripe.APIConnectionError("the answer is too long", should_retry=False)
        return bytes(body)


class Stripe:
    """One Stripe account. ``seconds`` bound each request, ``retries`` are the library's own."""

    name = "stripe"

    def __init__(
        self,
        secret_key: str,
        webhook_secret: str,
        api_base: str = stripe.DEFAULT_API_BASE,
        *,
        seconds: float = 7,
        retries: int = 1,
    ) -> None:
        self._webhook_secret = webhook_secret
        self._live = "_live_" in secret_key
        self._client = stripe.StripeClient(
            secret_key,
            base_addresses=dict.fromkeys(("api", "files", "connect", "meter_events"), api_base.rstrip("/")),
            max_network_retries=retries,
            http_client=Wire(seconds),
        )

    @classmethod
    def from_settings(cls, settings: Mapping[str, str]) -> Stripe:
        """From ``secret_key``, ``webhook_secret`` and, except in production, ``api_base``. Raises KeyError."""
        base = settings.get("api_base") or stripe.DEFAULT_API_BASE
        return cls(settings["secret_key"], settings["webhook_secret"], base)

    def open(self, order: Order) -> Checkout:
        """Opens a Checkout Session; the attempt is the idempotency key."""
        with _problems_named():
            session = self._client.v1.checkout.sessions.create(
                params=_params(order), options={"idempotency_key": str(order.attempt)}
            )
            return Checkout(_text(session["id"]), _text(session["url"]))

    def ask(self, reference: str) -> Status:
        """What has become of a session. A declined card leaves it open: that is pending."""
        with _problems_named():
            return _status(self._session(reference))

    def read_news(self, headers: Mapping[str, str], body: bytes) -> News:
        """Checks size, signature, age, mode and account of an event. Raises BadNews."""
        if len(body) > NEWS_LIMIT:
            raise BadNews("too long")
        signature = next((value for name, value in headers.items() if name.lower() == "stripe-signature"), "")
        try:
            event = self._client.construct_event(body, signature, self._webhook_secret, TOLERANCE)
            self._refuse_strange(event, _signed_at(signature))
            return _news(event)
        except NONSENSE as error:
            raise BadNews(type(error).__name__) from error

    def refund(self, reference: str, amount: Money, key: str) -> str:
        """Gives money of a session back, once per key."""
        with _problems_named():
            intent = self._session(reference)["payment_intent"]
            if intent is None:
                raise NotAccepted("nothing was paid")
            refund = self._refund(intent["id"], amount, key)
            if refund["status"] in REFUND_LOST:
                raise NotAccepted(f"the refund is {refund['status']}")
            return _text(refund["id"])

    def check(self) -> str:
        """Asks for the account's balance: reachable, and the key is right."""
        with _problems_named():
            self._client.v1.balance.retrieve()
        return f"stripe: reachable, {'live' if self._live else 'test'} mode"

    def _refund(self, intent: str, amount: Money, key: str) -> Any:
        """A new refund; when an operator gave all of it back in Stripe's own pages, the last of theirs."""
        try:
            return self._client.v1.refunds.create(
                params={"payment_intent": intent, "amount": amount.minor, "metadata": {"key": key}},
                options={"idempotency_key": f"refund-{key}"},
            )
        except stripe.InvalidRequestError as error:
            if error.code != "charge_already_refunded":
                raise
            return self._client.v1.refunds.list(params={"payment_intent": intent, "limit": 1})["data"][0]

    def _session(self, reference: str) -> Any:
        return self._client.v1.checkout.sessions.retrieve(reference, params=EXPANDED)

    def _refuse_strange(self, event: Any, signed_at: int) -> None:
        if signed_at > time() + TOLERANCE:  # the library looks at the past only
            raise BadNews("signed in the future")
        if event["livemode"] is not self._live:
            raise BadNews("of the other mode")
        if "account" in event and event["account"] is not None:
            raise BadNews("of a connected account")


def _params(order: Order) -> dict[str, Any]:
    mark = {"attempt": str(order.attempt)}
    return {
        "mode": "payment",
        "line_items": [_line_item(line) for line in order.lines],
        "client_reference_id": str(order.attempt),
        "metadata": mark,
        "payment_intent_data": {"metadata": mark, "description": order.reference},
        "expires_at": int(order.expires_at.timestamp()),
        "locale": LOCALES.get(order.language, "auto"),
        "success_url": order.back_url,
        "cancel_url": order.cancel_url,
    }


def _line_item(line: Line) -> dict[str, Any]:
    price = {
        "currency": line.amount.currency.lower(),
        "unit_amount": line.amount.minor,
        "product_data": {"name": line.name},
    }
    return {"quantity": 1, "price_data": price}


def _status(session: Any) -> Status:
    intent = session["payment_intent"]
    if session["payment_status"] == "paid":
        return _paid(intent)
    if session["status"] == "expired":
        return Status(Taken.EXPIRED)
    if session["status"] == "complete" and intent["status"] in GIVEN_UP:
        return Status(Taken.FAILED)
    return Status(Taken.PENDING)


def _paid(intent: Any) -> Status:
    charge = intent["latest_charge"]
    amount = Money(_number(intent["amount_received"]), _text(intent["currency"]).upper())
    taken = Taken.REFUNDED if charge["refunded"] else Taken.SUCCEEDED
    return Status(taken, amount, _text(charge["id"]))


def _news(event: Any) -> News:
    thing = event["data"]["object"].to_dict()
    session = thing["id"] if thing["object"] == "checkout.session" else None
    return News(_text(event["id"]), _text(event["type"]), session, _attempt(thing.get("metadata") or {}))


def _attempt(metadata: Mapping[str, str]) -> UUID | None:
    """The attempt we wrote there; other systems of the same account write other things."""
    try:
        return UUID(metadata["attempt"])
    except (KeyError, ValueError):
        return None


def _signed_at(signature: str) -> int:
    return next(int(part.removeprefix("t=")) for part in signature.split(",") if part.startswith("t="))


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError("a text was expected")
    return value


def _number(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError("a number was expected")
    return value


@contextmanager
def _problems_named() -> Iterator[None]:
    """The library's problems as the port's: refused is refused; all else is silence or nonsense."""
    try:
        yield
    except REFUSALS as error:
        raise NotAccepted(f"{type(error).__name__} {error.code or ''}".strip()) from error
    except NONSENSE as error:
        raise NotReachable(type(error).__name__) from error
