"""The documents that messages remind of, for the inbox, which knows of no lockers: one question for a whole page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import select

from portal.alerts.actions import Told
from portal.alerts.states import Kind
from portal.locker.actions import KEPT
from portal.locker.models import Document
from portal.web import unit, who


def reminded_of(told: Iterable[Told]) -> Mapping[str, Document]:
    """By what a message is about, the document that ends: of this reader, and still in the locker."""
    wanted = {one.alert.about: one.alert.document for one in told if one.alert.kind == Kind.DOCUMENT_ENDS}
    if not wanted:
        return {}
    query = select(Document).where(
        Document.id.in_(set(wanted.values())),
        Document.owner_id == who().subject,
        Document.state == KEPT,
        Document.removed_at.is_(None),
        Document.valid_until.is_not(None),
    )
    found = {one.id: one for one in unit().session.scalars(query)}
    return {about: found[document] for about, document in wanted.items() if document in found}
