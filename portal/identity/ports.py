"""What identity needs of the world: issuers that vouch for people (OpenID Connect Core 1.0), and the registers that say
who may act for a child, a ward or a company."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Claims:
    """What an issuer vouches for. ``identifiers`` holds what identifies (cin, birthdate, email, phone_number …);
    ``sid`` is the issuer's name for this session, None when it has none."""

    issuer: str
    sub: str
    name_ar: str
    name_lat: str
    language: str
    acr: str
    auth_time: datetime
    id_token: str = field(repr=False)
    identifiers: Mapping[str, str] = field(default_factory=dict, repr=False)
    sid: str | None = None
    zone: str = ""


@dataclass(frozen=True, slots=True)
class Leave:
    """Where to send the browser, and what to remember of it until it comes back."""

    url: str
    memory: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Farewell:
    """An issuer's word that somebody signed out there: one session (``sid``), or all of a person's (``sub``)."""

    sub: str | None
    sid: str | None
    key: str
    until: datetime


class Issuer(Protocol):
    """Vouches for people. Raises NotReachable, NotAllowed or WrongAnswer; never called inside a transaction."""

    name: str

    def leave(self, back_url: str, language: str, acr: str | None) -> Leave:
        """The address that asks the person, with PKCE, state and nonce; ``acr`` is the level needed, None for any."""

    def come_back(self, back_url: str, query: Mapping[str, str], memory: Mapping[str, str]) -> Claims:
        """Checks the answer, exchanges the code, verifies the ID token and returns the claims."""

    def goodbye(self, id_token: str, after_url: str) -> str | None:
        """The issuer's own sign-out address, None when it has none."""

    def read_farewell(self, token: str) -> Farewell:
        """Checks a logout token (Back-Channel Logout 1.0, 2.6)."""

    def check(self) -> str:
        """One line for ``portal check``."""


@dataclass(frozen=True, slots=True)
class Ward:
    """Somebody whom another represents by law: a child, or an adult under guardianship. ``capacity`` is what the other
    is to them (mother, father, guardian); ``until`` the day it ends, None when no end is known."""

    numbers: Mapping[str, str] = field(repr=False)
    name_ar: str
    name_lat: str
    birthdate: date
    gender: str
    capacity: str
    until: date | None


@dataclass(frozen=True, slots=True)
class Family:
    """Whom a person represents by law, as the civil register says on a day."""

    as_of: date
    wards: tuple[Ward, ...]


@dataclass(frozen=True, slots=True)
class Representative:
    """Somebody who may represent a company by law: ``numbers`` as in ``portal.identity.numbers``."""

    numbers: Mapping[str, str] = field(repr=False)
    name_ar: str
    name_lat: str
    capacity: str


@dataclass(frozen=True, slots=True)
class LegalPerson:
    """A company, association or cooperative, as its register knows it on a day. ``facts`` holds what else it tells
    (form, seat, activity, tax number)."""

    as_of: date
    kind: str
    name_ar: str
    name_lat: str
    ice: str | None
    court: str | None
    rc: str | None
    facts: Mapping[str, str]
    representatives: tuple[Representative, ...]


class Families(Protocol):
    """The civil register. Raises NotReachable or NotKnown; never called inside a transaction."""

    def of(self, number: str, purpose: str) -> Family:
        """Whom the person with this number represents by law."""

    def check(self) -> str:
        """One line for ``portal check``."""


class Companies(Protocol):
    """The register of companies. Raises NotReachable or NotKnown; never called inside a transaction."""

    def by_ice(self, ice: str, purpose: str) -> LegalPerson:
        """The legal person with this common identifier (15 digits)."""

    def by_rc(self, court: str, number: str, purpose: str) -> LegalPerson:
        """The legal person with this number in the commercial register of a court."""

    def of(self, number: str, purpose: str) -> tuple[LegalPerson, ...]:
        """The legal persons that the person with this number represents by law."""

    def check(self) -> str:
        """One line for ``portal check``."""
