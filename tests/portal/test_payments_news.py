"""What a card processor tells, twice, late, backwards or never: a fee is paid once, or given back."""

from __future__ import annotations

import pytest
from fees_paid import (
    CARD,
    DECLINED,
    asked,
    charges,
    checkout,
    close_here,
    receipts,
    refunds,
    settle,
    state,
    sweep,
    told_of_refund,
)
from requests_made import pay
from world import Browser, World

from portal.i18n import messages

pytestmark = pytest.mark.usefixtures("honest")


def test_a_message_told_twice_pays_once(town: World, browser: Browser) -> None:
    town.control("cards", webhooks="duplicate")
    reference = asked(browser)
    session = checkout(browser, reference)
    settle(town, session)
    town.worker_runs()
    assert state(town, reference) == "filed"
    assert receipts(town, reference) == 1
    assert charges(town, session) == [(2000, 0)]


def test_messages_that_come_late_backwards_and_twice_pay_once(held: World, browser: Browser) -> None:
    reference = asked(browser)
    session = checkout(browser, reference)
    assert settle(held, session, DECLINED) == 402
    assert settle(held, session) == 200
    held.worker_runs()
    assert state(held, reference) == "submitted"
    held.control("cards/release", order="reverse", times=2)
    held.worker_runs()
    assert state(held, reference) == "filed"
    assert receipts(held, reference) == 1


def test_a_declined_card_leaves_the_fee_owed_and_the_way_to_pay_open(held: World, browser: Browser) -> None:
    reference = asked(browser)
    session = checkout(browser, reference)
    settle(held, session, DECLINED)
    held.control("cards/release")
    held.worker_runs()
    assert state(held, reference) == "submitted"
    assert checkout(browser, reference) == session


def test_a_message_that_never_comes_is_found_out_by_asking(
    held: World, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = asked(browser)
    settle(held, checkout(browser, reference))
    held.worker_runs()
    assert state(held, reference) == "submitted"
    sweep(held, monkeypatch, minutes=10)
    assert state(held, reference) == "filed"
    assert receipts(held, reference) == 1


def test_a_checkout_just_opened_is_left_in_peace(
    held: World, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = asked(browser)
    settle(held, checkout(browser, reference))
    sweep(held, monkeypatch, minutes=1)
    assert state(held, reference) == "submitted"


def test_who_paid_on_a_page_that_was_closed_here_has_paid(held: World, browser: Browser) -> None:
    reference = asked(browser)
    first = checkout(browser, reference)
    close_here(held, reference)
    second = checkout(browser, reference)
    assert second != first
    settle(held, first)
    held.control("cards/release")
    held.worker_runs()
    assert state(held, reference) == "filed"
    assert charges(held, first, second) == [(2000, 0)]


def test_who_paid_on_both_pages_gets_one_payment_back_and_is_told(held: World, browser: Browser) -> None:
    reference = asked(browser)
    first = checkout(browser, reference)
    close_here(held, reference)
    second = checkout(browser, reference)
    for session in (first, second):
        settle(held, session)
    held.control("cards/release", order="reverse", times=2)
    held.worker_runs()
    assert state(held, reference) == "filed"
    assert sorted(charges(held, first, second)) == [(2000, 0), (2000, 2000)]
    assert refunds(held, reference) == [True]
    assert told_of_refund(browser, reference)


def test_paying_in_two_windows_charges_once(town: World, browser: Browser) -> None:
    reference = asked(browser)
    other = town.browser()
    other.sign_in("salma", "fr")
    first, second = checkout(browser, reference), checkout(other, reference)
    assert first == second
    browser.sandbox_form(CARD)
    other.sandbox_form(CARD)
    assert reference in other.page.url
    town.worker_runs()
    assert charges(town, first) == [(2000, 0)]
    assert receipts(town, reference) == 1


def test_pressing_pay_after_it_was_paid_elsewhere_shows_the_receipt(town: World, browser: Browser) -> None:
    reference = asked(browser)
    other = town.browser()
    other.sign_in("salma", "fr")
    other.get(f"/fr/requests/{reference}")
    pay(browser)
    page = other.submit("/checkout")
    assert page.status == 200
    assert page.url.startswith(f"{town.url}/fr/payments/")
    assert "20,00" in page.words
    town.worker_runs()
    assert receipts(town, reference) == 1


def test_money_that_comes_after_a_request_was_taken_back_goes_back_and_the_person_is_told(
    held: World, browser: Browser
) -> None:
    reference = asked(browser)
    session = checkout(browser, reference)
    browser.get(f"/fr/requests/{reference}")
    browser.submit("/withdraw")
    settle(held, session)
    held.control("cards/release", times=2)
    held.worker_runs()
    assert state(held, reference) == "withdrawn"
    assert charges(held, session) == [(2000, 2000)]
    assert refunds(held, reference) == [True]
    assert told_of_refund(browser, reference)
    assert receipts(held, reference) == 0


def test_a_request_taken_back_cannot_be_paid_any_more(town: World, browser: Browser) -> None:
    reference = asked(browser)
    other = town.browser()
    other.sign_in("salma", "fr")
    other.get(f"/fr/requests/{reference}")
    browser.submit("/withdraw")
    page = other.submit("/checkout")
    assert page.status == 409
    assert messages("fr").gettext("This cannot be paid now") in page.words
