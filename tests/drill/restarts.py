"""An upgrade in the middle of the day: every process is told to stop and started again, one after the other, under
load. Nobody presses anything twice, and nobody notices."""

from __future__ import annotations

import time
from collections.abc import Iterator
from urllib.parse import urlsplit

from browsing import answers, free_port, wait_until
from drill.books import undelivered
from drill.cluster import NotInstalled
from drill.crowd import Crowd
from drill.journal import Journal, compare, judge
from drill.passers_by import READY, PassersBy, passers_by
from drill.relay import distributor
from drill.report import KINDS, How, Result
from drill.roads import Client
from drill.town import Town, towns

from portal.demo import HOST

WEBS, WORKERS = ("web", "another web"), ("worker", "another worker")
DRAIN_SECONDS = 3  # several times what the distributor lets pass between two questions, also on a machine that is busy
STARTING_SECONDS = 5
"""A program that was started just now does not know yet what SIGTERM means."""

NEIGHBOUR = "fatima"


def run(how: How) -> Iterator[Result]:
    """Two web servers behind a distributor and two workers, on both kinds of database; a sample takes one."""
    for kind in KINDS[1:] if how.quick else KINDS:
        try:
            with towns(how.folder / kind, kind, PORTAL_DRAIN_SECONDS=str(DRAIN_SECONDS), PORTAL_PROCESSES="1") as town:
                yield from _behind_a_distributor(how, kind, town)
        except NotInstalled as missing:
            yield Result(f"SIGTERM, rolling restart under load, {kind}", skipped=str(missing))


def _behind_a_distributor(how: How, kind: str, town: Town) -> Iterator[Result]:
    ports = dict(zip(WEBS, (free_port(), free_port()), strict=True))
    town.stop("web")
    town.starts |= {name: ["serve", "--port", str(port)] for name, port in ports.items()}
    town.starts[WORKERS[1]] = town.starts[WORKERS[0]]
    town.start(*WEBS, WORKERS[1])
    for port in ports.values():
        _answers_again(port)
    with distributor(urlsplit(town.url).port or 0, list(ports.values())):
        yield from _Restarts(how, kind, town, ports).rows()


def _answers_again(port: int) -> None:
    wait_until(lambda: answers(f"http://{HOST}:{port}/readyz"), f"the web server at {port} is ready")


class _Restarts:
    def __init__(self, how: How, kind: str, town: Town, ports: dict[str, int]) -> None:
        self.how, self.kind, self.town, self.ports = how, kind, town, ports
        self.town.patience = 0.0
        self.chance = how.chance(f"restarts {kind}")
        self.journal = Journal()
        self.crowd = Crowd(town, self.journal, self.chance, how.many(8, 3))
        self.codes: list[str] = []
        self.seconds: list[float] = []
        self.started: dict[str, float] = {}

    def rows(self) -> Iterator[Result]:
        """What the crowd saw acknowledged, and what passers-by were answered meanwhile."""
        neighbour = Client(self.town, self.journal, NEIGHBOUR, 0, self.chance)
        neighbour.enter()
        passers = passers_by(neighbour)
        with self.crowd.answered():
            with self.crowd.walking(), passers.asking():
                for _ in range(self.how.many(2, 1)):
                    self._all_restarted()
                time.sleep(self.chance.uniform(0.5, 1))
            self.crowd.finish()
            left = undelivered(self.town)
        yield self._kept(left)
        yield self._answers(passers)

    def _all_restarted(self) -> None:
        names = [*WEBS, *WORKERS]
        self.chance.shuffle(names)
        for name in names:
            time.sleep(self.chance.uniform(0.5, 1.5))
            time.sleep(max(0.0, self.started.get(name, 0.0) + STARTING_SECONDS - time.monotonic()))
            began = time.monotonic()
            code = self.town.stop(name)
            self.seconds.append(time.monotonic() - began)
            if code != 0:
                self.codes.append(f"{name} ended with {code}")
            self.town.start(name)
            self.started[name] = time.monotonic()
            if name in self.ports:
                _answers_again(self.ports[name])

    def _kept(self, left: list[str]) -> Result:
        row = compare(self.journal, self.town, self.journal.phase)
        row.note = f"{row.times} requests; a process ends within {max(self.seconds):.1f} s"
        row.what, row.times = f"SIGTERM, rolling restart under load, {self.kind}", len(self.seconds)
        row.broken += self.codes + self.town.fallen()
        judge(self.journal, self.town, row, left)
        return row

    def _answers(self, passers: PassersBy) -> Result:
        row = Result(f"plain requests during rolling restarts, {self.kind}", len(passers.answers))
        row.note = f"the slowest answer took {passers.slowest:.1f} s"
        row.broken = passers.flaws()
        unwell = [one for one in passers.answers if not one.is_well and one.question.what != READY]
        row.broken += [f"{one.question.what} was answered {one.status}" for one in unwell]
        return row
