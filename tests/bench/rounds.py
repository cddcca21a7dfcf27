"""Rounds: each thing for a while, the yardsticks in between, and the median of what each round found."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from statistics import quantiles

from bench.meter import Meter, Spent

Do = Callable[[], object]
SIDE_BY_SIDE = 400


@dataclass
class Thing:
    """Something that is done again and again. ``seconds`` is how long in a round, ``most`` how many times at most."""

    name: str
    do: Do
    seconds: float = 1.5
    most: int = 1_000_000
    found: list[Spent] = field(default_factory=list)

    def turn(self, meter: Meter) -> tuple[Spent, int]:
        """Does it for its time; what was spent in all, and how often it was done."""
        meter.begin()
        times, until = 0, time.monotonic() + self.seconds
        while times < self.most and (times == 0 or time.monotonic() < until):
            self.do()
            times += 1
        return meter.spent(), times


def run(rounds: int, yardsticks: Sequence[Thing], things: Sequence[Thing], bare: Meter, web: Meter) -> None:
    """Everything once without looking, then the rounds: before each thing the next yardstick."""
    for thing in (*yardsticks, *things):
        for _ in range(20):
            thing.do()
    for _ in range(rounds):
        _round(yardsticks, things, bare, web)


def _round(yardsticks: Sequence[Thing], things: Sequence[Thing], bare: Meter, web: Meter) -> None:
    spent: dict[str, list[tuple[Spent, int]]] = {}
    turn = _again(yardsticks)
    for thing in things:
        for meter, one in ((bare, next(turn)), (web, thing)):
            spent.setdefault(one.name, []).append(one.turn(meter))
    for thing in (*yardsticks, *things):
        chunks = spent.get(thing.name, [])
        times = sum(count for _, count in chunks)
        whole = Spent(sum(one.application for one, _ in chunks), sum(one.database for one, _ in chunks))
        thing.found.append(whole.each(times))


def _again(things: Sequence[Thing]) -> Iterator[Thing]:
    while True:
        yield from things


def p95_ratio(one: Do, other: Do) -> float:
    """How many times as long ``one`` takes as ``other``, done in turns, by the clock on the wall, at the p95."""
    took: tuple[list[float], list[float]] = ([], [])
    for _ in range(SIDE_BY_SIDE):
        for do, times in zip((one, other), took, strict=True):
            began = time.perf_counter()
            do()
            times.append(time.perf_counter() - began)
    slow, yardstick = (quantiles(times, n=20)[-1] for times in took)
    return slow / yardstick
