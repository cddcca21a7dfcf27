"""Whoever has a document that ends is told in time to ask for another."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from portal.alerts.actions import tell
from portal.alerts.states import Kind
from portal.i18n import CASABLANCA, casablanca_day
from portal.locker.actions import KEPT
from portal.locker.events import Kept, PutIn
from portal.locker.models import Document
from portal.outbox import later
from portal.unit import Unit, Work, real_now

REMIND = "remind_of_end"
DAYS_BEFORE = 30
TOLD_AT = time(9)


def remind_before_end(unit: Unit, event: Kept | PutIn) -> None:
    """Queues the reminder of a document that ends."""
    document = unit.session.get_one(Document, event.document)
    if document.valid_until is not None and document.valid_until >= casablanca_day(real_now()):
        day = document.valid_until - timedelta(days=DAYS_BEFORE)
        due = datetime.combine(day, TOLD_AT, CASABLANCA)  # in the morning
        payload = {"document": str(document.id), "ends": str(document.valid_until)}
        later(unit.session, REMIND, ":".join(payload.values()), payload, due)


def remind_of_end(work: Work, payload: Mapping[str, Any]) -> datetime | None:
    """Tells the owner, once of each day, unless a newer version has come, it was taken out or revoked, or it ends on
    another day now."""
    document, ends = UUID(payload["document"]), payload["ends"]
    work.transact(lambda unit: _remind(unit, document, ends))
    return None


def _remind(unit: Unit, wanted: UUID, ends: str) -> None:
    document = unit.session.get(Document, wanted)
    if document is None or document.state != KEPT:
        return
    if document.removed_at or document.newer_id or document.revoked_at:
        return
    if document.valid_until is not None and str(document.valid_until) == ends:
        about = f"{document.id.hex}{document.valid_until:%Y%m%d}"  # who corrects the day is told of the other too
        unit.do(tell, document.owner_id, Kind.DOCUMENT_ENDS, about, document.service or "")
