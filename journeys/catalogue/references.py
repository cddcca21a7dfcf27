"""Every reference from one definition to another: the kind it must be, its id, and where it stands."""

from __future__ import annotations

from collections.abc import Iterator

from journeys.catalogue.definitions import Catalogue
from journeys.catalogue.form import FeeRule, FieldDefinition, FormField, OfficeRule
from journeys.catalogue.life_event import LifeEvent
from journeys.catalogue.reference import Administration, Commune, DocumentType, Province
from journeys.catalogue.service import Service
from journeys.catalogue.values import SearchWords, Where

Reference = tuple[str, str, Where]
OFFICE = "office"


def references(one: object) -> Iterator[Reference]:
    """The references of one definition."""
    match one:
        case Service():
            yield from _of_service(one)
        case LifeEvent():
            yield from _of_life_event(one)
        case Administration():
            yield from _of_administration(one)
        case DocumentType():
            yield "administration", one.issuer, ("issuer",)
            yield "source", one.provenance.source, ("provenance", "source")
            yield from (("service", key, ("issued_by_services", i)) for i, key in enumerate(one.issued_by_services))
            if one.renewed_by:
                yield "service", one.renewed_by, ("renewed_by",)
        case FieldDefinition():
            yield "source", one.provenance.source, ("provenance", "source")
        case SearchWords():
            for address in one.words:
                kind, _, key = address.partition("/")
                yield kind, key, ("words", address)
        case Province():
            yield "region", one.region, ("region",)
        case Commune():
            yield "province", one.province, ()


def known(catalogue: Catalogue, kind: str, key: str) -> bool:
    """Whether the catalogue has this definition."""
    tables = {
        "service": catalogue.services,
        "life-event": catalogue.life_events,
        "administration": catalogue.administrations,
        "document": catalogue.documents,
        "field": catalogue.fields,
        "source": catalogue.sources,
        "region": catalogue.regions,
        "province": catalogue.provinces,
    }
    return key in tables.get(kind, {})


def _of_service(service: Service) -> Iterator[Reference]:
    yield "administration", service.administration, ("administration",)
    for i, needed in enumerate(service.requires):
        yield "document", needed.document, ("requires", i, "document")
        yield "administration", needed.issuer, ("requires", i, "issuer")
    for i, output in enumerate(service.outputs):
        yield "document", output.document, ("outputs", i, "document")
        if output.valid_for:
            yield "source", output.valid_for.provenance.source, ("outputs", i, "valid_for", "provenance", "source")
    yield from _of_questions("form", service.form)
    yield from _of_questions("decision", service.decision)
    yield from _of_rules(service.fee_rule, service.office_rule)
    yield from _sources(service)
    for i, bar in enumerate(service.bars):
        if bar.service:
            yield "service", bar.service, ("bars", i, "service")


def _of_questions(part: str, fields: tuple[FormField, ...]) -> Iterator[Reference]:
    for i, field in enumerate(fields):
        yield "field", field.field, (part, i, "field")
        if field.document:
            yield "document", field.document, (part, i, "document")
        for j, key in enumerate(field.administrations):
            yield "administration", key, (part, i, "administrations", j)


def _of_rules(fees: FeeRule | None, office: OfficeRule | None) -> Iterator[Reference]:
    for i, line in enumerate(fees.lines if fees else ()):
        yield "source", line.source, ("fee_rule", "lines", i, "source")
        if line.beneficiary != OFFICE:
            yield "administration", line.beneficiary, ("fee_rule", "lines", i, "beneficiary")
    if office and office.administration:
        yield "administration", office.administration, ("office_rule", "administration")


def _sources(service: Service) -> Iterator[Reference]:
    for name in ("fee", "delay", "silence", "digitisation"):
        yield "source", getattr(service, name).provenance.source, (name, "provenance", "source")
    if service.delay.urgent:
        yield "source", service.delay.urgent.provenance.source, ("delay", "urgent", "provenance", "source")
    yield from (("source", key, ("provenance", "sources", i)) for i, key in enumerate(service.provenance.sources))
    yield from (("source", law.partition(":")[0], ("legal_basis", i)) for i, law in enumerate(service.legal_basis))


def _of_life_event(event: LifeEvent) -> Iterator[Reference]:
    for i, step in enumerate(event.steps):
        yield "service", step.service, ("steps", i, "service")
        yield "administration", step.administration, ("steps", i, "administration")
        for j, needed in enumerate(step.depends_on):
            if needed.document:
                yield "document", needed.document, ("steps", i, "depends_on", j, "document")
    yield from (("administration", key, ("administrations", i)) for i, key in enumerate(event.administrations))


def _of_administration(administration: Administration) -> Iterator[Reference]:
    if administration.parent:
        yield "administration", administration.parent, ("parent",)
    for name, provenance in administration.provenance.items():
        yield "source", provenance.source, ("provenance", name, "source")
