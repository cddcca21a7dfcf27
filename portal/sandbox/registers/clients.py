"""The accountant's clients: companies put together from words, the same ones each time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from portal.sandbox.people import Part
from portal.sandbox.registers.ice import ice


class Name(Part):
    """A word in two scripts."""

    ar: str
    lat: str


class Trade(Name):
    """What a company does, as its name begins, and in full."""

    activity: str


class Place(Part):
    """A street, and the court that keeps the trade register there."""

    seat: str
    court: str


class Clients(Part):
    """What the clients of ``accountant`` are made of: every trade with every word is one company."""

    accountant: str
    first_enterprise: int
    first_rc: int
    trades: list[Trade]
    words: list[Name]
    places: list[Place]
    given_names: list[Name]
    family_names: list[Name]

    def companies(self) -> Iterator[dict[str, Any]]:
        """Each company, as the file writes one."""
        pairs = [(trade, word) for word in self.words for trade in self.trades]
        for number, (trade, word) in enumerate(pairs):
            yield self._company(number, trade, word)

    def _company(self, number: int, trade: Trade, word: Name) -> dict[str, Any]:
        place = self.places[number % len(self.places)]
        return {
            "kind": "company",
            "name_ar": f"{trade.ar} {word.ar}",
            "name_lat": f"{trade.lat} {word.lat}",
            "form": "SARL AU" if number % 3 == 2 else "SARL",
            "ice": ice(self.first_enterprise + 613 * number),
            "court": place.court,
            "rc": str(self.first_rc + 17 * number),
            "tax_id": str(40_000_000 + 1_009 * number),
            "seat": f"{number + 3}, {place.seat}",
            "activity": trade.activity,
            "representatives": [self._manager(number)],
        }

    def _manager(self, number: int) -> dict[str, Any]:
        given = self.given_names[number % len(self.given_names)]
        family = self.family_names[number * 3 % len(self.family_names)]
        since = date(2008 + number % 17, 1 + number % 12, 1 + number % 28)
        names = {"name_ar": f"{given.ar} {family.ar}", "name_lat": f"{given.lat} {family.lat}"}
        return {"cin": f"T{210_000 + 317 * number}", **names, "as": "manager", "since": since}
