"""The files of a folder of definitions: raw definitions one by one, each with the place where it stands."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from yaml.constructor import ConstructorError
from yaml.reader import ReaderError

from journeys.catalogue.findings import Finding, Level, Place

Raw = dict[str, Any]
BOOL, INT, MERGE, TIMESTAMP = (f"tag:yaml.org,2002:{name}" for name in ("bool", "int", "merge", "timestamp"))
NOT_IN_JSON = frozenset(f"tag:yaml.org,2002:{name}" for name in ("binary", "omap", "pairs", "set", "timestamp"))
LONGEST_NUMBER = 30

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
    """YAML where only true and false are truth values and a date stays a text: ``yes`` and ``no`` are answers. What
    JSON cannot say is refused, and so is a key that stands twice."""

    yaml_implicit_resolvers = {
        first: [pair for pair in pairs if pair[0] not in (BOOL, TIMESTAMP)]
        for first, pairs in yaml.CSafeLoader.yaml_implicit_resolvers.items()
    }
    yaml_constructors = {tag: how for tag, how in yaml.CSafeLoader.yaml_constructors.items() if tag not in NOT_IN_JSON}

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        """A mapping without a key that stands twice."""
        known: set[str] = set()
        for key, _value in node.value:
            said = str(key.value)
            if said in known and key.tag != MERGE:
                raise ConstructorError(None, None, f"the key {said!r} stands twice", key.start_mark)
            known.add(said)
        found: dict[Any, Any] = super().construct_mapping(node, deep)
        return found

    def construct_whole_number(self, node: Any) -> int:
        """A number that is not absurdly long."""
        if len(node.value) > LONGEST_NUMBER:
            raise ConstructorError(None, None, "a number is too long", node.start_mark)
        found: int = self.construct_yaml_int(node)
        return found


Loader.add_implicit_resolver(BOOL, re.compile("^(true|false)$"), ["t", "f"])
Loader.add_constructor(INT, Loader.construct_whole_number)


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
        years = self._load(file).get("years") or {}
        if not isinstance(years, dict) or not all(isinstance(days, list) for days in years.values()):
            self._wrong(file, 1, "'years' is no mapping from years to lists of days", "See the README of the folder.")
            return
        for year, days in years.items():
            for index, day in enumerate(days):
                yield Place(self.folder, file, ("years", year, index)), day

    def communes(self) -> Iterator[tuple[Place, Any]]:
        """Every row of the communes."""
        file = "reference/communes.csv"
        text = self._text(file)
        if text is None:
            return
        rows = csv.DictReader(io.StringIO(text, newline=""))
        missing = [column for column in COMMUNE if column not in (rows.fieldnames or ())]
        if missing:
            self._wrong(file, 1, f"there is no column {', '.join(missing)}", "Add it.")
            return
        for line, row in enumerate(rows, start=2):
            yield Place(self.folder, file, (line,)), _commune(row)

    def _load(self, file: str) -> Raw:
        text = self._text(file)
        if text is None:
            return {}
        try:
            data = yaml.load(text, Loader=Loader)  # noqa: S506 - a safe loader
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            return self._wrong(file, line, f"not YAML: {error.problem}", "Correct it.")
        except ReaderError as error:
            line = text.count("\n", 0, error.position) + 1
            return self._wrong(file, line, f"not YAML: {error.reason}", "Remove the character.")
        except RecursionError:
            return self._wrong(file, 1, "lists and mappings lie too deep in each other", "Correct it.")
        if not isinstance(data, dict):
            return self._wrong(file, 1, "the file is no mapping", "See the README of the folder.")
        return data

    def _text(self, file: str) -> str | None:
        """What is written in a file; None, and told, when it cannot be read."""
        try:
            written = (self.folder / file).read_bytes()
            return written.decode("utf-8-sig")
        except OSError:
            self._wrong(file, 1, "the file is missing", "Add it.")
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            self._wrong(file, line, "this is not UTF-8", "Save the file as UTF-8.")
        return None

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
