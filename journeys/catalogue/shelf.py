"""The published catalogue in memory: read once, looked at for news at most once a second, swapped whole."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import lru_cache

from sqlalchemy.orm import Session

from journeys.catalogue.actions import current_catalogue, current_number, service_version
from journeys.catalogue.definitions import Catalogue
from journeys.catalogue.errors import NotPublished
from journeys.catalogue.service import Service

FRESH_SECONDS = 1.0
OLD_VERSIONS = 128


class Shelf:
    """Hands out snapshots to all threads of a process. While one thread fetches a new publication the others keep the
    snapshot they know; only the very first one is waited for."""

    def __init__(self, open_session: Callable[[], Session], clock: Callable[[], float] = time.monotonic) -> None:
        self._open_session = open_session
        self._clock = clock
        self._fetching = threading.Lock()
        self._looked_at = float("-inf")
        self._snapshot: Catalogue | None = None
        self._old = lru_cache(maxsize=OLD_VERSIONS)(self._fetch_service)

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

    def service(self, key: str, version: int) -> Service:
        """A service as it was under a version: what a case was opened under. Raises NotPublished."""
        found = self.current().services.get(key)
        return found if found is not None and found.version == version else self._old(key, version)

    def _look(self) -> None:
        if self._clock() - self._looked_at < FRESH_SECONDS:
            return  # somebody else looked while this thread waited
        with self._open_session() as session:
            known = self._snapshot.number if self._snapshot else 0
            if self._snapshot is None or current_number(session) != known:
                self._snapshot = current_catalogue(session)
        self._looked_at = self._clock()

    def _fetch_service(self, key: str, version: int) -> Service:
        with self._open_session() as session:
            return service_version(session, key, version)
