"""Seals and time-stamps that lead to their root through other authorities, as those of every real one do: each
certificate on the way has to count, and what is sealed is believed by whoever trusts the root alone."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import typst
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.validation.ades import simulate_future_ades_lta_validation
from pyhanko.sign.validation.policy_decl import (
    LocalKnowledge,
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager
from twins.outside import TOKEN, sandbox_settings

from portal.locker.chains import counting, ordered
from portal.locker.ports import NotReachable, NotSealed, Revocation
from portal.locker.trust import RemoteSeals, RemoteStamps, Responders, Trust, _site
from portal.sandbox.serve import Running, running

RABAT = "commune/c-04421-02"
DER, ALONE = serialization.Encoding.DER, RevinfoOnlineFetchingRule.LOCAL_ONLY
Key = ec.EllipticCurvePrivateKey


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Running]:
    """A sandbox of one test, of which authorities may be revoked."""
    with running(sandbox_settings(tmp_path)) as sandbox:
        yield sandbox


def trust_in(sandbox: Running) -> Trust:
    """Its trust services, of which nothing is known yet."""
    url, roots = f"{sandbox.settings.url}/trust", sandbox.settings.data / "root.pem"
    return Trust(RemoteSeals(f"{url}/csc/v2", TOKEN), RemoteStamps(f"{url}/stamps"), Responders(), roots)


def a_pdf() -> bytes:
    made = typst.compile(b"Bonjour", format="pdf")
    assert isinstance(made, bytes)
    return made


def test_what_is_sealed_is_believed_long_after_by_whoever_trusts_the_root_alone(alone: Running) -> None:
    trust = trust_in(alone)
    sealed = trust.sealed(a_pdf(), RABAT)
    [seal, _stamp] = PdfFileReader(io.BytesIO(sealed)).embedded_signatures
    later = datetime.now(UTC) + timedelta(days=365 * 9)
    check = simulate_future_ades_lta_validation(seal, by_its_roots_alone(trust), later)
    with ThreadPoolExecutor(1) as apart:  # a browser's event loop may run in this thread
        said = apart.submit(asyncio.run, check).result()
    assert said.ades_subindic == AdESPassed.OK


def by_its_roots_alone(trust: Trust) -> PdfSignatureValidationSpec:
    """Without a connection; each certificate but the roots needs a word that it counts."""
    roots = [asn1.Certificate.load(one) for one in trust.anchors()]
    policy = CertValidationPolicySpec(SimpleTrustManager.build(roots), CertRevTrustPolicy(REQUIRE_REVINFO))
    known = LocalKnowledge(known_certs=roots)  # whoever signed a list is looked for among these, not among the trusted
    spec = SignatureValidationSpec(policy, RevocationInfoGatheringSpec(ALONE), local_knowledge=known)
    return PdfSignatureValidationSpec(spec)


@pytest.mark.parametrize("name", ["seals-authority", "stamps-authority", "time-stamps", RABAT])
def test_nothing_is_sealed_when_any_certificate_on_the_way_to_the_root_was_revoked(alone: Running, name: str) -> None:
    trust, authority = trust_in(alone), alone.world.authority
    assert trust.sealed(a_pdf(), RABAT)
    authority.revoke(authority.held(name)[1], datetime.now(UTC).replace(microsecond=0))
    trust.lately.forget()
    with pytest.raises(NotSealed):
        trust.sealed(a_pdf(), RABAT)


def test_issuers_are_asked_once_in_five_minutes_not_for_each_document(alone: Running) -> None:
    asked = Asked()
    trust = replace(trust_in(alone), revocation=asked)
    for _ in range(3):
        trust.sealed(a_pdf(), RABAT)
    assert len(asked.urls) == 3
    assert [url.rpartition("/")[2] for url in sorted(asked.urls)] == ["ocsp", "ocsp", "root.crl"]


@dataclass
class Asked(Responders):
    """Who was asked."""

    urls: list[str] = field(default_factory=list)

    def ask(self, url: str, asked: bytes) -> bytes:
        self.urls.append(url)
        return super().ask(url, asked)

    def listed(self, url: str) -> bytes:
        self.urls.append(url)
        return super().listed(url)


@dataclass(frozen=True)
class Issued:
    """A certificate and its key."""

    name: str
    key: Key
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(DER)

    def issues(self, name: str, *extensions: x509.ExtensionType, key: Key | None = None) -> Issued:
        """A certificate that this one vouches for."""
        return issued(name, self, key or ec.generate_private_key(ec.SECP256R1()), *extensions)


def issued(name: str, by: Issued | None, key: Key, *extensions: x509.ExtensionType) -> Issued:
    """A certificate of this name; without ``by`` a root."""
    issuer, signs, now = (by.name, by.key, datetime.now(UTC)) if by else (name, key, datetime.now(UTC))
    made = x509.CertificateBuilder().subject_name(_named(name)).issuer_name(_named(issuer)).public_key(key.public_key())
    made = made.serial_number(x509.random_serial_number())
    made = made.not_valid_before(now - timedelta(1)).not_valid_after(now + timedelta(9))
    for one in extensions:
        made = made.add_extension(one, critical=False)
    return Issued(name, key, made.sign(signs, hashes.SHA256()))


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def a_root() -> Issued:
    return issued("Root", None, ec.generate_private_key(ec.SECP256R1()))


def test_a_chain_is_put_in_the_order_of_its_issuers_however_it_came() -> None:
    root = a_root()
    first, second = root.issues("First"), root.issues("Stranger")
    own = (last := first.issues("Last")).issues("Seal")
    right = [own.der, last.der, first.der, root.der]
    for others in ([root, first, second, last], [last, own, second, first], [first, last, first]):
        assert ordered(own.der, [one.der for one in others], [root.der]) == right


def test_of_two_issuers_of_one_name_the_one_that_signed_is_taken() -> None:
    root = a_root()
    older, newer = root.issues("Authority"), root.issues("Authority")
    own = newer.issues("Seal")
    assert ordered(own.der, [older.der, newer.der], [root.der]) == [own.der, newer.der, root.der]


def test_a_certificate_that_leads_to_no_root_seals_nothing() -> None:
    root, other = a_root(), a_root()
    between = other.issues("Authority")
    own = between.issues("Seal")
    for others in ([], [between.der], [between.der, other.der], [b"no certificate"]):
        with pytest.raises(NotSealed):
            ordered(own.der, others, [root.der])


def responder(url: str) -> x509.AuthorityInformationAccess:
    where = x509.UniformResourceIdentifier(url)
    return x509.AuthorityInformationAccess([x509.AccessDescription(AuthorityInformationAccessOID.OCSP, where)])


def lists(*urls: str) -> x509.CRLDistributionPoints:
    names = [[x509.UniformResourceIdentifier(url)] for url in urls]
    return x509.CRLDistributionPoints([x509.DistributionPoint(name, None, None, None) for name in names])


def asked_of(root: Issued, own: Issued, revocation: Revocation) -> None:
    trust = Trust(RemoteSeals("http://x", ""), RemoteStamps("http://x"), revocation, Path("/nowhere"))
    counting(trust, [own.der, root.der])


@dataclass
class Silent:
    """Answers nonsense, and remembers who was asked."""

    urls: list[str] = field(default_factory=list)

    def ask(self, url: str, asked: bytes) -> bytes:
        return self.listed(url)

    def listed(self, url: str) -> bytes:
        self.urls.append(url)
        return b"<html>Sign in to this network</html>"


@pytest.mark.parametrize(
    ("named", "asked"),
    [
        ([responder("http://ocsp"), lists("http://list")], "http://ocsp"),
        ([lists("ldap://directory", "http://list")], "http://list"),
        ([responder("ldap://ocsp"), lists("http://list")], "http://list"),
    ],
)
def test_the_responder_is_asked_first_else_the_list_and_what_is_no_answer_is_asked_again(
    named: list[x509.ExtensionType], asked: str
) -> None:
    root, silent = a_root(), Silent()
    with pytest.raises(NotReachable):
        asked_of(root, root.issues("Seal", *named), silent)
    assert silent.urls == [asked]


def test_a_certificate_of_which_nobody_can_be_asked_seals_nothing() -> None:
    root = a_root()
    for named in ([], [lists("ldap://directory")]):
        with pytest.raises(NotSealed):
            asked_of(root, root.issues("Seal", *named), Silent())


@pytest.mark.parametrize(
    ("url", "site", "path"),
    [
        ("http://ocsp.example.ma", "http://ocsp.example.ma", "/"),
        ("http://ocsp.example.ma:8080/", "http://ocsp.example.ma:8080", "/"),
        ("https://pki.example.ma/a/b.crl?of=a/b", "https://pki.example.ma", "/a/b.crl?of=a/b"),
    ],
)
def test_who_is_asked_stands_in_the_certificate_be_it_a_name_alone(url: str, site: str, path: str) -> None:
    assert _site(url) == (site, path)
