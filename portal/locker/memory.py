"""Files that lie on no disk."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import IO


def in_memory(pieces: Iterable[bytes]) -> IO[bytes]:
    """A file of these pieces, at its beginning: what was sealed is never on a disk in the clear. The system holds it,
    none of it is this process's own memory; another process can be given it."""
    file = os.fdopen(os.memfd_create("file"), "r+b")
    try:
        file.writelines(pieces)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return file
