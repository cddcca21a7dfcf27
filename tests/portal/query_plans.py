"""How the database looks for something."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session


def plan_of(session: Session, does: Callable[[], object]) -> str:
    """How the database looks for what this asks for first."""
    asked: list[tuple[str, Any]] = []

    def heard(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        asked.append((statement, parameters))

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", heard)
    does()
    event.remove(connection, "before_cursor_execute", heard)
    statement, parameters = asked[0]
    how = "EXPLAIN" if connection.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
    return "\n".join(str(row) for row in connection.exec_driver_sql(f"{how} {statement}", parameters))
