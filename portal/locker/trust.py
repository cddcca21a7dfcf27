"""Trust services over HTTP: seals by the API of the Cloud Signature Consortium (2.0), time-stamps (RFC 3161), OCSP
and lists of revoked certificates (CRL)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

import httpx
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from journeys.exchange import ports as exchange
from journeys.exchange.http import TIMEOUT, Talk
from portal.locker.ports import NotReachable, NotSealed, Revocation, Seals, Stamps

T = TypeVar("T")
SHA256, ECDSA_SHA256 = "2.16.840.1.101.3.4.2.1", "1.2.840.10045.4.3.2"
LATELY_SECONDS = 300
MOST_LISTED = 500_000
"""Bytes of a list of revoked certificates: every document carries those it needs."""

PROBE = bytes.fromhex("30360201013031300d060960864801650304020105000420" + "00" * 32)
"""A time-stamp request of 32 zeros (DER)."""


class Lately:
    """What the services said in the last five minutes: certificates and whether they count. Seven conversations for a
    document become three; a certificate that is revoked meanwhile counted when its responder said so, as each seal
    shows."""

    def __init__(self) -> None:
        self._known: dict[Hashable, tuple[float, object]] = {}

    def known(self, name: Hashable, ask: Callable[[], T]) -> T:
        """What is known under this name, else what ``ask`` answers."""
        until, value = self._known.get(name, (0.0, None))
        if monotonic() >= until:
            value = ask()
            self._known[name] = monotonic() + LATELY_SECONDS, value
        return cast(T, value)

    def forget(self) -> None:
        """The services are asked anew."""
        self._known.clear()


@dataclass(frozen=True, slots=True)
class Trust:
    """The trust services, and the file (PEM) of the roots that their certificates lead to."""

    seals: Seals
    stamps: Stamps
    revocation: Revocation
    roots: Path
    lately: Lately = field(default_factory=Lately, init=False)

    def anchors(self) -> list[bytes]:
        """The roots (DER)."""
        return [
            one.public_bytes(serialization.Encoding.DER)
            for one in x509.load_pem_x509_certificates(self.roots.read_bytes())
        ]

    def reach(self, seal: str) -> None:
        """Asks what must be known before anything can be sealed, unless it is known: costs nothing then, and where
        nobody answers, no document is made in vain. Raises NotReachable and NotSealed."""
        from portal.locker.sealing import chain_of

        chain_of(self, seal)

    def sealed(self, pdf: bytes, seal: str) -> bytes:
        """The PDF under this seal. Raises NotReachable, and NotSealed when it does not count."""
        from portal.locker.sealing import seal_pdf

        return seal_pdf(self, pdf, seal)


@contextmanager
def _reached() -> Iterator[None]:
    """What the conversation raises, as the ports say it."""
    try:
        yield
    except exchange.NotReachable as error:
        raise NotReachable(str(error)) from error
    except (exchange.NotAccepted, exchange.NotKnown) as error:
        raise NotSealed(str(error)) from error


class RemoteSeals:
    """Seals whose keys lie with a trust service. ``url`` is the base of its API, ``token`` of credential scope."""

    def __init__(self, url: str, token: str, timeout: httpx.Timeout = TIMEOUT) -> None:
        self._talk = Talk(url, token, timeout)

    def certificates(self, seal: str) -> list[bytes]:
        with _reached():
            told = self._talk.post("/credentials/info", {"credentialID": seal, "certificates": "chain"}, {})
        if _part(told, "key", "status") != "enabled" or _part(told, "cert", "status", usual="valid") != "valid":
            raise NotSealed(f"the seal {seal} is not in use")
        return [_bytes(one) for one in _list(_part(told, "cert", "certificates"))]

    def sign(self, seal: str, digest: bytes) -> bytes:
        asked = {
            "credentialID": seal,
            "hashes": [base64.b64encode(digest).decode()],
            "hashAlgorithmOID": SHA256,
            "signAlgo": ECDSA_SHA256,
        }
        with _reached():
            told = self._talk.post("/signatures/signHash", asked, {})
        return _bytes(_list(_part(told, "signatures"))[0])

    def check(self) -> str:
        with _reached():
            self._talk.post("/info", {}, {})
        return "seals: answers"


class RemoteStamps:
    """A time-stamp authority at ``url``."""

    def __init__(self, url: str, token: str = "", timeout: httpx.Timeout = TIMEOUT) -> None:
        base, _, self._path = url.rpartition("/")
        self._talk = Talk(base, token, timeout)

    def stamp(self, asked: bytes) -> bytes:
        with _reached():
            return self._talk.ask(f"/{self._path}", asked, "application/timestamp-query")

    def check(self) -> str:
        self.stamp(PROBE)
        return "time-stamps: answers"


class Responders:
    """The OCSP responders and lists that certificates name, each asked under its own address."""

    def ask(self, url: str, asked: bytes) -> bytes:
        site, path = _site(url)
        with _reached():
            return Talk(site).ask(path, asked, "application/ocsp-request")

    def listed(self, url: str) -> bytes:
        site, path = _site(url)
        with _reached():
            return Talk(site).fetch(path, {}, MOST_LISTED)


def _site(url: str) -> tuple[str, str]:
    """Who is asked, and what: many responders are their name alone. Raises NotReachable."""
    try:
        parts = urlsplit(url)
    except ValueError:
        raise NotReachable("no address") from None
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise NotReachable("no address")
    return f"{parts.scheme}://{parts.netloc}", (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _part(told: Any, *path: str, usual: Any = None) -> Any:
    for name in path:
        told = told.get(name) if isinstance(told, dict) else None
    return usual if told is None else told


def _list(told: Any) -> list[Any]:
    if not isinstance(told, list) or not told:
        raise NotReachable("an answer without what was asked")
    return told


def _bytes(text: Any) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError, TypeError):
        raise NotReachable("an answer that is not base64") from None
