"""What a service calls the facts that its certificate shows. The proof holds them under their French label, which is
what verifiers without a connection print; on our page each reader has their own."""

from __future__ import annotations

from collections.abc import Mapping

from journeys.cases.models import Case
from journeys.catalogue.definitions import Catalogue, Service, Text
from portal.locker.issuing import in_each
from portal.locker.models import Document
from portal.locker.papers import shortened
from portal.unit import Unit


def named_by_service(unit: Unit, document: Document | None) -> Mapping[str, Text]:
    """The labels in every language by those in the proof, as the version of the service says under which it was asked
    for; none for what belongs to no request."""
    case = unit.session.get(Case, document.case_id) if document and document.case_id else None
    if document is None or case is None:
        return {}
    catalogue = unit.adapters.shelf.at(case.publication)
    return _labels(catalogue, catalogue.service(case.service), document.kind)


def _labels(catalogue: Catalogue, service: Service, kind: str) -> Mapping[str, Text]:
    asked = {field.id: field for field in (*service.form, *service.decision)}
    shown = {key for output in service.outputs if output.document == kind for key in output.shows}
    texts = [catalogue.labels(asked[key]) for key in shown]
    return {shortened(in_each(text).fr): text for text in texts}
