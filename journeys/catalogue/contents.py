"""Between a catalogue and what the database holds: one content per definition, lists of places as one each."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial
from operator import attrgetter
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel, TypeAdapter

from journeys.catalogue.definitions import Catalogue
from journeys.catalogue.form import FieldDefinition
from journeys.catalogue.life_event import LifeEvent
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
from journeys.catalogue.service import Service
from journeys.catalogue.values import SearchWords

Address = tuple[str, str]
Contents = dict[Address, Any]
Stored = tuple[str, str, int, datetime, str]

SERVICE, LIFE_EVENT, LISTS = "service", "life-event", "reference"
VERSIONED = (SERVICE, LIFE_EVENT)
TABLES: Mapping[str, tuple[str, type[BaseModel]]] = {
    SERVICE: ("services", Service),
    LIFE_EVENT: ("life_events", LifeEvent),
    "administration": ("administrations", Administration),
    "document": ("documents", DocumentType),
    "field": ("fields", FieldDefinition),
    "situation": ("situations", Situation),
    "source": ("sources", Source),
}
PLACES: Mapping[str, tuple[str, type[BaseModel]]] = {
    "regions": ("code", Region),
    "provinces": ("code", Province),
    "communes": ("id", Commune),
    "courts": ("id", Court),
}
CALENDAR, SEARCH = "holidays", "search"


def contents(catalogue: Catalogue) -> Contents:
    """What would be stored of a catalogue, by kind and key."""
    found: Contents = {}
    for kind, (name, _) in TABLES.items():
        found |= {(kind, key): plain(one) for key, one in getattr(catalogue, name).items()}
    for name in PLACES:
        found[LISTS, name] = [plain(one) for one in getattr(catalogue, name).values()]
    found[LISTS, CALENDAR] = [plain(one) for one in catalogue.holidays]
    found[LISTS, SEARCH] = plain(catalogue.search_words)
    return found


def digest(content: Any) -> str:
    """SHA-256 of the canonical JSON of a content: sorted keys, no spaces, UTF-8."""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def rebuilt(stored: Iterable[Stored], number: int) -> Catalogue:
    """The catalogue that stored definitions (kind, key, version, since, JSON) of publication ``number`` make up. What
    there is much of is packed as it comes."""
    tables: dict[str, dict[str, Any]] = {kind: {} for kind in TABLES}
    packed: dict[str, Packed[Any]] = {kind: Packed(partial(_unpacked, kind)) for kind in VERSIONED}
    lists: dict[str, Any] = {}
    for kind, key, version, since, content in stored:
        if kind == LISTS:
            lists[key] = json.loads(content)
        elif kind in VERSIONED:
            packed[kind].add(key, version, since, content)
        elif kind in TABLES:
            tables[kind][key] = TABLES[kind][1].model_validate_json(content)
    found: dict[str, Any] = {TABLES[kind][0]: _sorted(table) for kind, table in tables.items()}
    found |= {TABLES[kind][0]: some.sealed() for kind, some in packed.items()}
    found |= {name: _places(name, lists.get(name, [])) for name in PLACES}
    holidays = TypeAdapter(tuple[Holiday, ...]).validate_python(lists.get(CALENDAR, []))
    said = SearchWords.model_validate(lists.get(SEARCH, {}))
    return Catalogue(**found, holidays=holidays, search_words=said, number=number)


def _sorted(table: dict[str, Any]) -> Mapping[str, Any]:
    return MappingProxyType(dict(sorted(table.items())))


def _unpacked(kind: str, version: int, since: datetime, content: str) -> Any:
    return restored(kind, version, since, json.loads(content))


def restored(kind: str, version: int, since: datetime, content: Any) -> Any:
    """One version of a definition of a kind in ``VERSIONED``, as the value it was."""
    return TABLES[kind][1].model_validate({**content, "version": version, "published_at": since})


def plain(one: BaseModel) -> Any:
    """What is stored of one definition."""
    # Defaults stay out, so that a key the format gains later changes no digest.
    return one.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def _places(name: str, content: Any) -> Mapping[str, Any]:
    key, model = PLACES[name]
    found = TypeAdapter(tuple[model, ...]).validate_python(content)  # type: ignore[valid-type]
    return MappingProxyType({attrgetter(key)(one): one for one in found})
