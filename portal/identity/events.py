"""What has happened to an account or its person."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Joined:
    """Two accounts are one person's now: what was ``gone``'s is ``kept``'s."""

    gone: UUID
    kept: UUID


@dataclass(frozen=True, slots=True)
class Closed:
    """A person has closed their account."""

    person: UUID
    at: str


@dataclass(frozen=True, slots=True)
class Died:
    """A person has died: nobody acts for them any more by what they gave."""

    person: UUID
