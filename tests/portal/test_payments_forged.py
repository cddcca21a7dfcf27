"""Messages that only look like the card processor's change nothing."""

from __future__ import annotations

import json
from time import time

import pytest
from fees_paid import asked, checkout, one, post, secret_of, settle, signed, state, the_event
from sqlalchemy import func, select
from world import Browser, World

from payments.settlement.models import ProviderNews
from portal.outbox import Task

pytestmark = pytest.mark.usefixtures("honest")

FORGERIES = ("wrong secret", "no header", "empty header", "nonsense", "tampered", "cut", "too old", "from the future")


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_message_changes_nothing(held: World, browser: Browser, forgery: str) -> None:
    reference = asked(browser)
    session = checkout(browser, reference)
    settle(held, session)
    body, secret = the_event(held, session), secret_of(held)
    now = int(time())
    headers = {
        "wrong secret": signed(body, "whsec_guessed"),
        "no header": {},
        "empty header": {"Stripe-Signature": ""},
        "nonsense": {"Stripe-Signature": "t=yesterday,v1=x"},
        "too old": signed(body, secret, now - 600),
        "from the future": signed(body, secret, now + 600),
    }.get(forgery, signed(body, secret))
    sent = {"tampered": body.replace(session, session[:-1] + "x"), "cut": body[:-1]}.get(forgery, body)
    before = one(held, select(func.count()).select_from(ProviderNews))
    assert post(held, sent, headers) == 400
    held.worker_runs()
    assert state(held, reference) == "submitted"
    assert one(held, select(func.count()).select_from(ProviderNews)) == before
    assert post(held, body, signed(body, secret)) == 204
    held.worker_runs()
    assert state(held, reference) == "filed"


@pytest.mark.parametrize("said", ["", "[]", "{}", '{"id": 7}', '"x"', "null", "x" * 300_000])
def test_a_signed_message_that_makes_no_sense_is_refused(town: World, said: str) -> None:
    assert post(town, said, signed(said, secret_of(town))) == 400


def test_a_message_about_another_checkout_of_the_account_is_taken_and_left_alone(held: World, browser: Browser) -> None:
    session = checkout(browser, asked(browser))
    settle(held, session)
    event = json.loads(the_event(held, session))
    event["id"], event["data"]["object"]["id"] = "evt_other_shop", "cs_test_other_shop"
    event["data"]["object"]["metadata"] = {"order": "17"}
    held.worker_runs()
    questions = select(func.count()).select_from(Task).where(Task.name == "ask_provider")
    before = one(held, questions)
    assert tell(held, event) == 204
    assert one(held, questions) == before


def test_a_message_that_lies_about_the_outcome_is_only_a_hint(held: World, browser: Browser) -> None:
    other = held.browser()
    unpaid = asked(other)
    claimed, session = checkout(other, unpaid), checkout(browser, asked(browser))
    settle(held, session)
    event = json.loads(the_event(held, session))
    event["id"], event["data"]["object"]["id"] = "evt_a_lie", claimed
    assert tell(held, event) == 204
    held.worker_runs()
    assert state(held, unpaid) == "submitted"


def tell(town: World, event: object) -> int:
    """Posts a message as the card processor would; the portal's status."""
    body = json.dumps(event)
    return post(town, body, signed(body, secret_of(town)))
