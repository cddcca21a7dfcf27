"""The documents that messages and records mention, for pages that know of no lockers: one question for a whole page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from portal.alerts.actions import Told
from portal.alerts.states import Kind
from portal.audit.models import Access
from portal.locker.actions import IN_PLACE
from portal.locker.keeping import label_of
from portal.locker.models import Document
from portal.web import unit, who


@dataclass(frozen=True, slots=True)
class Mentioned:
    """A document: what its owner calls it, empty when they gave no name, what it is called, and its last day."""

    id: UUID
    label: str
    names: Mapping[str, str]
    valid_until: date | None


def reminded_of(told: Iterable[Told]) -> Mapping[str, Mentioned]:
    """By what a message is about, the document that ends: of this reader, and still in the locker."""
    wanted = {one.alert.about: one.alert.document for one in told if one.alert.kind == Kind.DOCUMENT_ENDS}
    found = _in_locker(one for one in wanted.values() if one is not None)
    return {
        about: found[document]
        for about, document in wanted.items()
        if document in found and found[document].valid_until is not None
    }


def looked_at(records: Iterable[Access]) -> Mapping[UUID, Mentioned]:
    """By its id, each document of this reader that was looked at, and still is in the locker."""
    return _in_locker(one.document_id for one in records if one.document_id is not None)


def _in_locker(wanted: Iterable[UUID]) -> dict[UUID, Mentioned]:
    some = set(wanted)
    if not some:
        return {}
    query = select(Document).where(
        Document.id.in_(some),
        Document.owner_id == who().subject,
        *IN_PLACE,
    )
    keyring = unit().adapters.keyring
    return {
        one.id: Mentioned(one.id, label_of(keyring, one), one.names, one.valid_until)
        for one in unit().session.scalars(query)
    }
