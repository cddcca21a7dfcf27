"""A portal with three thousand services: publishing them, starting with them, holding them, finding among them."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from bench.client import Client
from bench.country import Country, made
from bench.meter import pss_megabytes, workers
from bench.questions import p99, questions
from bench.town import Town, town

from journeys.catalogue.definitions import Catalogue
from journeys.catalogue.overview import looked_over
from journeys.catalogue.reading import read
from journeys.catalogue.searching import Index
from portal.cli import DEFINITIONS

PUBLISHING = "3,000 services: publishing, s"
COLD_START = "3,000 services: cold start to first page, s"
PSS = "3,000 services: PSS of a worker of two, MB"
SEARCH = "3,000 services: search p99, ms"
SEARCH_NOW = "the catalogue: search p99, ms"
RATIO = "3,000 services: search p99 ÷ the catalogue"
TARGETS = {PUBLISHING: 20.0, COLD_START: 2.5, PSS: 120.0, SEARCH: 5.0}

FIRST_PAGE = "/ar/life-events/having-a-baby"
ROUNDS, PROCESSES, VISITORS, PAGES = 3, 2, 40, 25
Numbers = dict[str, float]


def numbers(folder: Path, url: str, say: Callable[[str], None]) -> Numbers:
    """All of it on SQLite (no ``url``), or on the PostgreSQL database at ``url``, made for this and dropped."""
    say("three thousand services are made")
    country, took = made(DEFINITIONS, folder / "country"), list[float]()

    def set_up(settings: dict[str, str]) -> None:
        _portal(settings, "migrate")
        say("three thousand services: publishing")
        began = time.monotonic()
        _portal(settings, "catalogue", "publish", str(country.folder))
        took.append(time.monotonic() - began)

    with town(folder, url, set_up) as here:
        say("three thousand services: cold start, memory, search")
        starts = [here.cold_start(FIRST_PAGE) for _ in range(ROUNDS)]
        return {PUBLISHING: took[0], COLD_START: median(starts), PSS: _memory(here, country), **_search(here, country)}


def _portal(settings: dict[str, str], *arguments: str) -> None:
    command = [sys.executable, "-m", "portal", *arguments]
    subprocess.run(command, env=settings, check=True, stdout=subprocess.DEVNULL)


def _memory(here: Town, country: Country) -> float:
    """The heaviest process after many visitors looked at sheets and life events and searched."""
    typed, keys = questions(country.names), [f"made-{number:04}" for number in range(300, 3000)]
    with here.web(PROCESSES) as web:
        for visitor in range(VISITORS):
            client = Client(here.url)
            for page in range(PAGES):
                at = visitor * PAGES + page
                client.get(f"/{('ar', 'fr', 'en')[at % 3]}/services/{keys[at]}")
            client.get(f"/ar/search?{urlencode({'q': typed[visitor]})}")
            client.get("/ar/")
        return max(pss_megabytes(pid) for pid in workers(web.process.pid))


def _search(here: Town, country: Country) -> Numbers:
    work = here.work()
    large, typed = work.adapters.shelf.current(), questions(country.names)
    work.database.dispose()
    found = {SEARCH: _p99(large, typed), SEARCH_NOW: _p99(read(DEFINITIONS), typed)}
    return {**found, RATIO: found[SEARCH] / found[SEARCH_NOW]}


def _p99(catalogue: Catalogue, typed: list[str]) -> float:
    """The median of some rounds, each with an index that knows no question yet."""
    return median(p99(_new_index(catalogue), typed) for _ in range(ROUNDS))


def _new_index(catalogue: Catalogue) -> Index:
    return looked_over(catalogue).index
