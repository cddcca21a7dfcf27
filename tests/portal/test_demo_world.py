"""Whatever can be asked for in the demonstration reaches somebody who decides, and can be granted there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
import yaml

from journeys.cases import answers as rules
from journeys.catalogue.definitions import Catalogue, Output, Service, Text
from journeys.catalogue.sheet import CERTIFICATE
from journeys.exchange.models import ANYWHERE, DESK
from portal.demo import CONNECTED, DEPLOYMENT
from portal.locker.lettering import unshown
from portal.sandbox.administrations import general

SAID: dict[str, Any] = yaml.safe_load(DEPLOYMENT.read_text("utf-8"))
LISTED = ("court", "choice")
"""Territories that are all served; of the communes only some are."""


def offices_for(catalogue: Catalogue, service: Service) -> Iterator[tuple[str, str | None]]:
    """Administration and territory of each office that an answer may name; None stands for some territory."""
    rule = service.office_rule
    assert rule
    if rule.administration_from:
        yield from ((key, ANYWHERE) for key in service.field(rule.administration_from).administrations)
    elif rule.administration and rule.territory:
        field = service.field(rule.territory)
        every = catalogue.options(field, {}) if catalogue.definition(field).type in LISTED else [(None, None)]
        yield from ((rule.administration, value) for value, _ in every)
    elif rule.administration:
        yield rule.administration, ANYWHERE


def taking(service: Service, administration: str, territory: str | None) -> list[dict[str, Any]]:
    """The offices of the deployment that take this service there."""
    return [
        entry
        for entry in SAID["offices"]
        if entry["administration"] == administration
        and service.id in entry.get("services", [service.id])
        and (territory is None or "each" in entry or entry.get("territory", ANYWHERE) in (territory, ANYWHERE))
    ]


def decided_by(catalogue: Catalogue) -> Iterator[tuple[Service, dict[str, Any]]]:
    """Every askable service with every office that takes it."""
    for service in catalogue.services.values():
        if service.askable:
            for administration, territory in offices_for(catalogue, service):
                for office in taking(service, administration, territory):
                    yield service, office


def generally_decided(catalogue: Catalogue) -> list[Service]:
    """Those that the general administration decides on."""
    taken = {one.id: one for one, entry in decided_by(catalogue) if entry.get("connector") == general.NAME}
    return list(taken.values())


def test_every_service_that_can_be_asked_for_has_its_office(morocco: Catalogue) -> None:
    lacking = [
        (service.id, administration, territory)
        for service in morocco.services.values()
        if service.askable
        for administration, territory in offices_for(morocco, service)
        if not taking(service, administration, territory)
    ]
    assert lacking == []


def test_every_office_has_officers_or_a_system_that_decides() -> None:
    personal = ("issuer", "sub", "role", "mail")
    staffed = [{key: agent[key] for key in agent if key not in personal} for agent in SAID["agents"]]
    for office in SAID["offices"]:
        place = {key: office[key] for key in ("administration", "territory", "branch") if key in office}
        assert office.get("connector", DESK) in CONNECTED or place in staffed, office


def facts_of(service: Service, moment: datetime) -> dict[str, Any]:
    """What the general administration decides for somebody who answered nothing but the first thing of each section."""
    things = {section: [{field.id: field.id for field in service.fields_of(section)}] for section in service.repeating}
    dossier = {"service": service.id, "answers": things, "subject": {"name_lat": "Youssef Bennani"}}
    return general.Deciding(dossier, 7, moment.date(), lambda *_: {}).facts()


def test_the_general_administration_grants_with_right_facts(morocco: Catalogue, moment: datetime) -> None:
    wrong: list[Any] = []
    for service in generally_decided(morocco):
        facts = facts_of(service, moment)
        wrong += [(service.id, key) for key in facts if key not in {field.id for field in service.decision}]
        for field in service.decision:
            text = rules.as_typed(morocco.definition(field).type, facts.get(field.id))
            try:
                rules.clean(field, morocco, text, facts, moment)
            except rules.BadAnswer as problem:
                wrong.append((service.id, field.id, problem.code))
    assert wrong == []


def printed(catalogue: Catalogue, service: Service, output: Output) -> Iterator[Text]:
    """Every text of the definitions that a certificate may print."""
    fields = {field.id: field for field in (*service.single, *service.decision)}
    yield catalogue.documents[output.document].names
    yield from (output.statement,) if output.statement else ()
    for key in output.shows:
        yield catalogue.labels(fields[key])
        yield from (label for _, label in catalogue.options(fields[key], {}))


def test_every_certificate_can_be_printed(morocco: Catalogue) -> None:
    lacking = [
        (service.id, output.document, text.root)
        for service in morocco.services.values()
        for output in service.outputs
        if output.paper == CERTIFICATE
        for text in printed(morocco, service, output)
        if unshown([text.root.get("ar", ""), text.root.get("fr", "")])
        or not (text.root.get("ar") or text.root.get("fr"))
    ]
    assert lacking == []


@pytest.mark.parametrize("service", sorted(general.decided_with()))
def test_nothing_is_decided_for_a_service_that_does_not_exist(morocco: Catalogue, service: str) -> None:
    assert service in morocco.services
