"""The sealed form of a file: chunks of 64 KiB under AES-256-GCM, none of which can be changed, moved, added or cut.

STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár, CRYPTO 2015): the nonce of a chunk is its number and whether
it is the last one. Each object has a key of its own, derived from its record's data key, a random salt and the object's
id, so that numbered nonces never meet the same key twice.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from portal.keys import KEY_BYTES, NotIntact

MAGIC = b"SHBK1\n"
SALT_BYTES = 32
HEADER_BYTES = len(MAGIC) + SALT_BYTES
CHUNK_BYTES = 64 * 1024
TAG_BYTES = 16
SEALED_BYTES = CHUNK_BYTES + TAG_BYTES


def lock(content: bytes | Iterable[bytes], data_key: bytes, object_id: str) -> Iterator[bytes]:
    """The sealed form of ``content``, piece by piece: a header (magic, salt), then the chunks."""
    salt = os.urandom(SALT_BYTES)
    yield MAGIC + salt
    cipher = _cipher(data_key, salt, object_id)
    for nonce, chunk in _numbered(_pieces(content, CHUNK_BYTES)):
        yield cipher.encrypt(nonce, chunk, object_id.encode())


def unlock(sealed: bytes | Iterable[bytes], data_key: bytes, object_id: str) -> Iterator[bytes]:
    """What ``lock`` sealed, chunk by chunk, each one checked; only after the last is it certain that none was cut.

    Raises NotIntact.
    """
    header, rest = _header(sealed)
    cipher = _cipher(data_key, header[len(MAGIC) :], object_id)
    for nonce, chunk in _numbered(_pieces(rest, SEALED_BYTES)):
        yield _opened(cipher, nonce, chunk, object_id)


def _opened(cipher: AESGCM, nonce: bytes, chunk: bytes, object_id: str) -> bytes:
    try:
        return cipher.decrypt(nonce, chunk, object_id.encode())
    except (InvalidTag, ValueError):
        raise NotIntact(f"object {object_id} does not open") from None


def _header(sealed: bytes | Iterable[bytes]) -> tuple[bytes, Iterator[bytes]]:
    pieces = iter([sealed] if isinstance(sealed, bytes) else sealed)
    start = b""
    while len(start) < HEADER_BYTES and (piece := next(pieces, b"")):
        start += piece
    if len(start) < HEADER_BYTES or not start.startswith(MAGIC):
        raise NotIntact("an object has no header")
    return start[:HEADER_BYTES], _after(start[HEADER_BYTES:], pieces)


def _after(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _cipher(data_key: bytes, salt: bytes, object_id: str) -> AESGCM:
    info = b"shubbak object " + object_id.encode()
    return AESGCM(HKDF(hashes.SHA256(), KEY_BYTES, salt=salt, info=info).derive(data_key))


def _numbered(pieces: Iterator[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Each piece with its nonce: an 11-byte counter and a byte that is 1 on the last piece."""
    number, piece = 0, next(pieces, b"")
    for following in pieces:
        yield number.to_bytes(11) + b"\0", piece
        number, piece = number + 1, following
    yield number.to_bytes(11) + b"\1", piece


def _pieces(content: bytes | Iterable[bytes], size: int) -> Iterator[bytes]:
    """The same bytes in pieces of ``size``, the last one shorter."""
    waiting = bytearray()
    for part in [content] if isinstance(content, bytes) else content:
        waiting += part
        while len(waiting) >= size:
            yield bytes(waiting[:size])
            del waiting[:size]
    if waiting:
        yield bytes(waiting)
