"""What a gateway for short messages promises, on the sandbox's; and what is made of wrong answers."""

from __future__ import annotations

import httpx
import pytest
from twins.odd import WAYS, Odd, closed_port
from twins.outside import TOKEN

from portal.alerts.ports import NotAccepted, Note, NotReachable
from portal.alerts.sms import Gateway
from portal.sandbox.serve import Running

NOTE = Note("a key", "+212661204517", "Votre code : 123456")
QUICK = httpx.Timeout(0.5)


@pytest.fixture(scope="module")
def gateway(outside: Running) -> Gateway:
    """The gateway of the sandbox."""
    return Gateway(f"{outside.settings.url}/sms", TOKEN)


def test_a_note_sent_twice_is_one(gateway: Gateway, outside: Running) -> None:
    gateway.send(NOTE)
    gateway.send(NOTE)
    told = [one for one in outside.world.store.newest("sms", 50) if one["to"] == NOTE.to]
    assert [one["text"] for one in told] == [NOTE.text]


@pytest.mark.parametrize("to", ["+212600000000", "0661204517", "", "salma@example.ma", "+" + "1" * 60])
def test_a_number_of_nobody_is_not_accepted(gateway: Gateway, to: str) -> None:
    with pytest.raises(NotAccepted):
        gateway.send(Note("another key", to, "Votre code : 123456"))


def test_a_wrong_token_is_refused(outside: Running) -> None:
    with pytest.raises(NotAccepted):
        Gateway(f"{outside.settings.url}/sms", "guessed").send(NOTE)


def test_a_gateway_says_in_one_line_how_it_is(gateway: Gateway) -> None:
    assert gateway.check() == "sms: answers"


@pytest.mark.parametrize("way", [way for way in WAYS if way != "another shape"])
def test_a_gateway_that_answers_wrongly_is_tried_again(odd: Odd, way: str) -> None:
    odd.way = way
    with pytest.raises(NotReachable):
        Gateway(odd.url, TOKEN, QUICK).send(NOTE)


def test_a_gateway_that_is_down_is_not_reachable() -> None:
    down = Gateway(f"http://127.0.0.1:{closed_port()}", TOKEN, QUICK)
    for call in (lambda: down.send(NOTE), down.check):
        with pytest.raises(NotReachable):
            call()
