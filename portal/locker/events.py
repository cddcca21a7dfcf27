"""What has happened in a locker."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Kept:
    """A document lies in its owner's locker."""

    document: UUID
    subject: UUID
    case_id: UUID
    reference: str
    service: str
    kind: str
