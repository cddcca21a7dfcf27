"""The background worker's process: one loop that claims, a few threads that do, one that keeps leases up."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from threading import BoundedSemaphore, Event
from uuid import UUID

from portal.outbox import Claimed, Handler, claimed_next, do, keep_up
from portal.unit import Work, real_now

IDLE_SECONDS = 0.3
KEEP_UP_SECONDS = 5.0

log = logging.getLogger(__name__)


class Worker:
    """Does ``threads`` tasks at a time, each inside ``context``, until ``stopping`` says so; then ends what is under
    way and returns from ``run``."""

    def __init__(
        self,
        work: Work,
        tasks: Mapping[str, Handler],
        threads: int,
        context: Callable[[], AbstractContextManager[object]],
        stopping: Callable[[], bool],
    ) -> None:
        self._work, self._tasks, self._context, self._threads = work, tasks, context, threads
        self._stopping = stopping
        self._free = BoundedSemaphore(threads)
        self._hands: dict[UUID, Claimed] = {}
        self._finished = Event()

    def run(self) -> None:
        """The loop. A database that does not answer is waited for."""
        keeper = threading.Thread(target=self._keep_up, daemon=True)
        keeper.start()
        with ThreadPoolExecutor(self._threads) as pool:
            while not self._stopping():
                if not self._next(pool):
                    self._finished.wait(IDLE_SECONDS)
        self._finished.set()
        keeper.join()

    def _next(self, pool: ThreadPoolExecutor) -> bool:
        """Hands the next due task to a free thread; False when there is no task."""
        if not self._free.acquire(timeout=IDLE_SECONDS):
            return True  # that was a pause already
        claimed = self._claimed()
        if claimed is None:
            self._free.release()
            return False
        self._hands[claimed.lease] = claimed
        pool.submit(self._do, claimed)
        return True

    def _claimed(self) -> Claimed | None:
        try:
            return claimed_next(self._work.database)
        except Exception:
            log.exception("the worker could not reach its database")
            return None

    def _do(self, claimed: Claimed) -> None:
        try:
            with self._context():
                do(self._work, self._tasks, claimed)
        except Exception:
            log.exception("how a task ended could not be written down", extra={"task": claimed.name})
        finally:
            del self._hands[claimed.lease]
            self._free.release()

    def _keep_up(self) -> None:
        while not self._finished.wait(KEEP_UP_SECONDS):
            try:
                keep_up(self._work.database, list(self._hands.values()), real_now())
            except Exception:
                log.exception("leases were not kept up")
