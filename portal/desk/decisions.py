"""What a document will say, as the officer sees it before granting: prefilled, corrected, checked by the same rules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_wtf import FlaskForm

from journeys.cases import answers as rules
from portal.apply.drafts import Draft
from portal.apply.forms import made_form, shown_text
from portal.locker.lettering import unshown


def known(draft: Draft) -> dict[str, Any]:
    """What the answers and the registers already say, by field id; the register wins."""
    found = dict(draft.values)
    for register in draft.facts.values():
        found |= {key: value for key, value in register["values"].items() if value not in (None, "")}
    return found


def decision_form(draft: Draft, language: str, typed: Mapping[str, str] | None = None) -> FlaskForm:
    """The officer's form."""
    values = known(draft)
    shown = {
        field.id: shown_text(values.get(field.id), draft.catalogue.definition(field).type)
        for field in draft.service.decision
    } | dict(typed or {})
    context = values | dict(typed or {})
    return made_form(draft.service.decision, draft.catalogue, context, shown, language)


def judged(
    draft: Draft, typed: Mapping[str, str], moment: datetime
) -> tuple[dict[str, Any], dict[str, rules.BadAnswer]]:
    """The officer's answers, cleaned, and what is wrong with the others."""
    good: dict[str, Any] = {}
    problems: dict[str, rules.BadAnswer] = {}
    for field in draft.service.decision:
        try:
            text = typed.get(field.id, "")
            good[field.id] = rules.clean(field, draft.catalogue, text, {**draft.values, **good}, moment)
            if unshown(text) and draft.catalogue.definition(field).type != "text":
                raise rules.BadAnswer("wrong_characters")  # a document shows a name as it is, or not at all
        except rules.BadAnswer as problem:
            problems[field.id] = problem
    return good, problems
