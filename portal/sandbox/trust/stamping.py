"""Time-stamp tokens (RFC 3161, section 2.4.2) signed by the sandbox's authority."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime

from asn1crypto import algos, cms, core, tsp
from asn1crypto import x509 as asn1
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

POLICY = "1.3.6.1.4.1.99999.1"  # nobody's: this authority vouches for nothing
SERIAL_BYTES = 16


def stamped(
    asked: tsp.TimeStampReq, moment: datetime, key: ec.EllipticCurvePrivateKey, chain: Sequence[asn1.Certificate]
) -> tsp.TimeStampResp:
    """The answer to a request: a token of this moment, with these certificates, its own first. Raises ValueError
    or KeyError for what is no request."""
    said = {
        "version": "v1",
        "policy": POLICY,
        "message_imprint": asked["message_imprint"],
        "serial_number": int.from_bytes(secrets.token_bytes(SERIAL_BYTES)),
        "gen_time": moment,
        "tsa": asn1.GeneralName(name="directory_name", value=chain[0].subject),
    }
    if asked["nonce"].native is not None:
        said["nonce"] = asked["nonce"]
    token = cms.ContentInfo({"content_type": "signed_data", "content": _signed(tsp.TSTInfo(said).dump(), key, chain)})
    return tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": token})


def _signed(content: bytes, key: ec.EllipticCurvePrivateKey, chain: Sequence[asn1.Certificate]) -> cms.SignedData:
    own, *_ = chain
    digest = algos.DigestAlgorithm({"algorithm": "sha256"})
    certificate = tsp.SigningCertificateV2({"certs": [{"cert_hash": hashlib.sha256(own.dump()).digest()}]})
    attributes = cms.CMSAttributes(
        [
            cms.CMSAttribute({"type": "content_type", "values": ["tst_info"]}),
            cms.CMSAttribute({"type": "message_digest", "values": [hashlib.sha256(content).digest()]}),
            cms.CMSAttribute({"type": "signing_certificate_v2", "values": [certificate]}),
        ]
    )
    signer = {
        "version": "v1",
        "sid": {"issuer_and_serial_number": {"issuer": own.issuer, "serial_number": own.serial_number}},
        "digest_algorithm": digest,
        "signed_attrs": attributes,
        "signature_algorithm": {"algorithm": "sha256_ecdsa"},
        "signature": key.sign(attributes.dump(), ec.ECDSA(hashes.SHA256())),
    }
    holding = {"content_type": "tst_info", "content": core.ParsableOctetString(content)}
    return cms.SignedData(
        {
            "version": "v3",
            "digest_algorithms": [digest],
            "encap_content_info": holding,
            "certificates": chain,
            "signer_infos": [signer],
        }
    )
