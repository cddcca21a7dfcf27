"""What the card processor refuses, as Stripe would, and what it does only once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
import stripe
from sandbox_payer import DAY, opened

from portal.sandbox.serve import Running


def test_the_same_key_gives_the_same_session(cards: stripe.StripeClient) -> None:
    first, again = opened(cards, "attempt-1"), opened(cards, "attempt-1")
    assert first.id == again.id
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.last_response.headers
    assert opened(cards, "attempt-2").id != first.id


def test_the_same_key_with_another_order_is_refused(cards: stripe.StripeClient) -> None:
    opened(cards, "attempt-1")
    with pytest.raises(stripe.IdempotencyError):
        opened(cards, "attempt-1", locale="en")


def test_a_refused_order_does_not_use_up_its_key(cards: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        opened(cards, "attempt-1", line_items=[])
    assert opened(cards, "attempt-1").status == "open"


def lines(**changes: Any) -> Any:
    price = {"currency": "mad", "unit_amount": 7500, "product_data": {"name": "Acte"}} | changes
    return [{"quantity": 1, "price_data": price}]


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        ({"unheard_of": "x"}, "unheard_of"),
        ({"api_key": "x"}, "api_key"),
        ({"mode": "gift"}, "mode"),
        ({"customer": "cus_1"}, "customer"),
        ({"payment_intent_data": {"capture_method": "manual"}}, "payment_intent_data[capture_method]"),
        ({"locale": "ar"}, "locale"),
        ({"line_items": []}, "line_items"),
        ({"line_items": lines(unit_amount="75.5")}, "line_items[0][price_data][unit_amount]"),
        ({"line_items": lines(unit_amount=-1)}, "line_items[0][price_data][unit_amount]"),
        ({"line_items": lines(currency="MAD")}, "line_items[0][price_data][currency]"),
        ({"line_items": lines(product_data={"name": "a", "colour": "b"})},
         "line_items[0][price_data][product_data][colour]"),
        ({"line_items": lines() + lines(currency="eur")}, "line_items"),
        ({"line_items": [{"price_data": lines()[0]["price_data"]}]}, "line_items[0][quantity]"),
        ({"success_url": "/back"}, "success_url"),
        ({"expires_at": "tomorrow"}, "expires_at"),
        ({"metadata": {"k": "v" * 501}}, "metadata"),
        ({"metadata": {"k" * 41: "v"}}, "metadata"),
        ({"expand": ["everything"]}, "expand"),
    ],
)  # fmt: skip
def test_what_stripe_would_refuse_is_refused(cards: stripe.StripeClient, changes: Any, param: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        opened(cards, **changes)
    assert refused.value.http_status == 400
    assert refused.value.param == param


@pytest.mark.parametrize("seconds", [10 * 60, 2 * DAY])
def test_a_session_lives_between_half_an_hour_and_a_day(cards: stripe.StripeClient, clock: Any, seconds: int) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="30 minutes"):
        opened(cards, expires_at=int(clock().timestamp()) + seconds)


def test_a_wrong_key_is_refused(sandbox: Running, speak: Any) -> None:
    with pytest.raises(stripe.AuthenticationError):
        speak(sandbox, "sk_test_guessed").v1.balance.retrieve()


def test_the_key_also_works_as_user_name(sandbox: Running, browser: httpx.Client) -> None:
    assert browser.get("/stripe/v1/balance", auth=(sandbox.settings.stripe_secret_key, "")).status_code == 200


def test_an_unknown_session_or_address_is_said_to_be_missing(cards: stripe.StripeClient, browser: httpx.Client) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        cards.v1.checkout.sessions.retrieve("cs_test_none")
    assert (refused.value.http_status, refused.value.code) == (404, "resource_missing")
    with pytest.raises(stripe.InvalidRequestError, match="Unrecognized request URL"):
        cards.v1.customers.list()
    assert browser.get("/pay/cs_test_none").status_code == 404


def test_lists_go_page_by_page(cards: stripe.StripeClient) -> None:
    keys = [opened(cards).id for _ in range(3)]
    found = cards.v1.checkout.sessions.list(params={"limit": 2, "expand": ["data.line_items"]})
    assert [session.id for session in found.auto_paging_iter()] == keys[::-1]
    assert found.data[0].line_items.data[0].description == "Acte de naissance"


def test_lists_can_be_bounded_in_time_and_take_no_filter_they_would_ignore(
    cards: stripe.StripeClient, clock: Any
) -> None:
    opened(cards)
    clock.forward(hours=1)
    later = opened(cards)
    found = cards.v1.checkout.sessions.list(params={"created": {"gte": later.created}})
    assert [session.id for session in found.data] == [later.id]
    with pytest.raises(stripe.InvalidRequestError, match="not part of this sandbox"):
        cards.v1.checkout.sessions.list(params={"customer": "cus_1"})


def test_who_asks_at_the_same_time_gets_the_same_session(cards: stripe.StripeClient) -> None:
    with ThreadPoolExecutor(8) as many:
        keys = {session.id for session in many.map(lambda _: opened(cards, "attempt-1"), range(8))}
    assert len(keys) == 1
