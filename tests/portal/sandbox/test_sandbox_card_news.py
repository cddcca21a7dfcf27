"""News of payments: signed, repeated, held back, doubled, in any order; and what a restart leaves."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import httpx
import pytest
import stripe
from sandbox_payer import DECLINED, PAYS, heard, opened, pay, read

from portal.sandbox.serve import Running


def test_the_portal_is_told_of_a_payment(cards: stripe.StripeClient, browser: httpx.Client, receiver: Any) -> None:
    session = opened(cards)
    pay(browser, session)
    event = heard(receiver)
    assert event.type == "checkout.session.completed"
    assert event.data.object.id == session.id
    assert event.livemode is False
    assert event.api_version == stripe.api_version
    assert cards.v1.events.list().data[0].id == event.id


def test_news_is_sent_again_until_it_is_taken(cards: stripe.StripeClient, browser: httpx.Client, receiver: Any) -> None:
    receiver.answers.extend([500, 503, 200])
    pay(browser, opened(cards))
    assert len({heard(receiver).id for _ in range(3)}) == 1


def test_news_can_be_held_back_and_released_in_reverse_and_twice(
    cards: stripe.StripeClient, browser: httpx.Client, receiver: Any
) -> None:
    browser.post("/control/cards", json={"webhooks": "hold"})
    first, second = opened(cards), opened(cards)
    pay(browser, first)
    pay(browser, second)
    released = browser.post("/control/cards/release", json={"order": "reverse", "times": 2})
    assert released.json() == {"released": 2}
    assert [heard(receiver).data.object.id for _ in range(4)] == [second.id, second.id, first.id, first.id]
    assert browser.post("/control/cards/release").json() == {"released": 0}


def test_news_can_be_doubled(cards: stripe.StripeClient, browser: httpx.Client, receiver: Any) -> None:
    browser.post("/control/cards", json={"webhooks": "duplicate"})
    pay(browser, opened(cards))
    assert heard(receiver).id == heard(receiver).id


def test_a_session_can_be_settled_without_its_page(
    cards: stripe.StripeClient, browser: httpx.Client, receiver: Any
) -> None:
    session = opened(cards)
    address = f"/control/cards/sessions/{session.id}/settle"
    assert browser.post(address, json={"card": DECLINED}).status_code == 402
    assert browser.post(address, json={"card": PAYS.replace(" ", "")}).json()["payment_status"] == "paid"
    assert browser.post(address, json={"card": PAYS.replace(" ", "")}).status_code == 409
    assert [heard(receiver).type for _ in range(2)] == ["payment_intent.payment_failed", "checkout.session.completed"]
    assert browser.get("/control/cards/sessions").json()[0]["id"] == session.id


@pytest.mark.parametrize(("card", "told"), [(PAYS, "succeeded"), (DECLINED, "failed")])
def test_a_payment_can_be_processed_for_a_while_and_end_either_way(
    cards: stripe.StripeClient, browser: httpx.Client, receiver: Any, card: str, told: str
) -> None:
    session = opened(cards)
    lever = f"/control/cards/sessions/{session.id}"
    assert browser.post(f"{lever}/process").json()["status"] == "complete"
    found = read(cards, session)
    assert (found.payment_status, found.payment_intent.status) == ("unpaid", "processing")
    assert browser.post(f"{lever}/process").status_code == 409
    browser.post(f"{lever}/settle", json={"card": card.replace(" ", "")})
    ended = read(cards, session)
    wanted = {"succeeded": ("paid", "succeeded"), "failed": ("unpaid", "requires_payment_method")}
    assert (ended.status, ended.payment_status, ended.payment_intent.status) == ("complete", *wanted[told])
    assert [heard(receiver).type for _ in range(3)] == [
        "payment_intent.processing",
        "checkout.session.completed",
        f"checkout.session.async_payment_{told}",
    ]
    assert browser.post(f"{lever}/settle", json={"card": PAYS.replace(" ", "")}).status_code == 409


@pytest.mark.parametrize("content", [{"webhooks": "never"}, {}, []])
def test_levers_refuse_what_they_do_not_know(browser: httpx.Client, content: Any) -> None:
    assert browser.post("/control/cards", json=content).status_code == 400


def test_a_foreign_page_cannot_pull_a_lever(browser: httpx.Client) -> None:
    answer = browser.post("/control/cards", content='{"webhooks": "hold"}', headers={"Content-Type": "text/plain"})
    assert answer.status_code == 415


def test_sessions_and_unsent_news_survive_a_restart(
    start: Callable[[], AbstractContextManager[Running]], speak: Any, receiver: Any
) -> None:
    with start() as first, httpx.Client(base_url=first.settings.url, trust_env=False) as browser:
        session = opened(speak(first), "attempt-1")
        browser.post("/control/cards", json={"webhooks": "hold"})
        pay(browser, session)
    with start() as second, httpx.Client(base_url=second.settings.url, trust_env=False) as browser:
        cards = speak(second)
        assert read(cards, session).status == "complete"
        assert opened(cards, "attempt-1").id == session.id
        assert browser.post("/control/cards/release").json() == {"released": 1}
        assert heard(receiver).data.object.id == session.id
