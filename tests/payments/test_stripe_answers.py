"""Stripe's answers: what it says is understood, what it refuses is refused, and nonsense is silence."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, NamedTuple

import pytest
from twins.provider import an_order

from payments.money import Money
from payments.ports import NotAccepted, NotReachable, Status, Taken
from payments.providers.stripe import Stripe


class Answer(NamedTuple):
    """What the fake processor answers to every request of one method."""

    body: bytes
    status: int = 200
    headers: Mapping[str, str] = {}


class Processor:
    """A processor that answers one thing to each method, whatever is asked; ``asked`` is what it was asked."""

    def __init__(self, get: Answer, post: Answer) -> None:
        self.asked: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler({"GET": get, "POST": post}, self.asked))
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        self.base = f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def _handler(answers: Mapping[str, Answer], asked: list[str]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            asked.append(self.path)
            answer = answers[self.command]
            self.send_response(answer.status)
            for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)

        do_POST = do_GET

        def log_message(self, *_: object) -> None:
            """Quiet."""

    return Handler


Answering = Callable[..., Stripe]


@pytest.fixture
def processors() -> Iterator[list[Processor]]:
    started: list[Processor] = []
    yield started
    for processor in started:
        processor.close()


@pytest.fixture
def answering(processors: list[Processor]) -> Answering:
    """Builds a provider whose processor answers one thing only (to a POST another one, when told)."""

    def build(body: object, *, status: int = 200, post: object = None, **headers: str) -> Stripe:
        get = Answer(_bytes(body), status, headers)
        processors.append(Processor(get, get if post is None else Answer(_bytes(post))))
        return Stripe("sk_test_answers", "whsec", processors[-1].base, retries=0)

    return build


def _bytes(body: object) -> bytes:
    return body if isinstance(body, bytes) else json.dumps(body).encode()


def a_session(**changes: Any) -> dict[str, Any]:
    session = {
        "id": "cs_1",
        "object": "checkout.session",
        "url": "https://checkout.example/cs_1",
        "status": "open",
        "payment_status": "unpaid",
        "payment_intent": None,
    }
    return session | changes


def an_intent(**changes: Any) -> dict[str, Any]:
    charge = {"id": "ch_1", "object": "charge", "refunded": False}
    intent = {
        "id": "pi_1",
        "object": "payment_intent",
        "status": "succeeded",
        "amount_received": 5000,
        "currency": "mad",
        "latest_charge": charge,
    }
    return intent | changes


def a_paid_session(**changes: Any) -> dict[str, Any]:
    return a_session(status="complete", payment_status="paid", payment_intent=an_intent(**changes))


def an_error(kind: str, code: str | None = None) -> dict[str, Any]:
    return {"error": {"type": kind, "code": code, "message": "No."}}


@pytest.mark.parametrize(
    ("session", "status"),
    [
        pytest.param(a_session(), Status(Taken.PENDING), id="open"),
        pytest.param(
            a_session(payment_intent=an_intent(status="requires_payment_method")),
            Status(Taken.PENDING),
            id="a declined card",
        ),
        pytest.param(a_session(status="expired"), Status(Taken.EXPIRED), id="expired"),
        pytest.param(
            a_session(status="complete", payment_intent=an_intent(status="processing")),
            Status(Taken.PENDING),
            id="a slow bank",
        ),
        pytest.param(
            a_session(status="complete", payment_intent=an_intent(status="requires_payment_method")),
            Status(Taken.FAILED),
            id="a bank that refused in the end",
        ),
        pytest.param(a_paid_session(), Status(Taken.SUCCEEDED, Money(5000), "ch_1"), id="paid"),
        pytest.param(
            a_paid_session(currency="eur", amount_received=4900),
            Status(Taken.SUCCEEDED, Money(4900, "EUR"), "ch_1"),
            id="paid otherwise than asked",
        ),
        pytest.param(
            a_paid_session(latest_charge={"id": "ch_1", "object": "charge", "refunded": True}),
            Status(Taken.REFUNDED, Money(5000), "ch_1"),
            id="given back",
        ),
        pytest.param(a_session(status="a state of next year"), Status(Taken.PENDING), id="an unknown state"),
    ],
)
def test_an_answer_is_understood(answering: Answering, session: dict[str, Any], status: Status) -> None:
    assert answering(session).ask("cs_1") == status


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>maintenance</html>",
        b"[]",
        b"null",
        b"{}",
        b"\xff",
        {"object": "checkout.session"},
        a_session(payment_status="paid"),
        a_paid_session(amount_received="5000"),
        a_paid_session(amount_received=None),
        a_paid_session(currency="xyz"),
        a_paid_session(latest_charge="ch_1"),
        a_paid_session(latest_charge=None),
    ],
    ids=str,
)
def test_nonsense_is_no_answer(answering: Answering, body: object) -> None:
    with pytest.raises(NotReachable):
        answering(body).ask("cs_1")


@pytest.mark.parametrize("url", [None, "", 7])
def test_a_checkout_without_a_page_is_no_answer(answering: Answering, url: object) -> None:
    with pytest.raises(NotReachable):
        answering(a_session(url=url)).open(an_order())


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, an_error("api_error")),
        (503, b"<html>busy</html>"),
        (429, an_error("invalid_request_error", "rate_limit")),
        (409, an_error("idempotency_error")),
        (500, {"error": 7}),
        (400, {"error": []}),
        (404, b""),
    ],
)
def test_a_processor_in_trouble_is_not_reachable(answering: Answering, status: int, body: object) -> None:
    with pytest.raises(NotReachable):
        answering(body, status=status).ask("cs_1")


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, an_error("invalid_request_error", "parameter_missing")),
        (400, an_error("idempotency_error")),
        (401, an_error("invalid_request_error")),
        (402, an_error("card_error", "card_declined")),
        (403, an_error("invalid_request_error")),
        (404, an_error("invalid_request_error", "resource_missing")),
    ],
)
def test_what_the_processor_refuses_is_refused(answering: Answering, status: int, body: object) -> None:
    with pytest.raises(NotAccepted):
        answering(body, status=status).ask("cs_1")


def test_a_redirect_is_not_followed(answering: Answering, processors: list[Processor]) -> None:
    with pytest.raises(NotReachable):
        answering(b"", status=302, Location="/v1/elsewhere").ask("cs_1")
    assert len(processors[0].asked) == 1
    assert "elsewhere" not in processors[0].asked[0]


def test_an_endless_answer_is_cut_off(answering: Answering) -> None:
    with pytest.raises(NotReachable):
        answering(a_session(padding="x" * 2_000_000)).ask("cs_1")


def test_a_processor_that_is_down_is_not_reachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    with pytest.raises(NotReachable):
        Stripe("sk_test_answers", "whsec", f"http://127.0.0.1:{port}", retries=0).check()


def test_a_processor_that_keeps_us_waiting_is_not_reachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        slow = Stripe("sk_test_answers", "whsec", f"http://127.0.0.1:{door.getsockname()[1]}", seconds=0.05, retries=0)
        with pytest.raises(NotReachable):
            slow.ask("cs_1")


@pytest.mark.parametrize("state", ["failed", "canceled"])
def test_a_refund_that_failed_there_is_refused(answering: Answering, state: str) -> None:
    provider = answering(a_paid_session(), post={"id": "re_1", "object": "refund", "status": state})
    with pytest.raises(NotAccepted, match=state):
        provider.refund("cs_1", Money(5000), "key")


@pytest.mark.parametrize("state", ["succeeded", "pending"])
def test_a_refund_under_way_has_its_reference(answering: Answering, state: str) -> None:
    provider = answering(a_paid_session(), post={"id": "re_1", "object": "refund", "status": state})
    assert provider.refund("cs_1", Money(5000), "key") == "re_1"


def test_a_problem_tells_nothing_of_the_payer(answering: Answering) -> None:
    leaky = {"error": {"type": "invalid_request_error", "code": "email_invalid", "message": "salma@example.ma"}}
    with pytest.raises(NotAccepted) as problem:
        answering(leaky, status=400).ask("cs_1")
    assert str(problem.value) == "InvalidRequestError email_invalid"


def test_settings_name_the_keys_and_may_leave_out_the_address() -> None:
    assert Stripe.from_settings({"secret_key": "sk_test_x", "webhook_secret": "whsec_x"}).name == "stripe"
    with pytest.raises(KeyError):
        Stripe.from_settings({"secret_key": "sk_test_x"})
