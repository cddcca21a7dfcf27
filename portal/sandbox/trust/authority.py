"""The sandbox's certification authorities: a root, one for seals and one for time-stamps beneath it, the certificates
they give out, and whether those still count.

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
CERTIFICATE, REVOKED = "trust_chain", "trust_revoked"
ROOT, FOR_SEALS, FOR_STAMPS, STAMPS = "root", "seals-authority", "stamps-authority", "time-stamps"
ROOT_FILE = "root.pem"
ISSUERS = {ROOT: ROOT, FOR_SEALS: ROOT, FOR_STAMPS: ROOT, STAMPS: FOR_STAMPS}
"""Who gives out what; every seal is given out by ``FOR_SEALS``. As with real authorities the root lies in a safe: it
answers nobody, and publishes a list now and then."""

AUTHORITIES = ROOT, FOR_SEALS, FOR_STAMPS
YEARS = {ROOT: 20, FOR_SEALS: 12, FOR_STAMPS: 12, STAMPS: 10}
SEAL_YEARS = 3
SCHEME = "SB:"
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
        """The key and the certificate of this name: of an authority, of the time-stamps, or the seal of an
        administration."""
        with self._store.held():
            known = self._store.get(CERTIFICATE, name)
            if known is None or _of(known).subject != self._subject(name):
                key, certificate = self._made(name)
                known = {
                    "key": key.private_bytes(*PKCS8).decode(),
                    "certificate": certificate.public_bytes(serialization.Encoding.PEM).decode(),
                }
                self._store.put(CERTIFICATE, name, known)
        key = cast(Key, serialization.load_pem_private_key(known["key"].encode(), None))
        return key, _of(known)

    def chain(self, name: str) -> list[x509.Certificate]:
        """The certificate of this name, and those that vouch for it up to the root."""
        chain = [self.held(name)[1]]
        while name != ROOT:
            name = issuer_of(name)
            chain.append(self.held(name)[1])
        return chain

    def renew(self, name: str) -> None:
        """The next document of this administration is sealed with another certificate."""
        self._store.pop(CERTIFICATE, name)

    def revoke(self, certificate: x509.Certificate, moment: datetime) -> None:
        """From this moment the certificate does not count any more."""
        self._store.put(REVOKED, str(certificate.serial_number), moment.isoformat())

    def ocsp(self, asked: bytes, moment: datetime) -> bytes:
        """The answer to an OCSP request (both DER)."""
        question = ocsp.load_der_ocsp_request(asked)
        name, known = self._by_serial().get(question.serial_number, (ROOT, None))
        key, issuer = self.held(issuer_of(name))
        if known is None:
            return ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.UNAUTHORIZED).public_bytes(
                serialization.Encoding.DER
            )
        revoked = self._store.get(REVOKED, str(question.serial_number))
        answer = ocsp.OCSPResponseBuilder().add_response(
            cert=known,
            issuer=issuer,
            algorithm=hashes.SHA256() if question.hash_algorithm.name == "sha256" else hashes.SHA1(),  # noqa: S303
            cert_status=ocsp.OCSPCertStatus.REVOKED if revoked else ocsp.OCSPCertStatus.GOOD,
            this_update=moment,
            next_update=moment + FRESH,
            revocation_time=datetime.fromisoformat(revoked) if revoked else None,
            revocation_reason=x509.ReasonFlags.key_compromise if revoked else None,
        )
        answer = answer.responder_id(ocsp.OCSPResponderEncoding.HASH, issuer)
        return answer.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)

    def crl(self, name: str, moment: datetime) -> bytes:
        """The list of all certificates that this authority gave out and that are revoked (DER)."""
        key, issuer = self.held(name)
        given = {serial for serial, (of, _) in self._by_serial().items() if issuer_of(of) == name}
        found = x509.CertificateRevocationListBuilder().issuer_name(issuer.subject)
        found = found.last_update(moment).next_update(moment + FRESH)
        for serial, when in self._store.oldest(REVOKED):
            if int(serial) in given:
                one = x509.RevokedCertificateBuilder().serial_number(int(serial))
                found = found.add_revoked_certificate(one.revocation_date(datetime.fromisoformat(when)).build())
        return found.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)

    def _by_serial(self) -> Mapping[int, tuple[str, x509.Certificate]]:
        read = [(name, _of(known)) for name, known in self._store.oldest(CERTIFICATE)]
        return {one.serial_number: (name, one) for name, one in read}

    def _made(self, name: str) -> tuple[Key, x509.Certificate]:
        now = datetime.now(UTC).replace(microsecond=0)
        until = now + timedelta(days=365 * YEARS.get(name, SEAL_YEARS))
        key = ec.generate_private_key(ec.SECP256R1())
        issuer, above = (key, None) if name == ROOT else self.held(issuer_of(name))
        subject = self._subject(name)
        made = x509.CertificateBuilder().subject_name(subject).issuer_name(above.subject if above else subject)
        made = made.public_key(key.public_key()).serial_number(x509.random_serial_number())
        made = made.not_valid_before(now - timedelta(minutes=5)).not_valid_after(until)
        for extension, critical in self._extensions(name, key, issuer):
            made = made.add_extension(extension, critical)
        return key, made.sign(issuer, hashes.SHA256())

    def _subject(self, name: str) -> x509.Name:
        """Who bears this name; a seal says which it is (ETSI EN 319 412-1, 5.1.4: a scheme, the country, the name)."""
        title = self._names.get(name, TITLES.get(name, name))
        kept = title.encode()[:64].decode(errors="ignore")  # the upper bound of X.520, in bytes
        said = [(NameOID.COUNTRY_NAME, "MA"), (NameOID.ORGANIZATION_NAME, kept), (NameOID.COMMON_NAME, kept)]
        if name not in TITLES:
            said.append((NameOID.ORGANIZATION_IDENTIFIER, f"{SCHEME}MA-{name}"))
        return x509.Name([x509.NameAttribute(*one) for one in said])

    def _extensions(self, name: str, key: Key, issuer: Key) -> list[tuple[x509.ExtensionType, bool]]:
        public: Any = key.public_key()
        found: list[tuple[x509.ExtensionType, bool]] = [
            (x509.SubjectKeyIdentifier.from_public_key(public), False),
            (x509.BasicConstraints(name in AUTHORITIES, PATHS.get(name)), True),
            (_usage(name in AUTHORITIES), True),
        ]
        if name == ROOT:
            return found
        if name == STAMPS:
            found.append((x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), True))
        of_issuer: Any = issuer.public_key()
        above = f"{self._url}/trust/{issuer_of(name)}"
        reached = {AuthorityInformationAccessOID.CA_ISSUERS: f"{above}.cer"}
        if issuer_of(name) != ROOT:
            reached[AuthorityInformationAccessOID.OCSP] = f"{self._url}/trust/ocsp"
        where = [x509.AccessDescription(kind, x509.UniformResourceIdentifier(url)) for kind, url in reached.items()]
        listed = x509.DistributionPoint([x509.UniformResourceIdentifier(f"{above}.crl")], None, None, None)
        return [
            *found,
            (x509.AuthorityKeyIdentifier.from_issuer_public_key(of_issuer), False),
            (x509.AuthorityInformationAccess(where), False),
            (x509.CRLDistributionPoints([listed]), False),
        ]


TITLES = {
    ROOT: "Shubbak sandbox root (no legal value)",
    FOR_SEALS: "Shubbak sandbox authority for seals (no legal value)",
    FOR_STAMPS: "Shubbak sandbox authority for stamps (no legal value)",
    STAMPS: "Shubbak sandbox time-stamps (no legal value)",
}
PATHS = {ROOT: 1, FOR_SEALS: 0, FOR_STAMPS: 0}
"""How many authorities may follow after one."""


def issuer_of(name: str) -> str:
    """The authority that gives out the certificate of this name."""
    return ISSUERS.get(name, FOR_SEALS)


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


def _of(known: Mapping[str, str]) -> x509.Certificate:
    return x509.load_pem_x509_certificate(known["certificate"].encode())


def _usage(authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )
