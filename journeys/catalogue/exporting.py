"""Writes a catalogue back into files: what is read from them again is the same."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from journeys.catalogue.contents import CALENDAR, LISTS, PLACES, SEARCH, TABLES, contents
from journeys.catalogue.definitions import Catalogue
from journeys.catalogue.files import COMMUNE


def export(catalogue: Catalogue, folder: Path) -> list[Path]:
    """Writes every definition into ``folder``, which need not exist; returns the files. Phrases are written out where
    they are said."""
    found = contents(catalogue)
    kinds: dict[str, list[Any]] = {kind: [found[kind, key] for key in _keys(found, kind)] for kind in TABLES}
    files: dict[str, Any] = {
        f"{TABLES[kind][0]}.yaml": {TABLES[kind][0]: kinds[kind]}
        for kind in ("administration", "document", "field", "situation", "source")
    }
    files |= {
        f"services/{family}.yaml": {"family": family, "services": some} for family, some in _families(kinds["service"])
    }
    files |= {f"life-events/{kind}.yaml": {"kind": kind, "life_events": some} for kind, some in _life_events(kinds)}
    files |= {f"reference/{name}.yaml": {name: found[LISTS, name]} for name in PLACES if name != "communes"}
    files["reference/calendar.yaml"] = {"years": _years(found[LISTS, CALENDAR])}
    files["search.yaml"] = found[LISTS, SEARCH]
    return [*(_write(folder / name, content) for name, content in files.items()), _communes(folder, found)]


def _keys(found: Iterable[tuple[str, str]], kind: str) -> list[str]:
    return sorted(key for one, key in found if one == kind)


def _families(services: Iterable[Mapping[str, Any]]) -> Iterable[tuple[str, list[Any]]]:
    families: defaultdict[str, list[Any]] = defaultdict(list)
    for service in services:
        families[service["family"]].append(service)
    return sorted(families.items())


def _life_events(kinds: Mapping[str, list[Any]]) -> Iterable[tuple[str, list[Any]]]:
    events: dict[str, list[Any]] = {"citizen": [], "business": []}
    for event in kinds["life-event"]:
        events[event["kind"]].append({key: value for key, value in event.items() if key != "kind"})
    return events.items()


def _years(holidays: Iterable[Mapping[str, Any]]) -> dict[int, list[Any]]:
    years: defaultdict[int, list[Any]] = defaultdict(list)
    for holiday in holidays:
        years[int(str(holiday["date"])[:4])].append(holiday)
    return dict(years)


def _write(path: Path, content: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=120), "utf-8")
    return path


def _communes(folder: Path, found: Mapping[tuple[str, str], Any]) -> Path:
    path = folder / "reference" / "communes.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COMMUNE)
        writer.writerows([one.get(key) or "" for key in COMMUNE.values()] for one in found[LISTS, "communes"])
    return path
