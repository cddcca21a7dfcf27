"""What a file is called that somebody takes away: as its owner calls it or by its type, in words that every file system
and header carries."""

from __future__ import annotations

import re
from urllib.parse import quote

from portal.locker.keeping import labelled

BARRED = re.compile(r'[<>:"/\\|?*%.]')
"""What leads elsewhere or means something to a file system, and the dot: the ending of a file is said by us alone."""
LONGEST_BYTES = 150
"""Of a name without its day and ending: file systems take 255 bytes, an Arabic letter has two, some have four."""


def in_file_names(words: str) -> str:
    """These words as the name of a file has them; empty when nothing of them may stand there."""
    shown = labelled(BARRED.sub(" ", words))
    return shown.encode()[:LONGEST_BYTES].decode(errors="ignore").strip()


def disposition(how: str, plain: str, name: str) -> str:
    """The header by which a file is shown (``inline``) or saved (``attachment``): its name, and for readers that know
    letters of ASCII alone a plain one (RFC 6266, 8187)."""
    return f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def apart(name: str, taken: set[str]) -> str:
    """This name, or one with a number when it is ``taken``; file systems take small and capital letters for the same.
    What it becomes is taken from then on."""
    stem, dot, ending = name.rpartition(".")
    found, number = name, 1
    while found.casefold() in taken:
        number += 1
        found = f"{stem} ({number}){dot}{ending}"
    taken.add(found.casefold())
    return found
