"""Signed messages: COSE_Sign1 (RFC 9052, section 4.2) with EdDSA over Ed25519 (RFC 9053, section 2.2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

TAG = 18
ALGORITHM, KEY_ID, TYPE = 1, 4, 16
EDDSA = -8


class BadMessage(ValueError):
    """Bytes that are no signed message, or one whose signature does not hold."""


class NotKnown(Exception):
    """A message signed by a key that is in no key set of ours; ``key`` is its id."""

    def __init__(self, key: str) -> None:
        super().__init__(f"it is signed by key {key!r}, which is in no key set of ours")
        self.key = key


def sign(claims: Mapping[Any, Any], key_id: str, key: Ed25519PrivateKey, typ: str = "") -> bytes:
    """The signed message of these claims (a CBOR map, deterministically encoded: RFC 8949, section 4.2)."""
    protected = cbor2.dumps({ALGORITHM: EDDSA, KEY_ID: key_id.encode()} | ({TYPE: typ} if typ else {}), canonical=True)
    payload = cbor2.dumps(claims, canonical=True)
    signature = key.sign(_signed(protected, payload))
    return cbor2.dumps(cbor2.CBORTag(TAG, [protected, {}, payload, signature]))


def verify(message: bytes, find: Callable[[str], Ed25519PublicKey | None]) -> tuple[str, dict[Any, Any]]:
    """The id of the key that signed a message, and what it claims. ``find`` gives the key of an id. Raises BadMessage
    and NotKnown."""
    protected, payload, signature = _parts(message)
    header = _read(protected)
    if not isinstance(header, dict) or not isinstance(header.get(KEY_ID), bytes):
        raise BadMessage("no key")
    key_id = header[KEY_ID].decode("ascii", "replace")
    key = find(key_id)
    if key is None:
        raise NotKnown(key_id)
    if header.get(ALGORITHM) != EDDSA:
        raise BadMessage("none of our keys signs so")
    try:
        key.verify(signature, _signed(protected, payload))
    except InvalidSignature:
        raise BadMessage("the signature does not hold") from None
    return key_id, _claims(payload)


def claimed(message: bytes) -> dict[Any, Any]:
    """What a message claims, whoever signed it: nothing of it is to be believed. Raises BadMessage."""
    _protected, payload, _signature = _parts(message)
    return _claims(payload)


def _claims(payload: bytes) -> dict[Any, Any]:
    claims = _read(payload)
    if not isinstance(claims, dict):
        raise BadMessage("no claims")
    return claims


def _parts(message: bytes) -> tuple[bytes, bytes, bytes]:
    found = _read(message)
    parts = found.value if isinstance(found, cbor2.CBORTag) and found.tag == TAG else None
    if not isinstance(parts, list | tuple) or len(parts) != 4:
        raise BadMessage("not COSE_Sign1")
    protected, unprotected, payload, signature = parts
    if unprotected != {} or not (
        isinstance(protected, bytes) and isinstance(payload, bytes) and isinstance(signature, bytes)
    ):
        raise BadMessage("not COSE_Sign1")
    return protected, payload, signature


def _read(content: bytes) -> Any:
    stream = BytesIO(content)
    try:
        found = cbor2.load(stream)
    except Exception as problem:  # whatever bytes that nobody meant make fail
        raise BadMessage("not CBOR") from problem
    if stream.read(1):
        raise BadMessage("more than one message")
    return found


def _signed(protected: bytes, payload: bytes) -> bytes:
    return cbor2.dumps(["Signature1", protected, b"", payload])
