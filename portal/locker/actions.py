"""Reserve a document, keep it once its bytes are stored, find it for its owner."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from payments.actor import Actor
from payments.columns import new_id
from portal.keys import Keyring
from portal.locker.errors import NotFound
from portal.locker.events import Kept
from portal.locker.models import PDF, Document

WRITING, KEPT, GOING = "writing", "kept", "going"
ISSUED, BROUGHT = "issued", "brought"
FOLDER = "documents"
MOST = 30


def context(document: UUID) -> str:
    """What binds a document's data key to its row."""
    return f"document:{document}"


def place(document: UUID) -> str:
    """The object key of a document: known before its bytes are stored."""
    return f"{FOLDER}/{document}"


def reserve(
    session: Session,
    moment: datetime,
    _actor: Actor,
    *,
    owner: UUID,
    case: UUID,
    reference: str,
    service: str,
    kind: str,
    names: Mapping[str, str],
    issuer: Mapping[str, str],
    keyring: Keyring,
) -> Document:
    """The row of a document of a case, made once per kind; its bytes come later."""
    known = select(Document).where(Document.case_id == case, Document.kind == kind, Document.origin == ISSUED)
    document = session.scalar(known.with_for_update())
    if document is None:
        document = _begun(
            moment,
            keyring,
            origin=ISSUED,
            owner_id=owner,
            case_id=case,
            reference=reference,
            service=service,
            kind=kind,
            names=dict(names),
            issuer=dict(issuer),
        )
        session.add(document)
    elif document.object_key is None:  # reserved during an upgrade, by a version that named it later
        document.object_key = place(document.id)
    session.flush()
    return document


def _begun(moment: datetime, keyring: Keyring, **about: Any) -> Document:
    """A document of ``about`` whose bytes come later, with a key and a place for them."""
    document_id = new_id()
    _, wrapped = keyring.new_data_key(context(document_id))
    key = {"data_key": wrapped, "object_key": place(document_id)}
    return Document(id=document_id, media=PDF, state=WRITING, made_at=moment, **key, **about)


def take_in(
    session: Session,
    moment: datetime,
    _actor: Actor,
    *,
    owner: UUID,
    case: UUID,
    reference: str,
    service: str,
    kind: str,
    names: Mapping[str, str],
    keyring: Keyring,
) -> Document:
    """The row of a file that a person attaches to a request; its bytes come later. ``moment`` is real time."""
    document = _begun(
        moment,
        keyring,
        origin=BROUGHT,
        owner_id=owner,
        case_id=case,
        reference=reference,
        service=service,
        kind=kind,
        names=dict(names),
        issuer={},
    )
    session.add(document)
    session.flush()
    return document


def keep_taken(
    session: Session, moment: datetime, _actor: Actor, document_id: UUID, size: int, digest: str, media: str
) -> None:
    """The bytes of an attached file are stored. ``moment`` is real time. Raises NotFound when it came so late that it
    was thrown away."""
    document = session.get(Document, document_id, with_for_update=True)
    if document is None or document.state != WRITING:
        raise NotFound
    document.size, document.digest, document.media = size, digest, media
    document.state, document.kept_at = KEPT, moment
    session.flush()


def taken_for(session: Session, case: UUID) -> list[Document]:
    """The files that were attached to a request, whether an answer still names them or not."""
    return list(session.scalars(select(Document).where(Document.case_id == case, Document.origin == BROUGHT)))


def let_go(session: Session, _moment: datetime, _actor: Actor, document_id: UUID) -> None:
    """An attached file that was kept is not shown any more: its bytes will be thrown away."""
    document = session.get_one(Document, document_id, with_for_update=True)
    document.state, document.kept_at = GOING, None
    session.flush()


def going(session: Session, _moment: datetime, _actor: Actor, document_id: UUID) -> str | None:
    """Where the bytes lie of an attached file that was let go, or whose bytes never came; None when there is no such
    file. Nobody can keep it any more."""
    document = session.get(Document, document_id, with_for_update=True)
    if document is None or document.origin != BROUGHT or document.state == KEPT:
        return None
    document.state = GOING
    session.flush()
    return document.object_key


def forget(session: Session, _moment: datetime, _actor: Actor, document_id: UUID) -> None:
    """The bytes of an attached file are gone: so is its row."""
    document = session.get(Document, document_id, with_for_update=True)
    if document is not None and document.state == GOING:
        session.delete(document)
        session.flush()


def keep(session: Session, moment: datetime, _actor: Actor, document_id: UUID, size: int, digest: str) -> Kept | None:
    """The bytes are stored: the document is shown from now on. None when another run kept it first.

    ``moment`` is real time."""
    document = session.get_one(Document, document_id, with_for_update=True)
    if document.state == KEPT:
        return None
    document.size, document.digest, document.state, document.kept_at = size, digest, KEPT, moment
    session.flush()
    return Kept(document.id, document.owner_id, document.case_id, document.reference, document.service, document.kind)


def mine(session: Session, owner: UUID, before: tuple[datetime, UUID] | None = None) -> list[Document]:
    """A person's documents, newest first, found by key."""
    query = select(Document).where(Document.owner_id == owner, Document.state == KEPT)
    if before is not None:
        query = query.where(
            (Document.made_at < before[0]) | ((Document.made_at == before[0]) & (Document.id < before[1]))
        )
    return list(session.scalars(query.order_by(Document.made_at.desc(), Document.id.desc()).limit(MOST)))


OF_CASE = (
    select(Document)
    .where(Document.case_id == bindparam("case"), Document.state == KEPT, Document.origin == ISSUED)
    .order_by(Document.made_at)
)


def of_case(session: Session, case: UUID) -> list[Document]:
    """The documents a case has produced."""
    return list(session.scalars(OF_CASE, {"case": case}))


def of_request(session: Session, case: UUID, document_id: UUID) -> Document:
    """A file that was attached to this request. Raises NotFound, also for another's."""
    document = session.get(Document, document_id)
    if document is None or document.case_id != case or document.origin != BROUGHT or document.state != KEPT:
        raise NotFound
    return document


def for_owner(session: Session, owner: UUID, document_id: UUID) -> Document:
    """One document of this person. Raises NotFound, also for another's."""
    document = session.get(Document, document_id)
    if document is None or document.owner_id != owner or document.state != KEPT:
        raise NotFound
    return document
