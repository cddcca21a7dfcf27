"""Registers for tests: one that holds a person in memory, and one that never answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from journeys.exchange.ports import Facts, NotAccepted, NotKnown, NotReachable

SALMA = "AE214587"
HELD: Mapping[str, Mapping[str, object]] = {
    SALMA: {"fullname_ar": "سلمى الإدريسي", "fullname_lat": "Salma El Idrissi", "act_no": 1874, "act_year": 1992}
}


class Working:
    """Holds Salma's record."""

    name = "working"

    def __init__(self) -> None:
        self.purposes: list[str] = []

    def facts(self, identifier: str, wanted: Sequence[str], purpose: str) -> Facts:
        if not purpose or not wanted or not all(fact in HELD[SALMA] for fact in wanted):
            raise NotAccepted("say which facts, and what for")
        self.purposes.append(purpose)
        if identifier not in HELD:
            raise NotKnown("nobody")
        return Facts(self.name, datetime.now(UTC).date(), {fact: HELD[identifier][fact] for fact in wanted})

    def check(self) -> str:
        return "working: in memory"


class Failing:
    """Never answers."""

    name = "failing"

    def facts(self, identifier: str, wanted: Sequence[str], purpose: str) -> Facts:
        raise NotReachable("failing")

    def check(self) -> str:
        raise NotReachable("failing")
