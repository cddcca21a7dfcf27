"""A public service: its sheet, and what makes it askable."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Literal

from pydantic import Field

from journeys.catalogue.form import Bar, FeeRule, FormField, OfficeRule, Section
from journeys.catalogue.sheet import (
    CERTIFICATE,
    NEEDED_TEXTS,
    Appeal,
    AttributeStatus,
    Delay,
    Digitisation,
    Fee,
    Output,
    Presence,
    Requirement,
    Retention,
    ServiceProvenance,
    Silence,
    Texts,
)
from journeys.catalogue.values import Audience, Prose, Text, Versioned, Where, texts

ASKED_WITH = ("names", "texts", "sections", "form", "fee_rule", "bars", "decision", "outputs")
"""Parts whose words are read by those who ask, and by those who decide."""


class Service(Versioned):
    """One public service: its sheet, and once it is askable its form, fee, competent office and plain texts.

    ``decision`` is what an officer fills in to grant it: the facts its document is made of. ``appeal`` is the way to
    contest a refusal that its letter names."""

    id: str = Field(pattern=r"^[a-z][a-z0-9-]{0,59}$")
    names: Text
    administration: str
    family: str
    audience: tuple[Audience, ...] = Field(min_length=1)
    eligibility: Prose | None
    user_deadline: Prose | None
    requires: tuple[Requirement, ...]
    texts: Texts = Texts()
    sections: tuple[Section, ...] = ()
    form: tuple[FormField, ...]
    fee_rule: FeeRule | None = None
    office_rule: OfficeRule | None = None
    bars: tuple[Bar, ...] = ()
    decision: tuple[FormField, ...] = ()
    fee: Fee
    delay: Delay
    extension: Prose | None
    investment_list: bool
    silence: Silence
    appeal: Appeal = "general"
    retention: Retention | None = None
    outputs: tuple[Output, ...]
    digitisation: Digitisation
    presence: Presence
    payment_required: bool
    payment_unknown: bool
    assurance: Literal["low", "substantial", "high"]
    signature: Literal["none", "simple", "advanced_or_qualified"]
    channels: tuple[Literal["online", "counter", "consulate", "postal_delivery"], ...]
    legal_basis: tuple[str, ...]
    attribute_status: AttributeStatus
    provenance: ServiceProvenance
    note: Prose | None

    @cached_property
    def askable(self) -> bool:
        """Whether a person can ask for it here."""
        return next(self._missing(), None) is None

    @property
    def tariff_confirmed(self) -> bool:
        """Whether a source confirms every line of the price that would be charged."""
        return self.fee_rule is None or all(line.tariff == "sourced" for line in self.fee_rule.lines)

    def missing_to_be_askable(self) -> list[str]:
        """What is still to be written before it can be asked for here, by its place in the file."""
        return list(self._missing())

    def fields_of(self, section: str) -> tuple[FormField, ...]:
        """The questions of a section, in order."""
        return tuple(field for field in self.form if field.section == section)

    @cached_property
    def repeating(self) -> frozenset[str]:
        """The sections that are answered once for each thing of a kind."""
        return frozenset(section.id for section in self.sections if section.repeats)

    @cached_property
    def single(self) -> tuple[FormField, ...]:
        """The questions that have one answer: what conditions, prices and offices may depend on."""
        return tuple(field for field in self.form if field.section not in self.repeating)

    def section(self, section: str) -> Section:
        """The section with this id. Raises KeyError."""
        return {found.id: found for found in self.sections}[section]

    def field(self, field: str) -> FormField:
        """The question with this id. Raises KeyError."""
        return {found.id: found for found in self.form}[field]

    def _missing(self) -> Iterator[str]:
        yield from self._missing_parts()  # most services lack one: their words are not looked at
        yield from self._missing_words()

    def _missing_parts(self) -> Iterator[str]:
        parts = {
            "sections": self.sections,
            "form": self.form,
            "fee_rule": self.fee_rule,
            "office_rule": self.office_rule,
        }
        yield from (name for name, part in parts.items() if part is None or part == ())
        known = {section.id for section in self.sections}
        yield from (f"form.{field.id}.section" for field in self.form if field.section not in known)
        yield from (f"sections.{section.id}.form" for section in self.sections if not self.fields_of(section.id))

    def _missing_words(self) -> Iterator[str]:
        yield from self._unwritten()
        for part in ASKED_WITH:
            for _name, text, where in texts(getattr(self, part), (part,)):
                place = ".".join(str(step) for step in self._by_id(where))
                yield from (f"{place}.{language}" for language in text.missing)

    def _unwritten(self) -> Iterator[str]:
        yield from (f"texts.{name}" for name in NEEDED_TEXTS if getattr(self.texts, name) is None)
        for part, field in (*(("form", one) for one in self.form), *(("decision", one) for one in self.decision)):
            if field.labels is None:
                yield f"{part}.{field.id}.labels"
            unnamed = (option.value for option in field.options if option.labels is None)
            yield from (f"{part}.{field.id}.options.{value}" for value in unnamed)
        for number, output in enumerate(self.outputs):
            if output.paper == CERTIFICATE and output.statement is None:
                yield f"outputs.{number}.statement"

    def _by_id(self, where: Where) -> Where:
        """The place with the id of a section or a question instead of its number."""
        part, *rest = where
        if part not in ("sections", "form", "decision"):
            return where
        return (part, getattr(self, str(part))[rest[0]].id, *rest[1:])
