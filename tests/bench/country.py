"""A country with three thousand services: the real folder, and as many made from its own vocabulary as are missing.

The same seed makes the same country. Every sheet is complete in three languages; one in twenty of those that are made
can be asked for; made life events refer to made services, in order and under conditions.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import yaml
from bench.phrases import EVENTS, NAMES, QUALIFIERS, SENTENCES, Words

from journeys.catalogue.files import Loader

SERVICES, LIFE_EVENTS = 3000, 400
ASKABLE = 0.05
IN_A_FILE = 100
LANGUAGES = ("ar", "fr", "en")
Raw = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Country:
    """What was made: the folder, and the names of the made services in three languages."""

    folder: Path
    names: tuple[Words, ...]


def made(
    real: Path, at: Path, *, services: int = SERVICES, life_events: int = LIFE_EVENTS, seed: int = 2026
) -> Country:
    """Copies the folder ``real`` to ``at`` and adds services and life events until there are as many as asked for."""
    shutil.copytree(real, at)
    vocabulary = Vocabulary(real, Random(seed))
    there = len(vocabulary.services)
    new = [vocabulary.service(number) for number in range(there, services)]
    for first in range(0, len(new), IN_A_FILE):
        _write(at / "services" / f"made-{first // IN_A_FILE:02}.yaml", "services", new[first : first + IN_A_FILE])
    for kind in ("citizen", "business"):
        old = _read(real / "life-events" / f"{kind}.yaml", "life_events")
        some = range(len(old), life_events // 2)
        added = [vocabulary.life_event(f"{kind}-{number}", kind, new) for number in some]
        _write(at / "life-events" / f"{kind}.yaml", "life_events", old + added)
    return Country(at, tuple(one["names"] for one in new))


class Vocabulary:
    """The words and the sheets of a real folder, and chance to draw from them."""

    def __init__(self, real: Path, chance: Random) -> None:
        self._chance = chance
        self.services = [one for file in sorted((real / "services").glob("*.yaml")) for one in _read(file, "services")]
        self._askable = [one for one in self.services if one.get("sections")]
        self._sheets = [one for one in self.services if not one.get("sections")]
        self._requires = [paper for one in self._sheets for paper in one["requires"]]
        self._outputs = [paper for one in self._sheets for paper in one["outputs"]]
        self._documents = {one["id"]: one["names"] for one in _read(real / "documents.yaml", "documents")}
        self._places = list(_places(real / "reference" / "communes.csv"))
        self._tokens = [one for one in _read(real / "situations.yaml", "situations") if one["kind"] == "asked"]
        self._taken: set[str] = set()

    def service(self, number: int) -> Raw:
        """A sheet like a real one under a name of its own; or a service that can be asked for, like a real one."""
        if self._chance.random() < ASKABLE:
            new = deepcopy(self._chance.choice(self._askable))
        else:
            new = deepcopy(self._chance.choice(self._sheets))
            new["requires"] = self._some(self._requires, 6)
            new["outputs"] = self._some(self._outputs, 2)
        thing = self._chance.choice(list(self._documents.values()))
        new["names"] = self._named(NAMES, thing)
        new["id"] = f"made-{number:04}"
        new["texts"] = {part: self._text(part, new["names"]) for part in SENTENCES}
        return new

    def life_event(self, key: str, kind: str, services: list[Raw]) -> Raw:
        """Three to twelve made services in order: each may wait for others before it, a third is not for everybody."""
        tokens = self._chance.sample(self._tokens, 4)
        steps: list[Raw] = []
        for order, one in enumerate(self._chance.sample(services, self._chance.randint(3, 12)), 1):
            earlier = self._chance.sample(steps, min(len(steps), self._chance.randint(0, 2)))
            when = self._chance.choice(tokens)["id"] if self._chance.random() < 1 / 3 else None
            waits = [{"step": step["service"], "document": None} for step in earlier]
            steps.append(
                {"order": order, "service": one["id"], "administration": one["administration"], "when": when}
                | {"optional": self._chance.random() < 0.2, "depends_on": waits}
            )
        return {
            "id": f"made-{key}",
            "names": self._named(EVENTS, self._chance.choice(list(self._documents.values()))),
            "audience": ["business" if kind == "business" else "citizen"],
            "trigger": "made for a measurement",
            "conditions": {one["id"]: one["labels"] for one in tokens},
            "steps": steps,
            "administrations": sorted({step["administration"] for step in steps}),
            "provenance": {"steps": "ours", "status": "unverified"},
        }

    def _some(self, papers: list[Raw], most: int) -> list[Raw]:
        drawn = self._chance.sample(papers, self._chance.randint(1, most))
        return list({one["document"]: one for one in drawn}.values())

    def _named(self, patterns: tuple[Words, ...], thing: Words) -> Words:
        """A name nobody has yet: what is done, with what, and for whom or where."""
        while True:
            pattern, place = self._chance.choice(patterns), self._chance.choice(self._places)
            whom = self._chance.choice(QUALIFIERS)
            said = {one: f"{pattern[one].format(_of(thing, one))} {whom[one].format(place[one])}" for one in LANGUAGES}
            if said["en"] not in self._taken:
                self._taken.add(said["en"])
                return said

    def _text(self, part: str, names: Words) -> Words:
        chosen = self._chance.choice(SENTENCES[part])
        return {one: chosen[one].format(names[one]) for one in LANGUAGES}


def _of(thing: Words, language: str) -> str:
    return thing.get(language) or thing["fr"]


def _places(file: Path) -> Iterator[Words]:
    with file.open(encoding="utf-8", newline="") as opened:
        for row in csv.DictReader(opened):
            if row["name_fr"]:
                yield {"ar": row["name_ar"], "fr": row["name_fr"], "en": row["name_fr"]}


def _read(file: Path, name: str) -> list[Raw]:
    found: list[Raw] = yaml.load(file.read_text("utf-8"), Loader=Loader)[name]  # noqa: S506 - a safe loader
    return found


def _write(file: Path, name: str, items: list[Raw]) -> None:
    said = yaml.dump({name: items}, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False)
    file.write_text(said, "utf-8")
