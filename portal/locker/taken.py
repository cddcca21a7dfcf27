"""Which files are taken, how large, and what is said of one that was read or refused. Of the house nothing is loaded
here, and nothing that reads files: what reads them knows nothing else, and what only speaks of them need not read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

PDF = "application/pdf"
PICTURES = {"JPEG": "image/jpeg", "MPO": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
MEDIA = (PDF, *dict.fromkeys(PICTURES.values()))
MOST_MB = 10
MOST_BYTES = MOST_MB * 1_000_000
MOST_PRINTED = 20
"""Pages of a file that is printed anew, to be certified or bound."""


class BadFile(Exception):
    """A file that is not taken. ``code`` says what is wrong, ``params`` what its sentence needs."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params = code, params


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that was read whole: its media type, bytes and SHA-256."""

    media: str
    size: int
    digest: str
