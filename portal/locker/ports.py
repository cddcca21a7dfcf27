"""What the locker needs of the world: a store that keeps sealed objects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol


class NotReachable(Exception):
    """The store did not answer, or refused: nothing is known, try again later."""


class NotFound(Exception):
    """Nothing lies under this key."""


class NotOverwritten(Exception):
    """Something already lies under this key; it was left as it is."""


class BadObjectKey(ValueError):
    """An object key is 1 to 200 of: small letters, digits, dash and dot, in segments separated by slashes."""


class SealedStore(Protocol):
    """Moves objects from store to store without opening them. Both methods may raise NotReachable."""

    def put_sealed(self, key: str, sealed: bytes) -> None:
        """Stores an object as it lay in another store, once: all of it or nothing; it opens under the same key only.
        Raises NotOverwritten and BadObjectKey."""

    def get_sealed(self, key: str) -> bytes:
        """An object as it lies here. Raises NotFound."""


class Store(SealedStore, Protocol):
    """Keeps objects, encrypted under the data key of their owner's record and bound to their key.

    Every method may raise NotReachable; none is called inside a transaction.
    """

    def put(self, key: str, content: bytes | Iterable[bytes], data_key: bytes) -> None:
        """Stores ``content`` under ``key``, once: all of it or nothing. Raises NotOverwritten and BadObjectKey."""

    def get(self, key: str, data_key: bytes) -> bytes:
        """What lies under ``key``, checked whole. Raises NotFound, and NotIntact (``portal.keys``) when anything of it
        was changed, cut or moved here from another key, or when ``data_key`` is another's."""

    def delete(self, key: str) -> None:
        """Removes an object; removing what is not there is no error."""

    def keys(self, prefix: str = "", after: str = "") -> Iterator[str]:
        """The keys in the folder ``prefix`` ("cases/1" does not reach "cases/12/…") that sort behind ``after``, in no
        order."""

    def check(self) -> str:
        """One line for ``portal check``: writes, reads and removes a small object. Raises NotReachable."""
