"""Whether a condition of a form holds for the answers given so far."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from journeys.catalogue.form import Condition


def holds(condition: Condition | None, answers: Mapping[str, Any]) -> bool:
    """Whether the condition holds; the absence of a condition always does, an unanswered question never."""
    if condition is None:
        return True
    answer = answers.get(condition.field)
    return answer is not None and in_words(answer) in condition.allowed


def in_words(answer: Any) -> str:
    """An answer as conditions write it: truth values are ``yes`` and ``no``."""
    if isinstance(answer, bool):
        return "yes" if answer else "no"
    return str(answer)
