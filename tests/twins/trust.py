"""A trust service that errs: it stands before the sandbox's, hears what is asked, and answers something else."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from asn1crypto import core, tsp
from asn1crypto import x509 as asn1
from cryptography.hazmat.primitives import serialization
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response
from world import OUTSIDE

from portal.locker.trust import RemoteSeals, RemoteStamps, Responders, Trust
from portal.sandbox.serve import Quiet, Running, serving
from portal.sandbox.trust.stamping import stamped

CERTIFICATES, SIGNATURES, STAMPS, OCSP = "credentials/info", "signatures/signHash", "stamps", "ocsp"
ANOTHER = "commune/c-06141-01"


@dataclass
class Erring:
    """How it errs now: ``way`` is a name in WAYS; others mean that it does not. It errs once it has answered truly so
    many times (``after``): what it is, it says first."""

    sandbox: Running
    way: str = ""
    after: int = 0
    url: str = ""
    before: dict[str, bytes] = field(default_factory=dict)

    def answer(self, request: Request) -> Response:
        """What is answered to what was asked."""
        path, asked = request.path, request.get_data()
        room = next((one for one in (CERTIFICATES, SIGNATURES, STAMPS, OCSP) if path.endswith(one)), "")
        erring, change = WAYS.get(self.way, ("", _nothing))
        errs = erring == room and self.after <= 0
        self.after -= erring == room
        told = change(self, asked) if errs else self.told(path, asked, request.headers)
        self.before[room] = told
        return Response(told, mimetype=ANSWERS.get(room, "application/json"))

    def told(self, path: str, asked: bytes, headers: Any) -> bytes:
        """What the sandbox answers."""
        kept = {name: headers[name] for name in ("Authorization", "Content-Type") if name in headers}
        return OUTSIDE.post(f"{self.sandbox.settings.url}{path}", content=asked, headers=kept).content

    def trust(self) -> Trust:
        """The trust services, as they are reached through it."""
        roots, token = self.sandbox.settings.data / "root.pem", self.sandbox.settings.trust_token
        url = f"{self.url}/trust"
        return Trust(RemoteSeals(f"{url}/csc/v2", token), RemoteStamps(f"{url}/stamps"), Through(url), roots)


@dataclass(frozen=True)
class Through:
    """Asks the responder through it, whatever address a certificate names."""

    url: str

    def ask(self, _url: str, asked: bytes) -> bytes:
        return Responders().ask(f"{self.url}/{OCSP}", asked)

    def listed(self, url: str) -> bytes:
        return Responders().listed(url)


Change = Callable[[Erring, bytes], bytes]
ANSWERS = {STAMPS: "application/timestamp-reply", OCSP: "application/ocsp-response"}


def _nothing(_erring: Erring, _asked: bytes) -> bytes:
    return b""


def _of_another(room: str) -> Change:
    """The same question about the seal of another administration."""

    def change(erring: Erring, asked: bytes) -> bytes:
        said = json.dumps({**json.loads(asked), "credentialID": ANOTHER}).encode()
        headers = {
            "Authorization": f"Bearer {erring.sandbox.settings.trust_token}",
            "Content-Type": "application/json",
        }
        return erring.told(f"/trust/csc/v2/{room}", said, headers)

    return change


def _signature_of_other_bytes(erring: Erring, asked: bytes) -> bytes:
    said = {**json.loads(asked), "hashes": [base64.b64encode(bytes(32)).decode()]}
    headers = {"Authorization": f"Bearer {erring.sandbox.settings.trust_token}", "Content-Type": "application/json"}
    return erring.told(f"/trust/csc/v2/{SIGNATURES}", json.dumps(said).encode(), headers)


def _stamp(erring: Erring, asked: bytes, by: str = "time-stamps") -> tsp.TimeStampResp:
    key, own = erring.sandbox.world.authority.held(by)
    certificate = asn1.Certificate.load(own.public_bytes(serialization.Encoding.DER))
    return stamped(tsp.TimeStampReq.load(asked), erring.sandbox.world.clock(), key, certificate)


def _stamp_of_other_bytes(erring: Erring, asked: bytes) -> bytes:
    request = tsp.TimeStampReq.load(asked)
    request["message_imprint"]["hashed_message"] = bytes(32)
    return _stamp(erring, request.dump(force=True)).dump()


def _stamp_without_nonce(erring: Erring, asked: bytes) -> bytes:
    request = tsp.TimeStampReq.load(asked)
    del request["nonce"]
    return _stamp(erring, request.dump(force=True)).dump()


def _stamp_that_was_changed(erring: Erring, asked: bytes) -> bytes:
    """The moment in it is another: what signed it is not of it."""
    told = _stamp(erring, asked).dump()
    year = str(erring.sandbox.world.clock().year).encode()
    return told.replace(year, b"2001", 1)


def _refusal(_erring: Erring, _asked: bytes) -> bytes:
    return core.Sequence.load(bytes.fromhex("30053003020102")).dump()  # PKIStatus 2: rejection (RFC 3161, 2.4.2)


WAYS: dict[str, tuple[str, Change]] = {
    "the certificate of another": (CERTIFICATES, _of_another(CERTIFICATES)),
    "no certificate": (
        CERTIFICATES,
        lambda _erring, _asked: b'{"key":{"status":"enabled"},"cert":{"certificates":["AAAA"]}}',
    ),
    "the signature of another": (SIGNATURES, _of_another(SIGNATURES)),
    "a signature of other bytes": (SIGNATURES, _signature_of_other_bytes),
    "no signature": (SIGNATURES, lambda _erring, _asked: b'{"signatures":["AAAA"]}'),
    "a time-stamp of other bytes": (STAMPS, _stamp_of_other_bytes),
    "a time-stamp without its nonce": (STAMPS, _stamp_without_nonce),
    "a time-stamp that was changed": (STAMPS, _stamp_that_was_changed),
    "a time-stamp of somebody else": (STAMPS, lambda erring, asked: _stamp(erring, asked, ANOTHER).dump()),
    "the last time-stamp again": (STAMPS, lambda erring, _asked: erring.before[STAMPS]),
    "a refusal": (STAMPS, _refusal),
    "no time-stamp": (STAMPS, lambda _erring, _asked: b"\x30\x00"),
    "no word of what counts": (OCSP, lambda _erring, _asked: b"\x30\x00"),
    "a responder that has no time": (OCSP, lambda _erring, _asked: bytes.fromhex("30030a0103")),
}


@contextmanager
def erring_service(sandbox: Running) -> Iterator[Erring]:
    """A server on a free port for as long as the block lasts."""
    erring = Erring(sandbox)
    server = make_server("127.0.0.1", 0, Request.application(erring.answer), threaded=True, request_handler=Quiet)
    erring.url = f"http://127.0.0.1:{server.port}"
    with serving(server):
        yield erring
