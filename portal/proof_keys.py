"""The keys that prove documents: one signs, those before it still prove what they signed, revoked ones nothing.

Published as a JSON Web Key Set (RFC 7517, Ed25519 as in RFC 8037) at ``/.well-known/jwks.json``. A key that was revoked
stays in the set and says so (``revoked``, as OpenID Federation 1.0, section 8.7.2, has it).
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from portal.keys import BadKeys, listed

SECRET, PUBLIC = "secret", "public"
KEY_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,15}")
KEY_BYTES = 32
ADVICE = (
    "PORTAL_PROOF_KEYS is id:secret:base64,id2:public:base64[:revoked on YYYY-MM-DD], the newest key first; that one "
    "signs, or the one marked with *, which has to be a secret one; make it with: openssl rand -base64 32"
)


class BadProofKeys(BadKeys):
    """PORTAL_PROOF_KEYS cannot be used; the message says what to do and never contains a key."""


@dataclass(frozen=True, slots=True)
class ProofKey:
    """One key: its public half, and the day from which nothing it signed counts any more."""

    public: Ed25519PublicKey
    revoked: date | None = None


@dataclass(frozen=True, slots=True)
class PublicKeys:
    """All keys by id."""

    keys: Mapping[str, ProofKey]

    def find(self, key_id: str) -> Ed25519PublicKey | None:
        """The public half of a key, None for one that is not in the set."""
        known = self.keys.get(key_id)
        return known.public if known else None

    def is_revoked(self, key_id: str) -> bool:
        """Whether nothing that this key signed counts any more."""
        return self.keys[key_id].revoked is not None

    def published(self) -> dict[str, Any]:
        """The key set as everybody may read it."""
        return {"keys": [_jwk(key_id, key) for key_id, key in self.keys.items()]}


@dataclass(frozen=True, slots=True)
class ProofKeys(PublicKeys):
    """The same with the current one, which signs."""

    current: str
    secret: Ed25519PrivateKey = field(repr=False)


def published(said: Mapping[str, Any]) -> PublicKeys:
    """The keys of a published key set. Raises ValueError, KeyError or TypeError for what is none."""
    return PublicKeys({one["kid"]: _of_jwk(one) for one in said["keys"]})


@lru_cache(maxsize=8)
def parse(text: str) -> ProofKeys:
    """The keys written in ``text``. The first one signs, or the one after a ``*``: so that every process knows a new
    key before any signs with it. Raises BadProofKeys."""
    parts, current = listed(text)
    read = [_read(part) for part in parts]
    keys = {key_id: key for key_id, key, _ in read}
    if not read or len(keys) != len(read) or current is None:
        raise BadProofKeys(f"there is no key, the same id twice, or more than one mark. {ADVICE}")
    signs, key, secret = read[current]
    if secret is None or key.revoked:
        raise BadProofKeys(f"key {signs!r} cannot sign. {ADVICE}")
    return ProofKeys(keys, signs, secret)


def _read(part: str) -> tuple[str, ProofKey, Ed25519PrivateKey | None]:
    key_id, kind, encoded, day = (part.split(":") + [""] * 4)[:4]
    try:
        content = base64.b64decode(encoded, validate=True)
        revoked = date.fromisoformat(day) if day else None
    except (binascii.Error, ValueError):
        content, revoked = b"", None
    if not KEY_ID.fullmatch(key_id) or kind not in (SECRET, PUBLIC) or len(content) != KEY_BYTES:
        raise BadProofKeys(f"key {key_id[:16]!r} cannot be read. {ADVICE}")
    secret = Ed25519PrivateKey.from_private_bytes(content) if kind == SECRET else None
    public = secret.public_key() if secret else Ed25519PublicKey.from_public_bytes(content)
    return key_id, ProofKey(public, revoked), secret


def _of_jwk(said: Mapping[str, Any]) -> ProofKey:
    public = Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(said["x"] + "="))
    revoked = said.get("revoked")
    return ProofKey(public, datetime.fromtimestamp(revoked["revoked_at"], UTC).date() if revoked else None)


def _jwk(key_id: str, key: ProofKey) -> dict[str, Any]:
    written = base64.urlsafe_b64encode(key.public.public_bytes_raw()).rstrip(b"=").decode()
    found: dict[str, Any] = {"kty": "OKP", "crv": "Ed25519", "kid": key_id, "x": written, "use": "sig", "alg": "EdDSA"}
    if key.revoked:
        found["revoked"] = {"revoked_at": int(datetime.combine(key.revoked, time(), UTC).timestamp())}
    return found
