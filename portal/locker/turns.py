"""Whose file is read next. Each one's are read one after the other, and few of them wait: nobody's files keep those of
others from being read, nor pages from being made."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

from portal.locker.ports import NotReachable

Whom = UUID | None
"""For whom a file is read. Whoever has not signed in is nobody: all of them together are one."""


class TooManyFiles(NotReachable):
    """So many files are being read, or wait for it, that whoever sends this one is to come again."""


class Turns:
    """The turns of one process: so many ``readers`` at once, and so many files of ``each`` one here, of which one is
    read and the others wait."""

    def __init__(self, readers: int, each: int) -> None:
        self._readers, self._each = readers, each
        self._changed = threading.Condition()
        self._reading = set[Whom]()
        self._here = Counter[Whom]()

    @contextmanager
    def turn(self, whom: Whom, seconds: float) -> Iterator[None]:
        """Waits so long at most until a file of theirs may be read, and keeps the turn meanwhile. Raises
        TooManyFiles, at once when too many of theirs are here."""
        with self._entered(whom):
            with self._changed:
                if not self._changed.wait_for(self._may_read(whom), seconds):
                    raise TooManyFiles("no reader is free")
                self._reading.add(whom)
            try:
                yield
            finally:
                with self._changed:
                    self._reading.remove(whom)
                    self._changed.notify_all()

    @contextmanager
    def _entered(self, whom: Whom) -> Iterator[None]:
        with self._changed:
            if self._here[whom] >= self._each:
                raise TooManyFiles("too many files of one are here")
            self._here[whom] += 1
        try:
            yield
        finally:
            with self._changed:
                self._here -= Counter([whom])  # whoever has none here is forgotten

    def _may_read(self, whom: Whom) -> Callable[[], bool]:
        return lambda: whom not in self._reading and len(self._reading) < self._readers
