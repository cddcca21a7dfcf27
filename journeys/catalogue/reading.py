"""Reads a folder of definitions into a catalogue, and says with file and line what could not be read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from journeys.catalogue.contents import SEARCH
from journeys.catalogue.definitions import Catalogue
from journeys.catalogue.errors import BadCatalogue
from journeys.catalogue.files import Files
from journeys.catalogue.findings import Finding, Level, Place, Places
from journeys.catalogue.form import FieldDefinition
from journeys.catalogue.life_event import LifeEvent
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
from journeys.catalogue.values import PHRASES, Phrase, SearchWords

M = TypeVar("M", bound=BaseModel)
Key = Callable[[Any], str]
BY_ID, BY_CODE = attrgetter("id"), attrgetter("code")

HINTS = {
    "missing": "Add this key.",
    "extra_forbidden": "Remove this key, or mend its spelling.",
    "literal_error": "Use one of the values it names.",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """A folder that was read: what was understood, where it stands, and what was not understood."""

    catalogue: Catalogue
    places: Places
    findings: tuple[Finding, ...]


def read(folder: Path) -> Catalogue:
    """The catalogue of a folder whose files can all be understood. Raises BadCatalogue with file and line."""
    reading = look_through(folder)
    if reading.findings:
        raise BadCatalogue(reading.findings)
    return reading.catalogue


def look_through(folder: Path) -> Reading:
    """Reads every file of ``folder``. What is wrong is left out of the catalogue and told in the findings."""
    files = Files(folder)
    listed, either = files.items, files.items_if_there
    sorter = _Sorter(files.findings)
    phrases = sorter.put("phrase", Phrase, either("phrases.yaml", "phrases"), attrgetter("is_"))
    sorter.context = {PHRASES: {one.is_: one.texts.root for one in phrases.values()}}
    catalogue = Catalogue(
        services=sorter.put("service", Service, files.services()),
        life_events=sorter.put("life-event", LifeEvent, files.life_events()),
        administrations=sorter.put("administration", Administration, listed("administrations.yaml", "administrations")),
        documents=sorter.put("document", DocumentType, listed("documents.yaml", "documents")),
        fields=sorter.put("field", FieldDefinition, listed("fields.yaml", "fields")),
        situations=sorter.put("situation", Situation, either("situations.yaml", "situations")),
        sources=sorter.put("source", Source, listed("sources.yaml", "sources")),
        regions=sorter.put("region", Region, listed("reference/regions.yaml", "regions"), BY_CODE),
        provinces=sorter.put("province", Province, listed("reference/provinces.yaml", "provinces"), BY_CODE),
        communes=sorter.put("commune", Commune, files.communes()),
        courts=sorter.put("court", Court, listed("reference/courts.yaml", "courts")),
        search_words=sorter.one(SEARCH, SearchWords, files.whole_if_there("search.yaml")),
        holidays=tuple(sorter.put("holiday", Holiday, files.holidays(), _day).values()),
    )
    return Reading(catalogue, MappingProxyType(sorter.places), tuple(sorted(files.findings)))


def _day(holiday: Holiday) -> str:
    return f"{holiday.date}/{holiday.id}"


class _Sorter:
    def __init__(self, findings: list[Finding]) -> None:
        self.findings = findings
        self.context: dict[str, Any] = {}
        self.places: dict[tuple[str, str], Place] = {}

    def put(self, kind: str, model: type[M], found: Iterable[tuple[Place, Any]], key: Key = BY_ID) -> Mapping[str, M]:
        good: dict[str, M] = {}
        for place, raw in found:
            one = self._judge(model, place, raw)
            if one is not None:
                self._keep(good, kind, key(one), one, place)
        return MappingProxyType(good)

    def one(self, name: str, model: type[M], found: tuple[Place, Any]) -> M:
        """The single definition of a file, an empty one when it cannot be understood."""
        place, raw = found
        self.places[name, name] = place
        return self._judge(model, place, raw) or model()

    def _keep(self, good: dict[str, M], kind: str, name: str, one: M, place: Place) -> None:
        if name in good:
            what = f"{kind} {name} is already defined in {self.places[kind, name].file}"
            self.findings.append(place.finding(Level.ERROR, what, "Give it another id, or remove it."))
            return
        good[name] = one
        self.places[kind, name] = place

    def _judge(self, model: type[M], place: Place, raw: Any) -> M | None:
        try:
            return model.model_validate_json(json.dumps(raw), strict=True, context=self.context)
        except ValidationError as wrong:
            for error in wrong.errors(include_url=False):
                where = ".".join(str(part) for part in error["loc"])
                what = f"{where}: {error['msg']}" if where else error["msg"]
                todo = HINTS.get(error["type"], "Correct it.")
                self.findings.append(place.finding(Level.ERROR, what, todo, *error["loc"]))
        except (RecursionError, ValueError):
            self.findings.append(place.finding(Level.ERROR, "this holds itself, or lies too deep", "Write it out."))
        return None
