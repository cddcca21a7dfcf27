"""What the pages of a request read: the case of the person who asks, its definition and its content together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wtforms import Form

from journeys.cases import answers as rules
from journeys.cases import content, reading
from journeys.cases.conditions import holds
from journeys.cases.errors import BadReference, NotFound
from journeys.cases.models import Case
from journeys.cases.references import read_reference
from journeys.catalogue.definitions import Catalogue, FormField, Section, Service
from portal.apply.forms import made_form, shown_text
from portal.unit import Unit
from portal.web import NotYours


@dataclass(slots=True)
class Draft:
    """A case with its definition and content. ``values`` are right answers, ``typed`` what was typed and not right."""

    case: Case
    service: Service
    catalogue: Catalogue
    kept: Mapping[str, Mapping[str, Any]]

    @property
    def values(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.kept.get(content.ANSWERS, {}).get("values", {})
        return found

    @property
    def typed(self) -> Mapping[str, str]:
        found: Mapping[str, str] = self.kept.get(content.ANSWERS, {}).get("typed", {})
        return found

    @property
    def facts(self) -> Mapping[str, Any]:
        return self.kept.get(content.FACTS, {})

    @property
    def sections(self) -> list[Section]:
        return rules.sections(self.service, self.values)

    def section(self, wanted: str) -> Section:
        """A section that applies. Raises NotYours."""
        for section in self.sections:
            if section.id == wanted:
                return section
        raise NotYours

    def section_of(self, field: str) -> Section:
        """The section that asks this question."""
        return self.section(self.service.field(field).section or "")

    def after(self, section: Section) -> Section | None:
        """The section that follows, None after the last."""
        ids = [one.id for one in self.sections]
        place = ids.index(section.id) + 1
        return self.sections[place] if place < len(ids) else None

    def offers(self, section: Section) -> bool:
        """Whether a register could fill this section in."""
        return section.prefill is not None and (
            section.prefill.when is None or holds(section.prefill.when, self.values)
        )

    def wanted(self, register: str) -> tuple[str, ...]:
        """Every fact of one register that this form can use, so that consent is asked once."""
        parts = [section.prefill for section in self.sections if section.prefill and self.offers(section)]
        facts = [fact for part in parts if part.register_ == register for fact in part.facts.values()]
        return tuple(dict.fromkeys(facts))

    def prefill(self, section: Section) -> Mapping[str, Any] | None:
        """What the section's register said, by field id; None when it was not asked."""
        if not self.offers(section) or section.prefill is None or section.prefill.register_ not in self.facts:
            return None
        held = self.facts[section.prefill.register_]["values"]
        return {field: held[fact] for field, fact in section.prefill.facts.items() if held.get(fact) not in (None, "")}

    def shown(self, section: Section) -> dict[str, str]:
        """What each field of a section shows: what was typed, else the answer, else the register's fact."""
        facts = self.prefill(section) or {}
        found = {}
        for field in rules.asked(self.service, section.id, self.values):
            value = self.values.get(field.id, facts.get(field.id))
            found[field.id] = self.typed.get(field.id, shown_text(value, self.catalogue.definition(field).type))
        return found

    def form(self, section: Section, language: str) -> Form:
        """The form of one section in the reader's language."""
        fields = rules.asked(self.service, section.id, self.values)
        return made_form(fields, self.catalogue, self.values, self.shown(section), language)

    def rows(self, language: str) -> list[tuple[Section, list[tuple[FormField, str, bool]]]]:
        """Every section with its fields, each answer in words, and whether a register says the same."""
        return [(section, self._rows(section, language)) for section in self.sections]

    def _rows(self, section: Section, language: str) -> list[tuple[FormField, str, bool]]:
        facts = self.prefill(section) or {}
        rows = []
        for field in rules.asked(self.service, section.id, self.values):
            value = self.values.get(field.id)
            rows.append((field, self.words(field, value, language), value is not None and facts.get(field.id) == value))
        return rows

    def words(self, field: FormField, value: Any, language: str) -> str:
        """An answer as a reader says it: the option's label rather than its code."""
        for option, label in self.catalogue.options(field, self.values):
            if option == value:
                words: str = label.pick(language)[0]
                return words
        return shown_text(value, self.catalogue.definition(field).type)


def reference_of(typed: str) -> str:
    """The reference that was typed. Raises NotYours for what is none."""
    try:
        return read_reference(typed)
    except BadReference:
        raise NotYours from None


def own_case(unit: Unit, typed: str, *, lock: bool = False) -> Case:
    """The case of the person who asks. Raises NotYours for another's, an unknown and a malformed reference alike."""
    try:
        case = reading.case_by_reference(unit.session, reference_of(typed), lock=lock)
    except NotFound:
        raise NotYours from None
    if case.subject_id != unit.actor.subject:
        raise NotYours
    return case


def load(unit: Unit, case: Case) -> Draft:
    """A case with its content, and the catalogue it was opened under."""
    catalogue = unit.adapters.shelf.at(case.publication)
    return Draft(case, catalogue.service(case.service), catalogue, content.read_all(unit.adapters.keyring, case))
