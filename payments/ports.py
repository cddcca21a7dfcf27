"""What payments need of the world: a provider who takes money and gives it back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from payments.money import Money


class Taken(StrEnum):
    """What a provider says of one attempt."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    EXPIRED = "expired"
    REFUNDED = "refunded"


@dataclass(frozen=True, slots=True)
class Line:
    """One line a payer sees at the provider: a name in their language and an amount."""

    name: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Order:
    """One attempt as the provider needs it. ``attempt`` is the idempotency key: asking twice opens one checkout."""

    attempt: UUID
    reference: str
    lines: tuple[Line, ...]
    language: str
    back_url: str
    cancel_url: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Checkout:
    """Where to send the payer: the provider's reference of this attempt and the address of its page."""

    reference: str
    url: str


@dataclass(frozen=True, slots=True)
class Status:
    """What the provider answers when asked. ``amount`` and ``charge`` are set once money was taken.

    Raises ValueError when it says that money was taken, but not how much.
    """

    taken: Taken
    amount: Money | None = None
    charge: str | None = None

    def __post_init__(self) -> None:
        if self.taken is Taken.SUCCEEDED and self.amount is None:
            raise ValueError("a success needs its amount")


@dataclass(frozen=True, slots=True)
class News:
    """A provider's message whose signature was right: a hint which attempt to ask about, never a fact.

    ``reference`` is the checkout it is about; messages about a charge may name the ``attempt`` only.
    """

    event: str
    kind: str
    reference: str | None
    attempt: UUID | None = None


class NotReachable(Exception):
    """The provider did not answer, or answered nonsense: nothing is known, try again later."""


class NotAccepted(Exception):
    """The provider refused what we asked, and would again: trying again is of no use."""


class BadNews(Exception):
    """A message whose signature, age or shape is wrong."""


class Provider(Protocol):
    """Takes money. Every method may raise NotReachable or NotAccepted; none is called inside a transaction."""

    name: str

    def open(self, order: Order) -> Checkout:
        """Opens a checkout for an attempt; the same attempt again gives the same checkout."""

    def ask(self, reference: str) -> Status:
        """What has become of a checkout."""

    def read_news(self, headers: Mapping[str, str], body: bytes) -> News:
        """Checks and reads a message. Raises BadNews."""

    def refund(self, reference: str, amount: Money, key: str) -> str:
        """Gives money of a checkout back, once per ``key``; returns the provider's reference of the refund."""

    def check(self) -> str:
        """One line for ``portal check``. Raises NotReachable."""
