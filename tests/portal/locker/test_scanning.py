"""A scanner that comes later than the files: they wait for it as if it had been silent, and are looked through."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from certified_made import Scanner
from checked import House, a_house
from documents_held import FakeHolder, fetch, given
from files_brought import a_pdf
from lockers import added, content, issued, newest
from outages import instead
from scenes import entered, scene
from shares_made import link_on, shared
from sqlalchemy import select, update
from world import Browser, World

from journeys.catalogue.definitions import Catalogue
from portal.db import Database
from portal.locker import scanning
from portal.locker.models import Document
from portal.locker.scanning import sweep_unscanned
from portal.outbox import Task
from portal.tasks import RECURRING

pytestmark = pytest.mark.usefixtures("no_work_left_behind", "nothing_fetched")


class Clean(Scanner):
    """Finds nothing."""

    def scan(self, content: object) -> None:
        """Looks at nothing."""


@pytest.fixture
def salma(town: World) -> Browser:
    """Salma, signed in."""
    return entered(town, "salma")


@pytest.fixture
def later(town: World) -> Iterator[Any]:
    """Sets a scanner up, for as long as the test lasts, when it is called with it."""
    with ExitStack() as until:
        yield lambda scanner: until.enter_context(instead(town, scanner=scanner))


def test_what_came_before_the_scanner_is_opened_by_others_once_it_was_looked_through(
    town: World, salma: Browser, later: Any
) -> None:
    added(salma, {"bail.pdf": a_pdf(pages=2)})
    document, link = newest(town).id, link_on(shared(town, salma))
    amal, _ = given(town, salma, "amal")
    later(Clean())
    stranger = town.browser()
    stranger.get(link)
    refused = stranger.submit(link)
    assert refused.status != 200
    assert amal.client.get(f"/fr/locker/{document}/file").status_code != 200
    assert content(salma, document)
    sweep_unscanned(town.work, {})
    assert "Nous cherchons encore" in salma.get(f"/fr/locker/{document}").words
    town.worker_runs()
    stranger.get(link)
    assert stranger.submit(link).response.content.startswith(b"%PDF-")
    assert amal.client.get(f"/fr/locker/{document}/file").status_code == 200


def test_what_was_fetched_before_the_scanner_waits_and_what_was_issued_does_not(
    town: World, salma: Browser, holder: FakeHolder, later: Any
) -> None:
    fetch(salma)
    fetched, receipt = newest(town).id, issued(town, scene(town, until="filed")).id
    later(Clean())
    links = [link_on(shared(town, salma, one)) for one in (fetched, receipt)]
    opened = []
    for link in links:
        stranger = town.browser()
        stranger.get(link)
        opened.append(stranger.submit(link).status == 200)
    assert opened == [False, True]


def test_malicious_code_in_an_older_file_is_found_and_its_owner_is_told(
    town: World, salma: Browser, later: Any
) -> None:
    added(salma, {"bail.pdf": a_pdf(pages=3)})
    document = newest(town).id
    later(Scanner())
    sweep_unscanned(town.work, {})
    town.worker_runs()
    assert newest(town).scan == "harmful"
    assert salma.client.get(f"/fr/locker/{document}/file").status_code != 200
    assert f"/locker/{document}" in salma.get("/fr/inbox").text


@pytest.fixture
def house(database: Database, morocco: Catalogue) -> House:
    return a_house(database, morocco)


def queued(house: House) -> int:
    query = select(Task).where(Task.name == "look_through", Task.done_at.is_(None))
    return len(house.work.transact(lambda unit: unit.session.scalars(query).all(), reading=True))


def test_older_files_are_queued_some_at_a_time_each_once_and_only_while_there_is_a_scanner(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanning, "MOST", 2)
    files = [house.a_document(b"content") for _ in range(4)]
    house.change(update(Document).where(Document.id.in_(files[:3])).values(origin="brought", scan=None))
    sweep_unscanned(house.work, {})
    assert queued(house) == 0
    house.work.adapters.scanner = Clean()  # type: ignore[misc]
    counts = []
    for _ in range(3):
        sweep_unscanned(house.work, {})
        counts.append(queued(house))
    assert counts == [2, 3, 3]


def test_the_worker_does_so_by_itself() -> None:
    assert "sweep_unscanned" in RECURRING
