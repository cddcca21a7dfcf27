"""Runs migrations for the tables of the whole house."""

from __future__ import annotations

import os
from typing import Any

from alembic import context
from sqlalchemy import text

from payments.columns import Moment
from portal.db import make_engine
from portal.tables import METADATA

LOCK_TIMEOUT, STATEMENT_TIMEOUT = "5s", "10min"


def _rendered(kind: str, thing: Any, _context: Any) -> str | bool:
    """A migration outlives the code: it names SQLAlchemy's own types only."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(thing, Moment) else False


def run() -> None:
    """One transaction, one connection; on PostgreSQL it gives up rather than block the portal behind a lock."""
    url = context.config.attributes.get("url") or os.environ["PORTAL_DATABASE_URL"]
    engine = make_engine(url)
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            # Batch mode rebuilds tables that others point to; within a transaction this pragma would do nothing.
            connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
            connection.execute(text(f"SET statement_timeout = '{STATEMENT_TIMEOUT}'"))
            connection.commit()
        context.configure(
            connection=connection,
            target_metadata=list(METADATA),
            render_as_batch=True,
            compare_type=True,
            render_item=_rendered,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
    engine.dispose()


run()
