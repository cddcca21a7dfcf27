"""The documents of a backup: sealed objects, as they lie in the store, with a list of their digests."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import TypeVar

from portal.backup.errors import NotDone
from portal.locker.ports import NotFound, NotOverwritten, SealedStore
from portal.locker.storage import Storage

FOLDER, LIST = "objects", "documents.jsonl"
HANDS, AT_ONCE = 8, 64

T = TypeVar("T")
Done = TypeVar("Done")


@dataclass(frozen=True, slots=True)
class Entry:
    """A document: its object key, and size and SHA-256 of its sealed bytes."""

    key: str
    size: int
    sha256: str


def kept_in(folder: Path) -> Storage:
    """The objects of a backup, which lie there as in any store."""
    return Storage((folder / FOLDER).resolve().as_uri())


def copy_out(keys: Iterable[str], store: SealedStore, folder: Path) -> tuple[int, list[str]]:
    """Copies objects and writes their list. Returns how many, and the keys of those that are not in the store."""
    kept, missing, count = kept_in(folder), [], 0

    def copied(key: str) -> Entry | str:
        try:
            sealed = store.get_sealed(key)
        except NotFound:
            return key
        kept.put_sealed(key, sealed)
        return _entry(key, sealed)

    with (folder / LIST).open("w", encoding="utf-8") as lines:
        for done in _each(copied, keys):
            if isinstance(done, str):
                missing.append(done)
                continue
            lines.write(json.dumps(asdict(done)) + "\n")
            count += 1
    return count, missing


def check_before(folder: Path, store: SealedStore) -> None:
    """Raises NotDone unless each object is in the backup as it was, and the store holds the same under its key or
    nothing."""
    kept = kept_in(folder)

    def checked(entry: Entry) -> None:
        if _found(kept, entry.key) != entry:
            raise NotDone(f"the object {entry.key} is missing from the backup or was changed; take another backup")
        if _found(store, entry.key) not in (entry, None):
            raise NotDone(f"the store holds another object under {entry.key}: PORTAL_STORAGE_URL must name a new place")

    for _ in _each(checked, listed(folder)):
        pass


def copy_in(folder: Path, store: SealedStore) -> None:
    """Copies the objects that the store does not have yet."""
    kept = kept_in(folder)

    def copied(entry: Entry) -> None:
        try:
            store.put_sealed(entry.key, kept.get_sealed(entry.key))
        except NotOverwritten:
            return  # by an earlier run: check_after looks at what lies there

    for _ in _each(copied, listed(folder)):
        pass


def check_after(folder: Path, store: SealedStore) -> None:
    """Raises NotDone unless the store holds each object of the backup as it was."""

    def checked(entry: Entry) -> None:
        if _found(store, entry.key) != entry:
            raise NotDone(f"the store does not hold {entry.key} as it is in the backup; restore again")

    for _ in _each(checked, listed(folder)):
        pass


def listed(folder: Path) -> Iterator[Entry]:
    """The documents of a backup, one by one."""
    with (folder / LIST).open(encoding="utf-8") as lines:
        for line in lines:
            yield Entry(**json.loads(line))


def _found(store: SealedStore, key: str) -> Entry | None:
    try:
        return _entry(key, store.get_sealed(key))
    except NotFound:
        return None


def _entry(key: str, sealed: bytes) -> Entry:
    return Entry(key, len(sealed), hashlib.sha256(sealed).hexdigest())


def _each(do: Callable[[T], Done], things: Iterable[T]) -> Iterator[Done]:
    """Several at once, because a store far away answers slowly; never more of them in memory than that."""
    left = iter(things)
    with ThreadPoolExecutor(HANDS) as hands:
        while some := list(islice(left, AT_ONCE)):
            yield from hands.map(do, some)
