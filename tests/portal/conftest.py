"""A world per worker, and an empty one per test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from world import Browser, World, world

from journeys.catalogue.definitions import Catalogue
from journeys.catalogue.reading import read
from portal.db import Database
from portal.demo import CATALOGUE


@pytest.fixture(scope="session")
def morocco() -> Catalogue:
    """The definitions of the first country, read once."""
    return read(CATALOGUE)


@pytest.fixture(scope="session")
def running_world(
    schema: Database, database_url: str, tmp_path_factory: pytest.TempPathFactory, morocco: Catalogue
) -> Iterator[World]:
    with world(schema, database_url, tmp_path_factory.mktemp("world"), morocco) as running:
        yield running


@pytest.fixture
def town(running_world: World) -> World:
    """The running world."""
    return running_world


@pytest.fixture
def browser(town: World) -> Browser:
    """A browser nobody has signed in with."""
    return town.browser()
