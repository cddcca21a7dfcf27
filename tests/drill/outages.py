"""Outages: each partner goes wrong in each way. People get a clear page, it goes on by itself, others notice none."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime

from bench.meter import pss_megabytes, tree
from drill.backstage import Backstage, backstage, entered
from drill.cluster import NotInstalled
from drill.odd_partners import PARTNERS, WAYS, WELL, OddTown, odd_town
from drill.outage_scenes import SCENES, Out
from drill.report import How, Result
from drill.steady_load import Seen, Visit, insistent, steady
from drill.town import NotAgain, Town
from scenes import token_of
from sqlalchemy import select

from portal.outbox import Task
from portal.unit import real_now

MOST_TIMES = 1.2
CHANCE_SECONDS = 0.02
"""What p99 of a few thousand presses differs by without any reason: some turns of the machine's scheduler."""

MOST_GROWTH = 100
"""Megabytes, of eight answers of hundreds each. Processes that share the program's memory also grow by what each
touches first."""

MOST_LATER = 0.3
"""Seconds an idle worker sleeps before it looks for work: as much later may be chance."""

OF_A_SAMPLE = 0.15, 1.5
"""Seconds that chance may add to p99 and to receipts when few are asked: threads that wait for a partner would add
many more."""

WAYS_BETWEEN = 3
PEOPLE = ("youssef", "karim", "omar", "fatima")
LANGUAGES = ("ar", "fr", "en")


@dataclass
class Measured:
    """What other people met: with the partner well, and while it was out."""

    seconds: list[float] = field(default_factory=list)
    tasks: list[float] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def p99(self) -> float:
        """Milliseconds of a press."""
        return _quantile(self.seconds, 0.99) * 1000

    @property
    def task_p95(self) -> float:
        """Milliseconds from an event to its receipt or alert."""
        return _quantile(self.tasks, 0.95) * 1000

    def __iadd__(self, other: Measured) -> Measured:
        self.seconds += other.seconds
        self.tasks += other.tasks
        self.problems += other.problems
        return self


def _quantile(found: list[float], share: float) -> float:
    return sorted(found)[int(len(found) * share)] if found else 0.0


def run(how: How) -> Iterator[Result]:
    """Five partners, seven ways; PostgreSQL, or a sample on SQLite."""
    kind = "sqlite" if how.quick else "postgresql"
    try:
        with ExitStack() as stack:
            load = stack.enter_context(ProcessPoolExecutor(2, multiprocessing.get_context("spawn")))
            place = stack.enter_context(odd_town(how.folder / kind, kind, 8 if how.quick else 30))
            stage = stack.enter_context(backstage(place.town, place.sandbox))
            yield from _all(how, place, stage, load)
            yield _afterwards(place, stage)
    except NotInstalled as missing:
        yield Result(f"outages, {kind}", skipped=str(missing))


def _all(how: How, place: OddTown, stage: Backstage, load: ProcessPoolExecutor) -> Iterator[Result]:
    salma = entered(place.town, "salma")
    people = tuple(dict(entered(place.town, name).client.cookies) for name in PEOPLE)
    chance, ways = how.chance("outages"), _ways(how)
    languages = iter(lambda: chance.choice(LANGUAGES), None)
    for name in PARTNERS:
        out = SCENES[name](place, stage, salma)
        visit = Visit(place.town.url, 0, name, people, dict(salma.client.cookies), token_of(salma))
        yield from Trial(how, place, name, out, load, visit).rows(ways[name], languages)


def _ways(how: How) -> dict[str, list[str]]:
    """The ways in which each partner goes wrong: all, or a sample in which each has one, and one of them is slow."""
    if not how.quick:
        return {name: list(WAYS) for name in PARTNERS}
    chance = how.chance("ways")
    ways = ["slow", *chance.sample([way for way in WAYS if way != "slow"], len(PARTNERS) - 1)]
    return {name: [way] for name, way in zip(PARTNERS, chance.sample(ways, len(ways)), strict=True)}


class Trial:
    """One partner's outages, way by way, with measured times before, during and after each."""

    def __init__(self, how: How, place: OddTown, name: str, out: Out, load: ProcessPoolExecutor, visit: Visit) -> None:
        self._how, self._place, self._name, self._out, self._load, self._visit = how, place, name, out, load, visit
        self._well, self._sick = Measured(), Measured()

    def rows(self, ways: Sequence[str], languages: Iterator[str]) -> Iterator[Result]:
        """One row per way, and what others noticed in all of them together; how they fare otherwise is measured in
        between, so that a machine that becomes slower or faster is no difference."""
        self._out.before()
        self._well += self._period("well")
        for number, way in enumerate(ways, start=1):
            self._out.lang = next(languages)
            yield self._row(way)
            if number % WAYS_BETWEEN == 0 or number == len(ways):
                self._out.before()
                self._well += self._period("well")
        yield self._others()

    def _row(self, way: str) -> Result:
        result = Result(f"{self._name}: {way}", 1)
        self._out.before()
        with _growth(self._place.town, way == "gigantic", result):
            sick = self._out_once(way, result)
        self._healed(way, result)
        self._sick += sick
        result.times = len(sick.seconds)
        result.broken += [f"others met: {problem}" for problem in dict.fromkeys(sick.problems)]
        if self._place.inside.asked:
            result.broken.append(f"a server inside was asked {self._place.inside.asked} times")
        noted = [f"others' p99 {sick.p99:.0f} ms", *result.note.split("; ")]
        result.note = "; ".join(part for part in noted if part)
        return result

    def _warm(self, seconds: float) -> None:
        """A web process that was started a moment ago has seen no page yet: its first seconds are not measured."""
        self._load.submit(steady, replace(self._visit, seconds=seconds)).result()

    def _others(self) -> Result:
        well, sick = self._well, self._sick
        result = Result(f"{self._name}: other people meanwhile", len(sick.seconds), note=_compared(well, sick))
        slower, later = OF_A_SAMPLE if self._how.quick else (CHANCE_SECONDS, MOST_LATER)
        if sick.p99 > MOST_TIMES * well.p99 + slower * 1000:
            result.broken.append(f"p99 was {sick.p99:.0f} ms, {well.p99:.0f} ms without an outage")
        if sick.task_p95 > MOST_TIMES * well.task_p95 + later * 1000:
            result.broken.append(f"receipts and alerts took {sick.task_p95:.0f} ms, {well.task_p95:.0f} ms without")
        result.broken += [f"without an outage: {problem}" for problem in dict.fromkeys(well.problems)]
        return result

    def _healed(self, way: str, result: Result) -> None:
        partner = self._place.partners[self._name]
        if not partner.asked and way != "down":
            result.broken.append("the partner was not asked at all")
        partner.goes(WELL)
        try:
            self._out.after(result)
        except AssertionError as problem:
            result.stuck.append(str(problem)[:200])

    def _out_once(self, way: str, result: Result) -> Measured:
        self._place.partners[self._name].goes(way)
        try:
            self._out.during(result)
            found = self._period(way)
            self._out.at_last(result)
        except (NotAgain, AssertionError) as problem:
            result.broken.append(f"{type(problem).__name__}: {str(problem)[:200]}")
            return Measured()
        return found

    def _period(self, way: str) -> Measured:
        """Others at their steady pace, while eight clients want something of this partner."""
        if self._out.starts_web:
            self._warm(3)
        began, visit = real_now(), self._for(5 if self._how.quick else 16 if way == "slow" else 10)
        others = self._load.submit(steady, visit)
        clients = self._load.submit(insistent, visit)
        self._out.burst()
        seen: Seen = others.result()
        clients.result()
        return Measured(seen.seconds, self._first_steps(began, real_now()), seen.problems)

    def _for(self, seconds: float) -> Visit:
        return replace(self._visit, seconds=seconds, targets=self._out.targets())

    def _first_steps(self, began: datetime, ended: datetime) -> list[float]:
        """Seconds until each receipt was made and each alert written, of what happened in this time."""
        query = select(Task.due_at, Task.done_at).where(
            Task.name.in_(self._out.first_steps), Task.due_at.between(began, ended), Task.problem.is_(None)
        )
        rows = self._out.stage.read(lambda unit: unit.session.execute(query).all())
        return [((done or real_now()) - due).total_seconds() for due, done in rows]


def _compared(well: Measured, sick: Measured) -> str:
    return (
        f"p99 {well.p99:.0f} to {sick.p99:.0f} ms of {len(well.seconds)} and {len(sick.seconds)}, receipts and alerts "
        f"{well.task_p95:.0f} to {sick.task_p95:.0f} ms"
    )


@contextmanager
def _growth(town: Town, looked_at: bool, result: Result) -> Iterator[None]:
    """How much more memory the portal needs at most while this lasts, if it is looked at."""
    if not looked_at:
        yield
        return
    sizes, over = [_memory(town)], threading.Event()

    def look() -> None:
        while not over.wait(0.5):
            sizes.append(_memory(town))

    looking = threading.Thread(target=look)
    looking.start()
    try:
        yield
    finally:
        over.set()
        looking.join()
    growth = max(sizes) - sizes[0]
    result.note += f"; memory +{growth:.0f} MB"
    if growth > MOST_GROWTH:
        result.broken.append(f"memory grew by {growth:.0f} MB")


def _memory(town: Town) -> float:
    """The memory of web and worker in megabytes, shared pages counted in parts."""
    found = 0.0
    for process in (*tree(town.process("web")), *tree(town.process("worker"))):
        with suppress(OSError, StopIteration):  # it ended meanwhile
            found += pss_megabytes(process)
    return found


def _afterwards(place: OddTown, stage: Backstage) -> Result:
    """Nothing is left undone, and all agrees with itself."""
    left = stage.rest(120)
    return Result("after all outages", 1, stuck=left, broken=[*place.town.check(at_rest=True), *place.town.traces()])
