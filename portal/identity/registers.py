"""The registers that say who may act by law, spoken to over HTTP in JSON: families and companies."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from journeys.exchange.http import TIMEOUT, Talk
from journeys.exchange.ports import NotKnown, NotReachable
from portal.identity.numbers import PATTERNS
from portal.identity.ports import Family, LegalPerson, Representative, Ward

Said = TypeVar("Said", bound=BaseModel)


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Human(_Part):
    name_ar: str = Field(min_length=1, max_length=160)
    name_lat: str = Field(min_length=1, max_length=160)
    capacity: str = Field(alias="as", max_length=20)
    cin: str | None = None
    residence_title: str | None = None
    passport: str | None = None
    idcs: str | None = None

    @property
    def numbers(self) -> dict[str, str]:
        """The numbers that say who it is, by kind."""
        return {kind: value for kind in PATTERNS if (value := getattr(self, kind))}


class _Ward(_Human):
    birthdate: date
    gender: str = Field(max_length=10)
    until: date | None = None


class _Families(_Part):
    as_of: date
    represents: list[_Ward]


class _Company(_Part):
    kind: str = Field(max_length=20)
    name_ar: str = Field(min_length=1, max_length=200)
    name_lat: str = Field(min_length=1, max_length=200)
    ice: str | None = Field(None, pattern=r"^\d{15}$")
    court: str | None = Field(None, max_length=20)
    rc: str | None = Field(None, max_length=10)
    form: str | None = None
    tax_id: str | None = None
    seat: str | None = None
    activity: str | None = None
    representatives: list[_Human]


class _One(_Part):
    as_of: date
    company: _Company


class _Some(_Part):
    as_of: date
    companies: list[_Company]


class RestFamilies:
    """The civil register. ``url`` is PORTAL_FAMILIES_URL, ``token`` PORTAL_FAMILIES_TOKEN (bearer)."""

    def __init__(self, url: str, token: str, timeout: httpx.Timeout = TIMEOUT) -> None:
        self._talk = Talk(url, token, timeout)

    def of(self, number: str, purpose: str) -> Family:
        said = _read(_Families, self._talk.get(f"/persons/{_part(number)}", None, _for(purpose)))
        wards = tuple(
            Ward(one.numbers, one.name_ar, one.name_lat, one.birthdate, one.gender, one.capacity, one.until)
            for one in said.represents
            if one.numbers  # without one they could not be told from others of their name the next time
        )
        return Family(said.as_of, wards)

    def check(self) -> str:
        self._talk.get("/health")
        return "families: answers"


class RestCompanies:
    """The register of companies. ``url`` is PORTAL_COMPANIES_URL, ``token`` PORTAL_COMPANIES_TOKEN (bearer)."""

    def __init__(self, url: str, token: str, timeout: httpx.Timeout = TIMEOUT) -> None:
        self._talk = Talk(url, token, timeout)

    def by_ice(self, ice: str, purpose: str) -> LegalPerson:
        said = _read(_One, self._talk.get(f"/by-ice/{_part(ice)}", None, _for(purpose)))
        return _legal(said.company, said.as_of)

    def by_rc(self, court: str, number: str, purpose: str) -> LegalPerson:
        path = f"/by-rc/{_part(court)}/{_part(number)}"
        said = _read(_One, self._talk.get(path, None, _for(purpose)))
        return _legal(said.company, said.as_of)

    def of(self, number: str, purpose: str) -> tuple[LegalPerson, ...]:
        said = _read(_Some, self._talk.get(f"/of/{_part(number)}", None, _for(purpose)))
        return tuple(_legal(one, said.as_of) for one in said.companies if one.ice or (one.court and one.rc))

    def check(self) -> str:
        self._talk.get("/health")
        return "companies: answers"


def _legal(said: _Company, as_of: date) -> LegalPerson:
    kept = {"form": said.form, "tax_id": said.tax_id, "seat": said.seat, "activity": said.activity}
    facts = {name: value[:200] for name, value in kept.items() if value}
    who = tuple(Representative(one.numbers, one.name_ar, one.name_lat, one.capacity) for one in said.representatives)
    return LegalPerson(as_of, said.kind, said.name_ar, said.name_lat, said.ice, said.court, said.rc, facts, who)


def _part(number: str) -> str:
    """A number as one part of an address. Raises NotKnown for what would lead elsewhere."""
    if number in ("", ".", ".."):
        raise NotKnown(number)
    return quote(number, safe="")


def _for(purpose: str) -> Mapping[str, str]:
    return {"X-Purpose": purpose}


def _read(shape: type[Said], said: Any) -> Said:
    try:
        return shape.model_validate(said)
    except ValidationError as error:
        raise NotReachable("answer not understood") from error
