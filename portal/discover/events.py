"""What has happened while people looked around."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wished:
    """Somebody wants a service online."""

    service: str
