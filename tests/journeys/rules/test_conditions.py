"""Conditions of a form."""

from __future__ import annotations

from typing import Any

import pytest

from journeys.cases.conditions import holds
from journeys.catalogue.definitions import Condition


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"relation": "self"}, True),
        ({"relation": "child"}, True),
        ({"relation": "spouse"}, False),
        ({"relation": None}, False),
        ({}, False),
    ],
)
def test_a_condition_holds_for_the_answers_it_names(answers: dict[str, Any], expected: bool) -> None:
    condition = Condition.model_validate({"field": "relation", "in": ["self", "child"]})
    assert holds(condition, answers) is expected


@pytest.mark.parametrize(("answer", "word"), [(True, "yes"), (False, "no"), (3, "3")])
def test_truth_values_and_numbers_are_compared_as_words(answer: Any, word: str) -> None:
    assert holds(Condition.model_validate({"field": "a", "in": [word]}), {"a": answer})


def test_what_has_no_condition_always_applies() -> None:
    assert holds(None, {})
