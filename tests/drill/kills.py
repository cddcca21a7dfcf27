"""kill -9 of web and worker: at every fail point of the whole road, and at random moments under load."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from random import Random
from uuid import UUID

import httpx
from drill.aims import Points, aimed_at, passes
from drill.books import Books, given_up, throw_away_now, undelivered
from drill.cluster import NotInstalled
from drill.crowd import Crowd
from drill.journal import Journal, compare, judge
from drill.report import KINDS, How, Result
from drill.roads import OFFICER, ROADS
from drill.town import NotAgain, Town, towns
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from portal.identity.staff.actions import new_word
from portal.keys import Keyring
from portal.outbox import Task
from portal.tasks import RECURRING
from portal.unit import real_now

AGAIN_SECONDS = 60.0
CLIENT_SECONDS = 300.0
"""How long somebody goes on pressing: over several kills, each of which may cost AGAIN_SECONDS."""

MEET_SECONDS, STARTS = 10.0, 4
"""A point that is often passed is met in so much time; one that others pass in twice as much, or after so many starts
where it is passed once in a process's life."""

STANDING_STILL = 0.2
"""How much of the time counts in which nobody is let in."""

LOOKED_SECONDS = 0.5
COLD_SECONDS = 6.0
"""In so many seconds a town starts on a machine with two cores that does nothing else. Where it takes longer, all that
is waited for here may take as many times longer."""

DAY_SECONDS = 10.0
"""After so many seconds the day is over after which files that nobody needs are thrown away."""

NOTHING_NEW_SECONDS, OFTEN = 2.0, 5
MOST_BEHIND = timedelta(seconds=15)
POINTS, RANDOM = "points", "random"
AT_START = ("process ", *(f"task.{name} " for name in RECURRING))
KILLED = ("worker", "web", "web's parent", "web's child")


def run(how: How) -> Iterator[Result]:
    """Both rows on both kinds of database, which are drilled side by side; a sample takes one by chance."""
    kinds = how.chance("kills").sample(KINDS, how.many(len(KINDS), 1))
    with ThreadPoolExecutor(len(kinds)) as pool:
        for rows in pool.map(lambda kind: _drilled(how, kind), kinds):
            yield from rows


def _drilled(how: How, kind: str) -> list[Result]:
    try:
        with towns(how.folder / kind, kind) as town:
            return _Drill(how, kind, town).rows()
    except NotInstalled as why:
        return [Result(f"kill -9, {kind}", skipped=str(why))]


class _Drill:
    def __init__(self, how: How, kind: str, town: Town) -> None:
        self.how, self.kind, self.town = how, kind, town
        self.town.patience = CLIENT_SECONDS
        self.chance = how.chance(f"kills {kind}")
        self.journal = Journal(POINTS)
        self.crowd = Crowd(town, self.journal, Random(self.chance.random()))
        self.hurt: dict[UUID, tuple[UUID, str, float]] = {}
        self.mended: list[tuple[str, str, int, float]] = []
        self.unmet: list[str] = []
        self.unwalked: list[str] = []
        self.outages: dict[str, list[float]] = {POINTS: [0.0], RANDOM: [0.0]}
        self.silences: dict[str, list[float]] = {}
        self.database = town.database()
        self.keyring = Keyring.parse(town.settings["PORTAL_KEYS"])
        self.over = threading.Event()
        self.slower = max(1.0, town.cold / COLD_SECONDS)

    def rows(self) -> list[Result]:
        """Learns the points, kills at each, then at random; looks when all has come to rest."""
        watch = threading.Thread(target=self._look_after)
        watch.start()
        with self.crowd.answered():
            with self.crowd.walking():
                at_points, points_seconds = self._timed(self._at_points)
                self.journal.phase = RANDOM
                at_random, random_seconds = self._timed(self._at_random)
            self.crowd.finish()
            left = undelivered(self.town)
        self.over.set()
        watch.join()
        rows = [self._row(POINTS, f"kill -9 at {at_points} fail points, {self.kind}", at_points, points_seconds)]
        rows.append(self._row(RANDOM, f"{at_random} random kills under load, {self.kind}", at_random, random_seconds))
        rows[0].broken += [f"{point} was passed once and never again" for point in self.unmet]
        rows[0].broken += [f"{road} was not walked before the kills" for road in self.unwalked]
        self._whole(rows[1], left)
        self.database.dispose()
        return rows

    def _timed(self, doing: Callable[[], int]) -> tuple[int, float]:
        began = time.monotonic()
        return doing(), time.monotonic() - began

    def _row(self, phase: str, what: str, times: int, seconds: float) -> Result:
        row = compare(self.journal, self.town, phase)
        row.what, row.times, requests = what, times, row.times
        outage, task = max(self.outages[phase]), self._longest_task(phase, row)
        waited = max(self.silences[phase], default=0.0)
        row.note = (
            f"{requests} requests in {seconds:.0f} s; web answers again after {outage:.1f} s at most, "
            f"a task is done after {task:.1f} s, somebody waited {waited:.1f} s over several kills; the town starts in "
            f"{self.town.cold:.1f} s"
        )
        return row

    def _longest_task(self, phase: str, row: Result) -> float:
        waits = [(task, tries, seconds) for when, task, tries, seconds in self.mended if when == phase]
        row.stuck += [
            f"{task} was done {seconds:.0f} s after the last kill, tried {tries} times"
            for task, tries, seconds in waits
            if seconds > AGAIN_SECONDS * self.slower
        ]
        return max((seconds for *_, seconds in waits), default=0.0)

    def _whole(self, row: Result, left: list[str]) -> None:
        judge(self.journal, self.town, row, left)
        with Books(self.town) as books:
            row.note += (
                f"; {books.letters_again()} letters came twice, {len(given_up(self.town))} messages were given up"
            )

    def _at_points(self) -> int:
        self._learn()
        halves = self._chosen(self.town.seen())
        with ThreadPoolExecutor(len(halves)) as hands:  # worker and web are killed side by side
            list(hands.map(lambda points: [self._kill_at(point) for point in points], halves))
        self.silences[POINTS] = list(self.town.silences)
        self.town.silences.clear()
        return sum(map(len, halves)) - len(self.unmet)

    def _learn(self) -> None:
        """Every road is walked once, and the worker has met every point of it."""
        until = time.monotonic() + AGAIN_SECONDS * self.slower
        while not self.crowd.least_walked() and time.monotonic() < until:
            time.sleep(LOOKED_SECONDS)
        if not self.crowd.least_walked():
            self.unwalked = sorted({road.__name__ for road in ROADS} - set(self.crowd.walked))
        known = -1
        while len(self.town.seen()) > known and time.monotonic() < until:
            known = len(self.town.seen())
            time.sleep(NOTHING_NEW_SECONDS)

    def _chosen(self, seen: list[str]) -> list[list[Points]]:
        """The points of the worker and of the web; when it must be quick a sample of those that are often passed."""
        known = aimed_at(seen, self.how, self.kind)
        often = [points for points in known if sum(map(self.town.times, points)) >= OFTEN] if self.how.quick else known
        chosen = self.chance.sample(often, self.how.many(len(often), 6))
        return [[points for points in chosen if passes(points) == process] for process in ("worker", "web")]

    def _kill_at(self, points: Points) -> None:
        for point in points:
            self.town.arm(point)
        if points[0].startswith(AT_START):
            self._kill("worker")
        if not (self._met(points) or self._met_by_others(points)):
            self.unmet.append(points[0])
        for point in points:
            self.town.disarm(point)
        if passes(points) == "worker":
            self._note_hurt()
        else:
            self._note_outage()

    def _met_by_others(self, points: Points) -> bool:
        """Whether it is met when others come; if not, what is done once in a process's life is done anew, some times,
        because somebody else may have done it on another page before them."""
        for starts in range(1 + STARTS):
            if starts:
                self._kill(passes(points))
            self._others_come()
            if self._met(points, 2 * MEET_SECONDS):
                return True
        return False

    def _others_come(self) -> None:
        threading.Thread(target=self._come_and_go, daemon=True).start()

    def _come_and_go(self) -> None:
        """What the others did long ago: a citizen and an officer sign in and out, a new officer is sent their word."""
        with suppress(OperationalError), self.database.session() as session:
            new_word(session, real_now(), "staff", "staff-agent-new", self.keyring, "neuf@example.ma")
            session.commit()
        for name in ("fatima", OFFICER):
            with suppress(AssertionError, httpx.HTTPError):
                browser = self.town.browser()
                browser.sign_in(name, "fr")
                browser.submit("/sign-out")

    def _met(self, points: Points, seconds: float = MEET_SECONDS) -> bool:
        """Whether one of these points is met in so much time, of which less counts while nobody is let in."""
        left, before = seconds * self.slower, time.monotonic()
        while (armed := all(map(self.town.armed, points))) and left > 0:
            time.sleep(0.01)
            passed, before = time.monotonic() - before, time.monotonic()
            left -= passed if self.crowd.welcome.is_set() else passed * STANDING_STILL
        return not armed

    def _note_hurt(self) -> None:
        """The tasks that were in the hands of a worker when it was killed."""
        held = select(Task.id, Task.lease).where(
            Task.lease.is_not(None), Task.done_at.is_(None), Task.name.not_in(RECURRING)
        )
        with self.database.session(reading=True) as session:
            for task, lease in session.execute(held):
                if self.hurt.get(task, (None,))[0] != lease:  # in the hands of one who was killed just now
                    self.hurt[task] = lease, self.journal.phase, time.monotonic()

    def _look_after(self) -> None:
        """Until the drill is over: notes when tasks that were in the hands of the killed have been done, lets days end,
        and lets nobody in while much waits, so that what is measured is how the town recovers and not how much it can
        do."""
        evening = time.monotonic() + DAY_SECONDS
        while not self.over.wait(LOOKED_SECONDS):
            if time.monotonic() > evening:
                with suppress(OperationalError):  # busy: the day is longer
                    throw_away_now(self.town.settings, come=True)
                evening = time.monotonic() + DAY_SECONDS
            with self.database.session(reading=True) as session:
                self._note_mended(session)
                free = Task.leased_until.is_(None) & Task.done_at.is_(None) & Task.stuck.is_(False)
                waiting = session.scalar(select(func.min(Task.due_at)).where(free))
            behind = waiting is not None and waiting < real_now() - MOST_BEHIND
            (self.crowd.welcome.clear if behind else self.crowd.welcome.set)()

    def _note_mended(self, session: Session) -> None:
        done = select(Task).where(Task.id.in_(list(self.hurt)), Task.done_at.is_not(None) | (Task.tries == 0))
        for task in session.scalars(done):
            _, phase, began = self.hurt.pop(task.id)
            self.mended.append((phase, task.key, task.tries, time.monotonic() - began))

    def _at_random(self) -> int:
        many = self.how.many(100, 5)
        for _ in range(many):
            last = self.outages[RANDOM][-1]
            time.sleep(self.chance.uniform(0.1, 1.0) * max(1.5, last / 2))  # else nobody gets anywhere
            self._kill(self.chance.choice(KILLED))
        self.silences[RANDOM] = list(self.town.silences)
        return many

    def _kill(self, what: str) -> None:
        if what == "worker":
            self.town.kill("worker")
            self._note_hurt()
            return
        if what == "web":
            self.town.kill("web")
        else:
            parent = self.town.process("web")
            with suppress(ProcessLookupError):
                os.kill(self.chance.choice(_children(parent)) if what == "web's child" else parent, signal.SIGKILL)
        self._note_outage()

    def _note_outage(self) -> None:
        """How long nobody answers."""
        try:
            self.outages[self.journal.phase].append(self.town.ready(AGAIN_SECONDS))
        except NotAgain as problem:
            self.journal.failed(str(problem))


def _children(parent: int) -> list[int]:
    """The processes that answer requests; the parent itself while it has none."""
    with suppress(FileNotFoundError):
        text = Path(f"/proc/{parent}/task/{parent}/children").read_text("utf-8")
        found = [int(child) for child in text.split() if b"resource_tracker" not in _command(child)]
        return found or [parent]
    return [parent]


def _command(process: str) -> bytes:
    with suppress(FileNotFoundError):
        return Path(f"/proc/{process}/cmdline").read_bytes()
    return b""
