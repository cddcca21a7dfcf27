"""What does not forbid to publish but has to be said: no translation, no source, no legal basis, no agreement."""

from __future__ import annotations

from collections.abc import Iterator

from journeys.catalogue.definitions import Catalogue
from journeys.catalogue.findings import About, Doubt
from journeys.catalogue.life_event import LifeEvent
from journeys.catalogue.service import Service
from journeys.catalogue.values import Where, texts

STATED = ("fee", "delay", "silence")


def doubts(catalogue: Catalogue, one: object) -> Iterator[Doubt]:
    """Everything that a reader of this definition would be told is missing or not certain."""
    for name, text, where in texts(one):
        for language in text.missing:
            yield About.LANGUAGE, f"{name} has no {language} text", f"Write it in {language}.", where
    if isinstance(one, Service):
        yield from _law(one)
        yield from _unverified(one)
        yield from _ends(one)
        yield from _conflicts(one)
        yield from _situations(catalogue, one)
    if isinstance(one, LifeEvent):
        yield from _conditions(catalogue, one)


def _law(service: Service) -> Iterator[Doubt]:
    """What law 55-19 art. 6 wants on a sheet and nobody found."""
    missing = {
        "legal_basis": (not service.legal_basis, "there is no legal basis"),
        "fee": (service.fee.kind == "unknown", "the fee is unknown"),
        "delay": (service.delay.kind == "legal_cap", "no period of its own is known, only the legal limit"),
        "silence": (
            service.silence.effect in ("none", "approval") and not service.silence.remedy,
            "no appeal is named",
        ),
    }
    for where, (is_missing, what) in missing.items():
        if is_missing:
            yield About.LAW, what, "Find it, or leave it: the sheet says so (law 55-19 art. 6).", (where,)


def _unverified(service: Service) -> Iterator[Doubt]:
    for name in STATED:
        if not getattr(service, name).provenance.sourced:
            yield About.UNVERIFIED, f"no source for the {name}", "Name a source.", (name, "provenance")
    if service.attribute_status.documents == "unverified":
        yield About.UNVERIFIED, "no source for the documents", "Name a source.", ("attribute_status", "documents")
    for index, line in enumerate(service.fee_rule.lines if service.fee_rule else ()):
        if line.tariff == "unverified":
            where = ("fee_rule", "lines", index, "tariff")
            yield About.UNVERIFIED, f"no source for the price of {line.id}", "Name a source.", where


def _ends(service: Service) -> Iterator[Doubt]:
    for index, output in enumerate(service.outputs):
        if output.valid_for and not output.valid_for.provenance.sourced:
            what = f"no source for how long the {output.document} is valid: outside a demonstration it does not end"
            yield About.UNVERIFIED, what, "Name a source.", ("outputs", index, "valid_for", "provenance")


def _conflicts(service: Service) -> Iterator[Doubt]:
    for index, needed in enumerate(service.requires):
        if needed.replaced_by_cnie:
            what = f"{needed.document} is asked, though the national card replaces it"
            yield About.CONFLICT, what, "Law 04-20 art. 11: ask the administration.", ("requires", index)


def _situations(catalogue: Catalogue, service: Service) -> Iterator[Doubt]:
    for part in ("requires", "outputs"):
        for index, one in enumerate(getattr(service, part)):
            if one.condition and one.condition not in catalogue.situations:
                yield _unknown(one.condition, (part, index, "condition"))


def _conditions(catalogue: Catalogue, event: LifeEvent) -> Iterator[Doubt]:
    for index, step in enumerate(event.steps):
        if step.when and catalogue.situation(event, step.when) is None:
            yield _unknown(step.when, ("steps", index, "when"))


def _unknown(token: str, where: Where) -> Doubt:
    return About.UNKNOWN, f"nobody says what {token!r} means", "Add it to situations.yaml.", where
