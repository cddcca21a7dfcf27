"""A database as one file, and back: SQLite by its online backup, PostgreSQL by pg_dump and pg_restore."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import URL, Connection, inspect, text

from portal.backup.digests import is_empty
from portal.backup.errors import NotDone
from portal.db import Database

# what an operator may have set to end long or idle transactions would end a long backup
PATIENT = ("statement_timeout", "idle_in_transaction_session_timeout", "transaction_timeout")
# whose the tables are and what else lives in the cluster is the new place's matter
PLAIN = (
    *("--no-owner", "--no-privileges", "--no-comments"),
    *("--no-publications", "--no-subscriptions", "--no-tablespaces"),
)
NOT_EMPTY = "somebody began to use the database meanwhile; stop the portal, then restore again"
VERSION = re.compile(r"\(PostgreSQL\) (\d+)")


class Dump(Protocol):
    """How one kind of database is written to a file and read back. Every method may raise NotDone."""

    kind: str
    file: str

    def version(self, connection: Connection) -> int:
        """The server's major version; 0 where there is none."""

    def write(self, connection: Connection, file: Path) -> None:
        """Writes what this connection's transaction sees. Nobody waits for it."""

    def load(self, database: Database, file: Path) -> None:
        """Puts what was written into a database whose tables are empty: all of it or nothing."""


def dump_of(database: Database) -> Dump:
    """The one for this kind of database."""
    return Archive() if database.engine.dialect.name == "postgresql" else Copy()


@contextmanager
def snapshot(database: Database) -> Iterator[Connection]:
    """One moment of a database, however long it takes to read; nothing is locked."""
    with database.engine.connect() as connection:
        connection.execution_options(reading=True, postgresql_readonly=True)
        if connection.dialect.name == "postgresql":
            patience = text("SELECT set_config(name, '0', true) FROM pg_settings WHERE name = ANY(:names)")
            connection.execute(patience, {"names": list(PATIENT)})
        else:
            connection.exec_driver_sql("SELECT count(*) FROM sqlite_master")  # only reading begins the snapshot
        yield connection


class Copy:
    """An SQLite file."""

    kind, file = "sqlite", "database.sqlite"

    def version(self, connection: Connection) -> int:
        """SQLite's files do not change with its version."""
        return 0

    def write(self, connection: Connection, file: Path) -> None:
        """Copies the pages of this connection's snapshot, while others write."""
        with closing(sqlite3.connect(file)) as copy:
            _driver(connection).backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, readable where nothing can be written

    def load(self, database: Database, file: Path) -> None:
        """Copies the file over the database, in one transaction of SQLite's own."""
        whole = f"{file.resolve().as_uri()}?mode=ro&immutable=1"
        with closing(sqlite3.connect(whole, uri=True)) as source, closing(database.engine.raw_connection()) as raw:
            if source.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
                raise NotDone(f"{file.name} is not a whole SQLite database; take another backup")
            with snapshot(database) as connection:
                if not is_empty(connection):
                    raise NotDone(NOT_EMPTY)
            source.backup(raw.driver_connection)  # type: ignore[arg-type]


class Archive:
    """A custom-format archive of pg_dump."""

    kind, file = "postgresql", "database.dump"

    def version(self, connection: Connection) -> int:
        """The major version of the server."""
        return int(_driver(connection).info.server_version) // 10000

    def write(self, connection: Connection, file: Path) -> None:
        """Runs pg_dump on this connection's snapshot."""
        program = _program("pg_dump", self.version(connection))
        moment = connection.scalar(text("SELECT pg_export_snapshot()"))
        _run([program, "--format=custom", f"--snapshot={moment}", f"--file={file}", "--no-password"], connection)

    def load(self, database: Database, file: Path) -> None:
        """Drops the empty tables and runs pg_restore in one transaction."""
        with database.engine.connect() as connection:
            program = _program("pg_restore", self.version(connection))
            connection.rollback()
            _drop_empty(connection)
            command = [program, "--single-transaction", "--exit-on-error", "--no-password", *PLAIN]
            _run([*command, str(file)], connection)


def _drop_empty(connection: Connection) -> None:
    names = inspect(connection).get_table_names()
    connection.rollback()
    if not names:
        return
    quoted = ", ".join(connection.dialect.identifier_preparer.quote(name) for name in names)
    with connection.begin():
        connection.execute(text(f"LOCK TABLE {quoted} IN ACCESS EXCLUSIVE MODE"))
        if not is_empty(connection):
            raise NotDone(NOT_EMPTY)
        connection.execute(text(f"DROP TABLE {quoted} CASCADE"))


def _program(name: str, server: int) -> str:
    found = shutil.which(name)
    advice = f"install PostgreSQL's client programs of version {server} (Debian: postgresql-client-{server})"
    if found is None:
        raise NotDone(f"{name} is not installed: {advice}")
    said = subprocess.run([found, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    version = VERSION.search(said.stdout)
    if version is None or int(version[1]) < server:
        raise NotDone(f"{name} is older than the server, which has version {server}: {advice}")
    return found


def _run(command: list[str], connection: Connection) -> None:
    """Runs one of PostgreSQL's programs on the same database; the password is not among its arguments."""
    password = _driver(connection).info.password
    environment = os.environ | ({"PGPASSWORD": password} if password else {})
    command = [command[0], f"--dbname={_address(connection.engine.url)}", *command[1:]]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise NotDone(f"{Path(command[0]).name} failed: {_without_values(done.stderr)[:600]}")


def _without_values(said: str) -> str:
    """A program's own lines; those that follow them (DETAIL, CONTEXT) quote rows."""
    return " ".join(line for line in said.splitlines() if line.startswith(("pg_dump:", "pg_restore:")))


def _address(url: URL) -> str:
    query = {name: value for name, value in url.query.items() if name != "password"}
    return URL.create("postgresql", url.username, None, url.host, url.port, url.database, query).render_as_string()


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection
