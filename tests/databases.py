"""Databases of a test's own, of the kind under test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from sqlalchemy import text

from portal.cli import alembic_config
from portal.db import Database
from portal.schema import revisions
from portal.tables import METADATA


def emptied(url: str) -> str:
    """Makes the PostgreSQL database of this address anew; a SQLite file makes itself. Returns the address."""
    if url.startswith("postgresql"):
        server, _, name = url.rpartition("/")
        admin = Database(f"{server}/postgres")
        with admin.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
            connection.execute(text(f'CREATE DATABASE "{name}"'))
        admin.dispose()
    return url


def with_tables(url: str) -> Database:
    """The database at this address, with all tables."""
    database = Database(url)
    for metadata in METADATA:
        metadata.create_all(database.engine)
    _stamp(database)
    return database


@contextmanager
def of_schema(url: str, revision: str) -> Iterator[tuple[Database, str]]:
    """A new database of an old schema, with its address, for as long as the block lasts."""
    Path(emptied(url).removeprefix("sqlite:///")).unlink(missing_ok=True)
    command.upgrade(alembic_config(url), revision)
    database = Database(url)
    yield database, url
    database.dispose()


def _stamp(database: Database) -> None:
    """What was made from the models is what the newest migration leads to: readiness asks for it."""
    newest, _known = revisions()
    with database.engine.begin() as connection:
        connection.execute(text("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL)"))
        connection.execute(text("DELETE FROM alembic_version"))
        connection.execute(text("INSERT INTO alembic_version VALUES (:newest)"), {"newest": newest})
