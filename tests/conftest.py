"""Fixtures every test may use: a fresh database of the kind under test, and no way out of this machine."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from databases import emptied, with_tables
from sqlalchemy.orm import Session

from portal.db import Database
from portal.tables import METADATA

pytest_plugins = ("browsing",)

NOW = datetime(2026, 10, 1, 9, 30, tzinfo=UTC)
POSTGRES = os.environ.get("PORTAL_TEST_DATABASE_URL", "")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What meets no database of the kind under test is the same on every kind. Whole roads come first: they take
    longest, and one worker walks them all in one town."""
    for item in items:
        if "database_url" not in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.anywhere)
    items.sort(key=lambda item: item.path.parent.name != "road")


@pytest.fixture(autouse=True, scope="session")
def _loopback_only() -> Iterator[None]:
    real = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        if isinstance(address, tuple) and host not in ("127.0.0.1", "::1", "localhost"):
            raise RuntimeError(f"a test reached for {host}")
        real(self, address)

    socket.socket.connect = connect  # type: ignore[method-assign]
    yield
    socket.socket.connect = real  # type: ignore[method-assign]


@pytest.fixture
def moment() -> datetime:
    """Thursday 1 October 2026, 10:30 in Casablanca."""
    return NOW


@pytest.fixture(scope="session")
def database_url(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> str:
    """A database of this worker's own: SQLite, or PostgreSQL when PORTAL_TEST_DATABASE_URL names a server."""
    if not POSTGRES:
        return f"sqlite:///{tmp_path_factory.mktemp('db')}/test.sqlite"
    return emptied(f"{POSTGRES}_{worker_id}")


@pytest.fixture(scope="session")
def schema(database_url: str) -> Iterator[Database]:
    """The database with all tables, shared by the tests of one worker."""
    database = with_tables(database_url)
    yield database
    database.dispose()


@pytest.fixture
def database(schema: Database) -> Iterator[Database]:
    """The database with all tables empty; emptied again for the next test that asks for it."""
    yield schema
    with schema.engine.begin() as connection:
        for metadata in METADATA:
            for table in reversed(metadata.sorted_tables):
                connection.execute(table.delete())  # TRUNCATE takes a hundred times longer, as nearly all are empty


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A writing session; what it did not commit is rolled back."""
    session = database.session()
    yield session
    session.close()


@pytest.fixture
def var(tmp_path: Path) -> Path:
    """A folder of the test's own for stored objects."""
    return tmp_path / "var"
