"""Checks a document with published keys alone: no database, no settings, no connection."""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import suppress

from portal.locker.proofs import cose, proof, statuses
from portal.locker.proofs.checking import Verdict
from portal.locker.proofs.cose import BadMessage, NotKnown
from portal.locker.proofs.printing import NoProof, attached
from portal.locker.proofs.proof import Proof
from portal.proof_keys import PublicKeys


def verdict(content: bytes, keys: PublicKeys, lists: Iterable[bytes]) -> tuple[Verdict, Proof | None]:
    """The verdict on a file, and what it proves; the same that ``docs/verify_document.py`` comes to."""
    try:
        token = attached(content) if content.startswith(b"%PDF-") else proof.unwritten(content.decode())
        said = proof.read(token, keys)
    except (NotKnown, NoProof):
        return Verdict.UNKNOWN, None
    except (BadMessage, UnicodeDecodeError):
        return Verdict.ALTERED, None
    if keys.is_revoked(said.key):
        return Verdict.REVOKED, None  # whoever stole the key may have written it
    revoked = _revoked(said, keys, lists)
    if revoked:
        return Verdict.REVOKED, said
    if said.expires and said.expires.timestamp() <= time.time():
        return Verdict.EXPIRED, said
    return (Verdict.UNKNOWN if revoked is None else Verdict.VALID), said


def _revoked(said: Proof, keys: PublicKeys, lists: Iterable[bytes]) -> bool | None:
    """Whether any list says so; None when none of them is a fresh one of this document. What a revoked key signed
    says nothing: whoever stole it would sign that no document was revoked."""
    known: bool | None = None
    for content in lists:
        with suppress(Exception):  # what is no list
            key, claims = cose.verify(content, keys.find)
            if not keys.is_revoked(key) and statuses.is_of(claims, said.list_url, time.time()):
                known = known or statuses.is_revoked(claims, said.place)
    return known
