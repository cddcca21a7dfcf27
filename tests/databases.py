"""Databases of a test's own, of the kind under test."""

from __future__ import annotations

from sqlalchemy import text

from portal.db import Database
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
    return database
