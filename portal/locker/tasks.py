"""Make the papers of a case and put them into its owner's locker: reserve, render and store, keep."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from journeys.cases.models import Case
from journeys.cases.reading import case_by_id
from portal.alerts.actions import tell
from portal.alerts.states import Kind
from portal.locker import actions
from portal.locker.issuing import Decided, decided, due, paper_of
from portal.locker.papers import Paper
from portal.locker.ports import NotOverwritten, Store
from portal.locker.rendering import render
from portal.unit import Unit, Work

TITLES = {
    "refusal": {"ar": "قرار الرفض", "fr": "Décision de refus", "en": "Refusal decision"},
    "filing_receipt": {"ar": "وصل الإيداع", "fr": "Récépissé de dépôt", "en": "Receipt of filing"},
}


@dataclass(frozen=True, slots=True)
class Reserved:
    """A document to be made: its row, its key, and what it says."""

    document: UUID
    object_key: str
    data_key: bytes
    paper: Paper
    moment: datetime


def issue_receipt(work: Work, payload: Mapping[str, Any]) -> datetime | None:
    """The receipt of filing."""
    _issue(work, UUID(payload["case_id"]), "filing_receipt")
    return None


def issue_refusal(work: Work, payload: Mapping[str, Any]) -> datetime | None:
    """The refusal decision."""
    _issue(work, UUID(payload["case_id"]), "refusal")
    return None


def issue_outputs(work: Work, payload: Mapping[str, Any]) -> datetime | None:
    """Every document that a granted request produces here; where none is, the person is told of the decision alone."""
    case_id = UUID(payload["case_id"])
    made = work.transact(lambda unit: list(due(_decided(unit, case_by_id(unit.session, case_id)))), reading=True)
    for kind in made:
        _issue(work, case_id, kind)
    if not made:
        about = UUID(payload["subject"]), Kind.GRANTED, payload["reference"], payload["service"]
        work.transact(lambda unit: unit.do(tell, *about))
    return None


def _decided(unit: Unit, case: Case) -> Decided:
    catalogue = unit.adapters.shelf.at(case.publication)
    return decided(unit.session, unit.adapters.keyring, case, catalogue, unit.moment, unit.adapters.settings.demo)


def _issue(work: Work, case_id: UUID, kind: str) -> None:
    reserved = work.transact(lambda unit: _reserve(unit, case_id, kind))
    if reserved is None:
        return
    settings = work.adapters.settings
    pdf = render(reserved.paper.template, reserved.paper.data(), moment=reserved.moment, fonts=settings.fonts)
    stored = _stored(work.adapters.store, reserved, pdf)
    digest = hashlib.sha256(stored).hexdigest()
    work.transact(lambda unit: unit.in_real_time().do(actions.keep, reserved.document, len(stored), digest))


def _stored(store: Store, reserved: Reserved, pdf: bytes) -> bytes:
    """What lies in the store once this returns: these bytes, or those of a run that was ended after it had stored."""
    try:
        store.put(reserved.object_key, pdf, reserved.data_key)
    except NotOverwritten:
        return store.get(reserved.object_key, reserved.data_key)
    return pdf


def _reserve(unit: Unit, case_id: UUID, kind: str) -> Reserved | None:
    adapters = unit.adapters
    case = case_by_id(unit.session, case_id)
    of = _decided(unit, case)
    document = actions.reserve(
        unit.session,
        unit.moment,
        unit.actor,
        owner=case.subject_id,
        case=case.id,
        reference=case.reference,
        service=case.service,
        kind=kind,
        names=TITLES.get(kind) or dict(of.catalogue.documents[kind].names.root),
        issuer=of.office.names,
        keyring=adapters.keyring,
    )
    if document.state == actions.KEPT:
        return None
    data_key = adapters.keyring.unwrap(document.data_key, actions.context(document.id))
    return Reserved(document.id, document.object_key or "", data_key, paper_of(of, kind), document.made_at)
