"""What the locker needs of the world: a store that keeps sealed objects, trust services, and who holds documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import IO, Protocol


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

    def open(self, key: str, data_key: bytes) -> IO[bytes]:
        """What lies under ``key`` as a file, on no disk, checked whole before any of it can be read; whoever opens it
        closes it. Raises NotFound, and NotIntact (``portal.keys``) when anything of it was changed, cut or moved here
        from another key, or when ``data_key`` is another's."""

    def get(self, key: str, data_key: bytes) -> bytes:
        """The same as bytes, for those who need all of them at once."""

    def delete(self, key: str) -> None:
        """Removes an object; removing what is not there is no error."""

    def keys(self, prefix: str = "", after: str = "") -> Iterator[str]:
        """The keys in the folder ``prefix`` ("cases/1" does not reach "cases/12/…") that sort behind ``after``, in no
        order."""

    def check(self) -> str:
        """One line for ``portal check``: writes, reads and removes a small object. Raises NotReachable."""


class NotSealed(Exception):
    """The provider has no seal for this administration, or it does not count any more."""


class Seals(Protocol):
    """The electronic seals of administrations (law 43-20 art. 13 to 15): ``seal`` is the administration and, where it
    has several places, its territory, with a slash between. Every method may raise NotReachable."""

    def certificates(self, seal: str) -> list[bytes]:
        """The certificates of a seal (DER), its own first, then those that vouch for it. Its own names the seal in the
        organization's identifier of its subject, behind scheme and country. Raises NotSealed."""

    def sign(self, seal: str, digest: bytes) -> bytes:
        """The signature on a digest (SHA-256, 32 bytes) by the key of the seal (ECDSA, DER). Raises NotSealed."""

    def check(self) -> str:
        """One line for ``portal check``. Raises NotReachable."""


class Stamps(Protocol):
    """Time-stamps (RFC 3161; law 43-20 art. 24 and 25). Both methods may raise NotReachable."""

    def stamp(self, asked: bytes) -> bytes:
        """The answer to a time-stamp request (both DER)."""

    def check(self) -> str:
        """One line for ``portal check``."""


class Revocation(Protocol):
    """Whether certificates still count (OCSP, RFC 6960; CRL, RFC 5280). Both methods may raise NotReachable and
    NotSealed."""

    def ask(self, url: str, asked: bytes) -> bytes:
        """The answer to an OCSP request (both DER) of the responder that a certificate names."""

    def listed(self, url: str) -> bytes:
        """The list of revoked certificates (DER) that a certificate names."""


class Scanner(Protocol):
    """Looks for malicious code in files. Both methods may raise NotReachable."""

    def scan(self, content: Iterable[bytes]) -> str | None:
        """The name of what was found in a file that comes in pieces, none of them empty; None when nothing was."""

    def check(self) -> str:
        """One line for ``portal check``."""


class NotHeld(Exception):
    """Nobody is known under this number, or nothing is held of them under this id."""


@dataclass(frozen=True, slots=True)
class Held:
    """A document that an administration holds about somebody. ``id`` is the partner's own, and its next version has the
    same; ``kind`` is a document type of the catalogue, ``issuer`` the names of who issued it, by language;
    ``issued_on`` and ``valid_until`` are its first and its last day, ``digest`` is the SHA-256 of its bytes."""

    id: str
    kind: str
    issuer: Mapping[str, str]
    issued_on: date
    valid_until: date | None
    digest: str


class Holder(Protocol):
    """The documents that administrations hold about people and companies (law 55-19, art. 24). ``number`` is one that
    says who somebody is, ``purpose`` what is asked for. Every method may raise NotReachable."""

    def held(self, number: str, purpose: str) -> list[Held]:
        """What is held about whoever has this number. Raises NotHeld."""

    def content(self, number: str, held: Held, purpose: str) -> bytes:
        """The bytes of one of them, those that were announced, 10 MB at most. Raises NotHeld."""

    def check(self) -> str:
        """One line for ``portal check``."""
