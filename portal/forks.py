"""Libraries with threads of their own (object store, typesetter) hang in a forked child once the parent used them."""

from __future__ import annotations

import os


class NotAfterFork(RuntimeError):
    """A process forked after it had used a threaded library; the child would hang. Start workers before, or spawn."""


class OneProcess:
    """Remembers which process used a library first, and refuses its forked children instead of letting them hang."""

    def __init__(self, library: str) -> None:
        self._library = library
        self._process: int | None = None

    def enter(self) -> None:
        """Called before each use. Raises NotAfterFork."""
        process = os.getpid()
        self._process = self._process or process
        if self._process != process:
            raise NotAfterFork(f"{self._library} was already used before this process was forked")
