"""What differs between two publications, or between two versions of one definition."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel

from journeys.catalogue.contents import contents, plain
from journeys.catalogue.definitions import Catalogue

LONGEST = 60
NOTHING = "nothing"
NAMES = ("id", "service", "document", "value")
"""What tells the entries of a list apart, where they have it and it is each time another."""


@dataclass(frozen=True, slots=True)
class Change:
    """One place of a definition, by keys and by the names of a list's entries, and what stood and stands there: nothing
    is None. A list whose entries are only in another order has neither."""

    where: tuple[str, ...]
    before: Any = None
    after: Any = None

    def __str__(self) -> str:
        place = ".".join(self.where)
        if self.before is None and self.after is None:
            return f"{place}: in another order"
        return f"{place}: {_said(self.before)} → {_said(self.after)}"


@dataclass(frozen=True, slots=True)
class Difference:
    """One definition that is not the same in both."""

    kind: str
    key: str
    what: Literal["new", "changed", "withdrawn"]
    changes: tuple[Change, ...] = ()


def differences(published: Catalogue, proposed: Catalogue) -> list[Difference]:
    """Every definition that is not the same in both, by kind and id."""
    old, new = contents(published), contents(proposed)
    found = []
    for kind, key in sorted(old.keys() | new.keys()):
        before, after = old.get((kind, key)), new.get((kind, key))
        if before is None or after is None:
            found.append(Difference(kind, key, "new" if before is None else "withdrawn"))
        elif before != after:
            found.append(Difference(kind, key, "changed", tuple(_changes(before, after, ()))))
    return found


def changed(before: BaseModel, after: BaseModel) -> tuple[Change, ...]:
    """What is not the same in two versions of one definition."""
    return tuple(_changes(plain(before), plain(after), ()))


def _changes(before: Any, after: Any, where: tuple[str, ...]) -> Iterator[Change]:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys((*before, *after)):
            yield from _changes(before.get(key), after.get(key), (*where, str(key)))
    elif name := _name(before, after):
        old, new = ({str(one[name]): one for one in some or ()} for some in (before, after))
        for key in dict.fromkeys((*old, *new)):
            yield from _changes(old.get(key), new.get(key), (*where, key))
        if [*old] != [*new] and set(old) == set(new):
            yield Change(where)
    else:
        yield Change(where, before, after)


def _name(*lists: Any) -> str | None:
    """What names the entries of these lists (one may be missing); None when they are no lists or have no names."""
    if not all(isinstance(some, list | None) for some in lists):
        return None
    return next((name for name in NAMES if all(_told_apart(some or [], name) for some in lists)), None)


def _told_apart(some: list[Any], name: str) -> bool:
    names = [one[name] for one in some if isinstance(one, dict) and name in one]
    return len({str(one) for one in names}) == len(some)


def _said(value: Any) -> str:
    if value is None:
        return NOTHING
    words = str(value)
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"
