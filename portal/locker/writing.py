"""Write a document: its page with its proof, under the seal of its administration, into the store."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from portal.locker.actions import key_of, proof_context
from portal.locker.models import Document
from portal.locker.papers import Paper
from portal.locker.ports import NotOverwritten, Store
from portal.locker.proofs.making import proof_of
from portal.locker.proofs.proof import Proof
from portal.plugins import Adapters


@dataclass(frozen=True, slots=True)
class Reserved:
    """A document to be written: its row, its key, what it says and proves, whose seal it bears, and the pictures (JPEG)
    that follow its page."""

    document: UUID
    object_key: str
    data_key: bytes
    paper: Paper
    proof: Proof
    seal: str
    moment: datetime
    pictures: Sequence[bytes] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """A document whose bytes are stored: how many, their SHA-256, and its token, sealed under its data key."""

    size: int
    digest: str
    proof: bytes


def to_write(adapters: Adapters, document: Document, paper: Paper, pictures: Sequence[bytes] = ()) -> Reserved:
    """What is needed to write a document that has its place in a status list, when its transaction is over."""
    data_key = key_of(adapters.keyring, document)
    proof = proof_of(document, paper, data_key, adapters.settings.public_url)
    place, seal = document.object_key or "", document.seal or ""
    return Reserved(document.id, place, data_key, paper, proof, seal, document.made_at, pictures)


def write(adapters: Adapters, reserved: Reserved) -> Written:
    """Makes a document and stores it. Called in no transaction. Raises NotRendered, NotReachable and NotSealed."""
    from portal.locker.proofs.printing import attached  # takes memory that most processes never need

    stored = _stored(adapters.store, reserved, _made(adapters, reserved))
    proof = adapters.keyring.seal(reserved.data_key, attached(stored), proof_context(reserved.document))
    return Written(len(stored), hashlib.sha256(stored).hexdigest(), proof)


def _made(adapters: Adapters, reserved: Reserved) -> bytes:
    from portal.locker.proofs.printing import on_paper
    from portal.locker.rendering import picture, render

    adapters.trust.reach(reserved.seal)
    settings, paper = adapters.settings, reserved.paper
    token = reserved.proof.signed(adapters.proof_keys)
    data = paper.data() | {"proof": on_paper(settings.public_url, reserved.proof.code, token)}
    data |= {"pictures": [picture(one) for one in reserved.pictures]}
    pdf = render(paper.template, data, moment=reserved.moment, fonts=settings.fonts)
    return adapters.trust.sealed(pdf, reserved.seal)


def _stored(store: Store, reserved: Reserved, pdf: bytes) -> bytes:
    """What lies in the store once this returns: these bytes, or those of a run that was ended after it had stored."""
    try:
        store.put(reserved.object_key, pdf, reserved.data_key)
    except NotOverwritten:
        return store.get(reserved.object_key, reserved.data_key)
    return pdf
