"""The answers of a request: which questions apply, whether what was typed can be taken, what may be left behind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from journeys.cases.conditions import holds
from journeys.cases.values import BadAnswer, as_typed, clean
from journeys.catalogue.definitions import Bar, Catalogue, FormField, Section, Service

__all__ = [
    "BadAnswer",
    "as_typed",
    "asked",
    "barred",
    "check_section",
    "clean",
    "page_of",
    "problems",
    "pruned",
    "sections",
    "things",
]

Thing = Mapping[str, Any]
"""The answers about one thing of a repeating section, by field id."""


def sections(service: Service, answers: Mapping[str, Any]) -> list[Section]:
    """The sections that apply, in order: their condition holds and they have something to ask."""
    return [one for one in service.sections if holds(one.when, answers) and asked(service, one.id, answers)]


def asked(service: Service, section: str, answers: Mapping[str, Any]) -> list[FormField]:
    """The questions of a section that apply."""
    return [field for field in service.fields_of(section) if holds(field.when, answers)]


def things(section: Section, answers: Mapping[str, Any]) -> Sequence[Thing]:
    """What a repeating section was answered for, in order; they stand among the answers under its id. Nothing for any
    other section."""
    found: Sequence[Thing] = answers.get(section.id, ()) if section.repeats else ()
    return found


def check_section(
    service: Service,
    catalogue: Catalogue,
    section: str,
    raw: Mapping[str, str],
    answers: Mapping[str, Any],
    moment: datetime,
) -> tuple[dict[str, Any], dict[str, BadAnswer]]:
    """Judges what was typed in one section (of a repeating one: about one thing), beside the answers given elsewhere.

    Returns the right values, which take the place of all former answers of the section (an emptied optional answer is
    not among them), and what is wrong by field id."""
    fields = service.fields_of(section)
    known = {key: value for key, value in answers.items() if key not in {field.id for field in fields}}
    good: dict[str, Any] = {}
    wrong: dict[str, BadAnswer] = {}
    for field in fields:
        if not holds(field.when, known | good):
            continue
        try:
            value = clean(field, catalogue, raw.get(field.id, ""), known | good, moment)
        except BadAnswer as problem:
            wrong[field.id] = problem
        else:
            good |= {} if value is None else {field.id: value}
    return good, wrong


def problems(
    service: Service, catalogue: Catalogue, answers: Mapping[str, Any], moment: datetime
) -> dict[str, BadAnswer]:
    """What keeps a request from being sent, over every question that applies, in order; empty when nothing does.

    The key is a field id; in a repeating section ``section.number.field``, numbers from 1, and the section's id alone
    when it was answered for too few or too many things. ``page_of`` reads it."""
    found: dict[str, BadAnswer] = {}
    for section in sections(service, answers):
        if section.repeats is None:
            found |= _wrong(service, catalogue, section, answers, moment)
            continue
        given = things(section, answers)
        if len(given) < section.repeats.min:
            found[section.id] = BadAnswer("too_few", least=section.repeats.min)
        if len(given) > section.repeats.max:
            found[section.id] = BadAnswer("too_many", most=section.repeats.max)
        for number, thing in enumerate(given, start=1):
            wrong = _wrong(service, catalogue, section, {**answers, **thing}, moment)
            found |= {f"{section.id}.{number}.{key}": problem for key, problem in wrong.items()}
    return found


def _wrong(
    service: Service, catalogue: Catalogue, section: Section, answers: Mapping[str, Any], moment: datetime
) -> dict[str, BadAnswer]:
    found: dict[str, BadAnswer] = {}
    for field in asked(service, section.id, answers):
        text = as_typed(catalogue.definition(field).type, answers.get(field.id))
        try:
            clean(field, catalogue, text, answers, moment)
        except BadAnswer as problem:
            found[field.id] = problem
    return found


def page_of(service: Service, problem: str) -> tuple[str, int | None]:
    """The section, and in a repeating one the thing, where a key of ``problems`` is mended."""
    section, _, rest = problem.partition(".")
    if rest:
        return section, int(rest.partition(".")[0])
    if section in service.repeating:
        return section, None
    return service.field(section).section or "", None


def barred(service: Service, answers: Mapping[str, Any]) -> list[Bar]:
    """Why somebody with these answers cannot ask for this; nothing when they can."""
    return [bar for bar in service.bars if holds(bar.when, answers)]


def pruned(service: Service, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers without those whose question no longer applies; what depends on a dropped answer goes too."""
    kept: dict[str, Any] = {}
    for section in service.sections:
        if not holds(section.when, kept):
            continue
        if section.repeats is None:
            kept |= _kept(service, section, answers, kept)
        elif given := things(section, answers):
            kept[section.id] = [_kept(service, section, thing, kept) for thing in given]
    return kept


def _kept(service: Service, section: Section, answers: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for field in service.fields_of(section.id):
        if field.id in answers and holds(field.when, {**before, **kept}):
            kept[field.id] = answers[field.id]
    return kept
