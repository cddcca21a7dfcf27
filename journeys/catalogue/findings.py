"""What a check of the files finds, and where: file and line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from journeys.catalogue.values import Where

Trouble = tuple[str, str, Where]  # what is wrong, what to do, where in the definition


class About(StrEnum):
    """What warnings are about, as their counts are told."""

    LANGUAGE = "texts missing in a language"
    LAW = "legal elements not found"
    UNVERIFIED = "facts without a source"
    CONFLICT = "conflicts between sheets and law"
    UNKNOWN = "conditions nobody explains"


Doubt = tuple[About, str, str, Where]  # about what, what is wrong, what to do, where in the definition


class Level(StrEnum):
    """An error forbids to publish; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing to mend: ``what`` is wrong in ``file`` at ``line``, and what ``todo``."""

    file: str
    line: int
    level: Level
    what: str
    todo: str
    about: About | None = None

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.level}: {self.what}. {self.todo}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where one definition stands: a file, and the way to it inside the file."""

    folder: Path
    file: str
    where: Where = ()

    def line(self, *further: str | int) -> int:
        """The line of a part of the definition, or of the nearest part above it that exists."""
        if not self.file.endswith(".yaml"):
            return int(self.where[-1]) if self.where else 1
        path = self.folder / self.file
        return _line(_nodes(path, path.stat().st_mtime_ns), (*self.where, *further))

    def finding(self, level: Level, what: str, todo: str, *further: str | int) -> Finding:
        """A finding about a part of the definition."""
        return Finding(self.file, self.line(*further), level, what, todo)

    def warning(self, about: About, what: str, todo: str, *further: str | int) -> Finding:
        """A warning about a part of the definition."""
        return Finding(self.file, self.line(*further), Level.WARNING, what, todo, about)


Places = Mapping[tuple[str, str], Place]


@lru_cache(maxsize=8)
def _nodes(path: Path, _changed: int) -> Any:
    with path.open(encoding="utf-8") as file:
        return yaml.compose(file, Loader=yaml.CSafeLoader)


def _line(node: Any, where: Where) -> int:
    line = int(node.start_mark.line) + 1
    for key in where:
        found = _below(node, key)
        if found is None:
            break
        mark, node = found
        line = int(mark.start_mark.line) + 1
    return line


def _below(node: Any, key: str | int) -> tuple[Any, Any] | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
        return node.value[key], node.value[key]
    if isinstance(node, yaml.MappingNode):
        return next(((name, value) for name, value in node.value if name.value == str(key)), None)
    return None
