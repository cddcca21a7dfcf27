"""What a process keeps from others of the same user (Linux, prctl(2); elsewhere nothing of it is done)."""

from __future__ import annotations

import ctypes
import sys

SET_DUMPABLE, SET_NO_NEW_PRIVS = 4, 38


def close() -> None:
    """From now on nobody reads the memory or the environment of this process and its forks, or steers them, but who may
    do so with any process of the machine; they leave no core behind. What it executes is open again."""
    _prctl(SET_DUMPABLE, 0)


def gain_nothing() -> None:
    """From now on this process, its forks and what they execute have no more rights than it has."""
    _prctl(SET_NO_NEW_PRIVS, 1)


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, *map(ctypes.c_ulong, (value, 0, 0, 0)))
