"""One page of a form: a section, and in a repeating one which thing it is about."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Page:
    """The answers of one page among all: those of a section stand by field id, those of a repeating section in a list
    under its id. ``thing`` counts from 1, None in a section that does not repeat."""

    section: str
    thing: int | None = None

    def own(self, answers: Mapping[str, Any]) -> Mapping[str, Any]:
        """What was answered about this thing; in a section that does not repeat the answers as they are."""
        if self.thing is None:
            return answers
        given = answers.get(self.section, ())
        found: Mapping[str, Any] = given[self.thing - 1] if self.thing <= len(given) else {}
        return found

    def put(self, answers: Mapping[str, Any], asked: Collection[str], good: Mapping[str, Any]) -> dict[str, Any]:
        """All answers, with ``good`` in the place of what this page answered to ``asked`` before."""
        kept = {key: value for key, value in self.own(answers).items() if key not in asked} | dict(good)
        if self.thing is None:
            return kept
        given = list(answers.get(self.section, ()))
        given += [{}] * (self.thing - len(given))
        given[self.thing - 1] = kept
        return {**answers, self.section: given}

    def without(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """All answers but those about this thing."""
        given = list(answers.get(self.section, ()))
        if self.thing is not None:
            del given[self.thing - 1 : self.thing]
        return {**answers, self.section: given}
