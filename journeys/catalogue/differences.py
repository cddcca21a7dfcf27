"""What a folder of definitions would change in what is published, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from journeys.catalogue.contents import contents
from journeys.catalogue.definitions import Catalogue

LONGEST = 60
NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Difference:
    """One definition that would change: ``changes`` say where, what stood there and what would."""

    kind: str
    key: str
    what: Literal["new", "changed", "withdrawn"]
    changes: tuple[str, ...] = ()


def differences(published: Catalogue, proposed: Catalogue) -> list[Difference]:
    """Every definition that is not the same in both, by kind and id."""
    old, new = contents(published), contents(proposed)
    found = []
    for kind, key in sorted(old.keys() | new.keys()):
        before, after = old.get((kind, key)), new.get((kind, key))
        if before is None or after is None:
            found.append(Difference(kind, key, "new" if before is None else "withdrawn"))
        elif before != after:
            found.append(Difference(kind, key, "changed", tuple(_changes(before, after, ""))))
    return found


def _changes(before: Any, after: Any, where: str) -> Iterator[str]:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys((*before, *after)):
            yield from _changes(before.get(key), after.get(key), f"{where}.{key}" if where else str(key))
    elif isinstance(before, list) and isinstance(after, list) and _named(before) and _named(after):
        old, new = ({one["id"]: one for one in some} for some in (before, after))
        for key in dict.fromkeys((*old, *new)):
            yield from _changes(old.get(key), new.get(key), f"{where}.{key}")
        if [*old] != [*new] and set(old) == set(new):
            yield f"{where}: in another order"
    else:
        yield f"{where}: {_said(before)} → {_said(after)}"


def _named(some: list[Any]) -> bool:
    return all(isinstance(one, dict) and "id" in one for one in some)


def _said(value: Any) -> str:
    if value is None:
        return NOTHING
    words = str(value)
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"
