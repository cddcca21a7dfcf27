"""The card processor, spoken to by Stripe's own library."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
import stripe
from sandbox_payer import DECLINED, HOUR, POOR, heard, opened, pay, read

from portal.sandbox.serve import Running


def test_a_new_session_is_open_and_shows_what_is_to_be_paid(cards: stripe.StripeClient, browser: httpx.Client) -> None:
    session = opened(cards)
    assert (session.status, session.payment_status, session.amount_total) == ("open", "unpaid", 7500)
    page = browser.get(session.url)
    assert "Acte de naissance" in page.text
    assert "75,00 MAD" in page.text
    assert "http://localhost:8000/fr/payments" in page.text


def test_a_good_card_pays_and_leads_back(cards: stripe.StripeClient, browser: httpx.Client) -> None:
    session = opened(cards)
    answer = pay(browser, session)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"http://localhost:8000/fr/payments/back?session={session.id}"
    now = read(cards, session)
    assert (now.status, now.payment_status, now.url) == ("complete", "paid", None)
    intent = now.payment_intent
    assert (intent.status, intent.amount_received, intent.currency) == ("succeeded", 7500, "mad")
    assert intent.metadata["attempt"] == "0192"
    assert intent.latest_charge.startswith("ch_")


def test_a_declined_card_leaves_the_checkout_open(
    cards: stripe.StripeClient, browser: httpx.Client, receiver: Any
) -> None:
    session = opened(cards)
    answer = pay(browser, session, DECLINED)
    assert answer.status_code == 402
    assert "Votre carte a été refusée" in answer.text
    assert heard(receiver).type == "payment_intent.payment_failed"
    now = read(cards, session)
    assert (now.status, now.payment_intent.status) == ("open", "requires_payment_method")
    assert now.payment_intent.last_payment_error.decline_code == "generic_decline"
    assert pay(browser, session).status_code == 303
    assert read(cards, session).payment_intent.id == now.payment_intent.id


def test_a_card_without_money_says_so(cards: stripe.StripeClient, browser: httpx.Client) -> None:
    assert "insufficient funds" in pay(browser, opened(cards, locale="en"), POOR).text


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"card": "4111111111111111"}, "number"),
        ({"card": "<b>"}, "number"),
        ({"expiry": "01/20"}, "expiry"),
        ({"expiry": "13/39"}, "expiry"),
        ({"cvc": "12"}, "cvc"),
    ],
)
def test_a_mistyped_card_is_shown_at_its_field(
    cards: stripe.StripeClient, browser: httpx.Client, wrong: dict[str, str], field: str
) -> None:
    answer = pay(browser, opened(cards), **wrong)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert "<b>" not in answer.text


def test_paying_twice_takes_the_money_once(cards: stripe.StripeClient, browser: httpx.Client) -> None:
    session = opened(cards)
    first, second = pay(browser, session), pay(browser, session)
    assert first.headers["location"] == second.headers["location"]
    assert "déjà fait" in browser.get(f"/pay/{session.id}").text
    completed = cards.v1.events.list(params={"type": "checkout.session.completed"})
    assert len(completed.data) == 1


def test_a_session_ends_when_its_time_is_over(
    cards: stripe.StripeClient, browser: httpx.Client, clock: Any, receiver: Any
) -> None:
    session = opened(cards, expires_at=int(clock().timestamp()) + HOUR)
    clock.forward(hours=2)
    assert read(cards, session).status == "expired"
    assert heard(receiver).type == "checkout.session.expired"
    late = pay(browser, session)
    assert late.status_code == 409
    assert "a expiré" in late.text


def test_the_portal_may_end_an_open_session_but_no_other(cards: stripe.StripeClient, browser: httpx.Client) -> None:
    session, paid = opened(cards), opened(cards)
    assert cards.v1.checkout.sessions.expire(session.id).status == "expired"
    pay(browser, paid)
    with pytest.raises(stripe.InvalidRequestError, match="status of complete"):
        cards.v1.checkout.sessions.expire(paid.id)


def test_money_goes_back_in_parts_and_never_more_than_was_paid(
    cards: stripe.StripeClient, browser: httpx.Client, receiver: Any
) -> None:
    session = opened(cards)
    pay(browser, session)
    intent = read(cards, session).payment_intent.id
    heard(receiver)
    first = cards.v1.refunds.create(params={"payment_intent": intent, "amount": 2500, "metadata": {"why": "half"}})
    assert (first.status, first.amount, first.currency) == ("succeeded", 2500, "mad")
    assert heard(receiver).data.object.amount_refunded == 2500
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded"):
        cards.v1.refunds.create(params={"payment_intent": intent, "amount": 5001})
    rest = cards.v1.refunds.create(params={"payment_intent": intent})
    assert rest.amount == 5000
    assert heard(receiver).data.object.refunded is True
    with pytest.raises(stripe.InvalidRequestError, match="already been refunded"):
        cards.v1.refunds.create(params={"payment_intent": intent})
    assert cards.v1.refunds.retrieve(first.id).metadata["why"] == "half"
    assert [kept.id for kept in cards.v1.refunds.list(params={"payment_intent": intent}).data] == [rest.id, first.id]


def test_who_pays_at_the_same_time_pays_once(cards: stripe.StripeClient, sandbox: Running) -> None:
    session = opened(cards)

    def once(_: int) -> int:
        with httpx.Client(base_url=sandbox.settings.url, trust_env=False) as browser:
            return pay(browser, session).status_code

    with ThreadPoolExecutor(4) as many:
        assert set(many.map(once, range(4))) <= {303, 409}
    assert len(cards.v1.events.list(params={"type": "checkout.session.completed"}).data) == 1
