"""What the sandbox remembers: one table of JSON values by kind and key, in one SQLite file that survives a restart."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS item (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
    UNIQUE (kind, key))
"""
PUT = """
INSERT INTO item (kind, key, value) VALUES (?, ?, ?)
ON CONFLICT (kind, key) DO UPDATE SET value = excluded.value
"""


class Store:
    """JSON values by kind and key, shared by the threads of one process. Order is the order of first writing."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = RLock()
        self._connection = sqlite3.connect(folder / "sandbox.sqlite", isolation_level=None, check_same_thread=False)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.execute(SCHEMA)

    def close(self) -> None:
        """Closes the file; nothing may be asked afterwards."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def held(self) -> Iterator[None]:
        """One writer: what is read and written inside happens at once or, on an exception, not at all. Nests."""
        with self._lock:
            if self._connection.in_transaction:
                yield
                return
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def get(self, kind: str, key: str) -> Any:
        """The value under this key, None when there is none."""
        with self._lock:
            row = self._connection.execute("SELECT value FROM item WHERE kind = ? AND key = ?", (kind, key)).fetchone()
        return json.loads(row[0]) if row else None

    def put(self, kind: str, key: str, value: Any) -> None:
        """Writes a value; an earlier one keeps its place in the order."""
        with self._lock:
            self._connection.execute(PUT, (kind, key, json.dumps(value, ensure_ascii=False)))

    def pop(self, kind: str, key: str) -> Any:
        """The value under this key, which is gone afterwards: of two who ask at the same time one gets it."""
        with self._lock:
            rows = self._connection.execute(
                "DELETE FROM item WHERE kind = ? AND key = ? RETURNING value", (kind, key)
            ).fetchall()
        return json.loads(rows[0][0]) if rows else None

    def oldest(self, kind: str) -> list[tuple[str, Any]]:
        """All keys and values of a kind, oldest first."""
        with self._lock:
            rows = self._connection.execute("SELECT key, value FROM item WHERE kind = ? ORDER BY seq", (kind,))
            return [(key, json.loads(value)) for key, value in rows]

    def newest(self, kind: str, limit: int = 100) -> list[Any]:
        """The last values of a kind, newest first."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT value FROM item WHERE kind = ? ORDER BY seq DESC LIMIT ?", (kind, limit)
            )
            return [json.loads(row[0]) for row in rows]

    def empty(self, kind: str) -> None:
        """Forgets all of a kind."""
        with self._lock:
            self._connection.execute("DELETE FROM item WHERE kind = ?", (kind,))

    def next_number(self, name: str) -> int:
        """1, 2, 3 … for each name."""
        with self.held():
            number = int(self.get("counter", name) or 0) + 1
            self.put("counter", name, number)
        return number
