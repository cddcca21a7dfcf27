"""The definitions of Morocco, whose forms the rules are tried on."""

from __future__ import annotations

from pathlib import Path

import pytest

from journeys.cases.calendar import Calendar
from journeys.catalogue.definitions import Catalogue
from journeys.catalogue.reading import read

FOLDER = Path(__file__).resolve().parents[3] / "journeys" / "definitions" / "morocco"


@pytest.fixture(scope="session")
def morocco() -> Catalogue:
    """Everything on offer in Morocco, read once."""
    return read(FOLDER)


@pytest.fixture(scope="session")
def calendar(morocco: Catalogue) -> Calendar:
    """The days on which administrations of Morocco work."""
    return Calendar(morocco.holidays)
