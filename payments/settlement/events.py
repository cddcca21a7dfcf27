"""What has happened to an attempt and to the money."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from payments.debts.events import DebtRef
from payments.money import Money


@dataclass(frozen=True, slots=True)
class Prepared:
    """An attempt may be opened at the provider. ``new`` is false when the same checkout serves again.

    Build the addresses of the order from ``attempt`` and ``language`` alone: the provider compares a repeated order.
    ``url`` is set when the checkout is open already. ``closed`` are attempts that had to make way.
    """

    attempt: UUID
    provider: str
    language: str
    amount: Money
    expires_at: datetime
    url: str | None
    new: bool
    closed: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Opened:
    """The provider's page is ready at ``url``; not ``usable`` when the attempt was closed in the meantime."""

    attempt: UUID
    url: str
    usable: bool


@dataclass(frozen=True, slots=True)
class Settled:
    """Money was taken, the debts are paid and booked."""

    attempt: UUID
    debts: tuple[DebtRef, ...]
    amount: Money


@dataclass(frozen=True, slots=True)
class AttemptFailed:
    """The provider took no money and will not."""

    attempt: UUID
    debts: tuple[DebtRef, ...]


@dataclass(frozen=True, slots=True)
class AttemptExpired:
    """Nobody paid in time."""

    attempt: UUID
    debts: tuple[DebtRef, ...]


@dataclass(frozen=True, slots=True)
class RefundDue:
    """Money is to be given back: call ``provider.refund(reference, amount, key)``, then the action ``refunded``.

    ``reference`` is the provider's checkout, ``reason`` a value of ``models.Reason``.
    """

    attempt: UUID
    provider: str
    reference: str
    amount: Money
    key: str
    reason: str
    debts: tuple[DebtRef, ...]


@dataclass(frozen=True, slots=True)
class Mismatched:
    """The provider took another amount than was ``owed``; what it took is to be given back."""

    attempt: UUID
    owed: Money
    taken: Money
    refund: RefundDue


@dataclass(frozen=True, slots=True)
class Refunded:
    """Money was given back. ``debts`` are the debts that are refunded by it; none when it had paid nothing."""

    attempt: UUID
    reference: str | None
    amount: Money
    debts: tuple[DebtRef, ...]


@dataclass(frozen=True, slots=True)
class NewsNoted:
    """A provider's message, seen for the first time."""

    provider: str
    event: str
    kind: str
    reference: str | None


Outcome = Settled | RefundDue | Mismatched | AttemptFailed | AttemptExpired | Refunded
