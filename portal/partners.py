"""A door before each outside system, so that one that is slow or down costs only those who need it.

At most so many calls are under way at once (a bulkhead), and after a few failures in a row calls fail at once for a
moment, until one is let through to see (a circuit breaker; M. Nygard, Release It!, 2nd ed., chapter 5). What a door
knows is this process's own: each finds out within a few calls.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar, cast

from portal import metrics, points

FAILURES = 3
PAUSE_SECONDS = 5.0
LOCAL = frozenset({"read_news"})
"""Methods that speak to nobody."""

Adapter = TypeVar("Adapter")


class NoPlace(Exception):
    """Everybody's places at a partner's door are taken: nothing was tried, and nothing is known of the partner."""


class Door:
    """Lets calls through, or raises ``silent``, the port's own word for a partner that does not answer."""

    def __init__(self, silent: type[Exception], most: int, now: Callable[[], float] = time.monotonic) -> None:
        self._silent = silent
        self._full = type("Full", (silent, NoPlace), {})
        self._places = threading.BoundedSemaphore(most)
        self._now = now
        self._lock = threading.Lock()
        self._failures = 0
        self._closed_until = 0.0

    @contextmanager
    def through(self) -> Iterator[None]:
        """One call. Raises the port's NotReachable when there is no place or the partner was found down just now."""
        if self._closed():
            raise self._silent("it did not answer a moment ago")
        if not self._places.acquire(blocking=False):
            raise self._full("too many calls wait for it")
        try:
            yield
        except self._silent:
            self._failed()
            raise
        except Exception:
            self._answered()  # whatever it said, it answers
            raise
        else:
            self._answered()
        finally:
            self._places.release()

    def _closed(self) -> bool:
        with self._lock:
            if self._failures < FAILURES:
                return False
            if self._now() < self._closed_until:
                return True
            self._closed_until = self._now() + PAUSE_SECONDS  # this call looks; others wait for what it finds
            return False

    def _failed(self) -> None:
        with self._lock:
            self._failures += 1
            self._closed_until = self._now() + PAUSE_SECONDS

    def _answered(self) -> None:
        with self._lock:
            self._failures = 0


class Partner:
    """An adapter behind its door: the same methods, each call passes two points and is measured."""

    def __init__(self, name: str, adapter: Any, door: Door) -> None:
        self._name, self._adapter, self._door = name, adapter, door

    def __str__(self) -> str:
        return self._name

    def __getattr__(self, method: str) -> Any:
        found = getattr(self._adapter, method)
        local = method in LOCAL or not callable(found) or self._remembers(method)
        return found if local else partial(self._call, method, found)

    def _remembers(self, method: str) -> bool:
        """Whether the adapter needs nobody for this call now: it says nothing of the partner, and needs no place."""
        remembers = getattr(self._adapter, "remembers", None)
        return remembers is not None and bool(remembers(method))

    def _call(self, method: str, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        with self._door.through(), _measured(self._name, method):
            points.passed(f"{self._name}.{method}.before")
            try:
                return function(*args, **kwargs)
            finally:
                points.passed(f"{self._name}.{method}.after")


@contextmanager
def _measured(name: str, method: str) -> Iterator[None]:
    began, outcome = time.monotonic(), "answered"
    try:
        yield
    except Exception as error:
        outcome = type(error).__name__
        raise
    finally:
        metrics.called(name, method, outcome, time.monotonic() - began)


def behind_door(name: str, adapter: Adapter, silent: type[Exception], most: int) -> Adapter:
    """The adapter, with at most ``most`` calls of this process under way; ``silent`` is its port's NotReachable."""
    return cast(Adapter, Partner(name, adapter, Door(silent, most)))
