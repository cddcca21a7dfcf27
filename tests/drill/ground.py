"""The ground gives way: PostgreSQL crashes under load, Redis goes. People get a clear page or notice nothing at all."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import httpx
from drill.books import undelivered
from drill.cluster import Cluster, NotInstalled, cluster
from drill.journal import Journal, compare, judge
from drill.passers_by import HANG_SECONDS, LIVES, READY, Answer, PassersBy, Question, crowd_of, passers_by
from drill.report import How, Result
from drill.roads import Client
from drill.town import Town, town
from redis_server import RedisServer, redis_server
from requests_made import INFORMATION

from portal.keys import Keyring
from portal.operator import FRESH_SECONDS

AGAIN_SECONDS = 60.0
LATE_SECONDS, MARGIN_SECONDS = 2.0, 0.2
NEIGHBOUR = "fatima"
MOST_SENT, SLACK, FLOOD, PROCESSES = 120, 10, 400, 2
START = f"/fr/services/{INFORMATION}/start"


@dataclass(frozen=True, slots=True)
class Absence:
    """When the database was gone, was started again, and answered, in seconds of the monotonic clock."""

    gone: float
    started: float
    back: float


def run(how: How) -> Iterator[Result]:
    """One town for both: its database crashes, then the Redis that its limits are counted in goes."""
    try:
        with cluster(how.folder) as own, town(how.folder, own.url(), PORTAL_PROCESSES=str(PROCESSES)) as place:
            journal = Journal()
            neighbour = Client(place, journal, NEIGHBOUR, 0, how.chance("neighbour"))
            neighbour.enter()
            passers = passers_by(neighbour)
            yield from _Database(how, own, place, journal, passers).rows()
            yield _limits(how, place, passers)
    except NotInstalled as missing:
        yield Result("PostgreSQL crashes, Redis goes", skipped=str(missing))


class _Database:
    """PostgreSQL crashes under a crowd that presses again, and passers-by who do not."""

    def __init__(self, how: How, own: Cluster, place: Town, journal: Journal, passers: PassersBy) -> None:
        self.how, self.own, self.town, self.journal, self.passers = how, own, place, journal, passers
        self.chance = how.chance("ground database")
        self.crowd = crowd_of(place, journal, self.chance, how.many(8, 4))
        self.absences: list[Absence] = []
        self.waits: list[float] = []
        self.never: list[str] = []
        self.lost: list[str] = []
        self.database, self.keyring = place.database(), Keyring.parse(place.settings["PORTAL_KEYS"])

    def rows(self) -> Iterator[Result]:
        """Crashes, then looks at what was acknowledged and at what was answered meanwhile."""
        with self.crowd.answered():
            with self.crowd.walking(), self.passers.asking():
                self._answered_again(time.monotonic())
                for seconds in self._lengths():
                    self._crash(seconds)
            self.crowd.finish()
            left = undelivered(self.town)
        yield self._kept(left)
        yield self._answers()

    def _lengths(self) -> list[float]:
        """How long the database stays away, crash by crash: some come back at once, as from a restart."""
        if self.how.quick:
            return [1.6]
        found = [self.chance.uniform(3, 8) for _ in range(4)] + [0.0] * 6
        return self.chance.sample(found, len(found))

    def _crash(self, seconds: float) -> None:
        time.sleep(self.chance.uniform(1, 2 if self.how.quick else 4))
        if self.how.quick:
            self.town.stop("worker")  # what it is doing when the database goes is done half a minute later
        with self._away():
            time.sleep(seconds)
        if self.how.quick:
            self.town.start("worker")
        self._answered_again(self.absences[-1].back)

    def _answered_again(self, since: float) -> None:
        waited = self.passers.all_well(since, AGAIN_SECONDS)
        if waited is None:
            self.never.append(f"after crash {len(self.absences)} not all is answered within {AGAIN_SECONDS:.0f} s")
        else:
            self.waits.append(waited)

    @contextmanager
    def _away(self) -> Iterator[None]:
        self.own.stop("immediate")
        gone = time.monotonic()
        try:
            yield
        finally:
            started = time.monotonic()
            self.own.start()
            self._look()
            self.absences.append(Absence(gone, started, time.monotonic()))

    def _look(self) -> None:
        self.lost += self.passers.unsaved(self.database, self.keyring)

    def _kept(self, left: list[str]) -> Result:
        """What the crowd saw acknowledged, and the town as a whole."""
        row = compare(self.journal, self.town, self.journal.phase)
        requests, row.what, row.times = row.times, "PostgreSQL crashes under load", len(self.absences)
        away = sum(one.started - one.gone for one in self.absences)
        row.note = (
            f"{requests} requests; away {away:.0f} s in all; all is answered {max(self.waits, default=0):.1f} s after"
        )
        self._look()
        self.database.dispose()
        row.lost += self.lost
        row.stuck += self.never
        row.broken += self.town.fallen()
        judge(self.journal, self.town, row, left)
        return row

    def _answers(self) -> Result:
        """What passers-by were answered."""
        busy = [one for one in self.passers.answers if one.status == 503]
        row = Result("plain requests, before, while and after it is away", len(self.passers.answers))
        row.note = f"{len(busy)} times 503; the slowest answer took {self.passers.slowest:.1f} s"
        row.broken = [*self.passers.flaws(), *self.passers.late(HANG_SECONDS), *self._untrue(), *self._unnoticed(busy)]
        return row

    def _untrue(self) -> list[str]:
        """Readiness that was claimed while the database was away; an answer may be as old as FRESH_SECONDS."""
        asked = [one for one in self.passers.answers if one.question.what == READY and one.status != 503]
        old = FRESH_SECONDS + MARGIN_SECONDS
        away = [one for one in asked for gap in self.absences if gap.gone + old < one.began and one.ended < gap.started]
        return [f"{READY} was answered {one.status} while the database was away" for one in away]

    def _unnoticed(self, busy: list[Answer]) -> list[str]:
        """Each page must have met the database away, or nothing was tried."""
        met = {one.question.what for one in busy}
        return [f"{one.what} never met it away" for one in self.passers.questions if one.what not in met | {LIVES}]


def _limits(how: How, place: Town, passers: PassersBy) -> Result:
    """The same town with limits, which its processes count together in a Redis."""
    if shutil.which("redis-server") is None:
        return Result("Redis goes under load", skipped="no redis-server on this machine")
    with redis_server(how.folder) as server:
        place.stop("web")
        place.settings |= {"PORTAL_LIMITS": "on", "PORTAL_PROXIES": "1", "PORTAL_REDIS_URL": server.url}
        place.start("web")
        place.ready()
        return _Limits(how, place, server, passers).row()


class _Limits:
    """Redis goes, by a kill or because it hangs: nobody is refused or waits, and limits still count."""

    def __init__(self, how: How, place: Town, server: RedisServer, passers: PassersBy) -> None:
        self.how, self.town, self.server = how, place, server
        self.chance = how.chance("ground redis")
        self.journal = Journal()
        self.crowd = crowd_of(place, self.journal, self.chance, how.many(8, 4), breath=how.many(2, 0))
        form = {"csrf_token": passers.token}
        counted = (
            Question("sign-in", "/sign-in?issuer=national&next=/{lang}/dashboard", 303),
            Question("a draft is opened", START.replace("/fr/", "/{lang}/"), 303, form, pause=1.0),
            Question("a forged message", "/hooks/stripe", 400, {"number": "{number}"}),
        )
        self.passers = replace(passers, questions=(*passers.questions, *counted), answers=[])
        self.found: list[str] = []
        self.shared: list[float] = []
        self.apart: list[int] = []

    def row(self) -> Result:
        """All rounds under load."""
        ways = [self.server.kill] if self.how.quick else [self.server.kill, self.server.hang] * 2
        with self.crowd.answered():
            with self.crowd.walking(), self.passers.asking():
                self._shared()
                for way in ways:
                    self._gone(way)
            self.crowd.finish()
            left = undelivered(self.town)
        row, answers = Result("Redis goes under load", len(ways)), self.passers.answers
        row.note = (
            f"{len(answers)} plain requests, the slowest took {self.passers.slowest:.1f} s; "
            f"{self.apart} sent before a refusal while it is away; counted together {max(self.shared):.0f} s after"
        )
        row.broken = [*self.found, *self.passers.flaws(), *self.passers.late(LATE_SECONDS)]
        row.broken += [f"{one.question.what} was answered 503" for one in answers if one.status == 503]
        seen = compare(self.journal, self.town, self.journal.phase)
        row.lost, row.doubled, row.stuck = seen.lost, seen.doubled, [*seen.stuck, *left]
        row.broken += seen.broken + self.town.check(at_rest=True) + self.town.traces() + self.town.fallen()
        return row

    def _gone(self, way: Callable[[], None]) -> None:
        """Away for some seconds: each process counts for itself."""
        way()
        until = time.monotonic() + (1.0 if self.how.quick else self.chance.uniform(3, 8))
        sent = self._flood()
        self.apart.append(sent)
        if not MOST_SENT <= sent <= PROCESSES * MOST_SENT + SLACK:
            self.found.append(f"{sent} forms could be sent while Redis was away")
        time.sleep(max(0.0, until - time.monotonic()))
        self.server.kill()
        self.server.start()
        self._shared()

    def _shared(self) -> None:
        """Waits until the processes count together."""
        began = time.monotonic()
        while (sent := self._flood()) > MOST_SENT + SLACK and time.monotonic() < began + AGAIN_SECONDS:
            pass
        self.shared.append(time.monotonic() - began)
        if not MOST_SENT <= sent <= MOST_SENT + SLACK:
            self.found.append(f"{sent} forms could be sent {self.shared[-1]:.0f} s after Redis was started")

    def _flood(self) -> int:
        """How many forms are taken from one address before the first is refused."""
        address = ".".join(str(self.chance.randrange(1, 255)) for _ in range(4))
        lines, said = httpx.Limits(max_keepalive_connections=0), {"X-Forwarded-For": address}
        with httpx.Client(base_url=self.town.url, headers=said, timeout=HANG_SECONDS, limits=lines) as client:
            for number in range(FLOOD):
                try:
                    if client.post(START).status_code == 429:
                        return number
                except httpx.HTTPError as problem:
                    self.found.append(f"form {number} of one address: {type(problem).__name__}")
                    return number
        return FLOOD
