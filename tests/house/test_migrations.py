"""Migrations lead to exactly what the models say, and back, on the database under test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from databases import emptied
from sqlalchemy import inspect

from portal.cli import alembic_config
from portal.db import Database
from portal.tables import METADATA

NAME = "migrations"


@pytest.fixture
def empty(database_url: str) -> Iterator[tuple[Database, str]]:
    """A database without a table, of the kind under test."""
    url = emptied(f"{database_url}_{NAME}")
    database = Database(url)
    yield database, url
    database.dispose()


def test_models_equal_migrations(empty: tuple[Database, str]) -> None:
    database, url = empty
    command.upgrade(alembic_config(url), "head")
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, list(METADATA)) == []


def test_the_way_back_leaves_nothing(empty: tuple[Database, str]) -> None:
    database, url = empty
    command.upgrade(alembic_config(url), "head")
    command.downgrade(alembic_config(url), "base")
    assert inspect(database.engine).get_table_names() == ["alembic_version"]
    command.upgrade(alembic_config(url), "head")
    tables = {table.name for metadata in METADATA for table in metadata.sorted_tables}
    assert tables <= set(inspect(database.engine).get_table_names())
