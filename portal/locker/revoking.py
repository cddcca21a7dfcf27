"""Take back a document that was issued: it does not count any more, and whoever checks it is told so."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from payments.actor import Actor
from portal.alerts.actions import tell
from portal.alerts.states import Kind
from portal.keys import Keyring
from portal.locker.actions import key_of
from portal.locker.events import Revoked
from portal.locker.models import Document
from portal.unit import Unit

LONGEST = 500


def reason_context(document: object) -> str:
    """What binds a document's sealed reason to its row."""
    return f"revoked:{document}"


def revoke(
    session: Session, moment: datetime, _actor: Actor, document: Document, reason: str, keyring: Keyring
) -> Revoked | None:
    """From this moment (real time) it does not count. None when that was said before."""
    if document.revoked_at is not None:
        return None
    key = key_of(keyring, document)
    document.revoked_at = moment
    document.revoked_for = keyring.seal(key, reason.encode(), reason_context(document.id))
    session.flush()
    return Revoked(document.id, document.owner_id, document.service or "")


def reason_of(keyring: Keyring, document: Document) -> str:
    """Why it was taken back; empty for one that was not."""
    if document.revoked_for is None:
        return ""
    key = key_of(keyring, document)
    return keyring.unseal(key, document.revoked_for, reason_context(document.id)).decode()


def tell_owner(unit: Unit, event: Revoked) -> None:
    """Whoever has it is told in the same transaction."""
    unit.do(tell, event.subject, Kind.DOCUMENT_REVOKED, str(event.document), event.service)
