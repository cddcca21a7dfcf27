"""The head of a batch, which binds its records to all batches before it, and the signature on the head."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from portal.audit.errors import BadProofs
from portal.audit.models import AccessBatch
from portal.audit.records import canonical, said
from portal.keys import Keyring

PURPOSE = "access batches"
NONE_BEFORE = "0" * 64
"""What stands for the head before the first batch."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a head is the digest of: ``previous`` and ``root`` in hex, ids and moment as ``said`` makes them."""

    number: int
    previous: str
    root: str
    count: int
    first: str
    last: str
    made_at: str

    @property
    def digest(self) -> bytes:
        """The head: 32 bytes, which are signed."""
        return hashlib.sha256(canonical(asdict(self))).digest()

    @classmethod
    def of(cls, batch: AccessBatch) -> Head:
        """From a batch."""
        ids = str(batch.first_id), str(batch.last_id)
        return cls(batch.number, batch.previous, batch.root, batch.count, *ids, str(said(batch.made_at)))

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> Head:
        """From a batch as a file has it. Raises KeyError."""
        return cls(**{name: values[name] for name in cls.__slots__})


def shown(batch: AccessBatch) -> dict[str, object]:
    """A batch as files have it."""
    return asdict(Head.of(batch)) | {"head": batch.head, "signature": batch.signature, "key": batch.key_id}


def sign(keys: Keyring, digest: bytes) -> str:
    """The signature on a head, in hex."""
    return keys.signing_key(PURPOSE).sign(digest).hex()


def public_key(keys: Keyring) -> bytes:
    """The key that proves these signatures (32 bytes), the same after every rotation."""
    return keys.signing_key(PURPOSE).public_key().public_bytes_raw()


def key_shown(keys: Keyring) -> dict[str, str]:
    """The public key as files have it: the id of its key in PORTAL_KEYS, and its bytes in base64url."""
    return {"id": keys.oldest, "ed25519": written(public_key(keys))}


def is_signed(public: bytes, signature: str, digest: bytes) -> bool:
    """Whether this key signed this head."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(bytes.fromhex(signature), digest)
    except (InvalidSignature, ValueError):
        return False
    return True


def fingerprint(public: bytes) -> str:
    """What people compare of a key: the first half of its SHA-256, in groups of four."""
    digits = hashlib.sha256(public).hexdigest()[:32]
    return " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))


def written(public: bytes) -> str:
    """A public key in base64url, without padding."""
    return base64.urlsafe_b64encode(public).rstrip(b"=").decode()


def read_key(text: str) -> bytes:
    """The public key that ``written`` wrote. Raises BadProofs."""
    try:
        public = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError, TypeError):
        public = b""
    if len(public) != 32:
        raise BadProofs("the key is not an Ed25519 key in base64url")
    return public
