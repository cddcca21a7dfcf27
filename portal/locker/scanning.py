"""Whether malicious code was looked for in what people bring; and the sweep that has it looked for in older files."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from portal.locker.actions import KEPT
from portal.locker.arriving import CLEAN, WAITING
from portal.locker.models import PEOPLE_BRING, UNSCANNED, Document
from portal.locker.throwing import look_through_later
from portal.unit import Unit, Work, real_now

if TYPE_CHECKING:
    from portal.plugins import Adapters

EVERY, SOON = timedelta(minutes=10), timedelta(minutes=1)
MOST = 200
"""So many older files are queued at a time: other work goes on between them."""


def waits(adapters: Adapters, document: Document) -> bool:
    """Whether malicious code is still to be looked for in it: its scanner was silent when it came, or it came before
    there was one."""
    return scan_of(adapters, document) == WAITING


def scan_of(adapters: Adapters, document: Document) -> str | None:
    """What is known of it, ``document.scan`` seen from today; what the portal made itself is clean. None where nothing
    is looked for."""
    if document.scan is not None or adapters.scanner is None:
        return document.scan
    return WAITING if document.origin in PEOPLE_BRING else CLEAN


def sweep_unscanned(work: Work, _payload: Mapping[str, Any]) -> datetime | None:
    """Queues that files are looked through which came before there was a scanner, the newest first."""
    found = work.transact(_queue) if work.adapters.scanner is not None else 0
    return real_now() + (SOON if found == MOST else EVERY)


def _queue(unit: Unit) -> int:
    query = select(Document).where(UNSCANNED, Document.state == KEPT).order_by(Document.id.desc()).limit(MOST)
    found = unit.session.scalars(query.with_for_update()).all()
    for document in found:
        document.scan = WAITING
        look_through_later(unit, document)
    return len(found)
