"""What is thrown away, and what is looked through, later: the tasks of files that somebody brought."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.alerts.actions import tell
from portal.alerts.states import Kind
from portal.identity.events import Closed, Died
from portal.locker import actions, keeping
from portal.locker.arriving import CLEAN, HARMFUL, WAITING, Arrived, chunks
from portal.locker.models import Document
from portal.locker.ports import Scanner, Store
from portal.locker.sharing.models import Share
from portal.outbox import call_off, later
from portal.unit import Unit, Work, real_now

THROW_AWAY, LOOK_THROUGH = "throw_away", "look_through"
NEVER_CAME = timedelta(hours=1)
"""How long after it was reserved a file that was not kept is thrown away."""

LET_GO = timedelta(days=1)
"""How long after nothing names it any more the bytes of a file are thrown away: a backup that began while it was kept
has copied them by then."""


def throw_away(unit: Unit, document: UUID, after: timedelta) -> None:
    """Queues that a file goes after some time."""
    key = str(document)
    later(unit.session, THROW_AWAY, key, {"document": key}, real_now() + after, again=True)


def let_go(unit: Unit, document: UUID, after: timedelta = LET_GO) -> None:
    """A file that was kept is shown to nobody any more, and goes after some time."""
    unit.do(actions.let_go, document)
    throw_away(unit, document, after)


def keep(unit: Unit, document: UUID, arrived: Arrived) -> Document:
    """A file has come: it is not thrown away, and looked through where that has to wait. Raises NotFound when it came
    so late that it was thrown away."""
    kept = unit.in_real_time().do(actions.keep_taken, document, arrived)
    call_off(unit.session, THROW_AWAY, str(document))
    look_through_later(unit, kept)
    return kept


def throw_away_now(work: Work, payload: Mapping[str, Any]) -> datetime | None:
    """A file that never came, or that nothing names any more, is thrown away: its bytes first, then its row."""
    document = UUID(payload["document"])
    object_key = work.transact(lambda unit: unit.do(actions.going, document))
    if object_key is not None:
        work.adapters.store.delete(object_key)
        work.transact(lambda unit: unit.do(actions.forget, document))
    return None


def empty(unit: Unit, event: Closed) -> None:
    """An account is closed: what was put or fetched into its locker goes. What was issued or certified stays, as the
    law asks, and can be checked."""
    theirs = Document.owner_id == event.person, Document.origin.in_(actions.PUT_THERE)
    for document in unit.session.scalars(select(Document.id).where(*theirs)).all():
        let_go(unit, document)


def share_no_more(unit: Unit, event: Closed | Died) -> None:
    """Who has closed their account, or has died, shares nothing any more. What lies there is kept for the heirs."""
    keeping.end_shares(unit.session, real_now(), Share.owner_id == event.person)


def look_through_later(unit: Unit, document: Document) -> None:
    """Queues that a file is looked through that came while the scanner was silent."""
    if document.scan == WAITING:
        later(unit.session, LOOK_THROUGH, str(document.id), {"document": str(document.id)}, again=True)


def look_through(work: Work, payload: Mapping[str, Any]) -> datetime | None:
    """Looks for malicious code in a file that waits for it. What is found is opened by nobody any more, and its owner
    is told. Where nothing is looked for any more, it does not wait. Raises NotReachable while the scanner is silent."""
    document, scanner = UUID(payload["document"]), work.adapters.scanner
    held = work.transact(lambda unit: _waiting(unit, document), reading=True)
    if held is not None:
        said = _said(scanner, work.adapters.store, *held) if scanner is not None else None
        work.transact(lambda unit: _looked_through(unit, document, said))
    return None


def _said(scanner: Scanner, store: Store, object_key: str, data_key: bytes) -> str:
    with store.open(object_key, data_key) as file:
        return CLEAN if scanner.scan(chunks(file)) is None else HARMFUL


def _waiting(unit: Unit, wanted: UUID) -> tuple[str, bytes] | None:
    document = unit.session.get(Document, wanted)
    if document is None or document.state != actions.KEPT or document.scan != WAITING:
        return None
    return document.object_key or "", actions.key_of(unit.adapters.keyring, document)


def _looked_through(unit: Unit, wanted: UUID, scan: str | None) -> None:
    document = unit.session.get(Document, wanted, with_for_update=True)
    if document is None or document.state != actions.KEPT or document.scan != WAITING:
        return
    document.scan = scan
    if scan == HARMFUL:
        unit.do(tell, document.owner_id, Kind.FILE_HARMFUL, str(document.id), document.service or "")
