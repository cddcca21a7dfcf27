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


@dataclass(frozen=True, slots=True)
class Revoked:
    """An administration has taken a document back."""

    document: UUID
    subject: UUID
    service: str


@dataclass(frozen=True, slots=True)
class PutIn:
    """Somebody put a file into a locker, or said anew how long it is valid."""

    document: UUID
