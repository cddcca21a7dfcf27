"""What a database holds, as one digest per table: the same on every machine and in whatever order rows lie."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    Connection,
    String,
    TableClause,
    Text,
    cast,
    collate,
    column,
    inspect,
    literal,
    select,
    table,
)
from sqlalchemy.sql import ColumnElement

from portal import schema
from portal.backup.errors import NotDone

ROWS_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Digest:
    """A table: how many rows, and the SHA-256 of all their values."""

    rows: int
    sha256: str


def digests(connection: Connection) -> dict[str, Digest]:
    """Each table as this connection's transaction sees it, by name; memory is bounded."""
    keys = inspect(connection).get_multi_pk_constraint()
    return {
        found.name: _digest(connection, found, keys[None, found.name]["constrained_columns"])
        for found in _tables(connection)
    }


def differences(expected: Mapping[str, Digest], found: Mapping[str, Digest]) -> list[str]:
    """The names of the tables that are not the same."""
    return sorted(name for name in {*expected, *found} if expected.get(name) != found.get(name))


def is_empty(connection: Connection) -> bool:
    """Whether no table but the one of the schema's revision has a row."""
    tables = [found for found in _tables(connection) if found.name != schema.TABLE]
    return all(connection.execute(select(literal(1)).select_from(one).limit(1)).first() is None for one in tables)


def revision(connection: Connection) -> str:
    """The schema's revision. Raises NotDone when migrations never ran here."""
    found = schema.revision_of(connection)
    if found is not None:
        return found
    raise NotDone("the database has no schema of the portal: is PORTAL_DATABASE_URL right, did `portal migrate` run?")


def _tables(connection: Connection) -> list[TableClause]:
    """The tables as they are, not as this version's models are: a backup may be of an older schema."""
    found = inspect(connection).get_multi_columns()
    return [
        table(name, *(column(one["name"], one["type"]) for one in sorted(columns, key=lambda one: one["name"])))
        for (_, name), columns in sorted(found.items(), key=lambda pair: pair[0][1])
    ]


def _digest(connection: Connection, of: TableClause, key: list[str]) -> Digest:
    columns = list(of.columns)
    order = [_place(of.columns[name], connection.dialect.name) for name in key or of.columns.keys()]
    result = connection.execute(
        select(*map(_value, columns)).order_by(*order), execution_options={"yield_per": ROWS_AT_ONCE}
    )
    found, rows = hashlib.sha256(_line([one.name for one in columns])), 0
    for row in result:
        found.update(_line(list(row)))
        rows += 1
    return Digest(rows, found.hexdigest())


def _value(one: ColumnElement[Any]) -> ColumnElement[Any]:
    """JSON as the text that was written: read as a value, ``null`` would be the same as nothing."""
    return cast(one, Text) if isinstance(one.type, JSON) else one


def _place(one: ColumnElement[Any], dialect: str) -> ColumnElement[Any]:
    """Texts in the order of their bytes, whatever language the database was made for; SQLite knows no other."""
    return collate(one, "C") if dialect == "postgresql" and isinstance(one.type, String) else one


def _line(values: list[Any]) -> bytes:
    return json.dumps(values, default=_plain, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _plain(value: object) -> str:
    """What the two databases keep differently; SQLite keeps moments in UTC without saying so."""
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=UTC)
        return aware.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no digest of {type(value).__name__}")
