"""The shelf hands out whole snapshots, notices a publication within a second, and keeps old versions at hand."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session
from test_publishing import EXTRACT, renamed

from journeys.catalogue.actions import publish
from journeys.catalogue.definitions import Catalogue
from journeys.catalogue.errors import NotPublished
from journeys.catalogue.shelf import Shelf
from payments.actor import Actor
from portal.db import Database


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


Publish = Callable[[Catalogue], None]


@pytest.fixture
def publishing(database: Database, moment: datetime) -> Publish:
    """Publishes and commits."""

    def commit(catalogue: Catalogue) -> None:
        with database.session() as session:
            publish(session, moment, Actor.system(), catalogue)
            session.commit()

    return commit


def reading(database: Database) -> Callable[[], Session]:
    """How a shelf opens its sessions."""
    return lambda: database.session(reading=True)


def test_an_empty_shelf_says_so(database: Database) -> None:
    with pytest.raises(NotPublished):
        Shelf(reading(database)).current()


def test_a_new_publication_is_on_the_shelf_a_second_later(
    database: Database, morocco: Catalogue, publishing: Publish
) -> None:
    clock = Clock()
    shelf = Shelf(reading(database), clock)
    publishing(morocco)
    before = shelf.current()
    publishing(renamed(morocco, "Extrait"))
    clock.now += 0.9
    assert shelf.current() is before
    clock.now += 0.2
    assert shelf.current().service(EXTRACT).version == 2
    assert before.service(EXTRACT).version == 1


def test_a_request_keeps_the_catalogue_it_was_opened_under(
    database: Database, morocco: Catalogue, publishing: Publish
) -> None:
    publishing(morocco)
    publishing(renamed(morocco, "Extrait"))
    shelf = Shelf(reading(database))
    assert shelf.at(2).service(EXTRACT).names.pick("fr")[0] == "Extrait"
    assert shelf.at(1).service(EXTRACT).names == morocco.service(EXTRACT).names
    assert shelf.at(1) is shelf.at(1)
    with pytest.raises(NotPublished):
        shelf.at(3)


def test_what_is_on_the_shelf_costs_no_query(database: Database, morocco: Catalogue, publishing: Publish) -> None:
    publishing(morocco)
    shelf = Shelf(reading(database), Clock())
    shelf.current()
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        asked.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        for _ in range(100):
            shelf.at(shelf.current().number).service(EXTRACT)
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
    assert asked == []


def test_threads_that_come_first_all_get_the_catalogue(
    database: Database, morocco: Catalogue, publishing: Publish
) -> None:
    publishing(morocco)
    shelf = Shelf(reading(database))
    together = threading.Barrier(8)

    def look(_number: int) -> Catalogue:
        together.wait()
        return shelf.current()

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(look, range(8)))
    assert len({id(catalogue) for catalogue in found}) == 1


def test_what_was_fetched_before_the_processes_parted_is_kept_until_something_is_published(
    database: Database, morocco: Catalogue, publishing: Publish
) -> None:
    publishing(morocco)
    clock = Clock()
    fetched = Shelf(reading(database)).current()
    shelf = Shelf(reading(database), clock, fetched)
    assert shelf.current() is fetched
    publishing(renamed(morocco, "Extrait"))
    clock.now += 2
    assert shelf.current().service(EXTRACT).names.pick("fr")[0] == "Extrait"


def test_a_new_snapshot_is_prepared_before_anybody_is_given_it(
    database: Database, morocco: Catalogue, publishing: Publish
) -> None:
    publishing(morocco)
    prepared: list[int] = []
    shelf = Shelf(reading(database), Clock())
    shelf.prepare(lambda snapshot: prepared.append(snapshot.number))
    for _ in range(3):
        assert shelf.current().number in prepared
    assert prepared == [1]
