"""What trust services answer is looked at before it is kept for ever: whether it is what was asked for.

A service that answers something else misbehaves (NotReachable: it is asked again); a certificate that is another's is a
matter for the operator (NotSealed)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from asn1crypto import tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.x509.oid import NameOID
from pyhanko.sign.general import extract_certificate_info, extract_signer_info
from pyhanko.sign.validation.generic_cms import validate_sig_integrity

from portal.locker.ports import NotReachable, NotSealed

STAMP = "tst_info"


@contextmanager
def understood(what: str) -> Iterator[None]:
    """Whatever bytes make a library raise that are not what they should be, as the ports say it."""
    try:
        yield
    except (NotReachable, NotSealed):
        raise
    except Exception as problem:
        raise NotReachable(f"{what}: {type(problem).__name__}") from problem


def owned(chain: Sequence[bytes], seal: str) -> Sequence[bytes]:
    """The certificates of a seal, when the first is that of its administration: it says so in the organization's
    identifier of its subject (ETSI EN 319 412-1, 5.1.4), behind scheme and country. Raises NotSealed and NotReachable.
    """
    with understood("no certificates"):
        [own, *_others] = [x509.load_der_x509_certificate(one) for one in chain]
        named = [str(one.value) for one in own.subject.get_attributes_for_oid(NameOID.ORGANIZATION_IDENTIFIER)]
    if [one.partition("-")[2] for one in named] != [seal]:
        raise NotSealed(f"{seal}: the certificate is that of {named or 'nobody'}")
    return chain


def signed(certificate: bytes, digest: bytes, signature: bytes) -> bytes:
    """The signature, when it is one on this digest by the key of this certificate (DER). Raises NotReachable."""
    with understood("another signature"):
        key = x509.load_der_x509_certificate(certificate).public_key()
        if not isinstance(key, ec.EllipticCurvePublicKey):
            raise InvalidSignature
        key.verify(signature, digest, ec.ECDSA(Prehashed(hashes.SHA256())))
    return signature


def stamped(asked: tsp.TimeStampReq, answer: bytes, authority: asn1.Certificate | None) -> tsp.TimeStampResp:
    """The answer (DER), when it is the time-stamp that was asked for: on this digest, with this nonce, signed by
    ``authority``, where that is known already. Raises NotReachable."""
    with understood("no time-stamp"):
        told = tsp.TimeStampResp.load(answer, strict=True)
        if told["status"]["status"].native != "granted":
            raise NotReachable(f"no time-stamp: {told['status']['status'].native}")
        content = told["time_stamp_token"]["content"]
        held = content["encap_content_info"]["content"]
        said = held.parsed
        same = all(said[part].dump() == asked[part].dump() for part in ("message_imprint", "nonce"))
        own = extract_certificate_info(content).signer_cert
        if not same or own.dump() != (authority or own).dump():
            raise NotReachable("a time-stamp of something else, or of somebody else")
        signer = extract_signer_info(content)
        digest = hashes.Hash(_hash(signer["digest_algorithm"]["algorithm"].native))
        digest.update(bytes(held))
        if validate_sig_integrity(signer, own, STAMP, digest.finalize()) != (True, True):
            raise NotReachable("a time-stamp that nobody signed")
    return told


def _hash(name: str) -> hashes.HashAlgorithm:
    known: dict[str, hashes.HashAlgorithm] = {
        "sha256": hashes.SHA256(),
        "sha384": hashes.SHA384(),
        "sha512": hashes.SHA512(),
    }
    return known[name]
