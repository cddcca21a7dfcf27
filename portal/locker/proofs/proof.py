"""What a document proves of itself: a CBOR Web Token (RFC 8392), signed, small enough for a QR code.

The QR code holds an address that any telephone opens, and behind its ``#``, which no browser sends, the token itself in
base32 (RFC 4648): who has no connection reads it there. The same token lies in the PDF as an attachment.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from portal.locker.proofs import cose
from portal.locker.proofs.cose import BadMessage
from portal.proof_keys import ProofKeys, PublicKeys

ISSUER, EXPIRES, MADE, CODE, STATUS = 1, 4, 6, 7, 65535
STATUS_LIST = "status_list"
ATTACHED = "proof.cwt"
MEDIA = "application/cwt"
LONGEST = 4000
SHORT = "V"
Fact = str | list[str]


@dataclass(frozen=True, slots=True)
class Proof:
    """``code`` is the document's short code; ``facts`` are what stands on it, by the names of its data: a text, or its
    Arabic and its French; ``place`` its number in the status list at ``list_url``; ``expires`` when it ends to be
    valid."""

    issuer: str
    code: str
    kind: str
    made_at: datetime
    facts: Mapping[str, Fact]
    list_url: str
    place: int
    expires: datetime | None = None
    key: str = field(default="", compare=False)

    def signed(self, keys: ProofKeys) -> bytes:
        """The token."""
        claims: dict[Any, Any] = {
            ISSUER: self.issuer,
            MADE: int(self.made_at.timestamp()),
            CODE: self.code.encode(),
            STATUS: {STATUS_LIST: {"idx": self.place, "uri": self.list_url}},
            "kind": self.kind,
            "facts": dict(self.facts),
        }
        if self.expires:
            claims[EXPIRES] = int(self.expires.timestamp())
        return cose.sign(claims, keys.current, keys.secret)


def read(token: bytes, keys: PublicKeys) -> Proof:
    """The proof in a token. Raises BadMessage, and NotKnown for a key that is not in the set."""
    if len(token) > LONGEST:
        raise BadMessage("too long")
    key_id, claims = cose.verify(token, keys.find)
    try:
        listed = claims[STATUS][STATUS_LIST]
        return Proof(
            issuer=str(claims[ISSUER]),
            code=claims[CODE].decode(),
            kind=str(claims["kind"]),
            made_at=datetime.fromtimestamp(claims[MADE], UTC),
            facts=dict(claims["facts"]),
            list_url=str(listed["uri"]),
            place=int(listed["idx"]),
            expires=datetime.fromtimestamp(claims[EXPIRES], UTC) if EXPIRES in claims else None,
            key=key_id,
        )
    except (KeyError, TypeError, AttributeError, ValueError, OverflowError) as problem:  # signed, but no document
        raise BadMessage("no proof of a document") from problem


def named_in(token: bytes) -> str:
    """The code that a token names, whoever signed it; empty when it names none."""
    try:
        return str(cose.claimed(token)[CODE].decode()) if len(token) <= LONGEST else ""
    except (KeyError, AttributeError, ValueError):
        return ""


def address_of(home: str, code: str) -> str:
    """Where a document is checked, in the capital letters that make a QR code small."""
    return f"{home}/{SHORT}/{code}".upper()


def written(token: bytes) -> str:
    """A token in the letters of a QR code."""
    return base64.b32encode(token).rstrip(b"=").decode()


def unwritten(text: str) -> bytes:
    """The token that somebody read from a QR code: all of its text, or what stands behind the ``#``. Raises
    BadMessage."""
    letters = text.rpartition("#")[2].strip().upper()
    if not letters or len(letters) > LONGEST * 8 // 5 + 8:
        raise BadMessage("no token")
    try:
        return base64.b32decode(letters + "=" * (-len(letters) % 8))
    except ValueError:
        raise BadMessage("no token") from None
