"""What every provider promises, said once and held against each: the working twin, and Stripe over its own protocol."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Protocol

import httpx
import pytest
import stripe
from twins.provider import DECLINED_CARD, GOOD_CARD, Failing, Working, an_order

from payments.columns import new_id
from payments.money import Money
from payments.ports import BadNews, NotAccepted, NotReachable, Provider, Status, Taken
from payments.providers.stripe import Stripe
from portal.sandbox.serve import running
from portal.sandbox.settings import SandboxSettings

KEY = "sk_test_contract"
WEBHOOK_SECRET = "whsec_contract"


class Payer(Protocol):
    """A provider, and what its payer may do there."""

    provider: Provider

    def pay(self, reference: str, card: str = GOOD_CARD) -> None: ...

    def expire(self, reference: str) -> None: ...

    def hear(self, reference: str) -> tuple[dict[str, str], bytes]:
        """Headers and body of what the provider tells of a paid checkout."""


class TwinPayer:
    def __init__(self) -> None:
        self.provider = Working()
        self.pay = self.provider.pay
        self.expire = self.provider.expire
        self.hear = self.provider.tell


class StripePayer:
    """Pays at the sandbox's card processor, over HTTP."""

    def __init__(self, sandbox: str) -> None:
        self.provider = Stripe.from_settings(
            {"secret_key": KEY, "webhook_secret": WEBHOOK_SECRET, "api_base": f"{sandbox}/stripe"}
        )
        self._http = httpx.Client(base_url=sandbox, headers={"Authorization": f"Bearer {KEY}"})
        self._http.post("/control/cards", json={"webhooks": "hold"}).raise_for_status()

    def pay(self, reference: str, card: str = GOOD_CARD) -> None:
        self._http.post(f"/control/cards/sessions/{reference}/settle", json={"card": card})

    def expire(self, reference: str) -> None:
        self._http.post(f"/stripe/v1/checkout/sessions/{reference}/expire").raise_for_status()

    def hear(self, reference: str) -> tuple[dict[str, str], bytes]:
        events = self._http.get("/stripe/v1/events", params={"type": "checkout.session.completed"}).json()["data"]
        body = json.dumps(next(event for event in events if event["data"]["object"]["id"] == reference))
        return {"Stripe-Signature": stripe.WebhookSignature.generate_signature_header(body, WEBHOOK_SECRET)}, (
            body.encode()
        )


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    settings = SandboxSettings(
        client_id="portal",
        client_secret="secret",
        stripe_secret_key=KEY,
        stripe_webhook_secret=WEBHOOK_SECRET,
        connector_token="token",
        connector_webhook_secret="whsec_" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo=",
        register_token="token",
        port=0,
        smtp_port=0,
        data=tmp_path_factory.mktemp("sandbox"),
    )
    with running(settings) as world:
        yield world.settings.url


@pytest.fixture(params=["working", "stripe"])
def payer(request: pytest.FixtureRequest) -> Payer:
    return TwinPayer() if request.param == "working" else StripePayer(request.getfixturevalue("sandbox"))


def test_the_same_attempt_opens_the_same_checkout(payer: Payer) -> None:
    order = an_order()
    first = payer.provider.open(order)
    assert first.url.startswith("http")
    assert payer.provider.open(order) == first
    assert payer.provider.open(an_order()) != first


def test_a_new_checkout_waits_for_its_payer(payer: Payer) -> None:
    checkout = payer.provider.open(an_order())
    assert payer.provider.ask(checkout.reference) == Status(Taken.PENDING)


@pytest.mark.parametrize("language", ["ar", "fr", "en"])
def test_a_good_card_pays_the_whole_order(payer: Payer, language: str) -> None:
    checkout = payer.provider.open(an_order(minor=7550, language=language))
    payer.pay(checkout.reference)
    status = payer.provider.ask(checkout.reference)
    assert (status.taken, status.amount) == (Taken.SUCCEEDED, Money(7550))
    assert status.charge


def test_a_declined_card_leaves_the_checkout_open(payer: Payer) -> None:
    checkout = payer.provider.open(an_order())
    payer.pay(checkout.reference, DECLINED_CARD)
    assert payer.provider.ask(checkout.reference).taken is Taken.PENDING
    payer.pay(checkout.reference)
    assert payer.provider.ask(checkout.reference).taken is Taken.SUCCEEDED


def test_a_checkout_nobody_paid_expires(payer: Payer) -> None:
    checkout = payer.provider.open(an_order())
    payer.expire(checkout.reference)
    assert payer.provider.ask(checkout.reference).taken is Taken.EXPIRED


def test_a_checkout_nobody_knows_is_refused(payer: Payer) -> None:
    with pytest.raises(NotAccepted):
        payer.provider.ask("cs_test_unknown")


def test_money_is_given_back_once_per_key(payer: Payer) -> None:
    checkout = payer.provider.open(an_order())
    payer.pay(checkout.reference)
    key = str(new_id())
    refund = payer.provider.refund(checkout.reference, Money(5000), key)
    assert refund
    assert payer.provider.refund(checkout.reference, Money(5000), key) == refund
    assert payer.provider.ask(checkout.reference).taken is Taken.REFUNDED


def test_part_of_the_money_given_back_leaves_the_rest_paid(payer: Payer) -> None:
    checkout = payer.provider.open(an_order())
    payer.pay(checkout.reference)
    payer.provider.refund(checkout.reference, Money(2000), str(new_id()))
    assert payer.provider.ask(checkout.reference).taken is Taken.SUCCEEDED


def test_more_than_was_taken_is_not_given_back(payer: Payer) -> None:
    checkout = payer.provider.open(an_order())
    with pytest.raises(NotAccepted):
        payer.provider.refund(checkout.reference, Money(5000), str(new_id()))
    payer.pay(checkout.reference)
    with pytest.raises(NotAccepted):
        payer.provider.refund(checkout.reference, Money(5001), str(new_id()))


def test_a_message_names_its_checkout(payer: Payer) -> None:
    checkout = payer.provider.open(an_order())
    payer.pay(checkout.reference)
    news = payer.provider.read_news(*payer.hear(checkout.reference))
    assert news.reference == checkout.reference
    assert news.event
    assert news.kind


def test_a_message_that_was_tampered_with_is_refused(payer: Payer) -> None:
    checkout = payer.provider.open(an_order())
    payer.pay(checkout.reference)
    headers, body = payer.hear(checkout.reference)
    with pytest.raises(BadNews):
        payer.provider.read_news(headers, body + b" ")
    with pytest.raises(BadNews):
        payer.provider.read_news({}, body)


def test_a_provider_says_in_one_line_how_it_is(payer: Payer) -> None:
    line = payer.provider.check()
    assert line.startswith(payer.provider.name)
    assert "\n" not in line


def test_what_stripe_would_refuse_is_refused(sandbox: str) -> None:
    short = an_order(expires_at=an_order().expires_at - timedelta(minutes=20))
    with pytest.raises(NotAccepted):
        StripePayer(sandbox).provider.open(short)


def test_another_order_under_the_same_attempt_is_refused(sandbox: str) -> None:
    provider, attempt = StripePayer(sandbox).provider, new_id()
    provider.open(an_order(attempt=attempt))
    with pytest.raises(NotAccepted):
        provider.open(an_order(attempt=attempt, back_url="http://127.0.0.1:8000/elsewhere"))


def test_a_wrong_key_is_refused(sandbox: str) -> None:
    with pytest.raises(NotAccepted):
        Stripe("sk_test_wrong", WEBHOOK_SECRET, f"{sandbox}/stripe").check()


def test_the_failing_twin_never_answers() -> None:
    failing = Failing()
    for call in (
        lambda: failing.open(an_order()),
        lambda: failing.ask("co_1"),
        lambda: failing.read_news({}, b""),
        lambda: failing.refund("co_1", Money(1), "key"),
        failing.check,
    ):
        with pytest.raises(NotReachable):
            call()
