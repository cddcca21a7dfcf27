"""The door before an outside system: few wait for one that is slow, nobody for one that is down, all come back."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from portal.partners import FAILURES, PAUSE_SECONDS, Door, behind_door

pytestmark = pytest.mark.anywhere

PATIENCE_SECONDS = 10


class NotReachable(Exception):
    """The port's own word for silence."""


class NotAccepted(Exception):
    """An answer, though not the one that was hoped for."""


@dataclass
class Clock:
    """Time that moves when it is told to."""

    seconds: float = 1000.0

    def __call__(self) -> float:
        return self.seconds


@dataclass
class Register:
    """A partner that answers, or says ``wrong``; with ``slow`` it answers once that is set."""

    name: str = "register"
    wrong: Exception | None = None
    slow: threading.Event | None = None
    asked: int = 0
    busy: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def facts(self, wanted: str, *, purpose: str = "") -> str:
        self.asked += 1
        self.busy.release()
        if self.slow is not None:
            assert self.slow.wait(PATIENCE_SECONDS)
        if self.wrong is not None:
            raise self.wrong
        return f"{wanted} for {purpose}"

    def read_news(self, body: bytes) -> int:
        return len(body)

    def remembers(self, method: str) -> bool:
        return method == "leave"

    def leave(self) -> str:
        return "from memory"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def door(clock: Clock) -> Door:
    return Door(NotReachable, 2, clock)


def fails(door: Door, wrong: type[Exception] = NotReachable) -> str:
    """A call that ends with this problem; what the caller is told."""
    with pytest.raises(wrong) as told, door.through():
        raise wrong("the partner's own words")
    return str(told.value)


def passes(door: Door) -> bool:
    """Whether a call gets through, and is answered."""
    try:
        with door.through():
            return True
    except NotReachable:
        return False


def broken(door: Door) -> None:
    """The partner is found down."""
    for _ in range(FAILURES):
        assert fails(door) == "the partner's own words"


@contextmanager
def waiting(partner: Register, adapter: Register, calls: int) -> Iterator[None]:
    """So many calls wait for the partner's answer for as long as the block lasts."""
    partner.slow = threading.Event()
    threads = [threading.Thread(target=adapter.facts, args=("name",), daemon=True) for _ in range(calls)]
    for thread in threads:
        thread.start()
    for _ in threads:
        assert partner.busy.acquire(timeout=PATIENCE_SECONDS)
    try:
        yield
    finally:
        partner.slow.set()
        for thread in threads:
            thread.join(PATIENCE_SECONDS)
        partner.slow = None


def test_calls_pass_while_the_partner_answers(door: Door) -> None:
    assert all(passes(door) for _ in range(10 * FAILURES))


def test_a_few_failures_in_a_row_close_the_door(door: Door) -> None:
    for _ in range(FAILURES - 1):
        fails(door)
    assert passes(door)
    broken(door)
    assert not passes(door)
    assert fails(door) == "it did not answer a moment ago"


def test_failures_with_answers_between_them_close_nothing(door: Door) -> None:
    for _ in range(3 * FAILURES):
        for _ in range(FAILURES - 1):
            fails(door)
        assert passes(door)


def test_a_refusal_is_an_answer(door: Door) -> None:
    for _ in range(3 * FAILURES):
        assert fails(door, NotAccepted) == "the partner's own words"
    assert passes(door)
    for _ in range(FAILURES - 1):
        fails(door)
    fails(door, NotAccepted)
    fails(door)
    assert passes(door)


def test_the_door_stays_closed_for_its_pause_and_then_lets_one_call_look(door: Door, clock: Clock) -> None:
    broken(door)
    clock.seconds += PAUSE_SECONDS - 0.01
    assert not passes(door)
    clock.seconds += 0.01
    with door.through():
        assert [passes(door) for _ in range(5)] == [False] * 5


def test_who_looks_and_finds_an_answer_opens_the_door_for_all(door: Door, clock: Clock) -> None:
    broken(door)
    clock.seconds += PAUSE_SECONDS
    assert all(passes(door) for _ in range(5))
    for _ in range(FAILURES - 1):
        fails(door)
    assert passes(door), "a door that was opened again counts from the beginning"


def test_who_looks_and_finds_a_refusal_opens_the_door_too(door: Door, clock: Clock) -> None:
    broken(door)
    clock.seconds += PAUSE_SECONDS
    fails(door, NotAccepted)
    assert all(passes(door) for _ in range(5))


def test_who_looks_and_finds_silence_closes_it_for_another_pause(door: Door, clock: Clock) -> None:
    broken(door)
    for _ in range(3):
        clock.seconds += PAUSE_SECONDS
        assert fails(door) == "the partner's own words"
        clock.seconds += PAUSE_SECONDS - 0.01
        assert not passes(door)
        clock.seconds += 0.01 - PAUSE_SECONDS
    clock.seconds += PAUSE_SECONDS
    assert passes(door)


def test_the_pause_is_counted_from_the_end_of_the_last_failure(door: Door, clock: Clock) -> None:
    def slow() -> None:
        with door.through():
            broken(door)
            clock.seconds += 30
            raise NotReachable("slow to the end")

    with pytest.raises(NotReachable):
        slow()
    clock.seconds += PAUSE_SECONDS - 0.01
    assert not passes(door)


def test_a_look_that_hangs_lets_another_look_after_the_next_pause(door: Door, clock: Clock) -> None:
    broken(door)
    clock.seconds += PAUSE_SECONDS
    with door.through():
        assert not passes(door)
        clock.seconds += PAUSE_SECONDS
        assert passes(door)


def test_no_more_calls_than_there_are_places_wait_for_one_partner() -> None:
    partner = Register()
    adapter = behind_door("register", partner, NotReachable, 2)
    with waiting(partner, adapter, 2), pytest.raises(NotReachable, match="too many calls wait for it"):
        adapter.facts("name")
    assert partner.asked == 2
    assert adapter.facts("name", purpose="a form") == "name for a form"


def test_a_call_without_a_place_counts_as_no_failure() -> None:
    partner = Register()
    adapter = behind_door("register", partner, NotReachable, 1)
    with waiting(partner, adapter, 1):
        for _ in range(3 * FAILURES):
            with pytest.raises(NotReachable, match="too many"):
                adapter.facts("name")
    assert adapter.facts("name") == "name for "


def test_a_slow_partner_leaves_places_to_the_others() -> None:
    slow, well = Register(), Register()
    first, second = (behind_door("register", partner, NotReachable, 1) for partner in (slow, well))
    with waiting(slow, first, 1):
        assert second.facts("name") == "name for "


def test_places_are_given_back_whatever_a_call_ends_with() -> None:
    partner = Register()
    adapter = behind_door("register", partner, NotReachable, 1)
    for wrong in (NotAccepted("no"), KeyError("odd"), NotReachable("silent"), NotAccepted("no")):
        partner.wrong = wrong
        with pytest.raises(type(wrong)):
            adapter.facts("name")
    partner.wrong = None
    assert adapter.facts("name") == "name for "


def test_the_partner_is_left_alone_while_the_door_is_closed() -> None:
    partner = Register(wrong=NotReachable("silent"))
    adapter = behind_door("register", partner, NotReachable, 2)
    for _ in range(10 * FAILURES):
        with pytest.raises(NotReachable):
            adapter.facts("name")
    assert partner.asked == FAILURES


def test_what_speaks_to_nobody_needs_no_door() -> None:
    partner = Register(wrong=NotReachable("silent"))
    adapter = behind_door("register", partner, NotReachable, 1)
    for _ in range(FAILURES):
        with pytest.raises(NotReachable):
            adapter.facts("name")
    assert adapter.read_news(b"news") == 4
    assert adapter.name == "register"


def test_what_is_answered_from_memory_says_nothing_of_the_partner() -> None:
    partner = Register(wrong=NotReachable("silent"))
    adapter = behind_door("register", partner, NotReachable, 1)
    for _ in range(3 * FAILURES):
        assert adapter.leave() == "from memory"
        with pytest.raises(NotReachable):
            adapter.facts("name")
    assert partner.asked == FAILURES
