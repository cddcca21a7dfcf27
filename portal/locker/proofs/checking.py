"""Is a document true? From its number, from what its QR code says, or from the file itself."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import IO

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.keys import Keyring
from portal.locker import actions
from portal.locker.arriving import CHUNK_BYTES
from portal.locker.models import Document
from portal.locker.proofs import codes, proof
from portal.locker.proofs.codes import BadCode
from portal.locker.proofs.cose import BadMessage, NotKnown
from portal.locker.proofs.proof import SHORT, Proof
from portal.proof_keys import ProofKeys

log = logging.getLogger(__name__)


class Verdict(StrEnum):
    """What became of a check."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    ALTERED = "altered"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Checked:
    """The verdict, what the document proves, and its row. An altered or unknown one shows nothing."""

    verdict: Verdict
    proof: Proof | None = None
    document: Document | None = None


ALTERED, UNKNOWN = Checked(Verdict.ALTERED), Checked(Verdict.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Checker:
    """Checks documents of one portal, at one moment of real time."""

    session: Session
    keyring: Keyring
    keys: ProofKeys
    moment: datetime

    def by_code(self, typed: str) -> Checked:
        """The document of a number that somebody typed."""
        try:
            document = self._document(codes.read_code(typed))
        except BadCode:
            return UNKNOWN
        if document is None:
            return UNKNOWN
        try:
            return self._judged(document, proof.read(actions.proof_in(self.keyring, document), self.keys))
        except (NotKnown, BadMessage) as problem:  # the operator's to mend: whoever asks is told that nothing is known
            log.error("a document that was issued here proves nothing: %s (PORTAL_PROOF_KEYS)", problem)
            return UNKNOWN

    def by_text(self, text: str) -> Checked:
        """The document whose QR code says this; a number, when it is none."""
        address, mark, _token = text.partition("#")
        if not mark:
            return self.by_code(text.rpartition(f"/{SHORT}/")[2])
        try:
            token = proof.unwritten(text)
            known = proof.read(token, self.keys)
        except NotKnown:
            return UNKNOWN
        except BadMessage:
            return ALTERED
        if not address.strip().upper().endswith(f"/{SHORT}/{known.code}"):
            return ALTERED
        return self._of_token(token, known)

    def by_file(self, token: bytes | None, digest: str) -> Checked:
        """The document that a file is: ``token`` is the proof it carries, ``digest`` its own SHA-256."""
        if token is None:
            return UNKNOWN
        try:
            found = self._of_token(token, proof.read(token, self.keys))
        except NotKnown:
            return UNKNOWN
        except BadMessage:
            return ALTERED
        same = found.document is not None and found.document.digest == digest
        return found if same or found.document is None else ALTERED

    def _of_token(self, token: bytes, known: Proof) -> Checked:
        document = self._document(known.code)
        if document is None:
            return UNKNOWN
        return self._judged(document, known) if token == actions.proof_in(self.keyring, document) else ALTERED

    def _document(self, code: str) -> Document | None:
        wanted = Document.code_mark == codes.found_by(self.keyring, code), Document.state == actions.KEPT
        return self.session.scalar(select(Document).where(*wanted))

    def _judged(self, document: Document, known: Proof) -> Checked:
        if document.revoked_at is not None or self.keys.is_revoked(known.key):
            return Checked(Verdict.REVOKED, known, document)
        expired = known.expires is not None and known.expires <= self.moment
        return Checked(Verdict.EXPIRED if expired else Verdict.VALID, known, document)


def digest_of(file: IO[bytes]) -> str:
    """The SHA-256 of a file, as rows of documents have it."""
    file.seek(0)
    found = hashlib.sha256()
    while piece := file.read(CHUNK_BYTES):
        found.update(piece)
    return found.hexdigest()
