"""What has happened to the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Published:
    """``number`` is the publication in force; ``changed`` maps kinds to the keys that have a new version, and is empty
    when nothing differed."""

    number: int
    changed: Mapping[str, tuple[str, ...]]
