"""Every other administration of the demonstration: it takes cases of any service and grants them by itself, with the
facts that ``facts.yaml`` says a service is decided with. Numbers and periods are made up for the demo."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from portal.sandbox.administrations import automatic, cases
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
    service = case["dossier"]["service"]
    number = world.store.next_number(f"facts:{service}")
    wanted = decided_with().get(service, {})
    facts = {field: _fact(world, case, what, number) for field, what in wanted.items()}
    cases.grant(world, NAME, case, {field: fact for field, fact in facts.items() if fact is not None})


def _fact(world: World, case: Case, what: Any, number: int) -> Any:
    """A text with the ``{year}`` and the ``{number}``, a day so many ``days`` from now, the ``year`` so many from now,
    what was answered to ``answer``, or the value itself."""
    today = world.clock().date()
    match what:
        case str():
            return what.format(year=today.year, number=number)
        case {"days": days}:
            return (today + timedelta(days=days)).isoformat()
        case {"year": years}:
            return today.year + years
        case {"answer": field}:
            return case["dossier"]["answers"].get(field)
    return what
