"""A world per worker, and an empty one per test."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from databases import emptied, with_tables
from fees_paid import come_to_rest
from scenes import entered
from sqlalchemy import update
from world import Browser, World, world

from journeys.catalogue.definitions import Catalogue
from journeys.catalogue.reading import read
from portal.cli import DEFINITIONS
from portal.locker.throwing import THROW_AWAY
from portal.outbox import Task
from portal.unit import real_now


@pytest.fixture(scope="session")
def morocco() -> Catalogue:
    """The definitions of the first country, read once."""
    return read(DEFINITIONS)


@pytest.fixture(scope="session")
def running_world(database_url: str, tmp_path_factory: pytest.TempPathFactory, morocco: Catalogue) -> Iterator[World]:
    """A world on a database of its own: tests that empty theirs do not empty it."""
    url = emptied(f"{database_url}_world")
    database = with_tables(url)
    with world(database, url, tmp_path_factory.mktemp("world"), morocco) as running:
        yield running
    database.dispose()


@pytest.fixture
def town(running_world: World) -> World:
    """The running world, at the present."""
    running_world.ahead = timedelta()
    return running_world


@pytest.fixture
def browser(town: World) -> Browser:
    """A browser nobody has signed in with."""
    return town.browser()


@pytest.fixture
def no_work_left_behind(running_world: World) -> Iterator[None]:
    """What a test has asked of the worker, or left failing, is forgotten after it: other tests count what it does.
    Files that were let go are still thrown away."""
    yield
    undone = update(Task).where(Task.done_at.is_(None), Task.name != THROW_AWAY)
    forgotten = undone.values(done_at=real_now(), problem=None)
    running_world.work.transact(lambda unit: unit.session.execute(forgotten))


@pytest.fixture(scope="module")
def salma(running_world: World) -> Browser:
    """Salma's browser."""
    return entered(running_world, "salma")


@pytest.fixture(scope="module")
def hajar(running_world: World) -> Browser:
    """The browser of Rabat's officer."""
    return entered(running_world, "agent-rabat")


@pytest.fixture
def honest(town: World) -> Iterator[None]:
    """Money agrees with itself in the end."""
    yield
    come_to_rest(town)


@pytest.fixture
def held(town: World) -> World:
    """A town where the card processor keeps its messages to itself until it is told to send them."""
    town.control("cards", webhooks="hold")
    return town
