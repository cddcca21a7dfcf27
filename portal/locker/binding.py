"""Several photos become one document: whoever has a telephone has no other way to bring both sides of a card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from time import monotonic
from typing import IO, TYPE_CHECKING
from uuid import UUID

from portal.locker.apart import bound_apart, printed_apart, read_apart
from portal.locker.arriving import looked_through
from portal.locker.ports import NotReachable
from portal.locker.taken import MOST_PRINTED, BadFile

if TYPE_CHECKING:
    from portal.plugins import Adapters

Problem = BadFile | NotReachable


class NotBound(Exception):
    """Files that do not become one document: why, by the number of each that is not taken, or (None) why all of them
    together are not."""

    def __init__(self, problems: Mapping[int | None, Problem]) -> None:
        super().__init__(", ".join(map(str, problems.values())))
        self.problems = problems


def bind(adapters: Adapters, files: Sequence[IO[bytes]], end: float, whom: UUID) -> IO[bytes]:
    """All pages of the files in one PDF, in order, upright: made anew as they are printed, the same bytes for the same
    files. Each file is read and looked through as if it came alone, until ``end`` (``monotonic``), in the turn of
    ``whom``. Raises NotBound."""
    pages: list[bytes] = []
    problems: dict[int | None, Problem] = {}
    for number, file in enumerate(files):
        try:
            pages += _pages(adapters, file, len(files), end, whom)
        except (BadFile, NotReachable) as problem:
            problems[number] = problem
    if not problems and len(pages) > MOST_PRINTED:
        problems[None] = BadFile("too_many_together", most=MOST_PRINTED)
    if problems:
        raise NotBound(problems)
    try:
        return BytesIO(bound_apart(pages, whom))
    except (BadFile, NotReachable) as problem:
        raise NotBound({None: problem}) from problem


def _pages(adapters: Adapters, file: IO[bytes], of: int, end: float, whom: UUID) -> list[bytes]:
    if monotonic() > end:
        raise NotReachable("the files before it took too long")
    read_apart(file, whom)
    looked_through(adapters, file)
    return printed_apart(file, whom, of)
