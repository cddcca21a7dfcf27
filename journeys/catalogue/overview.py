"""What is known of a catalogue once everything in it was looked at: who offers what to whom, and where words lead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import InitVar, dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from journeys.catalogue.glance import Glance, glances
from journeys.catalogue.indexing import Entry, Found, Groups, Postings, postings
from journeys.catalogue.searching import Index
from journeys.catalogue.values import Audience, SearchWords, Text

if TYPE_CHECKING:
    from journeys.catalogue.definitions import Catalogue
    from journeys.catalogue.life_event import LifeEvent

SHOWN_STEPS = 4
"""Steps of a life event by whose names it is found too."""


@dataclass(frozen=True, slots=True)
class Listed:
    """What a list needs to know of a service or a life event to choose it: the rest lies packed."""

    audience: tuple[Audience, ...]
    administrations: tuple[str, ...]
    askable: bool = False
    tariff_confirmed: bool = True
    published_at: datetime | None = field(default=None, compare=False)


@dataclass
class Overview:
    """One look at everything in a catalogue: what lists need, and the index of its words."""

    services: dict[str, Listed]
    life_events: dict[str, Listed]
    life_events_of: dict[str, list[str]]
    postings: InitVar[Postings]
    said: InitVar[SearchWords]
    index: Index = field(init=False)

    def __post_init__(self, postings: Postings, said: SearchWords) -> None:
        idle = (word for some in said.idle.values() for word in some)
        self.index = Index(postings, Groups(said.same), idle)

    def offered_by(self, administration: str) -> list[str]:
        """The services of an administration."""
        return [key for key, one in self.services.items() if administration in one.administrations]


@dataclass(frozen=True, slots=True)
class _Noted:
    """What is noted in passing."""

    services: dict[str, Listed] = field(default_factory=dict)
    life_events: dict[str, Listed] = field(default_factory=dict)
    life_events_of: dict[str, list[str]] = field(default_factory=dict)


def looked_over(catalogue: Catalogue) -> Overview:
    """Looks at every service and life event once."""
    noted, said = _Noted(), catalogue.search_words
    read = postings(_entries(catalogue, noted), Groups(said.same))
    return Overview(noted.services, noted.life_events, noted.life_events_of, read, said)


def _entries(catalogue: Catalogue, noted: _Noted) -> Iterator[Entry]:
    """Everything that has a page of its own, as it is found by words; noted in passing."""
    called, names = catalogue.search_words.words, dict[str, Text]()
    for service in glances(catalogue.services):
        names[service.id] = service.names
        noted.services[service.id] = _listed(catalogue, service)
        yield _entry("service", service.id, service.names, _about(catalogue, service), called)
    for event in catalogue.life_events.values():
        noted.life_events[event.id] = Listed(event.audience, event.administrations, published_at=event.published_at)
        steps = [names[step.service] for step in event.steps if step.service in names]
        _note_steps(noted.life_events_of, event)
        yield _entry("life-event", event.id, event.names, steps[:SHOWN_STEPS], called)
    for body in catalogue.administrations.values():
        if not body.is_actor:
            yield _entry("administration", body.id, body.names, (), called)


def _listed(catalogue: Catalogue, seen: Glance) -> Listed:
    """A service without sections cannot be asked for: it need not be unpacked to know."""
    bodies = (seen.administration,)
    if not seen.sections:
        return Listed(seen.audience, bodies, published_at=seen.published_at)
    (one,) = catalogue.in_passing([seen.id])
    return Listed(one.audience, bodies, one.askable, one.tariff_confirmed, one.published_at)


def _note_steps(known: dict[str, list[str]], event: LifeEvent) -> None:
    for step in event.steps:
        known.setdefault(step.service, []).append(event.id)


def _about(catalogue: Catalogue, service: Glance) -> Iterator[Text]:
    documents, body = catalogue.documents, catalogue.administrations.get(service.administration)
    yield from (documents[one.document].names for one in service.outputs if one.document in documents)
    if service.texts.summary:
        yield service.texts.summary
    if body:
        yield body.names


def _entry(kind: str, key: str, names: Text, about: Iterable[Text], called: Mapping[str, Iterable[str]]) -> Entry:
    return Entry(Found(kind, key), (names,), tuple(called.get(f"{kind}/{key}", ())), tuple(about))
