"""A case with all that its papers need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from journeys.cases import content
from journeys.cases.calendar import local_day
from journeys.cases.models import Case
from journeys.cases.ports import Keys
from journeys.catalogue.definitions import Catalogue, FormField, Service
from journeys.catalogue.form import CHOSEN
from journeys.exchange.models import Office
from portal.locker import words
from portal.locker.lettering import quotable
from portal.locker.papers import Both


@dataclass(frozen=True, slots=True)
class Decided:
    """A case with all that its papers need."""

    case: Case
    service: Service
    catalogue: Catalogue
    office: Office
    kept: Mapping[str, Mapping[str, Any]]
    moment: datetime
    demo: bool

    @property
    def values(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.kept[content.ANSWERS]["values"]
        return found

    @property
    def facts(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.kept.get(content.OUTCOME, {}).get("facts", {})
        return found

    @property
    def subject(self) -> Mapping[str, Any]:
        return self.kept[content.SUBJECT]

    @property
    def today(self) -> date:
        """The first day of what is issued now."""
        return local_day(self.moment)

    @property
    def applicant(self) -> Both:
        return Both(ar=quotable(self.subject.get("name_ar", "")), fr=quotable(self.subject.get("name_lat", "")))

    @property
    def officer(self) -> Both | None:
        if not self.facts.get("officer_ar"):
            return None
        return Both(ar=self.facts["officer_ar"], fr=self.facts.get("officer_lat", ""))

    def head(self) -> dict[str, Any]:
        """What every paper carries."""
        return {
            "administration": both(self.office.names),
            "reference": self.case.reference,
            "issued_on": self.today,
            "demo": self.demo,
        }

    def field(self, wanted: str) -> FormField:
        """A field of the form."""
        return self.service.field(wanted)

    def in_words(self, field: FormField, value: Any, beside: Mapping[str, Any] | None = None) -> Both:
        """An answer in Arabic and French as documents write it. ``beside`` are the answers that narrow its choice, if
        not those of the form. Raises TypeError or ValueError for what is none."""
        for option, label in self.catalogue.options(field, self.values if beside is None else beside):
            if option == value:
                return both(label.root)
        kind = self.catalogue.definition(field).type
        if kind in CHOSEN:
            raise ValueError(f"{field.id} offers no such choice")
        return both(words.of(kind, value))


def both(names: Mapping[str, str]) -> Both:
    """The Arabic and French of a text, and its Tifinagh where there is some."""
    return Both(ar=names.get("ar", ""), fr=names.get("fr", ""), zgh=names.get("zgh", ""))


def decided(session: Session, keys: Keys, case: Case, catalogue: Catalogue, moment: datetime, demo: bool) -> Decided:
    """Reads everything the papers of a case need."""
    office = session.get_one(Office, case.office_id)
    service = catalogue.service(case.service)
    return Decided(case, service, catalogue, office, content.read_all(keys, case), moment, demo)
