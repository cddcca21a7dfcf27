"""A document of whoever somebody acts for, to whom it may be shown."""

from __future__ import annotations

from uuid import UUID

from portal.audit.actions import About
from portal.audit.models import Did, Kind
from portal.locker import actions
from portal.locker.models import Document
from portal.seen import refused, seen
from portal.unit import Unit
from portal.web import NotAssured, NotCovered, NotYours, catalogue, reach
from portal.who import Who


def theirs(unit: Unit, me: Who, document: UUID, did: Did = Did.READ) -> Document:
    """A document of whoever this person acts for, within their mandate's reach, to whoever is known as surely as its
    service asks. Raises NotYours, NotCovered, NotAssured."""
    found = actions.one(unit.session, document)
    about = About(found.owner_id, Kind.DOCUMENT, found.case_id, found.reference, found.service, found.id)
    if found.owner_id != me.subject or found.removed_at is not None:
        refused(me, about)
        raise NotYours
    allowed = reach()
    if allowed is not None and found.service not in allowed:
        refused(me, about)
        raise NotCovered(None)
    service = catalogue().services.get(found.service or "")
    if service is not None and not me.assured(service.assurance):
        raise NotAssured(service.assurance)
    seen(unit, me, about, did)
    return found
