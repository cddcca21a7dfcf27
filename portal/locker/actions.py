"""Reserve a document, keep it once its bytes are stored, find it for its owner."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from payments.actor import Actor
from payments.columns import moment_of, new_id
from portal.keys import Keyring
from portal.locker.arriving import Arrived
from portal.locker.errors import NotFound
from portal.locker.events import Kept
from portal.locker.models import PDF, Document, Locker
from portal.locker.proofs import codes, statuses

WRITING, KEPT, GOING = "writing", "kept", "going"
ISSUED, BROUGHT, ADDED, FETCHED, CERTIFIED = "issued", "brought", "added", "fetched", "certified"
PUT_THERE = frozenset((ADDED, FETCHED))
"""What lies in a locker because its owner wanted it there: it goes, with its bytes, when they want that."""
IN_PLACE = Document.state == KEPT, Document.removed_at.is_(None)
"""What has come and its owner has not taken out."""

FOLDER = "documents"
MOST = 30


def context(document: UUID) -> str:
    """What binds a document's data key to its row."""
    return f"document:{document}"


def key_of(keyring: Keyring, document: Document) -> bytes:
    """The data key that opens a document."""
    return keyring.unwrap(document.data_key, context(document.id))


def proof_context(document: UUID) -> str:
    """What binds a document's sealed proof to its row."""
    return f"proof:{document}"


def proof_in(keyring: Keyring, document: Document) -> bytes:
    """The token by which a document proves itself. Raises NotIntact and NotInKeyring."""
    data_key = key_of(keyring, document)
    return keyring.unseal(data_key, document.proof or b"", proof_context(document.id))


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
    seal: str,
    issued_on: date,
    valid_until: date | None,
    about: str | None,
    keyring: Keyring,
) -> Document:
    """The row of a document of a case, made once per kind; its bytes come later. ``about`` is what it is about, in the
    same words as others about the same, whose place it takes; None where it stands for itself."""
    known = select(Document).where(Document.case_id == case, Document.kind == kind, Document.origin == ISSUED)
    document = session.scalar(known.with_for_update())
    if document is None:
        document = begun(
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
    if document.state != KEPT and document.code_mark is None:
        document.seal, document.issued_on, document.valid_until = seal, issued_on, valid_until
        document.about_mark = keyring.fingerprint(about, "document") if about else None
        provable(session, document, keyring)
    session.flush()
    return document


def provable(session: Session, document: Document, keyring: Keyring) -> None:
    """Gives a document its code, and a place of its own in the status list of the month."""
    code = codes.code_of(key_of(keyring, document))
    document.code_mark = codes.found_by(keyring, code)
    document.proof_list = statuses.month_of(moment_of(document.id))
    taken = select(Document.id).where(Document.proof_list == document.proof_list)
    while session.scalar(taken.where(Document.proof_place == (drawn := statuses.drawn()))) is not None:
        pass
    document.proof_place = drawn


def begun(moment: datetime, keyring: Keyring, **about: Any) -> Document:
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
    source: UUID | None = None,
) -> Document:
    """The row of a file that a person attaches to a request; its bytes come later. ``moment`` is real time; ``source``
    is the document of their locker that it is a copy of."""
    document = begun(
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
        source_id=source,
    )
    session.add(document)
    session.flush()
    return document


def keep_taken(session: Session, moment: datetime, _actor: Actor, document_id: UUID, arrived: Arrived) -> Document:
    """The bytes of a file are stored. ``moment`` is real time. Raises NotFound when it came so late that it was thrown
    away."""
    document = session.get(Document, document_id, with_for_update=True)
    if document is None or document.state != WRITING:
        raise NotFound
    document.size, document.digest, document.media = arrived.size, arrived.digest, arrived.media
    document.scan = arrived.scan
    document.state, document.kept_at = KEPT, moment
    session.flush()
    return document


def taken_for(session: Session, case: UUID) -> list[Document]:
    """The files that were attached to a request, whether an answer still names them or not."""
    return list(session.scalars(select(Document).where(Document.case_id == case, Document.origin == BROUGHT)))


def let_go(session: Session, _moment: datetime, _actor: Actor, document_id: UUID) -> None:
    """A file that was kept is not shown any more: its bytes will be thrown away."""
    leave(session, session.get_one(Document, document_id, with_for_update=True))


def one_at_a_time(session: Session, owner: UUID) -> None:
    """What is kept in one locker is kept one after the other. Called before it is looked what lies there: whoever comes
    at the same time runs again, and sees what the other has kept. Only a row that is written does that; one that is
    locked lets them see the past."""
    written = update(Locker).where(Locker.owner_id == owner).values(files=Locker.files).returning(Locker.owner_id)
    if session.scalar(written) is None:
        session.add(Locker(owner_id=owner, files=0, size=0))
        session.flush()


def leave(session: Session, document: Document) -> None:
    """A document is going: from now on it is shown to nobody, and takes up none of its owner's room."""
    if document.state != GOING and document.origin == ADDED:
        locker, size = update(Locker).where(Locker.owner_id == document.owner_id), document.size or 0
        session.execute(locker.values(files=Locker.files - 1, size=Locker.size - size))
    document.state, document.kept_at = GOING, None
    session.flush()


def going(session: Session, _moment: datetime, _actor: Actor, document_id: UUID) -> str | None:
    """Where the bytes lie of a file that was let go, or whose bytes never came; None when there is no such file. Nobody
    can keep it any more."""
    document = session.get(Document, document_id, with_for_update=True)
    if document is None or document.origin == ISSUED or document.state == KEPT:
        return None
    leave(session, document)
    return document.object_key


def forget(session: Session, _moment: datetime, _actor: Actor, document_id: UUID) -> None:
    """The bytes of a file are gone: so is its row."""
    document = session.get(Document, document_id, with_for_update=True)
    if document is not None and document.state == GOING:
        session.delete(document)
        session.flush()


def keep(
    session: Session, moment: datetime, _actor: Actor, document_id: UUID, size: int, digest: str, proof: bytes
) -> Kept | None:
    """The bytes are stored: the document is shown from now on. None when another run kept it first. ``proof`` is its
    token, sealed under its data key.

    ``moment`` is real time."""
    document = session.get_one(Document, document_id, with_for_update=True)
    if document.state == KEPT:
        return None
    document.size, document.digest, document.state, document.kept_at = size, digest, KEPT, moment
    document.proof = proof
    take_place(session, document)
    session.flush()
    reference, service = document.reference or "", document.service or ""
    return Kept(document.id, document.owner_id, document.case_id or document.id, reference, service, document.kind)


def take_place(session: Session, document: Document) -> None:
    """What was made before about the same is an older version of it; what was made after, and kept while its seal was
    waited for, a newer one. Two that come at the same time do so one after the other."""
    if document.about_mark is None:
        return
    one_at_a_time(session, document.owner_id)
    same = (
        Document.owner_id == document.owner_id,
        Document.kind == document.kind,
        Document.about_mark == document.about_mark,
        *IN_PLACE,
        Document.id != document.id,
    )
    at_once = (Document.made_at == document.made_at) & (Document.id > document.id)
    after = (Document.made_at > document.made_at) | at_once
    newer = select(Document.id).where(*same, after).order_by(Document.made_at, Document.id)
    document.newer_id = session.scalars(newer.limit(1)).first()
    before = update(Document).where(*same, ~after, Document.newer_id == document.newer_id)  # None becomes IS NULL
    session.execute(before.values(newer_id=document.id))


OF_CASE = (
    select(Document)
    .where(Document.case_id == bindparam("case"), Document.state == KEPT, Document.origin == ISSUED)
    .order_by(Document.made_at)
)


def of_case(session: Session, case: UUID) -> list[Document]:
    """The documents a case has produced."""
    return list(session.scalars(OF_CASE, {"case": case}))


def issued_one(session: Session, case: UUID, document_id: UUID) -> Document:
    """A document that this request has produced. Raises NotFound, also for another's."""
    document = session.get(Document, document_id, with_for_update=True)
    if document is None or document.case_id != case or document.origin != ISSUED or document.state != KEPT:
        raise NotFound
    return document


def of_request(session: Session, case: UUID, document_id: UUID) -> Document:
    """A file that was attached to this request. Raises NotFound, also for another's."""
    document = session.get(Document, document_id)
    if document is None or document.case_id != case or document.origin != BROUGHT or document.state != KEPT:
        raise NotFound
    return document


def one(session: Session, document_id: UUID) -> Document:
    """A document that is kept. Raises NotFound."""
    document = session.get(Document, document_id)
    if document is None or document.state != KEPT:
        raise NotFound
    return document
