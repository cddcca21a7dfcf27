"""The catalogue: everything on offer in one published version, as immutable values that are cheap to look up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from types import MappingProxyType
from typing import Any, Self, TypeVar

from journeys.catalogue.form import (
    Bar,
    Condition,
    FeeLine,
    FeeRule,
    FieldDefinition,
    FormField,
    OfficeRule,
    Option,
    Prefill,
    Section,
)
from journeys.catalogue.life_event import LifeEvent, Step
from journeys.catalogue.overview import Overview, looked_over
from journeys.catalogue.packed import Packed
from journeys.catalogue.reference import (
    Administration,
    Commune,
    Court,
    DocumentType,
    Holiday,
    Province,
    Region,
    Situation,
    Source,
)
from journeys.catalogue.searching import Index
from journeys.catalogue.service import Service
from journeys.catalogue.sheet import Delay, Fee, Output, Period, Requirement, Silence
from journeys.catalogue.values import LANGUAGES, Provenance, SearchWords, Text

__all__ = [
    "LANGUAGES",
    "Administration",
    "Bar",
    "Catalogue",
    "Commune",
    "Condition",
    "Court",
    "Delay",
    "DocumentType",
    "Fee",
    "FeeLine",
    "FeeRule",
    "FieldDefinition",
    "FormField",
    "Holiday",
    "LifeEvent",
    "OfficeRule",
    "Option",
    "Output",
    "Period",
    "Prefill",
    "Provenance",
    "Province",
    "Region",
    "Requirement",
    "Section",
    "Service",
    "Silence",
    "Situation",
    "Source",
    "Step",
    "Text",
]

T = TypeVar("T")
Choice = tuple[str, Text]


def _empty() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, repr=False)
class Catalogue:
    """What is on offer, by id (places by code). ``number`` is the publication it comes from, 0 for files."""

    services: Mapping[str, Service] = field(default_factory=_empty)
    life_events: Mapping[str, LifeEvent] = field(default_factory=_empty)
    administrations: Mapping[str, Administration] = field(default_factory=_empty)
    documents: Mapping[str, DocumentType] = field(default_factory=_empty)
    fields: Mapping[str, FieldDefinition] = field(default_factory=_empty)
    situations: Mapping[str, Situation] = field(default_factory=_empty)
    sources: Mapping[str, Source] = field(default_factory=_empty)
    regions: Mapping[str, Region] = field(default_factory=_empty)
    provinces: Mapping[str, Province] = field(default_factory=_empty)
    communes: Mapping[str, Commune] = field(default_factory=_empty)
    courts: Mapping[str, Court] = field(default_factory=_empty)
    holidays: tuple[Holiday, ...] = ()
    search_words: SearchWords = field(default_factory=SearchWords)
    number: int = 0
    _communes_of: Mapping[str, tuple[Choice, ...]] = field(init=False, compare=False)
    _fixed: Mapping[str, tuple[Choice, ...]] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        communes = [(commune.province, (commune.id, commune.names)) for commune in self.communes.values()]
        object.__setattr__(self, "_communes_of", _grouped(communes))
        object.__setattr__(self, "_fixed", self._fixed_choices())

    @cached_property
    def overview(self) -> Overview:
        """What one look at everything tells; taken when it is first asked for, unless it was kept."""
        return looked_over(self)

    def with_kept(self, overview: Overview) -> Self:
        """This, with the overview that somebody took of it before."""
        self.__dict__["overview"] = overview
        return self

    @property
    def index(self) -> Index:
        """What finds things here by the words people type."""
        return self.overview.index

    def service(self, key: str) -> Service:
        """The service with this id, as published now. Raises KeyError."""
        return self.services[key]

    def in_passing(self, keys: Iterable[str]) -> Iterator[Service]:
        """Services one after the other, for lists: none stays unpacked. Raises KeyError."""
        look = self.services.fresh if isinstance(self.services, Packed) else self.services.__getitem__
        return map(look, keys)

    def life_event(self, key: str) -> LifeEvent:
        """The life event with this id. Raises KeyError."""
        return self.life_events[key]

    def life_events_of(self, service: str) -> tuple[LifeEvent, ...]:
        """The life events that a service is a step of."""
        return tuple(self.life_events[key] for key in self.overview.life_events_of.get(service, ()))

    def situation(self, event: LifeEvent, token: str) -> Text | None:
        """When a step of a life event applies: the life event's own words, else everybody's. None when nobody said."""
        known = self.situations.get(token)
        return event.conditions.get(token) or (known.labels if known else None)

    def fields_of(self, service: str, section: str) -> tuple[FormField, ...]:
        """The questions of one section of a service. Raises KeyError."""
        return self.services[service].fields_of(section)

    def definition(self, asked: FormField) -> FieldDefinition:
        """The typed field behind a question."""
        return self.fields[asked.field]

    def labels(self, asked: FormField) -> Text:
        """The words of a question: its own, else those of its field."""
        return asked.labels or self.definition(asked).labels

    def options(self, asked: FormField, answers: Mapping[str, Any]) -> tuple[Choice, ...]:
        """What one may choose: (value, words), in the order of the files; nothing when one may not choose.

        With ``within`` only what lies in the answered province is offered, nothing before it is answered."""
        definition = self.definition(asked)
        if asked.administrations:
            return tuple((key, self.administrations[key].names) for key in asked.administrations)
        if definition.type == "commune":
            return self._communes(asked, answers)
        if definition.type in self._fixed:
            return self._fixed[definition.type]
        return tuple((option.value, _words(option)) for option in asked.options or definition.options)

    def _communes(self, asked: FormField, answers: Mapping[str, Any]) -> tuple[Choice, ...]:
        if asked.within:
            return self._communes_of.get(str(answers.get(asked.within, "")), ())
        return tuple(choice for province in self._communes_of.values() for choice in province)

    def _fixed_choices(self) -> Mapping[str, tuple[Choice, ...]]:
        named: dict[str, Mapping[str, Region] | Mapping[str, Province] | Mapping[str, Court]]
        named = {"region": self.regions, "province": self.provinces, "court": self.courts}
        return {kind: tuple((key, one.names) for key, one in all_.items()) for kind, all_ in named.items()}


def _words(option: Option) -> Text:
    return option.labels or Text({"fr": option.value})


def _grouped(pairs: Iterable[tuple[str, T]]) -> Mapping[str, tuple[T, ...]]:
    ordered = sorted(pairs, key=lambda pair: pair[0])
    groups = groupby(ordered, key=lambda pair: pair[0])
    return MappingProxyType({key: tuple(item for _, item in group) for key, group in groups})
