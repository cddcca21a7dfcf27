"""Who acts, for whom, by which right and through which channel: on every action of every package."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Channel(StrEnum):
    """How an action reached us."""

    WEB = "web"
    ASSISTED = "assisted"
    DESK = "desk"
    CONNECTOR = "connector"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who clicks (``actor``), whose right it is (``subject``), and the mandate that links the two.

    ``actor`` and ``subject`` are None only for the system itself (worker, a provider's message).
    """

    actor: UUID | None
    subject: UUID | None
    channel: Channel
    mandate: UUID | None = None

    @classmethod
    def person(cls, person: UUID, channel: Channel = Channel.WEB) -> Actor:
        """A person acting for themselves."""
        return cls(person, person, channel)

    @classmethod
    def system(cls, channel: Channel = Channel.SYSTEM) -> Actor:
        """Nobody clicks: a task, a clock or an outside message."""
        return cls(None, None, channel)
