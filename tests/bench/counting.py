"""How many queries and commits each thing takes: counted in one process, by listening to the engine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, event

NOT_QUERIES = ("BEGIN", "PRAGMA")


@dataclass
class Counted:
    """What was counted."""

    queries: int = 0
    commits: int = 0


@contextmanager
def counted(engine: Engine) -> Iterator[Counted]:
    """Counts inside the block, over all threads of this process. A transaction that wrote nothing is rolled back by
    the portal and counts for nothing."""
    found = Counted()

    def query(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        found.queries += not statement.startswith(NOT_QUERIES)

    def commit(_connection: Any) -> None:
        found.commits += 1

    event.listen(engine, "before_cursor_execute", query)
    event.listen(engine, "commit", commit)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", query)
        event.remove(engine, "commit", commit)
