"""A file on its way in: read whole in a process of its own, looked through for malicious code, stored sealed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING
from uuid import UUID

from portal.locker.apart import read_apart
from portal.locker.ports import NotReachable
from portal.locker.taken import BadFile

if TYPE_CHECKING:
    from portal.plugins import Adapters

CLEAN, WAITING, HARMFUL = "clean", "waiting", "harmful"
CHUNK_BYTES = 64 * 1024
MOST_SECONDS = 60.0
"""For so long the files of one form are taken in; those that are left are to be sent again."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file whose bytes are stored: what it is, how long, its SHA-256, and whether malicious code was looked for."""

    media: str
    size: int
    digest: str
    scan: str | None


def arrive(adapters: Adapters, file: IO[bytes], object_key: str, data_key: bytes, room: int, whom: UUID) -> Arrived:
    """Stores a file for somebody when it is what may come, and no longer than ``room``. Called in no transaction.
    Raises BadFile and NotReachable."""
    taken = read_apart(file, whom)
    if taken.size > room:
        raise BadFile("no_room")
    scan = looked_through(adapters, file)
    adapters.store.put(object_key, chunks(file), data_key)
    return Arrived(taken.media, taken.size, taken.digest, scan)


def chunks(file: IO[bytes]) -> Iterator[bytes]:
    """The bytes of a file from its beginning, piece by piece."""
    file.seek(0)
    return iter(lambda: file.read(CHUNK_BYTES), b"")


def looked_through(adapters: Adapters, file: IO[bytes]) -> str | None:
    """Whether a file is clean; that it waits when the scanner is silent: nobody but its owner opens it until then."""
    if adapters.scanner is None:
        return None
    try:
        found = adapters.scanner.scan(chunks(file))
    except NotReachable:
        return WAITING
    if found is not None:
        raise BadFile("harmful_file")
    return CLEAN
