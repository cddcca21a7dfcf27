"""``portal keys``: puts every data key under the newest key-encryption key while the portal runs, and says which of
these keys are still needed. No content is opened: of each row a few bytes change.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

import click
from sqlalchemy import Column, Row, Select, Table, bindparam, case, func, select, update

from portal.keys import Keyring, NotInKeyring, NotIntact
from portal.troubles import SaysWhatIsWrong

if TYPE_CHECKING:
    from sqlalchemy.orm import DeclarativeBase

    from portal.unit import Unit, Work

BATCH = 500
"""Rows of a transaction: whoever changes one of them meanwhile waits for some milliseconds."""


@dataclass(frozen=True, slots=True)
class Place:
    """A column that holds wrapped data keys, and the context in which the one of a row opens, by the row's id."""

    model: type[DeclarativeBase]
    column: str
    context: Callable[[UUID], str]

    @property
    def table(self) -> Table:
        return self.model.metadata.tables[self.model.__tablename__]

    @property
    def id(self) -> Column[UUID]:
        [column] = self.table.primary_key.columns
        return column

    @property
    def wrapped(self) -> Column[str]:
        return self.table.c[self.column]


def places() -> tuple[Place, ...]:
    """Where wrapped data keys lie, all of them."""
    from journeys.cases.models import Case
    from portal.identity import people
    from portal.identity.mandates.models import Invitation
    from portal.identity.models import Code, Person
    from portal.identity.staff.models import Enrolment, Factor
    from portal.locker import actions as locker
    from portal.locker.models import Document

    return (
        Place(Case, "data_key", "case:{}".format),
        Place(Person, "data_key", people.context),
        Place(Code, "data_key", "code:{}".format),
        Place(Factor, "data_key", "factor:{}".format),
        Place(Enrolment, "data_key", "factor:{}".format),
        Place(Invitation, "data_key", "invitation:{}".format),
        Place(Document, "data_key", locker.context),
    )


@dataclass(slots=True)
class Rotated:
    """What became of the data keys of a table: how many were rewrapped, and the rows whose key does not open."""

    table: str
    rewrapped: int = 0
    closed: list[UUID] = field(default_factory=list)


def rotate(work: Work, place: Place, size: int = BATCH) -> Rotated:
    """Rewraps what does not lie under the current key. Each batch is a transaction, so that it goes on where it was
    ended; a key that somebody else changed meanwhile stays as they left it."""
    found = Rotated(place.table.name)
    for rows in _older(work, place, size):
        swaps = list(_swaps(work.adapters.keyring, place, rows, found.closed))
        found.rewrapped += _swapped(work, place, swaps) if swaps else 0
    return found


def _older(work: Work, place: Place, size: int) -> Iterator[Sequence[Row[UUID, str]]]:
    """The rows whose keys lie under older keys, in the order of their ids, so many at a time."""

    def read(query: Select[UUID, str]) -> Sequence[Row[UUID, str]]:
        return work.transact(lambda unit: unit.session.execute(query).all(), reading=True)

    current = place.wrapped.startswith(f"{work.adapters.keyring.current}.")
    query = select(place.id, place.wrapped).where(~current).order_by(place.id).limit(size)
    rows = read(query)
    while rows:
        yield rows
        rows = read(query.where(place.id > rows[-1][0]))


def _swaps(
    keyring: Keyring, place: Place, rows: Sequence[Row[UUID, str]], closed: list[UUID]
) -> Iterator[dict[str, Any]]:
    """Each key as it lies there and as it shall lie there; whose key does not open is noted as ``closed``."""
    for row, wrapped in rows:
        try:
            yield {"row": row, "old": wrapped, "new": keyring.rewrap(wrapped, place.context(row))}
        except (NotIntact, NotInKeyring):
            closed.append(row)


def _swapped(work: Work, place: Place, swaps: list[dict[str, Any]]) -> int:
    as_read = place.id == bindparam("row"), place.wrapped == bindparam("old")
    swap = update(place.table).where(*as_read).values({place.wrapped: bindparam("new")})
    return work.transact(lambda unit: unit.session.connection().execute(swap, swaps).rowcount)


def count(unit: Unit, place: Place) -> Counter[str]:
    """How many data keys of a place lie under which key. Those under keys that PORTAL_KEYS does not hold are counted
    together, under the id of one of these."""
    known = ((place.wrapped.startswith(f"{one}."), one) for one in unit.adapters.keyring.keys)
    rows = select(case(*known, else_="").label("key"), place.wrapped.label("wrapped")).subquery()
    query = select(rows.c.key, func.count(), func.min(rows.c.wrapped)).group_by(rows.c.key)
    return Counter({key or one.partition(".")[0][:16]: number for key, number, one in unit.session.execute(query)})


@contextmanager
def _work() -> Iterator[Work]:
    from portal.settings import load
    from portal.wiring import wired

    work = wired(load())
    try:
        yield work
    finally:
        work.database.dispose()


def _counted(work: Work) -> dict[str, Counter[str]]:
    """How many data keys lie under each key, by table: under every key of PORTAL_KEYS, and under those it lacks."""
    found: dict[str, Counter[str]] = {key: Counter() for key in work.adapters.keyring.keys}
    for place in places():
        for key, number in work.transact(partial(count, place=place), reading=True).items():
            found.setdefault(key, Counter())[place.table.name] = number
    return found


@click.group(cls=SaysWhatIsWrong)
def keys() -> None:
    """Which keys of PORTAL_KEYS are needed, and how to need an old one no more."""


@keys.command()
def status() -> None:
    """How many data keys lie under each key, and which key may be taken out; exit 1 when one is missing."""
    with _work() as work:
        keyring, found = work.adapters.keyring, _counted(work)
    for key, tables in found.items():
        where = ", ".join(f"{table} {number}" for table, number in tables.items())
        click.echo(f"{key}: {tables.total()} data keys{where and f' ({where})'}; {_said(keyring, key, tables.total())}")
    sys.exit(1 if found.keys() - keyring.keys.keys() else 0)


def _said(keyring: Keyring, key: str, number: int) -> str:
    """What an operator may do with a key."""
    if key not in keyring.keys:
        return "FAIL: it is not in PORTAL_KEYS: put it back behind the first"
    said = ["what is new is sealed under it"] if key == keyring.current else []
    if number and key != keyring.current:
        said.append(f"'portal keys rotate' puts them under {keyring.current}")
    if key == keyring.oldest:
        said.append("it makes the fingerprints people are found by, and stays last for ever")
    order = list(keyring.keys)
    if order.index(key) < order.index(keyring.current):
        said.append(f"it is newer than {keyring.current}, which is marked: take the mark away when all know it")
    return "; ".join(said) or "it may be taken out; keep it as long as backups from before"


@keys.command("rotate")
def rotate_all() -> None:
    """Puts every data key under the first key of PORTAL_KEYS, while the portal runs; may be ended and run again."""
    with _work() as work:
        keyring = work.adapters.keyring
        for key, tables in _counted(work).items():
            if key not in keyring.keys:
                lost = f"{tables.total()} data keys lie under {key!r}, which is not in PORTAL_KEYS"
                raise click.ClickException(f"{lost}: put it back behind the first; nothing was changed")
        found = []
        for place in places():
            found.append(rotate(work, place))
            click.echo(f"{found[-1].rewrapped:8} {found[-1].table}")
    for one in (one for one in found if one.closed):
        what = f"{len(one.closed)} data keys do not open, the first in row {one.closed[0]}"
        click.echo(f"FAIL {one.table}: {what}: PORTAL_KEYS holds another key under the same id, or rows were changed")
    click.echo(f"{sum(one.rewrapped for one in found)} data keys were put under {keyring.current}")
    sys.exit(1 if any(one.closed for one in found) else 0)
