"""Twins of the store: one that keeps objects in memory, one that never answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import IO

from portal.locker.memory import in_memory
from portal.locker.ports import BadObjectKey, NotFound, NotOverwritten, NotReachable
from portal.locker.storage import LONGEST_KEY, OBJECT_KEY
from portal.locker.vault import lock, unlock


class MemoryStore:
    """Keeps sealed objects in a dictionary."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    def put(self, key: str, content: bytes | Iterable[bytes], data_key: bytes) -> None:
        self.put_sealed(key, b"".join(lock(content, data_key, key)))

    def open(self, key: str, data_key: bytes) -> IO[bytes]:
        return in_memory(unlock(self.get_sealed(key), data_key, key))

    def get(self, key: str, data_key: bytes) -> bytes:
        with self.open(key, data_key) as file:
            return file.read()

    def put_sealed(self, key: str, sealed: bytes) -> None:
        if len(key) > LONGEST_KEY or not OBJECT_KEY.fullmatch(key):
            raise BadObjectKey(key)
        if key in self.objects:
            raise NotOverwritten(key)
        self.objects[key] = sealed

    def get_sealed(self, key: str) -> bytes:
        if key not in self.objects:
            raise NotFound(key)
        return self.objects[key]

    def delete(self, key: str) -> None:
        self.objects.pop(key, None)

    def keys(self, prefix: str = "", after: str = "") -> Iterator[str]:
        folder = f"{prefix}/" if prefix else ""
        return iter([key for key in self.objects if key.startswith(folder) and key > after])

    def check(self) -> str:
        return "documents are kept in memory"


class FailingStore:
    """Never answers."""

    def put(self, key: str, content: bytes | Iterable[bytes], data_key: bytes) -> None:
        raise NotReachable("the store is down")

    def open(self, key: str, data_key: bytes) -> IO[bytes]:
        raise NotReachable("the store is down")

    def get(self, key: str, data_key: bytes) -> bytes:
        raise NotReachable("the store is down")

    def put_sealed(self, key: str, sealed: bytes) -> None:
        raise NotReachable("the store is down")

    def get_sealed(self, key: str) -> bytes:
        raise NotReachable("the store is down")

    def delete(self, key: str) -> None:
        raise NotReachable("the store is down")

    def keys(self, prefix: str = "", after: str = "") -> Iterator[str]:
        raise NotReachable("the store is down")

    def check(self) -> str:
        raise NotReachable("the store is down")
