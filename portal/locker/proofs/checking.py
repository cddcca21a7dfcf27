"""Is a document genuine? From its number, from what its QR code says, or from the file itself."""

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
from portal.locker.arriving import chunks
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
    BARE = "bare"  # a file that carries no proof: nothing is known of it, for or against


@dataclass(frozen=True, slots=True)
class Checked:
    """The verdict, what the document proves, and its row. An altered or unknown one shows nothing; ``named`` are the
    documents whose codes were given all the same: their holders see that somebody checked them."""

    verdict: Verdict
    proof: Proof | None = None
    document: Document | None = None
    named: tuple[Document, ...] = ()


UNKNOWN, BARE = Checked(Verdict.UNKNOWN), Checked(Verdict.BARE)


def number_in(text: str) -> tuple[str, str]:
    """The number in what a QR code says, or that was typed as it is; and the sign behind which a proof follows, empty
    when none does."""
    address, mark, _token = text.partition("#")
    return address.strip().upper().rpartition(f"/{SHORT}/")[2], mark


def nothing(verdict: Verdict, *named: Document | None) -> Checked:
    """A verdict that shows nothing of what was named."""
    return Checked(verdict, named=tuple(one for one in named if one is not None))


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
        return self._judged(document) if document else UNKNOWN

    def by_text(self, text: str) -> Checked:
        """The document whose QR code says this; a number, when it is none."""
        code, mark = number_in(text)
        if not mark:
            return self.by_code(code)
        try:
            token = proof.unwritten(text)
        except BadMessage:
            return nothing(Verdict.ALTERED, self._document(code))
        named = proof.named_in(token)
        if named != code:
            return nothing(Verdict.ALTERED, self._document(code), self._document(named))
        return self._of_token(token)

    def by_file(self, token: bytes, digest: str) -> Checked:
        """The document that a file is: ``token`` is the proof it carries, if any, ``digest`` its own SHA-256."""
        if not token:
            return BARE
        found = self._of_token(token)
        same = found.document is None or found.document.digest == digest
        return found if same else nothing(Verdict.ALTERED, found.document)

    def _of_token(self, token: bytes) -> Checked:
        document = self._document(proof.named_in(token))
        if document is not None and token == actions.proof_in(self.keyring, document):
            return self._judged(document)
        try:
            proof.read(token, self.keys)
        except NotKnown:
            return nothing(Verdict.UNKNOWN, document)
        except BadMessage:
            return nothing(Verdict.ALTERED, document)
        return nothing(Verdict.ALTERED, document) if document else UNKNOWN

    def _document(self, code: str) -> Document | None:
        wanted = Document.code_mark == codes.found_by(self.keyring, code), Document.state == actions.KEPT
        return self.session.scalar(select(Document).where(*wanted))

    def _judged(self, document: Document) -> Checked:
        """The verdict on what was issued."""
        try:
            known = proof.read(actions.proof_in(self.keyring, document), self.keys)
        except (NotKnown, BadMessage) as problem:  # the operator's to mend: whoever asks is told that nothing is known
            log.error("a document that was issued here proves nothing: %s (PORTAL_PROOF_KEYS)", problem)
            return nothing(Verdict.UNKNOWN, document)
        verdict = Verdict.VALID
        if document.revoked_at is not None or self.keys.is_revoked(known.key):
            verdict = Verdict.REVOKED
        elif known.expires is not None and known.expires <= self.moment:
            verdict = Verdict.EXPIRED
        return Checked(verdict, known, document, (document,))


def digest_of(file: IO[bytes]) -> str:
    """The SHA-256 of a file, as rows of documents have it."""
    found = hashlib.sha256()
    for piece in chunks(file):
        found.update(piece)
    return found.hexdigest()
