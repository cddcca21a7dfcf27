"""What a request costs, line by line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from journeys.cases.conditions import holds, in_words
from journeys.catalogue.definitions import FeeLine, Service, Text
from payments import money
from payments.money import Money


@dataclass(frozen=True, slots=True)
class DueLine:
    """One line of the price: ``amount`` is ``times`` × ``unit``. ``beneficiary`` is an administration, or ``office``
    for the competent one; ``tariff`` says whether a source confirms it."""

    id: str
    names: Text
    amount: Money
    unit: Money
    times: int
    beneficiary: str
    tariff: Literal["sourced", "unverified"]
    source: str


def fee_lines(service: Service, answers: Mapping[str, Any]) -> tuple[DueLine, ...]:
    """The lines of the price for these answers: what comes to nothing is no line, so that a request without lines owes
    nothing and is complete when it is sent. A count not yet answered is one.

    Raises ValueError when the service has no fee rule, because an unknown price is not zero, and KeyError before the
    questions of a table are answered."""
    rule = service.fee_rule
    if rule is None:
        raise ValueError(f"{service.id} has no fee rule")
    lines = (line for line in rule.lines if holds(line.when, answers))
    due = (_due(line, Money(_minor(line, answers), rule.currency), answers) for line in lines)
    return tuple(line for line in due if line.amount.minor)


def tariff_confirmed(service: Service, answers: Mapping[str, Any]) -> bool:
    """Whether a source confirms every line that applies to these answers, those that come to nothing too."""
    lines = service.fee_rule.lines if service.fee_rule else ()
    return all(line.tariff == "sourced" for line in lines if holds(line.when, answers))


def total(lines: Iterable[DueLine]) -> Money:
    """The sum of the lines; zero MAD when there are none."""
    due = tuple(lines)
    return money.total((line.amount for line in due), due[0].amount.currency if due else "MAD")


def _minor(line: FeeLine, answers: Mapping[str, Any]) -> int:
    if line.table is None:
        return line.minor or 0
    return line.table.minor(tuple(in_words(answers.get(key)) for key in line.table.by))


def _due(line: FeeLine, unit: Money, answers: Mapping[str, Any]) -> DueLine:
    times = _times(answers.get(line.times)) if line.times else 1
    return DueLine(line.id, line.names, unit * times, unit, times, line.beneficiary, line.tariff, line.source)


def _times(answer: Any) -> int:
    """A number as it was answered, or how many things a repeating section was answered for."""
    return len(answer) if isinstance(answer, list | tuple) else int(answer or 1)
