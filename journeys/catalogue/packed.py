"""Definitions that lie packed until they are looked up: thousands cost little memory, those in use little time."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping, ValuesView
from datetime import datetime
from functools import lru_cache
from typing import Self, TypeVar

T = TypeVar("T")
KEPT = 64
"""How many definitions of a kind stay unpacked, at most: those that were looked up last."""

SAMPLE = 10
"""The first ones of a kind: the others are packed by what they have in common with them, in half the room."""

QUICK, WINDOW = 1, 32_000


class Packed(Mapping[str, T]):
    """Values by id, made anew from their packed JSON when they are looked up and were not lately. To go through
    ``values()`` unpacks one after the other and keeps none."""

    def __init__(self, unpack: Callable[[int, datetime, str], T]) -> None:
        self._unpack = unpack
        self._versions: dict[str, tuple[int, datetime]] = {}
        self._contents: dict[str, bytes] = {}
        self._sample: dict[str, str] = {}
        self._alike = b""
        self._look_up = lru_cache(maxsize=KEPT)(self.fresh)

    def add(self, key: str, version: int, since: datetime, content: str) -> None:
        """Packs the JSON of one value, a version that was published at a moment."""
        self._versions[key] = version, since
        if self._alike:
            self._contents[key] = self._packed(content)
            return
        self._sample[key] = content
        if len(self._sample) == SAMPLE:
            self._begin()

    def sealed(self) -> Self:
        """This, once all was added: in the order of the ids."""
        self._begin()
        self._contents = dict(sorted(self._contents.items()))
        return self

    def fresh(self, key: str) -> T:
        """The value with this id, not kept. Raises KeyError."""
        return self._unpack(*self._versions[key], self.content(key))

    def since(self, key: str) -> datetime:
        """When this version of it was published. Raises KeyError."""
        return self._versions[key][1]

    def content(self, key: str) -> str:
        """The JSON of the value with this id. Raises KeyError."""
        unpacker = zlib.decompressobj(-zlib.MAX_WBITS, self._alike)
        return unpacker.decompress(self._contents[key]).decode()

    def _begin(self) -> None:
        self._alike = self._alike or "".join(self._sample.values()).encode()[-WINDOW:]
        self._contents |= {key: self._packed(content) for key, content in self._sample.items()}
        self._sample.clear()

    def _packed(self, content: str) -> bytes:
        packer = zlib.compressobj(
            QUICK, zlib.DEFLATED, -zlib.MAX_WBITS, zlib.DEF_MEM_LEVEL, zlib.Z_DEFAULT_STRATEGY, self._alike
        )
        return packer.compress(content.encode()) + packer.flush()

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
