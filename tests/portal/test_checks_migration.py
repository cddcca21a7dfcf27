"""The migrations of documents, both ways with rows: old ones get their moment and place, then their origin."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from alembic import command
from databases import of_schema
from sqlalchemy import insert, inspect, select

from payments.columns import new_id
from portal.cli import alembic_config
from portal.db import Database
from portal.locker.models import Document

MADE = datetime(2026, 10, 1, 9, 30, tzinfo=UTC)


@pytest.fixture
def old(database_url: str) -> Iterator[tuple[Database, str]]:
    """A database of the first schema."""
    with of_schema(f"{database_url}_second_migration", "0001") as found:
        yield found


def an_old_document(database: Database, **changes: Any) -> UUID:
    values = {
        "id": new_id(),
        "owner_id": new_id(),
        "case_id": new_id(),
        "reference": "AAAAA-BBBBB",
        "service": "birth-extract",
        "kind": "extract",
        "names": {},
        "issuer": {},
        "data_key": "k",
        "state": "kept",
        "made_at": MADE,
    } | changes
    with database.engine.begin() as connection:
        connection.execute(insert(Document.__table__).values(**values))
    return values["id"]


def test_old_documents_are_told_since_when_and_where_they_lie(old: tuple[Database, str]) -> None:
    database, url = old
    kept = an_old_document(database, object_key="documents/somewhere/else")
    writing = an_old_document(database, state="writing")
    command.upgrade(alembic_config(url), "0002")
    with database.session(reading=True) as session:
        rows = session.execute(select(Document.id, Document.kept_at, Document.object_key))
        found = {each.id: (each.kept_at, each.object_key) for each in rows}
    assert found == {kept: (MADE, "documents/somewhere/else"), writing: (None, f"documents/{writing}")}


def test_the_way_back_keeps_the_documents(old: tuple[Database, str]) -> None:
    database, url = old
    kept = an_old_document(database)
    command.upgrade(alembic_config(url), "0002")
    command.downgrade(alembic_config(url), "0001")
    assert "check_mark" not in inspect(database.engine).get_table_names()
    assert "kept_at" not in {column["name"] for column in inspect(database.engine).get_columns("document")}
    command.upgrade(alembic_config(url), "0002")
    with database.session(reading=True) as session:
        assert session.scalars(select(Document.id)).all() == [kept]


def test_what_was_issued_is_told_from_what_was_brought(old: tuple[Database, str]) -> None:
    database, url = old
    issued = an_old_document(database)
    command.upgrade(alembic_config(url), "0003")
    case = {"case_id": new_id(), "kind": "arch_plans", "origin": "brought"}
    brought = [an_old_document(database, **case) for _ in range(2)]  # two plans of one request
    with database.session(reading=True) as session:
        assert session.execute(select(Document.origin, Document.media).where(Document.id == issued)).one() == (
            "issued",
            "application/pdf",
        )
        assert set(session.scalars(select(Document.id))) == {issued, *brought}
    command.downgrade(alembic_config(url), "0002")
    with database.session(reading=True) as session:
        assert session.scalars(select(Document.id)).all() == [issued]
