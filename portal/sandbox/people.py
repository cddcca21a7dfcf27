"""The demo people: one file, from which the identity providers and the registers both speak, so that they agree."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Literal, Self, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

Level = Literal["low", "substantial", "high"]
Texts = dict[Literal["ar", "fr", "en"], str]
CARDS = ("cin", "residence_title", "passport")
"""What somebody is known by: the national card, a foreigner's residence title, or a passport."""
GROUPS = ("citizens", "companies", "staff")


class Part(BaseModel):
    """Values of a file: unknown keys are refused, nothing changes afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Civil(Part):
    """What the civil-status register holds beyond the person's own names and birth date."""

    birth_province: str = Field(pattern=r"^\d{2}\.\d{3}$")
    birth_place: str = Field(pattern=r"^[ca]-\d{5}-\d{2}$")
    act_no: int
    act_year: int
    father_name_ar: str
    father_name_lat: str
    mother_name_ar: str
    mother_name_lat: str


class Human(Part):
    """Somebody whom a register knows. Without ``civil`` the civil-status register does not. ``idcs`` is the civil and
    social identifier of law 72-18, which a child has before any card."""

    cin: str | None = Field(None, pattern=r"^[A-Z]{1,2}[0-9]{1,7}$")
    residence_title: str | None = Field(None, pattern=r"^[A-Z0-9]{6,12}$")
    passport: str | None = Field(None, pattern=r"^[A-Z]{1,2}[0-9]{6,8}$")
    idcs: str | None = Field(None, pattern=r"^[0-9]{10}$")
    given_name: str
    family_name: str
    given_name_ar: str
    family_name_ar: str
    birthdate: date
    gender: Literal["female", "male"]
    address: str
    civil: Civil | None = None

    @model_validator(mode="after")
    def identified(self) -> Self:
        """Nobody is in a register without a number."""
        if not self.identifiers:
            raise ValueError("one of cin, residence_title, passport and idcs is needed")
        return self

    @property
    def identifiers(self) -> dict[str, str]:
        """The numbers this person has: kind → number."""
        held = {kind: getattr(self, kind) for kind in (*CARDS, "idcs")}
        return {kind: number for kind, number in held.items() if number}

    @property
    def name(self) -> str:
        """The full name in Latin letters."""
        return f"{self.given_name} {self.family_name}"

    @property
    def name_ar(self) -> str:
        """The full name in Arabic."""
        return f"{self.given_name_ar} {self.family_name_ar}"


class Person(Human):
    """A demo person. ``level`` is their highest assurance. Who works in an administration (``staff``) signs in as such,
    and besides as themselves when they are a demo ``citizen`` too."""

    id: str
    level: Level
    group: Literal["citizens", "companies"] = "citizens"
    staff: bool = False
    citizen: bool = False
    describes: Texts
    tries: Texts
    email: str
    phone: str = Field(pattern=r"^\+\d{8,15}$")
    locale: str
    zoneinfo: str = "Africa/Casablanca"
    nationality: str = Field("MA", pattern=r"^[A-Z]{2}$")

    @model_validator(mode="after")
    def carded(self) -> Self:
        """A digital identity is given on a card or a passport."""
        if not any(kind in self.identifiers for kind in CARDS):
            raise ValueError(f"one of {', '.join(CARDS)} is needed")
        return self

    @property
    def is_citizen(self) -> bool:
        """Whether the person signs in for themselves."""
        return self.citizen or not self.staff


SomeHuman = TypeVar("SomeHuman", bound=Human)


class People:
    """All demo people, found by id or by any of their numbers."""

    def __init__(self, everyone: Sequence[Person]) -> None:
        self.everyone = tuple(everyone)
        self._by_id = {person.id: person for person in everyone}
        self._by_number = by_number(everyone)

    @classmethod
    def read(cls) -> People:
        """The people of the file beside this module."""
        text = Path(__file__).with_name("people.yaml").read_text(encoding="utf-8")
        return cls(TypeAdapter(list[Person]).validate_python(yaml.safe_load(text)))

    def by_id(self, key: str) -> Person | None:
        """The person with this id."""
        return self._by_id.get(key)

    def by_identifier(self, number: str) -> Person | None:
        """The person with this number; spaces, dashes and small letters are forgiven."""
        return self._by_number.get(normal(number))


def by_number(humans: Iterable[SomeHuman]) -> dict[str, SomeHuman]:
    """Those humans by each of their numbers."""
    return {number: human for human in humans for number in human.identifiers.values()}


def normal(number: str) -> str:
    """A number as registers write it."""
    return re.sub(r"[\s-]", "", number).upper()


def grouped(people: Iterable[Person]) -> list[tuple[str, list[Person]]]:
    """People as the pages show them: citizens, companies, staff; a group without anybody is left out."""
    groups: dict[str, list[Person]] = {name: [] for name in GROUPS}
    for person in people:
        groups["staff" if person.staff else person.group].append(person)
    return [(name, found) for name, found in groups.items() if found]
