"""What every register promises: the working twin, and the REST adapter on the sandbox's civil-status register."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol

import httpx
import pytest
from twins.odd import WAYS, Odd, closed_port
from twins.outside import TOKEN
from twins.register import HELD, SALMA, Failing, Working

from journeys.exchange.ports import NotAccepted, NotKnown, NotReachable, Register
from journeys.registers.rest import Rest
from portal.sandbox.serve import Running

WANTED = ("fullname_ar", "act_no")
QUICK = httpx.Timeout(0.5)
STRANGE = ["", ".", "..", "../health", "A/B", "a?facts=cin", "a#b", "%2e%2e", "x" * 3000, "سلمى", "\x00", "a\r\nb"]


class Holder(Protocol):
    """A register, and what it noted of the questions it was asked."""

    register: Register

    def purposes(self) -> list[str]: ...


class TwinHolder:
    def __init__(self) -> None:
        self.register = Working()

    def purposes(self) -> list[str]:
        return self.register.purposes


class RestHolder:
    """The sandbox's register, over HTTP."""

    def __init__(self, sandbox: Running) -> None:
        self.register = Rest("civil-status", f"{sandbox.settings.url}/registers/civil-status", TOKEN)
        self._store = sandbox.world.store

    def purposes(self) -> list[str]:
        return [question["purpose"] for question in self._store.newest("question", 50)]


@pytest.fixture(params=["working", "rest"])
def holder(request: pytest.FixtureRequest) -> Holder:
    return TwinHolder() if request.param == "working" else RestHolder(request.getfixturevalue("outside"))


def test_only_the_facts_that_are_wanted_are_told(holder: Holder) -> None:
    facts = holder.register.facts(SALMA, WANTED, "K7QX2-M4RPA")
    assert facts.values == {name: HELD[SALMA][name] for name in WANTED}
    assert facts.register == holder.register.name


def test_facts_say_of_which_day_they_are_true(holder: Holder) -> None:
    today = datetime.now(UTC).date()
    assert abs(holder.register.facts(SALMA, WANTED, "K7QX2-M4RPA").as_of - today) <= timedelta(days=1)


def test_the_register_learns_what_its_facts_are_for(holder: Holder) -> None:
    holder.register.facts(SALMA, WANTED, "a purpose of its own")
    assert "a purpose of its own" in holder.purposes()


def test_a_person_the_register_does_not_hold_is_not_known(holder: Holder) -> None:
    with pytest.raises(NotKnown):
        holder.register.facts("ZZ999999", WANTED, "K7QX2-M4RPA")


@pytest.mark.parametrize("identifier", STRANGE)
def test_a_strange_number_is_nobody_and_reaches_nothing_else(holder: Holder, identifier: str) -> None:
    with pytest.raises((NotKnown, NotAccepted)):
        holder.register.facts(identifier, WANTED, "K7QX2-M4RPA")


@pytest.mark.parametrize("wanted", [(), ("fullname_ar", "salary")])
def test_facts_the_register_does_not_have_are_refused(holder: Holder, wanted: tuple[str, ...]) -> None:
    with pytest.raises(NotAccepted):
        holder.register.facts(SALMA, wanted, "K7QX2-M4RPA")


def test_nothing_is_told_without_a_purpose(holder: Holder) -> None:
    with pytest.raises(NotAccepted):
        holder.register.facts(SALMA, WANTED, "")


def test_a_register_says_in_one_line_how_it_is(holder: Holder) -> None:
    line = holder.register.check()
    assert line.startswith(holder.register.name)
    assert "\n" not in line


def test_a_wrong_token_is_refused(outside: Running) -> None:
    stranger = Rest("civil-status", f"{outside.settings.url}/registers/civil-status", "guessed")
    with pytest.raises(NotAccepted):
        stranger.facts(SALMA, WANTED, "K7QX2-M4RPA")


@pytest.mark.parametrize("way", WAYS)
def test_a_register_that_answers_wrongly_is_not_reachable(odd: Odd, way: str) -> None:
    odd.good, odd.way = b'{"as_of": "2026-10-01", "facts": {"fullname_ar": "x"}}', way
    with pytest.raises(NotReachable):
        Rest("odd", odd.url, TOKEN, QUICK).facts(SALMA, WANTED, "K7QX2-M4RPA")
    assert len(odd.asked) == 1


@pytest.mark.parametrize(
    "said", [b"{}", b'{"as_of": "yesterday", "facts": {}}', b'{"as_of": "2026-10-01", "facts": 3}']
)
def test_an_answer_without_a_day_or_facts_is_nonsense(odd: Odd, said: bytes) -> None:
    odd.good = said
    with pytest.raises(NotReachable):
        Rest("odd", odd.url, TOKEN).facts(SALMA, WANTED, "K7QX2-M4RPA")


def test_facts_nobody_asked_for_are_dropped(odd: Odd) -> None:
    odd.good = b'{"as_of": "2026-10-01", "facts": {"act_no": 1, "salary": 9000}}'
    assert Rest("odd", odd.url, TOKEN).facts(SALMA, WANTED, "K7QX2-M4RPA").values == {"act_no": 1}


def test_a_register_that_is_down_is_not_reachable() -> None:
    down = Rest("down", f"http://127.0.0.1:{closed_port()}", TOKEN, QUICK)
    for call in (lambda: down.facts(SALMA, WANTED, "K7QX2-M4RPA"), down.check):
        with pytest.raises(NotReachable):
            call()


def test_the_failing_twin_never_answers() -> None:
    failing: Register = Failing()
    for call in (lambda: failing.facts(SALMA, WANTED, "K7QX2-M4RPA"), failing.check):
        with pytest.raises(NotReachable):
            call()
