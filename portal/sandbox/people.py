"""The demo people: one file, from which the identity provider and the registers both speak, so that they agree."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

Level = Literal["low", "substantial", "high"]
Texts = dict[Literal["ar", "fr", "en"], str]


class Part(BaseModel):
    """Values of the file: unknown keys are refused, nothing changes afterwards."""

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


class Person(Part):
    """A demo person. ``level`` is their highest assurance; without ``civil`` the civil register knows nothing."""

    id: str
    level: Level
    staff: bool = False
    describes: Texts
    tries: Texts
    cin: str = Field(pattern=r"^[A-Z]{1,2}[0-9]{1,7}$")
    given_name: str
    family_name: str
    given_name_ar: str
    family_name_ar: str
    birthdate: date
    gender: Literal["female", "male"]
    email: str
    phone: str = Field(pattern=r"^\+\d{8,15}$")
    locale: str
    address: str
    civil: Civil | None = None

    @property
    def sub(self) -> str:
        """The subject identifier at the identity provider."""
        return f"ma-{self.id}"

    @property
    def name(self) -> str:
        """The full name in Latin letters."""
        return f"{self.given_name} {self.family_name}"

    @property
    def name_ar(self) -> str:
        """The full name in Arabic."""
        return f"{self.given_name_ar} {self.family_name_ar}"


class People:
    """All demo people, found by id, by subject identifier or by CIN."""

    def __init__(self, everyone: list[Person]) -> None:
        self.everyone = tuple(everyone)
        self._by_sub = {person.sub: person for person in everyone}
        self._by_cin = {person.cin: person for person in everyone}

    @classmethod
    def read(cls) -> People:
        """The people of the file beside this module."""
        text = Path(__file__).with_name("people.yaml").read_text(encoding="utf-8")
        return cls(TypeAdapter(list[Person]).validate_python(yaml.safe_load(text)))

    def by_sub(self, sub: str) -> Person | None:
        """The person with this subject identifier."""
        return self._by_sub.get(sub)

    def by_cin(self, cin: str) -> Person | None:
        """The person with this CIN number; spaces, dashes and small letters are forgiven."""
        return self._by_cin.get(cin.replace(" ", "").replace("-", "").upper())
