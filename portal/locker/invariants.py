"""What must be true between the rows of documents and the objects in the store."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from payments.columns import moment_of
from portal.keys import NotInKeyring, NotIntact
from portal.locker.actions import ADDED, FOLDER, GOING, ISSUED, KEPT, key_of, proof_in
from portal.locker.models import UNKEPT, Document, Locker
from portal.locker.ports import BadObjectKey, NotFound
from portal.locker.proofs import proof
from portal.locker.proofs.checking import digest_of
from portal.locker.proofs.cose import BadMessage, NotKnown
from portal.look import Look, batches
from portal.outbox import Task

BATCH = 200
PROBES = "check"
MADE_BY = {
    "filing_receipt": "issue_receipt:Filed",
    "payment_receipt": "issue_payment_receipt:Filed",
    "refusal": "issue_refusal:Refused",
}
OUTPUTS = "issue_outputs:Granted"
"""The tasks that write documents, by kind, as their keys begin (``portal.reactions``)."""
THROWS_AWAY = "throw_away"
"""The task of a file that somebody brings: it goes when nothing names it."""


def kept_documents_are_complete(session: Session, since: UUID | None = None) -> Iterator[str]:
    """A document is kept when, and only when, it is known where its bytes lie, how many, which, and since when."""
    lacking = Document.object_key.is_(None) | Document.digest.is_(None) | Document.size.is_(None)
    kept = Document.state == KEPT
    query = select(Document.id).where(
        (kept & (lacking | Document.kept_at.is_(None))) | (~kept & Document.kept_at.is_not(None))
    )
    if since is not None:
        query = query.where((Document.id >= since) | (Document.kept_at >= moment_of(since)))
    for document in session.scalars(query.order_by(Document.id)):
        yield f"document {document} is kept by halves"


def lockers_count_what_is_in_them(session: Session, since: UUID | None = None) -> Iterator[str]:
    """How many files, and bytes of them, an owner has put into their locker is what their rows say; those that are
    going do not count any more."""
    added = Document.origin == ADDED, Document.state != GOING
    held = select(Document.owner_id, func.count().label("files"), func.sum(Document.size).label("size")).where(*added)
    if since is not None:
        held = held.where(Document.owner_id.in_(select(Document.owner_id).where(*added, Document.id >= since)))
    counted = held.group_by(Document.owner_id).subquery()
    query = select(counted.c.owner_id).outerjoin(Locker, Locker.owner_id == counted.c.owner_id)
    wrong = Locker.owner_id.is_(None) | (Locker.files != counted.c.files) | (Locker.size != counted.c.size)
    for owner in session.scalars(query.where(wrong).order_by(counted.c.owner_id)):
        yield f"the locker of {owner} counts other files than it holds"
    if since is not None:
        return
    empty = ~exists().where(Document.owner_id == Locker.owner_id, *added)
    full = select(Locker.owner_id).where((Locker.files != 0) | (Locker.size != 0), empty)
    for owner in session.scalars(full.order_by(Locker.owner_id)):
        yield f"the locker of {owner} counts files and holds none"


def documents_being_written_have_their_task(session: Session, _since: UUID | None = None) -> Iterator[str]:
    """A document whose bytes are not stored yet is being made, or thrown away: its task is not done."""
    columns = Document.id, Document.case_id, Document.kind, Document.origin
    written = select(*columns).where(UNKEPT).order_by(Document.id)
    for some in batches(session.execute(written).all(), BATCH):
        keys = {document: _task_of(document, case, kind, origin) for document, case, kind, origin in some}
        undone = set(session.scalars(select(Task.key).where(Task.key.in_(keys.values()), Task.done_at.is_(None))))
        for document in [document for document, key in keys.items() if key not in undone]:
            yield f"document {document} is being written, and no task writes it"


def _task_of(document: UUID, case_id: UUID | None, kind: str, origin: str) -> str:
    return f"{THROWS_AWAY}:{document}" if origin != ISSUED else f"{MADE_BY.get(kind, OUTPUTS)}:{case_id}"


def kept_documents_have_their_bytes(look: Look) -> Iterator[str]:
    """Every kept document opens, and is as long and what it was when it was stored."""
    last: Document | None = None
    while some := _kept(look, last):
        last = some[-1]
        for document in some:
            if problem := _damage(look, document):
                yield f"document {document.id}: {problem}"


def _kept(look: Look, last: Document | None) -> Sequence[Document]:
    query = select(Document).where(Document.state == KEPT, Document.kept_at.is_not(None))
    if last is not None:
        after = (Document.kept_at == last.kept_at) & (Document.id > last.id)
        query = query.where((Document.kept_at > last.kept_at) | after)
    elif look.since is not None:
        query = query.where(Document.kept_at >= moment_of(look.since))
    with look.reading() as session:
        return session.scalars(query.order_by(Document.kept_at, Document.id).limit(BATCH)).all()


def _damage(look: Look, document: Document) -> str | None:
    try:
        data_key = key_of(look.work.adapters.keyring, document)
        with look.work.adapters.store.open(document.object_key or "", data_key) as file:
            found = file.seek(0, os.SEEK_END), digest_of(file)
    except (NotFound, BadObjectKey):
        return "its bytes are not in the store"
    except (NotIntact, NotInKeyring) as error:
        return f"it does not open: {type(error).__name__}"
    if found != (document.size, document.digest):
        return "its bytes are not those that were stored"
    return None


def proofs_of_documents_hold(look: Look) -> Iterator[str]:
    """The proof of every kept document opens, and one of the keys of PORTAL_PROOF_KEYS signed it, revoked or not. That
    a key was taken out too early is said of older documents by a full look: which one signed, only the proof tells."""
    last: Document | None = None
    while some := _kept(look, last):
        last = some[-1]
        for document in some:
            if document.proof is not None and (problem := _disproof(look, document)):
                yield f"document {document.id}: {problem}"


def _disproof(look: Look, document: Document) -> str | None:
    try:
        proof.read(proof_in(look.work.adapters.keyring, document), look.work.adapters.proof_keys)
    except (NotIntact, NotInKeyring) as error:
        return f"its proof does not open: {type(error).__name__}"
    except NotKnown as unknown:
        return f"key {unknown.key!r} signed its proof: put its public half back into PORTAL_PROOF_KEYS"
    except BadMessage as bad:
        return f"its proof does not count: {bad}"
    return None


def stored_objects_have_their_row(look: Look) -> Iterator[str]:
    """Every object in the store is the bytes of a document, kept or being written."""
    for some in batches(_listed(look), BATCH):
        with look.reading() as session:
            known = _known(session, some)
        yield from (f"object {key} belongs to no document" for key in some if key not in known)


def _listed(look: Look) -> Iterator[str]:
    store = look.work.adapters.store
    if look.since is not None:
        return store.keys(FOLDER, after=f"{FOLDER}/{look.since}")
    return (key for key in store.keys("") if not key.startswith(f"{PROBES}/"))  # what a check was about to remove


def _known(session: Session, keys: Sequence[str]) -> set[str | None]:
    """Those of these object keys that a document names. The second part of a key is the document's id."""
    ids = {found for key in keys if (found := _id_in(key)) is not None}
    return set(session.scalars(select(Document.object_key).where(Document.id.in_(ids))))


def _id_in(key: str) -> UUID | None:
    try:
        return UUID(key.split("/")[1])
    except (IndexError, ValueError):
        return None
