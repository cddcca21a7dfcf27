"""What has happened to a share."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Shared:
    """Somebody is let see a document."""

    share: UUID
