"""The files of a folder of definitions: raw definitions one by one, each with the place where it stands."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from journeys.catalogue.findings import Finding, Level, Place

Raw = dict[str, Any]
BOOL, TIMESTAMP = "tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp"

COMMUNE = {
    "local_id": "id",
    "province_code": "province",
    "name_ar": "ar",
    "name_fr": "fr",
    "fr_match": "fr_match",
    "kind": "kind",
    "urban_rural": "urban_rural",
    "ar_in_decree_2_15_402": "in_decree",
}
"""Columns of communes.csv and the keys they become."""


class Loader(yaml.CSafeLoader):
    """YAML where only true and false are truth values and a date stays a text: ``yes`` and ``no`` are answers."""

    yaml_implicit_resolvers = {
        first: [pair for pair in pairs if pair[0] not in (BOOL, TIMESTAMP)]
        for first, pairs in yaml.CSafeLoader.yaml_implicit_resolvers.items()
    }


Loader.add_implicit_resolver(BOOL, re.compile("^(true|false)$"), ["t", "f"])


@dataclass
class Files:
    """A folder, and what was wrong with its files."""

    folder: Path
    findings: list[Finding] = field(default_factory=list)

    def items(self, file: str, name: str) -> Iterator[tuple[Place, Any]]:
        """The definitions listed under ``name`` in a file."""
        data = self._load(file)
        items = data.get(name)
        if data and not isinstance(items, list):
            self._wrong(file, 1, f"there is no list {name!r}", "Add it.")
        for index, item in enumerate(items if isinstance(items, list) else ()):
            yield Place(self.folder, file, (name, index)), written_out(item)

    def items_if_there(self, file: str, name: str) -> Iterator[tuple[Place, Any]]:
        """The same for a file that a folder may do without."""
        return self.items(file, name) if (self.folder / file).exists() else iter(())

    def whole_if_there(self, file: str) -> tuple[Place, Any]:
        """A file that is one definition, and that a folder may do without."""
        return Place(self.folder, file), self._load(file) if (self.folder / file).exists() else {}

    def services(self) -> Iterator[tuple[Place, Any]]:
        """Every service of every family."""
        for path in sorted((self.folder / "services").glob("*.yaml")):
            yield from self.items(f"services/{path.name}", "services")

    def life_events(self) -> Iterator[tuple[Place, Any]]:
        """Every life event, with its kind."""
        for kind in ("citizen", "business"):
            for place, raw in self.items(f"life-events/{kind}.yaml", "life_events"):
                yield place, {**raw, "kind": kind} if isinstance(raw, dict) else raw

    def holidays(self) -> Iterator[tuple[Place, Any]]:
        """Every holiday of every year."""
        file = "reference/calendar.yaml"
        for year, days in (self._load(file).get("years") or {}).items():
            for index, day in enumerate(days):
                yield Place(self.folder, file, ("years", year, index)), day

    def communes(self) -> Iterator[tuple[Place, Any]]:
        """Every row of the communes."""
        file = "reference/communes.csv"
        try:
            with (self.folder / file).open(encoding="utf-8", newline="") as opened:
                for line, row in enumerate(csv.DictReader(opened), start=2):
                    yield Place(self.folder, file, (line,)), _commune(row)
        except FileNotFoundError:
            self._wrong(file, 1, "the file is missing", "Add it.")

    def _load(self, file: str) -> Raw:
        try:
            with (self.folder / file).open(encoding="utf-8") as opened:
                data = yaml.load(opened, Loader=Loader)  # noqa: S506 - a safe loader
        except FileNotFoundError:
            return self._wrong(file, 1, "the file is missing", "Add it.")
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            return self._wrong(file, line, f"not YAML: {error.problem}", "Correct it.")
        if not isinstance(data, dict):
            return self._wrong(file, 1, "the file is no mapping", "See the README of the folder.")
        return data

    def _wrong(self, file: str, line: int, what: str, todo: str) -> Raw:
        self.findings.append(Finding(file, line, Level.ERROR, what, todo))
        return {}


def written_out(item: Any) -> Any:
    """The long form of a definition: bare options get their key, form entries without an id that of their field."""
    if not isinstance(item, dict):
        return item
    for part in ("form", "decision"):
        if isinstance(item.get(part), list):
            item = {**item, part: [written_out(_with_id(entry)) for entry in item[part]]}
    if isinstance(item.get("options"), list):
        options = [{"value": option} if isinstance(option, str) else option for option in item["options"]]
        item = {**item, "options": options}
    return item


def _with_id(entry: Any) -> Any:
    return {"id": entry["field"], **entry} if isinstance(entry, dict) and "field" in entry else entry


def _commune(row: dict[str, str]) -> Raw:
    found: Raw = {key: row[column] for column, key in COMMUNE.items()}
    return {**found, "fr": found["fr"] or None}
