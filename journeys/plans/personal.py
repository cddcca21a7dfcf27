"""A life event made personal: of all its steps those that apply, what can be done side by side, every paper once, the
fees by administration, and the longest way in days by the calendar."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from graphlib import TopologicalSorter

from journeys.cases.calendar import ZONE, Calendar, local_day
from journeys.cases.clock import last_day
from journeys.catalogue.definitions import Catalogue, LifeEvent, Service, Step, Text
from journeys.catalogue.sheet import FROM_PERSON

Answers = Mapping[str, bool]
NOON = time(12, tzinfo=ZONE)


@dataclass(frozen=True, slots=True)
class Question:
    """Something only the person knows, and the words it is asked in."""

    token: str
    words: Text


@dataclass(frozen=True, slots=True)
class Stop:
    """One step that applies, or may: ``sure`` when nothing more has to be known. ``rank`` counts from 1: stops of one
    rank can be done side by side; ``after`` are the services it waits for. ``answer_by`` is the last day of its answer
    when it is asked for on the first day it can be."""

    step: Step
    service: Service
    sure: bool
    rank: int
    after: tuple[str, ...]
    answer_by: date

    @property
    def needed(self) -> bool:
        """Whether it must be done: it applies for sure, and is not optional."""
        return self.sure and not self.step.optional


@dataclass(frozen=True, slots=True)
class Paper:
    """A document that some of the steps want: once, with all of them. ``mode`` is that of the first that wants it from
    the person, if any."""

    document: str
    issuer: str
    mode: str
    services: tuple[str, ...]
    condition: str | None


@dataclass(frozen=True, slots=True)
class Cost:
    """What the needed steps cost at one administration: the sum that is known in minor units, and how many fees are not
    known or depend on the request. ``sourced`` when every fee in the sum is."""

    administration: str
    minor: int
    open: int
    sourced: bool


@dataclass(frozen=True)
class Personal:
    """The list of one person."""

    event: LifeEvent
    start: date
    stops: tuple[Stop, ...]
    left_out: tuple[Step, ...]
    papers: tuple[Paper, ...]
    costs: tuple[Cost, ...]

    @cached_property
    def days(self) -> int:
        """Days from the start to the last answer to a needed step, at the latest."""
        return max(((stop.answer_by - self.start).days for stop in self.stops if stop.needed), default=0)

    @cached_property
    def days_sure(self) -> bool:
        """Whether every needed step has a period that a source confirms."""
        needed = [stop.service.delay for stop in self.stops if stop.needed]
        return all(delay.unit is not None and delay.provenance.sourced for delay in needed)

    @property
    def total(self) -> int:
        """All that is known of the price, in minor units."""
        return sum(cost.minor for cost in self.costs)


def questions(catalogue: Catalogue, event: LifeEvent) -> list[Question]:
    """What to ask: the conditions of its steps, then what decides about their papers; each once, only what is asked."""
    tokens = [step.when for step in event.steps if step.when]
    tokens += [
        paper.condition for service in _services(catalogue, event) for paper in service.requires if paper.condition
    ]
    found = []
    for token in dict.fromkeys(tokens):
        words, known = catalogue.situation(event, token), catalogue.situations.get(token)
        if words is not None and (token in event.conditions or (known and known.kind == "asked")):
            found.append(Question(token, words))
    return found


def _services(catalogue: Catalogue, event: LifeEvent) -> Iterable[Service]:
    return (catalogue.services[step.service] for step in event.steps if step.service in catalogue.services)


def personal(catalogue: Catalogue, event: LifeEvent, answers: Answers, start: datetime) -> Personal:
    """The list that follows from ``answers`` on the day of ``start``: a condition that was not answered leaves its step
    in, not sure. Raises ValueError for a naive moment."""
    steps = sorted(event.steps, key=lambda step: step.order)
    there = [step for step in steps if step.service in catalogue.services and answers.get(step.when or "", True)]
    left_out = tuple(step for step in steps if step not in there)
    stops = _stops(catalogue, there, answers, start)
    needed = [stop for stop in stops if stop.needed]
    return Personal(event, local_day(start), stops, left_out, _papers(needed, answers), _costs(needed))


def _stops(catalogue: Catalogue, steps: list[Step], answers: Answers, start: datetime) -> tuple[Stop, ...]:
    here = {step.service: step for step in steps}
    after = {
        key: tuple(dict.fromkeys(one.step for one in step.depends_on if one.step in here)) for key, step in here.items()
    }
    calendar, found = Calendar(catalogue.holidays), dict[str, Stop]()
    for key in TopologicalSorter(after).static_order():
        step, service = here[key], catalogue.services[key]
        waited = [found[one] for one in after[key] if not found[one].step.optional]
        rank = 1 + max((found[one].rank for one in after[key]), default=0)
        ready = max((datetime.combine(one.answer_by, NOON) for one in waited), default=start)
        by = last_day(service.delay, ready, calendar) or local_day(ready)
        found[key] = Stop(step, service, step.when is None or step.when in answers, rank, after[key], by)
    return tuple(sorted(found.values(), key=lambda stop: (stop.rank, stop.step.order)))


def _papers(stops: list[Stop], answers: Answers) -> tuple[Paper, ...]:
    """Every document once, those from the person first. What an earlier step ends with is not gathered again, and what
    the answers rule out falls away."""
    made = {output.document for stop in stops for output in stop.service.outputs}
    wanted: dict[str, Paper] = {}
    for stop in stops:
        for one in stop.service.requires:
            if one.document in made or answers.get(one.condition or "", True) is False:
                continue
            known = wanted.get(one.document)
            services = (*(known.services if known else ()), stop.service.id)
            mode = one.mode if known is None or one.mode in FROM_PERSON else known.mode
            condition = None if one.condition in answers else one.condition
            if known is not None and known.condition is None:
                condition = None
            wanted[one.document] = Paper(one.document, one.issuer, mode, services, condition)
    return tuple(sorted(wanted.values(), key=lambda paper: paper.mode not in FROM_PERSON))


def _costs(stops: list[Stop]) -> tuple[Cost, ...]:
    found: dict[str, Cost] = {}
    for stop in stops:
        fee, key = stop.service.fee, stop.service.administration
        cost = found.get(key, Cost(key, 0, 0, True))
        if fee.kind == "free" or (fee.kind == "fixed" and fee.amount_mad is not None):
            minor = 100 * (fee.amount_mad or 0)
            cost = Cost(key, cost.minor + minor, cost.open, cost.sourced and fee.provenance.sourced)
        else:
            cost = Cost(key, cost.minor, cost.open + 1, cost.sourced)
        found[key] = cost
    return tuple(found.values())
