"""Twins of the store: one that keeps objects in memory, one that never answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from portal.keys import NotIntact
from portal.locker.ports import BadObjectKey, NotFound, NotOverwritten, NotReachable
from portal.locker.storage import LONGEST_KEY, OBJECT_KEY


class MemoryStore:
    """Keeps objects in a dictionary; remembers under which data key each one was put."""

    def __init__(self) -> None:
        self.objects: dict[str, tuple[bytes, bytes]] = {}

    def put(self, key: str, content: bytes | Iterable[bytes], data_key: bytes) -> None:
        if len(key) > LONGEST_KEY or not OBJECT_KEY.fullmatch(key):
            raise BadObjectKey(key)
        if key in self.objects:
            raise NotOverwritten(key)
        self.objects[key] = (content if isinstance(content, bytes) else b"".join(content), data_key)

    def get(self, key: str, data_key: bytes) -> bytes:
        if key not in self.objects:
            raise NotFound(key)
        content, right_key = self.objects[key]
        if data_key != right_key:
            raise NotIntact(key)
        return content

    def delete(self, key: str) -> None:
        self.objects.pop(key, None)

    def keys(self, prefix: str = "") -> Iterator[str]:
        folder = f"{prefix}/" if prefix else ""
        return iter([key for key in self.objects if key.startswith(folder)])

    def check(self) -> str:
        return "documents are kept in memory"


class FailingStore:
    """Never answers."""

    def put(self, key: str, content: bytes | Iterable[bytes], data_key: bytes) -> None:
        raise NotReachable("the store is down")

    def get(self, key: str, data_key: bytes) -> bytes:
        raise NotReachable("the store is down")

    def delete(self, key: str) -> None:
        raise NotReachable("the store is down")

    def keys(self, prefix: str = "") -> Iterator[str]:
        raise NotReachable("the store is down")

    def check(self) -> str:
        raise NotReachable("the store is down")
