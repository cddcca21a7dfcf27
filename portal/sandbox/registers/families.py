"""The register of families: whom somebody represents by law, as mother or father until the child is of age (Family
Code, law 70-03, art. 209: 18 years), or as guardian of a ward by judgment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, Literal, Self

import yaml
from pydantic import Field, TypeAdapter, model_validator

from portal.sandbox.people import Human, Part, People, Texts, by_number, normal
from portal.sandbox.store import Store

NAME = "families"
MAJORITY = 18
PARENTS = ("mother", "father")
Role = Literal["mother", "father", "guardian"]


class Represented(Part):
    """Somebody who is represented, as the register tells it. ``until`` is the first day on which they no longer are."""

    idcs: str = Field(pattern=r"^[0-9]{10}$")
    cin: str | None = None
    name_ar: str
    name_lat: str
    birthdate: date
    gender: Literal["female", "male"]
    as_: Role = Field(alias="as")
    until: date | None
    reason: Texts | None = None

    def told(self) -> dict[str, Any]:
        """As JSON; a reason is there only when there is one."""
        said = self.model_dump(mode="json", by_alias=True)
        return {key: value for key, value in said.items() if key != "reason" or value}


class Entry(Part):
    """One who is represented: a demo ``person``, or a ``child`` who has no digital identity yet; and by which demo
    people, named by their ids."""

    person: str | None = None
    child: Human | None = None
    mother: str | None = None
    father: str | None = None
    guardian: str | None = None
    until: date | None = None
    reason: Texts | None = None

    @model_validator(mode="after")
    def somebody(self) -> Self:
        """One is represented, by at least one."""
        if (self.person is None) == (self.child is None):
            raise ValueError("either person or child is needed")
        if not self.roles:
            raise ValueError("mother, father or guardian is needed")
        return self

    @property
    def roles(self) -> dict[str, Role]:
        """Who represents them, by id, and as what."""
        found: dict[str, Role] = {}
        if self.mother:
            found[self.mother] = "mother"
        if self.father:
            found[self.father] = "father"
        if self.guardian:
            found[self.guardian] = "guardian"
        return found


class Families:
    """Whom everybody represents; what a lever put in place of it lies in the store."""

    def __init__(self, people: People, entries: Sequence[Entry], store: Store) -> None:
        self._people, self._store = people, store
        self._entries = tuple(entries)
        self._children = by_number(entry.child for entry in entries if entry.child)

    @classmethod
    def read(cls, people: People, store: Store) -> Families:
        """The families of the file beside this module."""
        text = Path(__file__).with_name("families.yaml").read_text(encoding="utf-8")
        return cls(people, TypeAdapter(list[Entry]).validate_python(yaml.safe_load(text)), store)

    def child(self, number: str) -> Human | None:
        """The child without a digital identity who has this number."""
        return self._children.get(normal(number))

    def represented(self, human: Human, today: date) -> list[dict[str, Any]]:
        """Whom this human represents today, as the register tells it."""
        replaced: list[dict[str, Any]] | None = self._store.get(NAME, _key(human))
        if replaced is not None:
            return replaced
        found = (self._represented(entry, human) for entry in self._entries)
        return [one.told() for one in found if one and (one.until is None or today < one.until)]

    def replace(self, human: Human, represents: Sequence[Represented]) -> None:
        """Puts others in place of those whom this human represents."""
        self._store.put(NAME, _key(human), [one.told() for one in represents])

    def reset(self, human: Human) -> None:
        """Undoes ``replace``."""
        self._store.pop(NAME, _key(human))

    def _represented(self, entry: Entry, human: Human) -> Represented | None:
        role = entry.roles.get(getattr(human, "id", ""))
        return _as_told(entry, self._whom(entry), role) if role else None

    def _whom(self, entry: Entry) -> Human:
        found = entry.child or self._people.by_id(entry.person or "")
        if found is None:
            raise ValueError(f"families.yaml names {entry.person}, whom people.yaml does not")
        return found


def _as_told(entry: Entry, whom: Human, role: Role) -> Represented:
    until = birthday(whom.birthdate, MAJORITY) if role in PARENTS else entry.until
    told: dict[str, Any] = {"idcs": whom.idcs, "cin": whom.cin, "name_ar": whom.name_ar, "name_lat": whom.name}
    told |= {"birthdate": whom.birthdate, "gender": whom.gender, "as": role, "until": until, "reason": entry.reason}
    return Represented.model_validate(told)


def birthday(born: date, age: int) -> date:
    """The day somebody reaches this age; who was born on 29 February does on 1 March of a common year."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, 3, 1)


def _key(human: Human) -> str:
    return next(iter(human.identifiers.values()))
