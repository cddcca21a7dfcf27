"""The register of companies: legal persons and sole traders, and who represents them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Literal, Self

import yaml
from pydantic import Field, field_validator, model_validator

from portal.sandbox.people import CARDS, Part, People, Person, normal
from portal.sandbox.registers.clients import Clients
from portal.sandbox.registers.ice import is_ice
from portal.sandbox.store import Store

NAME = "companies"
REPLACED = "representatives"
"""Under this kind the store keeps what a lever put in place of a company's representatives."""

Kind = Literal["company", "association", "cooperative", "sole_trader"]
Role = Literal["manager", "president", "chair", "owner"]


class Representative(Part):
    """Who represents a company, as the register tells it: by one number, in two scripts, as what and since when."""

    cin: str | None = None
    residence_title: str | None = None
    passport: str | None = None
    name_ar: str
    name_lat: str
    as_: Role = Field(alias="as")
    since: date

    @model_validator(mode="after")
    def numbered(self) -> Self:
        """The register knows somebody by one number."""
        if len(self.numbers) != 1:
            raise ValueError(f"exactly one of {', '.join(CARDS)} is needed")
        return self

    @property
    def numbers(self) -> list[str]:
        """The number, alone in a list."""
        return [normal(number) for number in (self.cin, self.residence_title, self.passport) if number]

    def told(self) -> dict[str, Any]:
        """As JSON, with the number there is."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


class Company(Part):
    """A legal person or a sole trader. ``court`` and ``rc`` say where in the trade register; associations and
    cooperatives are in none."""

    kind: Kind
    name_ar: str
    name_lat: str
    form: str
    ice: str
    court: str | None = Field(None, pattern=r"^(tcom|tpi)-\d{2}$")
    rc: str | None = Field(None, pattern=r"^[0-9]{1,7}$")
    tax_id: str = Field(pattern=r"^[0-9]{7,8}$")
    seat: str
    activity: str
    representatives: tuple[Representative, ...]

    @field_validator("ice")
    @classmethod
    def controlled(cls, ice: str) -> str:
        """Its control digits are right."""
        if not is_ice(ice):
            raise ValueError(f"{ice} is no ICE")
        return ice


class Companies:
    """All legal persons: those the file names, and the accountant's clients."""

    def __init__(self, named: Sequence[Company], clients: Sequence[Company], accountant: Person, store: Store) -> None:
        self.named, self.clients, self.accountant = tuple(named), tuple(clients), accountant
        self._store = store
        self._by_ice = {company.ice: company for company in self.everyone}
        self._by_rc = {(company.court, company.rc): company for company in self.everyone if company.rc}

    @classmethod
    def read(cls, people: People, store: Store) -> Companies:
        """The companies of the file beside this module."""
        said = yaml.safe_load(Path(__file__).with_name("companies.yaml").read_text(encoding="utf-8"))
        clients = Clients.model_validate(said["clients"])
        named = [_company(entry, people) for entry in said["companies"]]
        made = [_company(entry, people) for entry in clients.companies()]
        return cls(named, made, _person(people, clients.accountant), store)

    @property
    def everyone(self) -> tuple[Company, ...]:
        """All of them."""
        return self.named + self.clients

    def by_ice(self, number: str) -> Company | None:
        """The one with this ICE; spaces are forgiven."""
        return self._by_ice.get(normal(number))

    def by_rc(self, court: str, number: str) -> Company | None:
        """The one with this number in the trade register of this court."""
        return self._by_rc.get((court, normal(number)))

    def of(self, numbers: Iterable[str]) -> list[Company]:
        """All that somebody with one of these numbers represents today."""
        wanted = {normal(number) for number in numbers}
        acting = ((company, one) for company in self.everyone for one in self.acting(company))
        return list({company.ice: company for company, one in acting if wanted & set(one.numbers)}.values())

    def acting(self, company: Company) -> tuple[Representative, ...]:
        """Who represents a company today."""
        replaced = self._store.get(REPLACED, company.ice)
        return company.representatives if replaced is None else _representatives(replaced)

    def replace(self, company: Company, acting: Iterable[Representative]) -> None:
        """Puts others in place of those who represent a company."""
        self._store.put(REPLACED, company.ice, [one.told() for one in acting])

    def reset(self, company: Company) -> None:
        """Undoes ``replace``."""
        self._store.pop(REPLACED, company.ice)

    def told(self, company: Company) -> dict[str, Any]:
        """A company as the register tells it, with who represents it today."""
        said = company.model_dump(mode="json", exclude={"representatives"})
        return said | {"representatives": [one.told() for one in self.acting(company)]}


def _representatives(said: Iterable[Mapping[str, Any]]) -> tuple[Representative, ...]:
    return tuple(Representative.model_validate(one) for one in said)


def _company(entry: Mapping[str, Any], people: People) -> Company:
    """A company of the file, where a representative may be named by the id of a demo person."""
    acting = [_appointed(one, people) if "person" in one else one for one in entry["representatives"]]
    return Company.model_validate({**entry, "representatives": acting})


def _appointed(said: Mapping[str, Any], people: People) -> dict[str, Any]:
    person = _person(people, said["person"])
    kind = next(kind for kind in CARDS if kind in person.identifiers)
    names = {"name_ar": person.name_ar, "name_lat": person.name}
    return {kind: person.identifiers[kind], **names, "as": said["as"], "since": said["since"]}


def _person(people: People, key: str) -> Person:
    found = people.by_id(key)
    if found is None:
        raise ValueError(f"companies.yaml names {key}, whom people.yaml does not")
    return found
