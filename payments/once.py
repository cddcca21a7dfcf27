"""A row that two may try to write at the same time, and only one may."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from payments.base import Base

INSERTS = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


def insert_once(session: Session, model: type[Base], key: tuple[str, ...], values: Mapping[str, Any]) -> bool:
    """Inserts a row unless one with the same ``key`` columns (a unique index) is there; says whether it did.

    A rival that committed after this transaction began is a serialisation failure on PostgreSQL, so that the whole
    unit runs again and sees the rival's row; it is never an IntegrityError half-way.
    """
    insert: Any = INSERTS[session.get_bind().dialect.name]
    statement = insert(model).values(**values).on_conflict_do_nothing(index_elements=key)
    return bool(session.connection().execute(statement.returning(*model.__table__.primary_key)).first())
