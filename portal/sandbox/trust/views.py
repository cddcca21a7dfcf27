"""The trust service under ``/trust``: seals by the API of the Cloud Signature Consortium, time-stamps, revocation.

``/trust/csc/v2/…`` seals digests with the key of an administration (CSC API 2.0); ``/trust/stamps`` gives time-stamps
(RFC 3161); ``/trust/ocsp`` and the lists of the authorities, ``/trust/root.crl`` and the like, say which certificates
still count (RFC 6960, RFC 5280).
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any

from asn1crypto import tsp
from asn1crypto import x509 as asn1
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from portal.sandbox.pages import page
from portal.sandbox.trust.authority import AUTHORITIES, STAMPS, Authority, der
from portal.sandbox.trust.stamping import stamped
from portal.sandbox.world import carries_token, real_time, world

area = Blueprint("trust", __name__, url_prefix="/trust")

SEAL = re.compile(r"[a-z0-9-]{1,40}(/[a-z0-9-]{1,40})?")
OURS = (*AUTHORITIES, STAMPS)
SHA256, ECDSA_SHA256, P256 = "2.16.840.1.101.3.4.2.1", "1.2.840.10045.4.3.2", "1.2.840.10045.3.1.7"
SEALED = "seal"
DER = serialization.Encoding.DER


class Refused(Exception):
    """An answer of the API that is no success, in its words (CSC API 2.0, section 10)."""

    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(description)
        self.status, self.error = status, error


@area.errorhandler(Refused)
def refused(problem: Refused) -> ResponseReturnValue:
    """Says why."""
    return {"error": problem.error, "error_description": str(problem)}, problem.status


def authority() -> Authority:
    """The authority of the world at hand."""
    return world().authority


@area.get("/", strict_slashes=False)
def index() -> ResponseReturnValue:
    """What this is, and what was sealed last."""
    return page("trust.html", sealed=world().store.newest(SEALED, 30))


@area.get("/health")
def health() -> ResponseReturnValue:
    """Whether the trust service answers."""
    return jsonify(status="ok")


@area.post("/csc/v2/info")
def info() -> ResponseReturnValue:
    """What this service is."""
    methods = ["credentials/info", "signatures/signHash"]
    return jsonify(specs="2.0.0.0", name="Shubbak sandbox", region="MA", methods=methods)


@area.post("/csc/v2/credentials/info")
def credential() -> ResponseReturnValue:
    """The certificates of a seal, its own first."""
    name = _seal(_asked())
    return jsonify(
        key={"status": "enabled", "algo": [ECDSA_SHA256], "len": 256, "curve": P256},
        cert={"status": "valid", "certificates": [der(one) for one in authority().chain(name)]},
        multisign=1,
    )


@area.post("/csc/v2/signatures/signHash")
def sign() -> ResponseReturnValue:
    """The signatures of some digests (SHA-256) by the key of a seal."""
    asked = _asked()
    name, digests = _seal(asked), asked.get("hashes")
    if asked.get("hashAlgorithmOID") != SHA256 or asked.get("signAlgo") != ECDSA_SHA256:
        raise Refused(400, "invalid_request", "only SHA-256 with ECDSA is offered")
    if not isinstance(digests, list) or not 0 < len(digests) <= 20:
        raise Refused(400, "invalid_request", "hashes is a list of 1 to 20 digests")
    key: Any = authority().held(name)[0]
    signatures = [key.sign(_digest(one), ec.ECDSA(Prehashed(hashes.SHA256()))) for one in digests]
    said = {"when": world().clock().isoformat(timespec="seconds"), "seal": name}
    world().store.put(SEALED, str(digests[0]), said)
    return jsonify(signatures=[base64.b64encode(one).decode() for one in signatures])


def _asked() -> dict[str, Any]:
    if not carries_token(world().settings.trust_token):
        raise Refused(401, "invalid_token", "a bearer token is needed")
    content = request.get_json()
    if not isinstance(content, dict):
        raise Refused(400, "invalid_request", "an object is needed")
    return content


def _seal(asked: dict[str, Any]) -> str:
    name = asked.get("credentialID")
    if not isinstance(name, str) or not SEAL.fullmatch(name) or name in OURS:
        raise Refused(400, "invalid_request", "no seal of this name")
    return name


def _digest(text: Any) -> bytes:
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError, TypeError):
        content = b""
    if len(content) != 32:
        raise Refused(400, "invalid_request", "a digest is 32 bytes in base64")
    return content


@area.post("/stamps")
def stamp() -> ResponseReturnValue:
    """A time-stamp, at real time (RFC 3161, section 3.4)."""
    try:
        asked = tsp.TimeStampReq.load(request.get_data(), strict=True)
        key, _own = authority().held(STAMPS)
        *below_root, _root = authority().chain(STAMPS)
        chain = [asn1.Certificate.load(one.public_bytes(DER)) for one in below_root]
        told = stamped(asked, real_time(), key, chain).dump()
    except (ValueError, TypeError, KeyError):
        return {"error": "no time-stamp request"}, 400
    return Response(told, mimetype="application/timestamp-reply")


@area.post("/ocsp")
def ocsp() -> ResponseReturnValue:
    """Whether a certificate still counts."""
    try:
        told = authority().ocsp(request.get_data(), real_time())
    except ValueError:
        return {"error": "no OCSP request"}, 400
    return Response(told, mimetype="application/ocsp-response")


@area.get(f"/<any({', '.join(map(repr, AUTHORITIES))}):name>.crl")
def revoked(name: str) -> ResponseReturnValue:
    """The certificates of an authority that do not count any more."""
    return Response(authority().crl(name, real_time()), mimetype="application/pkix-crl")


@area.get(f"/<any({', '.join(map(repr, AUTHORITIES))}):name>.cer")
def issuer(name: str) -> ResponseReturnValue:
    """The certificate of an authority."""
    return Response(authority().held(name)[1].public_bytes(DER), mimetype="application/pkix-cert")
