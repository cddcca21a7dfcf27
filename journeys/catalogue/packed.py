"""Definitions that lie packed until they are looked up: thousands cost little memory, those in use little time."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping, ValuesView
from functools import lru_cache
from typing import TypeVar

T = TypeVar("T")
KEPT = 100
"""How many definitions of a kind stay unpacked, at most: those that were looked up last."""

QUICK = 1


def packed(content: str) -> bytes:
    """The JSON of one value as it lies."""
    return zlib.compress(content.encode(), QUICK)


class Packed(Mapping[str, T]):
    """Values by id, made anew from their packed JSON when they are looked up and were not lately. To go through
    ``values()`` unpacks one after the other and keeps none."""

    def __init__(self, contents: Mapping[str, bytes], unpack: Callable[[str, str], T]) -> None:
        self._contents = dict(sorted(contents.items()))
        self._unpack = unpack
        self._look_up = lru_cache(maxsize=KEPT)(self.fresh)

    def fresh(self, key: str) -> T:
        """The value with this id, not kept. Raises KeyError."""
        return self._unpack(key, zlib.decompress(self._contents[key]).decode())

    def __getitem__(self, key: str) -> T:
        return self._look_up(key)

    def __contains__(self, key: object) -> bool:
        return key in self._contents

    def __iter__(self) -> Iterator[str]:
        return iter(self._contents)

    def __len__(self) -> int:
        return len(self._contents)

    def values(self) -> ValuesView[T]:
        """All values, in the order of their ids."""
        return _OneByOne(self)


class _OneByOne(ValuesView[T]):
    _mapping: Packed[T]

    def __iter__(self) -> Iterator[T]:
        return map(self._mapping.fresh, self._mapping)
