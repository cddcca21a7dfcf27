"""Stripe's messages: only what Stripe signed, for us, now, in our mode is believed to be a hint."""

from __future__ import annotations

import json
from time import time
from typing import Any
from uuid import UUID

import pytest
import stripe

from payments.columns import new_id
from payments.ports import BadNews, News
from payments.providers.stripe import Stripe

SECRET = "whsec_messages"


def a_provider(key: str = "sk_test_messages") -> Stripe:
    return Stripe(key, SECRET, "http://127.0.0.1:9")


def an_event(kind: str = "checkout.session.completed", **changes: Any) -> dict[str, Any]:
    thing = {"id": "cs_1", "object": "checkout.session", "metadata": {}}
    event = {"id": "evt_1", "object": "event", "type": kind, "livemode": False, "data": {"object": thing}}
    return event | changes


def signed(event: object, *, secret: str = SECRET, at: float | None = None) -> tuple[dict[str, str], bytes]:
    body = json.dumps(event)
    header = stripe.WebhookSignature.generate_signature_header(body, secret, int(at or time()))
    return {"Stripe-Signature": header}, body.encode()


def test_a_signed_message_names_its_checkout() -> None:
    assert a_provider().read_news(*signed(an_event())) == News("evt_1", "checkout.session.completed", "cs_1")


def test_the_name_of_the_header_may_be_written_in_any_case() -> None:
    headers, body = signed(an_event())
    assert a_provider().read_news({"stripe-signature": headers["Stripe-Signature"]}, body).event == "evt_1"


def test_a_message_about_a_charge_names_the_attempt() -> None:
    attempt = new_id()
    charge = {"id": "ch_1", "object": "charge", "metadata": {"attempt": str(attempt)}}
    news = a_provider().read_news(*signed(an_event("charge.refunded", data={"object": charge})))
    assert (news.reference, news.attempt) == (None, attempt)


@pytest.mark.parametrize("metadata", [None, {}, {"order": "77"}, {"attempt": "not ours"}])
def test_a_message_about_something_of_others_is_read_without_an_attempt(metadata: dict[str, str] | None) -> None:
    charge = {"id": "ch_1", "object": "charge", "metadata": metadata}
    news = a_provider().read_news(*signed(an_event("charge.refunded", data={"object": charge})))
    assert (news.reference, news.attempt) == (None, None)


def test_a_live_message_is_read_with_a_live_key() -> None:
    live = a_provider("sk_live_messages")
    assert live.read_news(*signed(an_event(livemode=True))).event == "evt_1"


@pytest.mark.parametrize(
    ("key", "livemode"), [("sk_test_messages", True), ("sk_live_messages", False), ("rk_live_messages", False)]
)
def test_a_message_of_the_other_mode_is_refused(key: str, livemode: bool) -> None:
    with pytest.raises(BadNews):
        a_provider(key).read_news(*signed(an_event(livemode=livemode)))


def test_a_message_of_another_account_is_refused() -> None:
    with pytest.raises(BadNews):
        a_provider().read_news(*signed(an_event(account="acct_stranger")))


def test_a_wrong_secret_is_refused() -> None:
    with pytest.raises(BadNews):
        a_provider().read_news(*signed(an_event(), secret="whsec_other"))


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Stripe-Signature": ""},
        {"Stripe-Signature": "nonsense"},
        {"Stripe-Signature": "t=,v1="},
        {"Stripe-Signature": "t=1"},
        {"Stripe-Signature": "v1=توقيع"},
        {"Stripe-Signature": "t=99999999999,v1=é"},
    ],
    ids=str,
)
def test_a_message_without_a_signature_is_refused(headers: dict[str, str]) -> None:
    _, body = signed(an_event())
    with pytest.raises(BadNews):
        a_provider().read_news(headers, body)


def test_a_message_that_was_tampered_with_is_refused() -> None:
    headers, body = signed(an_event())
    with pytest.raises(BadNews):
        a_provider().read_news(headers, body.replace(b"cs_1", b"cs_2"))


@pytest.mark.parametrize("seconds", [-301, -86400, 310, 86400])
def test_a_message_too_old_or_from_the_future_is_refused(seconds: int) -> None:
    with pytest.raises(BadNews):
        a_provider().read_news(*signed(an_event(), at=time() + seconds))


@pytest.mark.parametrize("seconds", [-290, 290])
def test_clocks_may_differ_by_a_few_minutes(seconds: int) -> None:
    assert a_provider().read_news(*signed(an_event(), at=time() + seconds))


def test_a_body_of_ten_megabytes_is_refused_unread() -> None:
    headers, body = signed(an_event(padding="x" * 10_000_000))
    with pytest.raises(BadNews, match="too long"):
        a_provider().read_news(headers, body)


@pytest.mark.parametrize(
    "event",
    [
        [],
        "text",
        {},
        {"object": "event"},
        an_event(data={}),
        an_event(data={"object": {}}),
        an_event(data={"object": "cs_1"}),
        an_event(id=""),
        an_event(id=7),
        an_event(livemode="false"),
        an_event(object="v2.core.event"),
    ],
    ids=str,
)
def test_a_signed_message_of_the_wrong_shape_is_refused(event: object) -> None:
    with pytest.raises(BadNews):
        a_provider().read_news(*signed(event))


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"{", b"null"])
def test_a_body_that_is_no_message_is_refused(body: bytes) -> None:
    header = f"t={int(time())},v1=00"
    with pytest.raises(BadNews):
        a_provider().read_news({"Stripe-Signature": header}, body)


def test_an_attempt_is_a_uuid() -> None:
    attempt = new_id()
    session = {"id": "cs_1", "object": "checkout.session", "metadata": {"attempt": str(attempt)}}
    assert a_provider().read_news(*signed(an_event(data={"object": session}))).attempt == UUID(str(attempt))


def test_a_message_nested_without_end_is_bad_news() -> None:
    body = '{"id":"evt_1","object":"event","data":' + "[" * 60_000 + "]" * 60_000 + "}"
    header = stripe.WebhookSignature.generate_signature_header(body, SECRET, int(time()))
    with pytest.raises(BadNews):
        a_provider().read_news({"Stripe-Signature": header}, body.encode())
