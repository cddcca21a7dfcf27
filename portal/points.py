"""Named points where a drill may end this process, as a power cut would: around commits, calls to the world, claims.

Off unless ``PORTAL_FAIL_POINTS`` names a folder, which production refuses. Each point passed is appended to ``seen``
there; a process that passes a point after which a file in ``armed`` is named takes that file away and kills itself.
"""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

SEEN, ARMED = "seen", "armed"

_folder: Path | None = None
_doing: ContextVar[tuple[str, Counter[str]]] = ContextVar("doing")


def watch(folder: Path | None) -> None:
    """From now on points are noted in this folder; None turns them off."""
    global _folder
    _folder = folder


@contextmanager
def doing(what: str) -> Iterator[None]:
    """Points passed inside are named after ``what`` (a page's endpoint, a task) and counted from one."""
    if _folder is None:
        yield
        return
    token = _doing.set((what, Counter()))
    try:
        yield
    finally:
        _doing.reset(token)


def passed(point: str) -> None:
    """This point is passed; the process may end here."""
    if _folder is not None:
        _note(_folder, _named(point))


def _named(point: str) -> str:
    what, counts = _doing.get(("process", Counter()))
    counts[point] += 1
    return f"{what} {point} {counts[point]}"


def _note(folder: Path, name: str) -> None:
    with (folder / SEEN).open("a", encoding="utf-8") as seen:
        seen.write(f"{name}\n")
    try:
        (folder / ARMED / name).unlink()  # of several processes that pass here one finds the file
    except FileNotFoundError:
        return
    os.kill(os.getpid(), signal.SIGKILL)
