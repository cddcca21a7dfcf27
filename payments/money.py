"""Money as integer minor units and a currency (ISO 4217). The value that crosses between the packages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

EXPONENTS = {"MAD": 2, "EUR": 2, "USD": 2}


class WrongCurrency(ValueError):
    """Two amounts of different currencies met, or a currency is not known."""


@dataclass(frozen=True, order=True, slots=True)
class Money:
    """An amount: ``minor`` units (centimes for MAD) of ``currency`` (ISO 4217, upper case).

    Raises WrongCurrency when the currency is unknown, and when two currencies are added or subtracted.
    """

    minor: int
    currency: str = "MAD"

    def __post_init__(self) -> None:
        if self.currency not in EXPONENTS:
            raise WrongCurrency(self.currency)

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor - other.minor, self.currency)

    def __mul__(self, times: int) -> Money:
        return Money(self.minor * times, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __bool__(self) -> bool:
        return self.minor != 0

    @property
    def decimal(self) -> Decimal:
        """The amount in major units, exact."""
        return Decimal(self.minor).scaleb(-EXPONENTS[self.currency])

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise WrongCurrency(f"{self.currency} and {other.currency}")


def total(amounts: Iterable[Money], currency: str = "MAD") -> Money:
    """The sum of amounts, zero of ``currency`` when there are none. Raises WrongCurrency on a mixture."""
    result = Money(0, currency)
    for amount in amounts:
        result += amount
    return result
