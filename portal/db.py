"""Engines and sessions: SQLite (WAL, BEGIN IMMEDIATE) by default, PostgreSQL in production."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import NullPool

# serialisation failure, deadlock, and a unique key met by two at once: run again, the second run finds the row
LOST_RACES = {"40001", "40P01", "23505"}
BUSY_SECONDS = 15
# a server that is away is noticed within seconds, a host that vanished in the middle of a query within half a minute
PATIENCE = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
POOL_SECONDS = 10
SPARE = 4
"""Connections beside one for each thread: looking for a new publication needs one while a page holds its own."""
PROBE_SECONDS = 2


def make_engine(url: str, *, pool_size: int = 5) -> Engine:
    """An engine for ``url``. On SQLite each transaction takes the write lock at once, so that none fails half-way;
    a reading session (see ``make_session``) only begins a snapshot."""
    if url.startswith("sqlite"):
        engine = create_engine(
            url, connect_args={"timeout": BUSY_SECONDS}, pool_size=pool_size, max_overflow=20, hide_parameters=True
        )
        event.listen(engine, "connect", _sqlite_connect)
        event.listen(engine, "begin", _sqlite_begin)
        return engine
    return create_engine(
        url,
        connect_args={name: value for name, value in PATIENCE.items() if name not in make_url(url).query},
        pool_size=pool_size,
        max_overflow=SPARE,
        pool_timeout=POOL_SECONDS,
        pool_pre_ping=True,
        isolation_level="REPEATABLE READ",
        hide_parameters=True,
    )


def make_probe(url: str) -> Engine:
    """An engine that opens a connection for each question and gives up within seconds: it waits for no pool."""
    patience: dict[str, Any] = {"timeout": PROBE_SECONDS}
    if not url.startswith("sqlite"):
        options = f"{make_url(url).query.get('options', '')} -c statement_timeout={PROBE_SECONDS}s"
        patience = {"connect_timeout": PROBE_SECONDS, "options": options}
    return create_engine(url, connect_args=patience, poolclass=NullPool, hide_parameters=True)


def _sqlite_connect(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver's own late BEGIN causes "database is locked"
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=NORMAL", f"busy_timeout={BUSY_SECONDS * 1000}"):
        connection.execute(f"PRAGMA {pragma}")


def _sqlite_begin(connection: Connection) -> None:
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


class Database:
    """The one engine of a process and the sessions made from it."""

    def __init__(self, url: str, *, pool_size: int = 5) -> None:
        self.engine = make_engine(url, pool_size=pool_size)
        self._writing = sessionmaker(self.engine, expire_on_commit=False)
        self._reading = sessionmaker(
            self.engine.execution_options(reading=True, postgresql_readonly=True), expire_on_commit=False
        )

    def session(self, *, reading: bool = False) -> Session:
        """A new session; a reading one takes no lock and is refused writes by PostgreSQL."""
        return self._reading() if reading else self._writing()

    def dispose(self) -> None:
        """Closes every connection."""
        self.engine.dispose()


def is_conflict(error: BaseException) -> bool:
    """Whether the database lost a race and the whole unit may simply run again."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in LOST_RACES
