"""What an invariant is given: the database and the world, and from when on to look."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import wraps
from itertools import islice
from typing import TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from portal.unit import Work, real_now

PATIENCE = timedelta(minutes=15)
BUFFER = 500

Some = TypeVar("Some")


@dataclass(frozen=True, slots=True)
class Look:
    """One look. ``since`` is a key: what changed since it was made is looked at; None is everything. What is under way
    at ``now`` is no problem before ``patience`` is over."""

    work: Work
    since: UUID | None = None
    patience: timedelta = PATIENCE
    now: datetime = field(default_factory=real_now)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A reading transaction whose results come in pieces; the world is not called inside."""
        session = self.work.database.session(reading=True)
        try:
            session.connection(execution_options={"stream_results": True, "max_row_buffer": BUFFER})
            yield session
        finally:
            session.close()


def batches(found: Iterable[Some], size: int) -> Iterator[list[Some]]:
    """So many at a time, and what is left in the end."""
    left = iter(found)
    while some := list(islice(left, size)):
        yield some


Invariant = Callable[[Look], Iterable[str]]
"""Yields what is wrong, one line each, without personal content. Its name is what ``portal check`` says."""


def rule(check: Callable[[Session, UUID | None], Iterable[str]]) -> Invariant:
    """A rule over the database alone, looked at in one reading transaction."""

    @wraps(check)
    def invariant(look: Look) -> Iterator[str]:
        with look.reading() as session:
            yield from check(session, look.since)

    return invariant
