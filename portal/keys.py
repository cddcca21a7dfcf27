"""Keys: data keys wrapped under the key-encryption keys of PORTAL_KEYS, small sealed texts, and fingerprints.

Every record has its own data key, kept beside it in wrapped form (envelope encryption), so that rotating the
key-encryption key rewrites a few bytes per record and never its content. AES-256-GCM (NIST SP 800-38D) throughout;
HKDF (RFC 5869) derives one key per use from each key-encryption key.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
NONCE_BYTES = 12
MARK = "*"
KEY_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,15}")
ADVICE = (
    "PORTAL_KEYS is id:base64,id2:base64, the newest key first; an id is at most 16 small letters, digits and dashes; "
    "make a key with: openssl rand -base64 32"
)


class BadKeys(Exception):
    """PORTAL_KEYS cannot be used; the message says what to do and never contains a key."""


class NotIntact(Exception):
    """Sealed content does not open: it was changed, cut, moved to another place, or sealed under another key."""


class NotInKeyring(Exception):
    """A data key was wrapped under a key-encryption key that PORTAL_KEYS no longer holds: put that key back."""


@dataclass(frozen=True, slots=True)
class Keyring:
    """The key-encryption keys (id → 32 bytes), newest first; ``current`` wraps new data keys, the others only unwrap.

    The last key of ``keys`` also makes fingerprints and signatures, so that rotation does not change them: a new key is
    put first, and the last one stays. Raises BadKeys.
    """

    keys: Mapping[str, bytes] = field(repr=False)
    current: str

    def __post_init__(self) -> None:
        if self.current not in self.keys:
            raise BadKeys(f"the current key is missing. {ADVICE}")
        for key_id, key in self.keys.items():
            if not KEY_ID.fullmatch(key_id) or len(key) != KEY_BYTES:
                raise BadKeys(f"key {key_id[:16]!r} has a wrong id or is not {KEY_BYTES} bytes long. {ADVICE}")

    @classmethod
    def parse(cls, text: str) -> Keyring:
        """The keyring written in ``text``: "id:base64,id2:base64". The first key is current, or the one after a ``*``:
        so that every process knows a new key before any seals under it. Raises BadKeys."""
        parts, current = listed(text)
        pairs = [_pair(part) for part in parts]
        keys = dict(pairs)
        if not pairs or len(keys) != len(pairs) or current is None:
            raise BadKeys(f"there is no key, the same id twice, or more than one mark. {ADVICE}")
        return cls(keys, pairs[current][0])

    @property
    def oldest(self) -> str:
        """The id of the key that makes fingerprints and signatures."""
        return list(self.keys)[-1]

    def new_data_key(self, context: str) -> tuple[bytes, str]:
        """A fresh data key (32 bytes) and its wrapped form (text of about 90 characters), to be stored.

        ``context`` names the record it belongs to ("case 0192…"); the wrapped form opens there only.
        """
        plain = AESGCM.generate_key(bit_length=KEY_BYTES * 8)
        return plain, self._wrap(plain, context)

    def unwrap(self, wrapped: str, context: str) -> bytes:
        """The data key in ``wrapped``. Raises NotIntact (another context, or changed) and NotInKeyring."""
        key_id, _, encoded = wrapped.partition(".")
        sealed = _decoded(encoded)
        return _unseal(self._key(key_id, "wrap"), sealed, _wrap_context(key_id, context))

    def rewrap(self, wrapped: str, context: str) -> str:
        """The same data key wrapped under the current key. Raises as ``unwrap`` does."""
        return self._wrap(self.unwrap(wrapped, context), context)

    def is_current(self, wrapped: str) -> bool:
        """Whether ``wrapped`` lies under the current key; when not, ``rewrap`` it before the older key is taken out."""
        return wrapped.partition(".")[0] == self.current

    def seal(self, data_key: bytes, plain: bytes, context: str) -> bytes:
        """``plain`` encrypted under a data key: nonce (12 bytes), ciphertext, tag (16). It opens in ``context`` only.

        For small content (answers, messages, facts); files go through ``portal.locker.vault``.
        """
        return _seal(data_key, plain, context)

    def unseal(self, data_key: bytes, sealed: bytes, context: str) -> bytes:
        """What ``seal`` sealed. Raises NotIntact."""
        return _unseal(data_key, sealed, context)

    def enclose(self, plain: bytes, context: str) -> tuple[str, bytes]:
        """``plain`` sealed under a data key of its own: the key wrapped, and the content, both to be stored."""
        data_key, wrapped = self.new_data_key(context)
        return wrapped, self.seal(data_key, plain, context)

    def disclose(self, wrapped: str, sealed: bytes, context: str) -> bytes:
        """What ``enclose`` sealed. Raises as ``unwrap`` and ``unseal`` do."""
        return self.unseal(self.unwrap(wrapped, context), sealed, context)

    def fingerprint(self, value: str, purpose: str) -> str:
        """A keyed hash of ``value`` to find it again without storing it: "keyid.digest", at most 60 characters.

        The same value has unrelated fingerprints for different purposes. ``value`` is hashed as given: normalise first.
        """
        digest = hmac.digest(self._key(self.oldest, f"fingerprint {purpose}"), value.encode(), hashlib.sha256)
        return f"{self.oldest}.{_encoded(digest)}"

    def signing_key(self, purpose: str) -> Ed25519PrivateKey:
        """The key that signs for one purpose (Ed25519, RFC 8032), made from the key ``oldest`` as fingerprints are: its
        public half may be published, and stays the same when keys are rotated."""
        return Ed25519PrivateKey.from_private_bytes(self._key(self.oldest, f"signature {purpose}"))

    def _wrap(self, plain: bytes, context: str) -> str:
        sealed = _seal(self._key(self.current, "wrap"), plain, _wrap_context(self.current, context))
        return f"{self.current}.{_encoded(sealed)}"

    def _key(self, key_id: str, use: str) -> bytes:
        if key_id not in self.keys:
            raise NotInKeyring(f"key {key_id[:16]!r} is not in PORTAL_KEYS: put it back behind the first")
        return _derived(self.keys[key_id], use)


def listed(text: str) -> tuple[list[str], int | None]:
    """The parts of a list of keys without their mark, and the place of the current one: the first, or the one after a
    ``*``; None when several are marked."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    marked = [place for place, part in enumerate(parts) if part.startswith(MARK)] or [0]
    return [part.removeprefix(MARK).strip() for part in parts], marked[0] if len(marked) == 1 else None


def _seal(data_key: bytes, plain: bytes, context: str) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(data_key).encrypt(nonce, plain, context.encode())


def _unseal(data_key: bytes, sealed: bytes, context: str) -> bytes:
    nonce, ciphertext = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    try:
        return AESGCM(data_key).decrypt(nonce, ciphertext, context.encode())
    except (InvalidTag, ValueError):
        raise NotIntact("sealed content does not open") from None


@lru_cache(maxsize=64)
def _derived(key: bytes, use: str) -> bytes:
    return HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=f"shubbak {use}".encode()).derive(key)


def _wrap_context(key_id: str, context: str) -> str:
    return f"data key of {context} under {key_id}"


def _pair(part: str) -> tuple[str, bytes]:
    key_id, _, encoded = part.strip().partition(":")
    try:
        return key_id, base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise BadKeys(f"key {key_id[:16]!r} is not base64. {ADVICE}") from None


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise NotIntact("a wrapped key is not readable") from None
