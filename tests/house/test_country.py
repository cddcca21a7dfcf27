"""The country that benches make is one that could be published."""

from __future__ import annotations

from pathlib import Path

import pytest
from bench.country import made
from bench.questions import questions

from journeys.catalogue.checking import checked
from portal.cli import DEFINITIONS


@pytest.mark.slow
def test_a_made_country_is_in_order_and_always_the_same(tmp_path: Path) -> None:
    one = made(DEFINITIONS, tmp_path / "one", services=400, life_events=80)
    other = made(DEFINITIONS, tmp_path / "other", services=400, life_events=80)
    assert one.names == other.names
    catalogue = checked(one.folder)
    assert (len(catalogue.services), len(catalogue.life_events)) == (400, 80)
    new = [service for key, service in catalogue.services.items() if key.startswith("made-")]
    assert any(service.askable for service in new)
    assert all(set(service.names.root) == {"ar", "fr", "en"} and service.texts.summary for service in new)
    led_to = {step.service for event in catalogue.life_events.values() for step in event.steps}
    assert led_to.intersection(service.id for service in new)


def test_questions_are_typed_as_people_type(tmp_path: Path) -> None:
    country = made(DEFINITIONS, tmp_path / "one", services=700, life_events=60)
    asked = questions(country.names)
    assert asked == questions(country.names)
    assert len(asked) > 1200
    assert len(set(asked)) > 1000
