"""Records of who looked, on a database of the kind under test."""

from __future__ import annotations

import pytest
from files_changed import File, as_read
from looked import YOUSSEF, Looked, looked

from portal.db import Database


@pytest.fixture
def seen(database: Database) -> Looked:
    """Nobody has looked yet."""
    return looked(database)


@pytest.fixture
def file(seen: Looked) -> File:
    """Salma's file: four records in two batches, among those of others."""
    seen.times(2, YOUSSEF)
    seen.batch(3)
    seen.times(1)
    seen.batch(2, YOUSSEF)
    return as_read(seen.file())
