"""What has happened to a debt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from payments.money import Money


class DebtRef(NamedTuple):
    """A debt as others know it: its id, the thing it is for, and that thing's short reference."""

    debt: UUID
    owed_for: UUID
    about: str


@dataclass(frozen=True, slots=True)
class DebtRaised:
    """Something is owed. ``new`` is false when it had been raised before."""

    debt: UUID
    owed_for: UUID
    about: str
    amount: Money
    new: bool


@dataclass(frozen=True, slots=True)
class DebtCancelled:
    """Nothing is owed any more, and nothing had been paid."""

    debt: UUID
    owed_for: UUID
    about: str
