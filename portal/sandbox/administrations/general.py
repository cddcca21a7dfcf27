"""Every other administration of the demonstration: it takes cases of any service and grants them by itself, with the
facts that ``facts.yaml`` says a service is decided with. Numbers and periods are made up for the demo."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from portal.sandbox.administrations import automatic, cases, ompic
from portal.sandbox.administrations.automatic import Answer
from portal.sandbox.administrations.cases import Case
from portal.sandbox.world import World

NAME = "general"


@cache
def decided_with() -> Mapping[str, Mapping[str, Any]]:
    """What services are decided with: service → field → what to write."""
    content = Path(__file__).with_name("facts.yaml").read_text(encoding="utf-8")
    found: Mapping[str, Mapping[str, Any]] = yaml.safe_load(content)
    return found


def first_answer(world: World, case: Case) -> Answer:
    """What is said on receiving a case."""
    return automatic.first_answer(world, NAME, case, grant)


def grant(world: World, case: Case) -> None:
    """Grants, with the next number of this service."""
    number = world.store.next_number(f"facts:{case['dossier']['service']}")
    deciding = Deciding(case["dossier"], number, world.clock().date(), lambda *what: _known(world, *what))
    cases.grant(world, NAME, case, deciding.facts())


def _known(world: World, key: str, value: Any) -> Mapping[str, Any]:
    """What was answered and decided in the newest case that says this."""
    decided = [case for name in (NAME, ompic.NAME) for case in cases.received(world, name) if case["facts"]]
    said = ({**case["dossier"]["answers"], **case["facts"]} for case in decided)
    return next((one for one in said if value is not None and one.get(key) == value), {})


@dataclass(frozen=True, slots=True)
class Deciding:
    """One decision: on which dossier, the how manieth of its service, on which day, and what earlier cases say."""

    dossier: Mapping[str, Any]
    number: int
    today: date
    known: Callable[[str, Any], Mapping[str, Any]]

    def facts(self) -> dict[str, Any]:
        """What the decision says, field by field."""
        wanted = decided_with().get(self.dossier["service"], {})
        found = {field: self._fact(what) for field, what in wanted.items()}
        return {field: fact for field, fact in found.items() if fact is not None}

    def _fact(self, what: Any) -> Any:
        answers = self.dossier["answers"]
        match what:
            case str():
                return self._said(what)
            case {"days": days, **more}:
                return (self._day(more.get("after")) + timedelta(days=days)).isoformat()
            case {"count": section, "times": price}:
                return len(answers.get(section, ())) * price
            case {"year": years}:
                return self.today.year + years
            case {"answer": field}:
                return answers.get(field)
            case {"subject": name}:
                return self.dossier["subject"].get(name)
            case {"each": section, "say": text}:
                return "\n".join(
                    self._said(text, place, thing) for place, thing in enumerate(answers.get(section, ()), 1)
                )
            case {"earlier": field, "by": key, **otherwise}:
                return self.known(key, answers.get(key)).get(field) or self._fact(otherwise.get("otherwise"))
        return what

    def _day(self, field: Any) -> date:
        """The day that was answered, else this one."""
        return date.fromisoformat(self.dossier["answers"].get(field) or self.today.isoformat())

    def _said(self, text: str, place: int = 1, thing: Mapping[str, Any] | None = None) -> str:
        return text.format(year=self.today.year, number=self.number, place=place, **(thing or {}))
