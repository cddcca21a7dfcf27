"""The definitions of Morocco, read once."""

from __future__ import annotations

from pathlib import Path

import pytest

from journeys.catalogue.definitions import Catalogue
from journeys.catalogue.reading import read

FOLDER = Path(__file__).resolve().parents[3] / "journeys" / "definitions" / "morocco"


@pytest.fixture(scope="session")
def morocco() -> Catalogue:
    """Everything on offer in Morocco."""
    return read(FOLDER)


@pytest.fixture(scope="session")
def morocco_folder() -> Path:
    """The folder it is read from."""
    return FOLDER
