"""The published catalogue in memory: read once, looked at for news at most once a second, swapped whole."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import lru_cache

from sqlalchemy.orm import Session

from journeys.catalogue.actions import catalogue_at, current_catalogue, current_number
from journeys.catalogue.definitions import Catalogue
from journeys.catalogue.errors import NotPublished

FRESH_SECONDS = 1.0
OLD_SNAPSHOTS = 8


class Shelf:
    """Hands out snapshots to all threads of a process. While one thread fetches a new publication the others keep the
    snapshot they know; only the very first one is waited for. ``known`` is what somebody fetched a moment ago."""

    def __init__(
        self,
        open_session: Callable[[], Session],
        clock: Callable[[], float] = time.monotonic,
        known: Catalogue | None = None,
    ) -> None:
        self._open_session = open_session
        self._clock = clock
        self._fetching = threading.Lock()
        self._looked_at = float("-inf")
        self._snapshot = known
        self._prepare: Callable[[Catalogue], object] = lambda _snapshot: None
        self._old = lru_cache(maxsize=OLD_SNAPSHOTS)(self._fetch)

    def prepare(self, how: Callable[[Catalogue], object]) -> None:
        """From now on this is done with each new snapshot before anybody is given it."""
        self._prepare = how

    def current(self) -> Catalogue:
        """The catalogue as published now; never changes under the hands of who holds it. Raises NotPublished."""
        if self._clock() - self._looked_at >= FRESH_SECONDS and self._fetching.acquire(blocking=self._snapshot is None):
            try:
                self._look()
            finally:
                self._fetching.release()
        if self._snapshot is None:
            raise NotPublished
        return self._snapshot

    def at(self, number: int) -> Catalogue:
        """The catalogue as a publication left it: what a request was opened under. Raises NotPublished."""
        found = self.current()
        return found if found.number == number else self._old(number)

    def _look(self) -> None:
        if self._clock() - self._looked_at < FRESH_SECONDS:
            return  # somebody else looked while this thread waited
        known = self._snapshot.number if self._snapshot else 0
        with self._open_session() as session:
            new = current_catalogue(session) if not known or current_number(session) != known else None
        if new is not None:
            self._prepare(new)
            self._snapshot = new
        self._looked_at = self._clock()

    def _fetch(self, number: int) -> Catalogue:
        with self._open_session() as session:
            return catalogue_at(session, number)
