"""Everything a bench measures on one kind of database."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from bench import large, load, papers, people, road, rounds, rows, seed, weight
from bench.counting import counted
from bench.meter import Spent, backends_are_in_sight, pss_megabytes, workers
from bench.town import Program, Town, town
from browsing import wait_until
from databases import with_tables
from world import World, world

from journeys.catalogue.reading import read
from portal.cli import DEFINITIONS
from portal.locker.examples import example
from portal.locker.rendering import render
from portal.settings import ROOT
from portal.unit import Work

FONTS = ROOT / "static" / "dist" / "fonts" / "ttf"
BATCH, PDFS, CLIENTS, PROCESSES, COUNTED = 20, 40, 8, 2, 3
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class How:
    """How much is measured."""

    rounds: int = 3
    flows: int = 500


@dataclass
class Figures:
    """What was measured on one database: processor time per row, and single numbers by name."""

    database: str
    spent: dict[str, Spent] = field(default_factory=dict)
    all_rounds: dict[str, list[Spent]] = field(default_factory=dict)
    numbers: dict[str, float] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def add(self, name: str, found: list[Spent]) -> None:
        """A row: the median of its rounds, in milliseconds."""
        self.all_rounds[name] = found
        self.spent[name] = Spent(median(one.application for one in found), median(one.database for one in found))


def figures(name: str, folder: Path, url: str, how: How, say: Say) -> Figures:
    """Measures on SQLite (no ``url``) or on the PostgreSQL database at ``url``, made for this and dropped."""
    found = Figures(name)
    with town(folder, url) as here:
        if here.server and not backends_are_in_sight(here.server):
            found.notes.append("the database runs elsewhere: its processor time is not counted")
        say(f"{name}: cold start")
        found.numbers["cold start, s"] = median(here.cold_start() for _ in range(3))
        with here.sandbox():
            _one_process(found, here, how, say)
            _several_processes(found, here, how, say)
    say(f"{name}: three thousand services")
    found.numbers |= large.numbers(_made(folder / "large"), url, say)
    say(f"{name}: PDF")
    found.add(rows.PDF, [_pdf() for _ in range(how.rounds)])
    return found


def _one_process(found: Figures, here: Town, how: How, say: Say) -> None:
    with ExitStack() as running:
        web, bare = running.enter_context(here.web()), running.enter_context(here.bare())
        work = here.work()
        known = _people(here, work)
        say(f"{found.database}: worker")
        reference = _worker(found, here, how)
        many = (how.rounds + 1) * rows.MOST_NEWS
        requests = seed.asked(work, seed.person_of(work, rows.ASKER), many)
        news = seed.messages(here.settings["PORTAL_STRIPE_WEBHOOK_SECRET"], requests)
        code = papers.code_of(work, reference)
        things = rows.things(here.url, rows.People(reference, code, **known), news)
        yardsticks = rows.yardsticks(here.bare_url)
        say(f"{found.database}: {how.rounds} rounds")
        rounds.run(how.rounds, yardsticks, things, bare.meter, web.meter)
        for thing in (*yardsticks, *things):
            found.add(thing.name, thing.found)
        doing = {thing.name: thing.do for thing in (*yardsticks, *things)}
        found.numbers[rows.VERIFY_P95] = rounds.p95_ratio(doing[rows.VERIFY], doing[rows.PAGE])
        found.numbers["PSS of a worker of one, MB"] = _heaviest(web)
        found.numbers |= papers.numbers(here, web, known["citizen"], say)
        if not here.server:  # a page weighs the same on every database
            _weigh(found, here, say)
        seed.forget_work(work)
        work.database.dispose()


def _people(here: Town | World, work: Work) -> dict[str, Any]:
    """The cookies of who asks a page, of who decides, of who asks for most, and of accountants."""
    return {
        "citizen": road.sign_in(here.url, rows.CITIZEN),
        "asker": road.sign_in(here.url, rows.ASKER),
        "officer": people.officer(here, work, rows.OFFICER),
        "accountants": {many: people.accountant(here, work, many) for many in rows.CLIENTS},
    }


def _weigh(found: Figures, here: Town, say: Say) -> None:
    say("what pages weigh")
    try:
        found.numbers |= weight.numbers(here.url)
    except weight.NoBrowser as missing:
        found.notes.append(str(missing))


def _worker(found: Figures, here: Town, how: How) -> str:
    """What the worker spends on filed requests; leaves a queue of them and returns the reference of one."""
    work = here.work()
    person = seed.person_of(work, rows.CITIZEN)
    spent = []
    with here.worker() as worker:
        for _ in range(how.rounds):
            requests = seed.asked(work, person, BATCH)
            wait_until(lambda: not seed.waiting(work), "the worker has told what is owed")
            meter = worker.meter
            meter.begin()
            seed.settle(here.sandbox_url, requests)
            wait_until(lambda some=requests: seed.filed(work, some) and not seed.waiting(work), "all is filed")  # type: ignore[misc]
            spent.append(meter.spent().each(BATCH))
        found.numbers["PSS of the background worker, MB"] = pss_megabytes(worker.process.pid)
        found.add(rows.WORKER, spent)
    work.database.dispose()
    return requests[0].reference


def _several_processes(found: Figures, here: Town, how: How, say: Say) -> None:
    with here.web(PROCESSES) as web, here.worker():
        say(f"{found.database}: {how.flows} submissions by {CLIENTS} clients")
        work = here.work()
        cookies = [people.signed_in(work, number) for number in range(CLIENTS)]
        work.database.dispose()
        flows = load.submissions(here.url, cookies, how.flows)
        found.numbers["submission by 8 clients, median, ms"] = flows.median
        found.numbers["submission by 8 clients, p95, ms"] = flows.p95
        found.numbers["submissions a second"] = flows.per_second
        found.numbers["PSS of a worker of two, MB"] = _heaviest(web)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _heaviest(web: Program) -> float:
    return max(pss_megabytes(pid) for pid in workers(web.process.pid))


def _pdf() -> Spent:
    """One receipt of filing, warm, in this process."""
    data, moment = example("filing_receipt").data(), datetime(2026, 10, 1, 9, 30, tzinfo=UTC)
    render("filing_receipt", data, moment=moment, fonts=FONTS)
    began = time.process_time()
    for number in range(PDFS):
        render("filing_receipt", {**data, "reference": f"7KQ4-M2X{number}"}, moment=moment, fonts=FONTS)
    return Spent(time.process_time() - began).each(PDFS)


def counts(folder: Path, how: How) -> dict[str, tuple[int, int]]:
    """Queries and commits of each row, counted in one process; the same on every database."""
    url = f"sqlite:///{folder / 'counting.sqlite'}"
    database = with_tables(url)
    with world(database, url, folder, read(DEFINITIONS)) as here:
        things = _things_of(here)
        for thing in things:
            thing.do()
        found = {thing.name: _counted(here, thing.do) for thing in things}
    database.dispose()
    return found


def _things_of(here: World) -> list[rounds.Thing]:
    known = _people(here, here.work)
    citizen = seed.person_of(here.work, rows.CITIZEN)
    queued = seed.asked(here.work, citizen, 50)
    seed.paid(here.work, queued[1:])
    seed.forget_work(here.work)
    seed.settle(here.sandbox.settings.url, queued[:1])
    here.worker_runs()
    told = seed.asked(here.work, citizen, 1 + COUNTED)
    news = seed.messages(here.settings.provider.settings["webhook_secret"], told)
    code = papers.code_of(here.work, queued[0].reference)
    return rows.things(here.url, rows.People(queued[0].reference, code, **known), news)


def _counted(here: World, do: Callable[[], Any]) -> tuple[int, int]:
    """The least of some: once a second the shelf looks for a new publication beside what a page does."""
    found = []
    for _ in range(COUNTED):
        with counted(here.work.database.engine) as one:
            do()
        found.append((one.queries, one.commits))
    return min(found)
