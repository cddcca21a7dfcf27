"""Checks a folder of definitions before it is published: references, languages, what the law and a form demand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from journeys.catalogue.contents import SEARCH
from journeys.catalogue.definitions import Catalogue
from journeys.catalogue.doubts import doubts
from journeys.catalogue.errors import BadCatalogue
from journeys.catalogue.findings import Finding, Level, Trouble
from journeys.catalogue.form_checks import form_troubles
from journeys.catalogue.life_event import LifeEvent
from journeys.catalogue.reading import Reading, look_through
from journeys.catalogue.references import known, references
from journeys.catalogue.service import Service
from journeys.catalogue.sheet import FROM_PERSON

CAP, INVESTMENT_CAP = 60, 30  # days, law 55-19 art. 16


def check(folder: Path) -> list[Finding]:
    """Everything to mend in a folder of definitions, by file and line: what forbids to publish, and what does not."""
    reading = look_through(folder)
    return sorted([*_errors(reading), *_warnings(reading)])


def checked(folder: Path) -> Catalogue:
    """The catalogue of a folder that may be published. Raises BadCatalogue with the errors."""
    reading = look_through(folder)
    errors = _errors(reading)
    if errors:
        raise BadCatalogue(errors)
    return reading.catalogue


def _errors(reading: Reading) -> list[Finding]:
    catalogue = reading.catalogue
    found = list(reading.findings)
    for (kind, name), one in _everything(catalogue).items():
        for what, remedy, where in _troubles(catalogue, one):
            place = reading.places[kind, name]
            found.append(place.finding(Level.ERROR, f"{kind} {name}: {what}", remedy, *where))
    return sorted(found)


def _warnings(reading: Reading) -> Iterator[Finding]:
    for (kind, name), one in _everything(reading.catalogue).items():
        for about, what, todo, where in doubts(reading.catalogue, one):
            yield reading.places[kind, name].warning(about, f"{kind} {name}: {what}", todo, *where)


def _everything(catalogue: Catalogue) -> dict[tuple[str, str], object]:
    tables: dict[str, Mapping[str, object]] = {
        "service": catalogue.services,
        "life-event": catalogue.life_events,
        "administration": catalogue.administrations,
        "document": catalogue.documents,
        "field": catalogue.fields,
        "situation": catalogue.situations,
        "province": catalogue.provinces,
        "commune": catalogue.communes,
        SEARCH: {SEARCH: catalogue.search_words},
    }
    return {(kind, key): one for kind, table in tables.items() for key, one in table.items()}


def _troubles(catalogue: Catalogue, one: object) -> Iterator[Trouble]:
    for kind, key, where in references(one):
        if not known(catalogue, kind, key):
            yield f"there is no {kind} {key!r}", "Add it to its file, or mend the spelling.", where
    if isinstance(one, Service):
        yield from _period(one)
        yield from _silence(one)
        yield from _once_only(catalogue, one)
        yield from form_troubles(catalogue, one)
    if isinstance(one, LifeEvent):
        yield from _steps(one)


def _period(service: Service) -> Iterator[Trouble]:
    delay = service.delay
    cap = INVESTMENT_CAP if service.investment_list and delay.kind == "specific" else CAP
    if delay.unit == "calendar_day" and (delay.max or 0) > cap:
        yield f"a period of {delay.max} days is above the {cap} the law allows", "Law 55-19 art. 16.", ("delay", "max")


def _silence(service: Service) -> Iterator[Trouble]:
    if service.silence.effect == "approval" and not service.silence.provenance.sourced:
        what = "silence counts as approval, but no source says so"
        yield what, "Only listed decisions: name the decree (law 55-19 art. 19).", ("silence", "provenance")


def _once_only(catalogue: Catalogue, service: Service) -> Iterator[Trouble]:
    """Law 55-19 art. 4(8) and 23, law 04-20 art. 11: what the State holds is not asked, unless a text exempts it."""
    for index, needed in enumerate(service.requires):
        document = catalogue.documents.get(needed.document)
        if document is None or needed.mode not in FROM_PERSON or needed.exemption:
            continue
        if document.once_only.held_by_administration or document.once_only.replaced_by_cnie:
            what = f"{needed.document} is asked from the person, though {document.issuer} holds it"
            yield what, "Fetch it (mode: exchange), or name the exemption with its date.", ("requires", index)


def _steps(event: LifeEvent) -> Iterator[Trouble]:
    services = [step.service for step in event.steps]
    if len(set(services)) < len(services):
        yield "the same step is there twice", "Remove one.", ("steps",)
    for i, step in enumerate(event.steps):
        for j, needed in enumerate(step.depends_on):
            if needed.step not in services:
                yield f"there is no step {needed.step!r}", "Add it, or mend the id.", ("steps", i, "depends_on", j)
    yield from _cycle(event)


def _cycle(event: LifeEvent) -> Iterator[Trouble]:
    try:
        TopologicalSorter({step.service: {need.step for need in step.depends_on} for step in event.steps}).prepare()
    except CycleError as cycle:
        yield f"steps wait for each other: {' → '.join(cycle.args[1])}", "Remove one dependency.", ("steps",)
