"""Fills a PostgreSQL database with very many requests: one real request, with all its rows, again and again.

Each copy has keys of its own, made from the old ones so that what belonged together still does; the moments lie over
the last three years. Indexes and constraints are taken away while rows are written, and made again afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import dict_row
from sqlalchemy import Table, UniqueConstraint

from journeys.cases.references import ALPHABET
from portal.tables import METADATA

YEARS = "interval '1095 days'"
MILLISECONDS = 1095 * 86_400_000
CHUNK = 1_000_000
HANDS = 3
SHARED = {"task", "ledger_account"}
OF_PERSON = {"person", "sign_in"}

LETTERS = " || ".join(f"substr('{ALPHABET}', 1 + (x >> {5 * place} & 31)::int, 1)" for place in range(9))
MADE = f"""
CREATE FUNCTION bench_id(old uuid, n bigint, total bigint) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT (lpad(to_hex(1790000000000 - ((total - n)::float8 / total * {MILLISECONDS})::bigint), 12, '0') || '7'
          || substr(md5(old::text || n), 1, 3) || '8' || substr(md5(old::text || n), 4, 15))::uuid $$;
CREATE FUNCTION bench_letters(x bigint) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT {LETTERS} || '0' $$;
CREATE FUNCTION bench_reference(n bigint) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT overlay(bench_letters(n * 2654435761) placing '-' from 6 for 0) $$;
"""  # noqa: S608 - our own letters

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Size:
    """How much there shall be: ``full`` requests with everything, ``rows`` of requests in all, so many of them
    ``waiting`` at one office, and ``each`` requests for one person."""

    full: int
    rows: int
    waiting: int
    each: int = 10

    @property
    def bytes(self) -> int:
        """About what it takes on disk, with room to make the indexes."""
        return self.full * 9_000 + self.rows * 900

    @property
    def waits(self) -> str:
        """Whether request ``n`` waits, in SQL: scattered over the last tenth, as those of one office are."""
        apart = max(1, self.rows // 10 // self.waiting)
        return f"(n > {self.rows - apart * self.waiting} AND n % {apart} = 0)"


@dataclass
class Filling:
    """One database being filled. ``server`` is its address for psycopg."""

    server: str
    size: Size
    office: UUID
    say: Callable[[str], None]
    template: dict[str, list[Row]] = field(default_factory=dict)
    mine: dict[UUID, bool] = field(default_factory=dict)

    def run(self, already: set[str]) -> None:
        """All of it; ``already`` are the tables that held rows before the one real request."""
        self._learn(already)
        self._do([MADE])
        away, back = self._indexes()
        self._do(away)
        self.say("rows")
        self._each(list(self._inserts()))
        self.say("indexes")
        for statements in back:
            self._each(statements)
        self._each([f'VACUUM (ANALYZE, FREEZE) "{name}"' for name in self.template])

    def _learn(self, already: set[str]) -> None:
        with psycopg.connect(self.server, row_factory=dict_row) as connection:
            for table in tables():
                if table.name not in already | SHARED:
                    self._learn_table(connection, table)

    def _learn_table(self, connection: psycopg.Connection[Any], table: Table) -> None:
        copy = f'"bench_{table.name}"'
        numbered = f'SELECT row_number() OVER () AS bench_row, t.* FROM "{table.name}" t'  # noqa: S608
        connection.execute(f"CREATE TABLE {copy} AS {numbered}")  # type: ignore[arg-type]
        rows = connection.execute(f"SELECT * FROM {copy}").fetchall()  # type: ignore[arg-type]  # noqa: S608
        if rows:
            self.template[table.name] = rows
        ids = [row[key.name] for row in rows for key in table.primary_key if isinstance(row[key.name], UUID)]
        self.mine |= dict.fromkeys(ids, table.name in OF_PERSON)

    def _inserts(self) -> Iterator[str]:
        for table in tables():
            person = "n" if table.name in OF_PERSON else f"(n - 1) / {self.size.each} + 1"
            for row in self.template.get(table.name, ()):
                for first in range(1, self._times(table.name) + 1, CHUNK):
                    yield self._insert(table, row, first, min(first + CHUNK - 1, self._times(table.name)), person)

    def _times(self, table: str) -> int:
        if table in OF_PERSON:
            return self.size.rows // self.size.each
        return self.size.rows if table == "case" else self.size.full

    def _insert(self, table: Table, row: Row, first: int, last: int, person: str) -> str:
        names = [column.name for column in table.columns]
        values = ", ".join(self._value(table, column, row, person) for column in table.columns)
        columns = ", ".join(f'"{name}"' for name in names)
        source = f'"bench_{table.name}" t, generate_series({first}::bigint, {last}) n'
        chosen = f"SELECT {values} FROM {source} WHERE t.bench_row = {row['bench_row']}"  # noqa: S608
        return f'INSERT INTO "{table.name}" ({columns}) {chosen}'

    def _value(self, table: Table, column: Any, row: Row, person: str) -> str:
        here, value, total = f't."{column.name}"', row[column.name], self.size.rows
        if table.name == "case" and column.name in CASE:
            return CASE[column.name].format(here=here, office=self.office, waits=self.size.waits)
        if isinstance(value, UUID) and value in self.mine:
            return f"bench_id({here}, {person if self.mine[value] else 'n'}, {total})"
        if value is not None and value == self._reference():
            return "bench_reference(n)"
        if _told_apart_by(table, column, row, self.mine):
            return f"left(md5({here} || n), {column.type.length})"
        if hasattr(value, "tzinfo"):
            return f"{here} - {YEARS} * (({total} - n)::float8 / {total})"
        return here

    def _reference(self) -> str:
        found: str = self.template["case"][0]["reference"]
        return found

    def _indexes(self) -> tuple[list[str], list[list[str]]]:
        """What takes constraints and indexes of these tables away, and what makes them again, in three steps."""
        away, keys, plain, foreign = [], [], [], []
        with psycopg.connect(self.server) as connection:
            for table, name, kind, definition in connection.execute(CONSTRAINTS).fetchall():
                drop = f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"'
                add = f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" {definition}'
                if kind == "f":
                    away.insert(0, drop)
                    foreign.append(f"{add} NOT VALID")
                elif table in self.template:
                    away.append(drop)
                    keys.append(add)
            for table, name, definition in connection.execute(INDEXES).fetchall():
                if table in self.template:
                    away.append(f'DROP INDEX "{name}"')
                    plain.append(definition)
        return away, [keys + plain, foreign]

    def _each(self, statements: list[str]) -> None:
        """All of them, several at a time; the first that fails ends it."""
        with ThreadPoolExecutor(HANDS) as hands:
            for _ in hands.map(lambda one: self._do([one]), statements):
                pass

    def _do(self, statements: list[str]) -> None:
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute("SET synchronous_commit = off; SET maintenance_work_mem = '512MB'")
            for statement in statements:
                connection.execute(statement)  # type: ignore[arg-type]


CASE = {
    "state": "CASE WHEN {waits} THEN 'filed' ELSE 'granted' END",
    "turn": "CASE WHEN {waits} THEN 'administration' ELSE 'nobody' END",
    "last_day": "{here} - CASE WHEN {waits} THEN (n % 60)::int ELSE (n % 1000)::int END",
    "office_id": "CASE WHEN {waits} OR n % 3 = 0 THEN '{office}'::uuid "
    "ELSE ((SELECT array_agg(id) FROM office))[1 + n % (SELECT count(*) FROM office)] END",
}
CONSTRAINTS = """SELECT relname, conname, contype, pg_get_constraintdef(pg_constraint.oid)
FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid
WHERE connamespace = 'public'::regnamespace AND contype IN ('p', 'u', 'f') ORDER BY conname"""
INDEXES = """SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
AND indexname NOT IN (SELECT conname FROM pg_constraint)"""


def tables() -> Iterator[Table]:
    """Every table of the house."""
    for metadata in METADATA:
        yield from metadata.sorted_tables


def _told_apart_by(table: Table, column: Any, row: Row, mine: Mapping[UUID, bool]) -> bool:
    """Whether this text alone makes the row unique: the last text of a key that holds none of our own ids."""
    for key in (one for one in table.constraints if isinstance(one, UniqueConstraint)):
        if any(isinstance(row[one.name], UUID) and row[one.name] in mine for one in key.columns):
            continue
        texts = [one for one in key.columns if isinstance(row[one.name], str)]
        if texts and texts[-1] is column:
            return True
    return False
