"""Seals on PDFs: PAdES (ETSI EN 319 142-1) of an administration's electronic seal, with a time-stamp and with all that
proves later that its certificates counted (level B-LT; and B-LTA, see ``docs/decisions``).

The keys lie with a trust service; what is sent there is a digest, never the document.
"""

from __future__ import annotations

import asyncio
import io
import logging
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

from asn1crypto import tsp
from asn1crypto import x509 as asn1
from asn1crypto.algos import SignedDigestAlgorithm
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_cms import Signer
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.timestamps.api import TimeStamper
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathError, ValidationError
from pyhanko_certvalidator.registry import SimpleCertificateStore

from portal.locker.ports import NotReachable, NotSealed, Seals, Stamps
from portal.locker.trust import Trust

FIELD = "Seal"
logging.getLogger("pyhanko.sign.signers.pdf_signer").setLevel(logging.ERROR)  # warns of each: nothing is fetched by it
LONGEST_SIGNATURE = 72  # ECDSA over P-256, DER


def seal_pdf(trust: Trust, pdf: bytes, seal: str) -> bytes:
    """The PDF under this seal, nothing else of it changed. Raises NotReachable, and NotSealed when the seal, or the
    time-stamp on it, does not count."""
    try:
        with ThreadPoolExecutor(1) as apart:  # pyHanko runs event loops, which a thread that has one already refuses
            return apart.submit(copy_context().run, _sealed, trust, pdf, seal).result()
    except (NotReachable, NotSealed):
        trust.lately.forget()  # it may be what was known that does not count any more
        raise


def _sealed(trust: Trust, pdf: bytes, seal: str) -> bytes:
    chain = trust.lately.known(("seal", seal), lambda: trust.seals.certificates(seal))
    stamper = trust.lately.known("stamps", lambda: _Stamper(trust.stamps))
    stamped = stamper.certificates()
    roots = trust.anchors()
    context = ValidationContext(
        trust_roots=[asn1.Certificate.load(root) for root in roots],
        other_certs=[asn1.Certificate.load(one) for one in (*chain, *stamped)],
        ocsps=[_answer(trust, one, [*chain, *stamped, *roots]) for one in (chain[0], stamped[0])],
        allow_fetching=False,
        revocation_mode="hard-fail",
    )
    metadata = PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        embed_validation_info=True,
        use_pades_lta=True,
        validation_context=context,
    )
    made = io.BytesIO()
    signer = PdfSigner(metadata, _Signer(trust.seals, seal, chain), timestamper=stamper)
    try:
        signer.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), output=made)
    except (SigningError, ValidationError, PathError) as problem:
        raise NotSealed(f"{seal}: {type(problem).__name__}") from problem
    return made.getvalue()


def _answer(trust: Trust, certificate: bytes, among: Iterable[bytes]) -> bytes:
    """The responder's word that a certificate counts now."""
    return trust.lately.known(("counts", certificate), lambda: _asked(trust, certificate, among))


def _asked(trust: Trust, certificate: bytes, among: Iterable[bytes]) -> bytes:
    of = x509.load_der_x509_certificate(certificate)
    known = [x509.load_der_x509_certificate(one) for one in among]
    issuer = next((one for one in known if one.subject == of.issuer), None)
    url = _responder(of)
    if issuer is None or url is None:
        raise NotSealed("a certificate without an issuer or a responder")
    asked = ocsp.OCSPRequestBuilder().add_certificate(of, issuer, hashes.SHA256()).build()
    return trust.revocation.ask(url, asked.public_bytes(serialization.Encoding.DER))


def _responder(certificate: x509.Certificate) -> str | None:
    try:
        said = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    except x509.ExtensionNotFound:
        return None
    found = (one.access_location.value for one in said if one.access_method == AuthorityInformationAccessOID.OCSP)
    return next(found, None)


class _Signer(Signer):
    """Signs with a key that lies elsewhere."""

    def __init__(self, seals: Seals, seal: str, chain: Sequence[bytes]) -> None:
        certificates = [asn1.Certificate.load(one) for one in chain]
        store = SimpleCertificateStore()
        store.register_multiple(certificates)
        super().__init__(
            signing_cert=certificates[0],
            cert_registry=store,
            signature_mechanism=SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
            embed_roots=False,
        )
        self._seals, self._seal = seals, seal

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """The signature on these bytes."""
        if dry_run:
            return bytes(LONGEST_SIGNATURE)
        digest = hashes.Hash(hashes.SHA256())
        digest.update(data)
        return self._seals.sign(self._seal, digest.finalize())


class _Stamper(TimeStamper):
    """Asks the time-stamp authority."""

    def __init__(self, stamps: Stamps) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._stamps = stamps

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """The authority's answer."""
        try:
            return tsp.TimeStampResp.load(self._stamps.stamp(req.dump()), strict=True)
        except ValueError as problem:
            raise NotReachable("no time-stamp") from problem

    def certificates(self) -> list[bytes]:
        """The certificates of the authority (DER), its own first."""
        asyncio.run(self._ensure_dummy())  # type: ignore[no-untyped-call]
        return [one.dump() for one in self._certs.values()]
