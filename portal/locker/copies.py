"""Certified copies: reserve the row of one, keep it once its bytes are stored, find it to take it back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from payments.actor import Actor
from portal.keys import Keyring
from portal.locker.actions import CERTIFIED, GOING, KEPT, begun, keep_taken, provable
from portal.locker.arriving import Arrived
from portal.locker.errors import NotFound
from portal.locker.events import PutIn
from portal.locker.models import PDF, Document


def certify(
    session: Session,
    moment: datetime,
    _actor: Actor,
    *,
    owner: UUID,
    kind: str,
    names: Mapping[str, str],
    issuer: Mapping[str, str],
    seal: str,
    issued_on: date,
    same: str,
    keyring: Keyring,
) -> Document:
    """The row of a copy that an office has compared with the paper, made once; its bytes come later. ``same`` is in the
    same words when the same is certified again, because the first answer was lost: at one time by one officer alone.
    ``moment`` is real time."""
    mark = keyring.fingerprint(f"{owner}\n{same}", "certified copy")
    counts = Document.state != GOING, Document.revoked_at.is_(None)
    known = select(Document).where(Document.owner_id == owner, Document.about_mark == mark, *counts)
    if (before := session.scalars(known).first()) is not None:
        return before
    document = begun(
        moment,
        keyring,
        origin=CERTIFIED,
        owner_id=owner,
        kind=kind,
        names=dict(names),
        issuer=dict(issuer),
        seal=seal,
        issued_on=issued_on,
        about_mark=mark,
    )
    session.add(document)
    provable(session, document, keyring)
    session.flush()
    return document


def keep_certified(
    session: Session, moment: datetime, actor: Actor, document_id: UUID, size: int, digest: str, proof: bytes
) -> PutIn | None:
    """The bytes of a certified copy are stored. None when another run kept it first. ``proof`` is its token, sealed
    under its data key; ``moment`` is real time. Raises NotFound when it came so late that it was thrown away."""
    document = session.get(Document, document_id, with_for_update=True)
    if document is not None and document.state == KEPT:
        return None
    document = keep_taken(session, moment, actor, document_id, Arrived(PDF, size, digest, None))
    document.proof = proof
    session.flush()
    return PutIn(document.id)


def certified_one(session: Session, document_id: UUID) -> Document:
    """A copy that an office has certified. Raises NotFound, also for any other document."""
    document = session.get(Document, document_id, with_for_update=True)
    if document is None or document.origin != CERTIFIED or document.state != KEPT:
        raise NotFound
    return document
