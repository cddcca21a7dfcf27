"""What has happened to a case. Values only: ids, references, dates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from journeys.cases.values import BadAnswer
from payments.money import Money


@dataclass(frozen=True, slots=True)
class Fee:
    """One line of what a case costs; ``account`` is who receives it, ``tariff`` says whether a text proves it."""

    id: str
    names: dict[str, str]
    amount: Money
    account: str
    tariff: str


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """Common to all events of a case."""

    case_id: UUID
    reference: str
    service: str
    subject: UUID


@dataclass(frozen=True, slots=True)
class Opened(CaseEvent):
    """A draft exists."""


@dataclass(frozen=True, slots=True)
class Answered(CaseEvent):
    """One section was saved; ``problems`` maps field ids to what is wrong, empty when all is well."""

    problems: Mapping[str, BadAnswer]


@dataclass(frozen=True, slots=True)
class FactsKept(CaseEvent):
    """A register answered with the person's consent."""


@dataclass(frozen=True, slots=True)
class Submitted(CaseEvent):
    """The person sent the request; ``fees`` is what must be paid before it is complete."""

    fees: tuple[Fee, ...]


@dataclass(frozen=True, slots=True)
class Filed(CaseEvent):
    """The request is complete: receipt and clock start here (law 55-19 art. 10)."""

    office_id: UUID
    last_day: date | None


@dataclass(frozen=True, slots=True)
class HandedOver(CaseEvent):
    """The administration's system has it."""

    theirs: str


@dataclass(frozen=True, slots=True)
class Taken(CaseEvent):
    """An officer works on it."""


@dataclass(frozen=True, slots=True)
class Granted(CaseEvent):
    """Decided: yes."""


@dataclass(frozen=True, slots=True)
class Refused(CaseEvent):
    """Decided: no, with reasons."""


@dataclass(frozen=True, slots=True)
class Withdrawn(CaseEvent):
    """The person took it back."""


@dataclass(frozen=True, slots=True)
class Discarded(CaseEvent):
    """A draft was thrown away."""


@dataclass(frozen=True, slots=True)
class CarriedOver(CaseEvent):
    """The request is another subject's now: two accounts became one."""


@dataclass(frozen=True, slots=True)
class Contested(CaseEvent):
    """The person contests what somebody did for them."""
