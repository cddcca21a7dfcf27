"""What cases need of the world: keys that seal content."""

from __future__ import annotations

from typing import Protocol


class Keys(Protocol):
    """Envelope encryption: a data key per case, wrapped by a key that never lies in the database."""

    def new_data_key(self, context: str) -> tuple[bytes, str]:
        """A fresh data key, plain and wrapped; ``context`` binds the wrapped form to its row."""

    def unwrap(self, wrapped: str, context: str) -> bytes:
        """The plain data key."""

    def seal(self, data_key: bytes, plain: bytes, context: str) -> bytes:
        """Encrypts and authenticates."""

    def unseal(self, data_key: bytes, sealed: bytes, context: str) -> bytes:
        """Decrypts; raises when the bytes or the context were altered."""
