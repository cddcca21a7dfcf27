"""A draft filled in by the actions themselves, rather than page by page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from journeys.cases import answers, content
from journeys.cases.models import Case
from portal.unit import Unit


def filled_in(unit: Unit, case: Case, typed: Mapping[str, str]) -> None:
    """Every section of a draft is answered with what was typed. Raises AssertionError where something is wrong."""
    catalogue, values = unit.adapters.shelf.current(), dict[str, Any]()
    service = catalogue.services[case.service]
    for section in service.sections:
        good, wrong = answers.check_section(service, catalogue, section.id, typed, values, unit.moment)
        assert not wrong, wrong
        values |= good
    kept = {"values": values, "typed": {}}
    content.write(unit.session, unit.adapters.keyring, case, content.ANSWERS, kept, unit.moment)
