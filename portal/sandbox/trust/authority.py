"""The sandbox's certification authority: its root, the certificates it gives out, and whether they still count.

Keys and certificates lie in the sandbox's own store. Nothing here vouches for anything outside a demonstration.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

from portal.sandbox.store import Store

Key = ec.EllipticCurvePrivateKey
CERTIFICATE, REVOKED = "trust_certificate", "trust_revoked"
ROOT, STAMPS = "root", "time-stamps"
ROOT_FILE = "root.pem"
YEARS = {ROOT: 20, STAMPS: 10}
SEAL_YEARS = 3
FRESH = timedelta(hours=12)
OFFICES = Path(__file__).resolve().parents[1] / "deployment.yaml"
PKCS8 = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


class Authority:
    """Gives out certificates, once per name, and answers for them (OCSP, RFC 6960; CRL, RFC 5280)."""

    def __init__(self, store: Store, url: str, folder: Path) -> None:
        self._store, self._url = store, url
        self._names = names()
        _key, root = self.held(ROOT)
        (folder / ROOT_FILE).write_bytes(root.public_bytes(serialization.Encoding.PEM))

    def held(self, name: str) -> tuple[Key, x509.Certificate]:
        """The key and the certificate of this name: the root, the time-stamps, or the seal of an administration."""
        with self._store.held():
            known = self._store.get(CERTIFICATE, name)
            if known is None:
                key, certificate = self._made(name)
                known = {
                    "key": key.private_bytes(*PKCS8).decode(),
                    "certificate": certificate.public_bytes(serialization.Encoding.PEM).decode(),
                }
                self._store.put(CERTIFICATE, name, known)
        key = cast(Key, serialization.load_pem_private_key(known["key"].encode(), None))
        return key, x509.load_pem_x509_certificate(known["certificate"].encode())

    def renew(self, name: str) -> None:
        """The next document of this administration is sealed with another certificate."""
        self._store.pop(CERTIFICATE, name)

    def revoke(self, certificate: x509.Certificate, moment: datetime) -> None:
        """From this moment the certificate does not count any more."""
        self._store.put(REVOKED, str(certificate.serial_number), moment.isoformat())

    def ocsp(self, asked: bytes, moment: datetime) -> bytes:
        """The answer to an OCSP request (both DER)."""
        key, root = self.held(ROOT)
        question = ocsp.load_der_ocsp_request(asked)
        known = self._by_serial().get(question.serial_number)
        if known is None:
            return ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.UNAUTHORIZED).public_bytes(
                serialization.Encoding.DER
            )
        revoked = self._store.get(REVOKED, str(question.serial_number))
        answer = ocsp.OCSPResponseBuilder().add_response(
            cert=known,
            issuer=root,
            algorithm=hashes.SHA256() if question.hash_algorithm.name == "sha256" else hashes.SHA1(),  # noqa: S303
            cert_status=ocsp.OCSPCertStatus.REVOKED if revoked else ocsp.OCSPCertStatus.GOOD,
            this_update=moment,
            next_update=moment + FRESH,
            revocation_time=datetime.fromisoformat(revoked) if revoked else None,
            revocation_reason=x509.ReasonFlags.key_compromise if revoked else None,
        )
        answer = answer.responder_id(ocsp.OCSPResponderEncoding.HASH, root)
        return answer.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)

    def crl(self, moment: datetime) -> bytes:
        """The list of all revoked certificates (DER)."""
        key, root = self.held(ROOT)
        found = x509.CertificateRevocationListBuilder().issuer_name(root.subject)
        found = found.last_update(moment).next_update(moment + FRESH)
        for serial, when in self._store.oldest(REVOKED):
            one = x509.RevokedCertificateBuilder().serial_number(int(serial))
            found = found.add_revoked_certificate(one.revocation_date(datetime.fromisoformat(when)).build())
        return found.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)

    def _by_serial(self) -> Mapping[int, x509.Certificate]:
        held = [one["certificate"].encode() for _, one in self._store.oldest(CERTIFICATE)]
        return {one.serial_number: one for one in map(x509.load_pem_x509_certificate, held)}

    def _made(self, name: str) -> tuple[Key, x509.Certificate]:
        now = datetime.now(UTC).replace(microsecond=0)
        until = now + timedelta(days=365 * YEARS.get(name, SEAL_YEARS))
        key = ec.generate_private_key(ec.SECP256R1())
        issuer, root = (key, None) if name == ROOT else self.held(ROOT)
        subject = _subject(self._names.get(name, TITLES.get(name, name)))
        made = x509.CertificateBuilder().subject_name(subject).issuer_name(root.subject if root else subject)
        made = made.public_key(key.public_key()).serial_number(x509.random_serial_number())
        made = made.not_valid_before(now - timedelta(minutes=5)).not_valid_after(until)
        for extension, critical in self._extensions(name, key, issuer):
            made = made.add_extension(extension, critical)
        return key, made.sign(issuer, hashes.SHA256())

    def _extensions(self, name: str, key: Key, issuer: Key) -> list[tuple[x509.ExtensionType, bool]]:
        public: Any = key.public_key()
        found: list[tuple[x509.ExtensionType, bool]] = [
            (x509.SubjectKeyIdentifier.from_public_key(public), False),
            (x509.BasicConstraints(ca=name == ROOT, path_length=0 if name == ROOT else None), True),
            (_usage(name), True),
        ]
        if name == ROOT:
            return found
        if name == STAMPS:
            found.append((x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), True))
        of_issuer: Any = issuer.public_key()
        reached = {
            AuthorityInformationAccessOID.OCSP: f"{self._url}/trust/ocsp",
            AuthorityInformationAccessOID.CA_ISSUERS: f"{self._url}/trust/root.cer",
        }
        where = [x509.AccessDescription(kind, x509.UniformResourceIdentifier(url)) for kind, url in reached.items()]
        listed = x509.DistributionPoint(
            [x509.UniformResourceIdentifier(f"{self._url}/trust/revoked.crl")], None, None, None
        )
        return [
            *found,
            (x509.AuthorityKeyIdentifier.from_issuer_public_key(of_issuer), False),
            (x509.AuthorityInformationAccess(where), False),
            (x509.CRLDistributionPoints([listed]), False),
        ]


TITLES = {ROOT: "Shubbak sandbox root (no legal value)", STAMPS: "Shubbak sandbox time-stamps (no legal value)"}


def names() -> Mapping[str, str]:
    """What an administration in one place is called in French, by ``administration/territory``."""
    found: dict[str, str] = {}
    for office in yaml.safe_load(OFFICES.read_text(encoding="utf-8"))["offices"]:
        if "names" in office and "territory" not in office.get("each", {}):
            found.setdefault(seal_of(office), office["names"]["fr"])
    return found


def seal_of(office: Mapping[str, Any]) -> str:
    """The name of the seal of an office."""
    return "/".join(part for part in (office["administration"], office.get("territory")) if part)


def der(certificate: x509.Certificate) -> str:
    """A certificate as JSON has it: DER in base64."""
    return base64.b64encode(certificate.public_bytes(serialization.Encoding.DER)).decode()


def _subject(name: str) -> x509.Name:
    kept = name.encode()[:64].decode(errors="ignore")  # the upper bound of X.520, in bytes
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "MA"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, kept),
            x509.NameAttribute(NameOID.COMMON_NAME, kept),
        ]
    )


def _usage(name: str) -> x509.KeyUsage:
    root = name == ROOT
    return x509.KeyUsage(
        digital_signature=not root,
        content_commitment=not root,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=root,
        crl_sign=root,
        encipher_only=False,
        decipher_only=False,
    )
