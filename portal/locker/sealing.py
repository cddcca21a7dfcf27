"""Seals on PDFs: PAdES (ETSI EN 319 142-1) of an administration's electronic seal, with a time-stamp and with all that
proves later that its certificates counted (level B-LT; and B-LTA, see ``docs/decisions``).

The keys lie with a trust service; what is sent there is a digest, never the document.
"""

from __future__ import annotations

import asyncio
import io
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

from asn1crypto import tsp
from asn1crypto import x509 as asn1
from asn1crypto.algos import SignedDigestAlgorithm
from cryptography.hazmat.primitives import hashes
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_cms import Signer
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.timestamps.api import TimeStamper
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathError, ValidationError
from pyhanko_certvalidator.registry import SimpleCertificateStore

from portal.locker.chains import counting, ordered
from portal.locker.ports import NotReachable, NotSealed, Seals, Stamps
from portal.locker.seal_checks import owned, signed, stamped, understood
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


def chain_of(trust: Trust, seal: str) -> Sequence[bytes]:
    """The certificate of a seal and those that came with it (DER), asked for when they are not known. Raises
    NotReachable and NotSealed."""
    return trust.lately.known(("seal", seal), lambda: owned(trust.seals.certificates(seal), seal))


def _sealed(trust: Trust, pdf: bytes, seal: str) -> bytes:
    own, *others = chain_of(trust, seal)
    stamper = trust.lately.known("stamps", lambda: _Stamper(trust.stamps))
    roots = trust.anchors()
    chain, stamping = ordered(own, others, roots), ordered(*stamper.certificates(), roots)
    said = counting(trust, chain, stamping)
    context = ValidationContext(
        trust_roots=[asn1.Certificate.load(root) for root in roots],
        other_certs=[asn1.Certificate.load(one) for one in (*chain, *stamping)],
        ocsps=said.answers,
        crls=said.lists,
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


class _Signer(Signer):
    """Signs with a key that lies elsewhere."""

    def __init__(self, seals: Seals, seal: str, chain: Sequence[bytes]) -> None:
        certificates = [asn1.Certificate.load(one) for one in chain]
        store = SimpleCertificateStore()
        store.register_multiple(certificates)
        self._own = chain[0]
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
        made = digest.finalize()
        return signed(self._own, made, self._seals.sign(self._seal, made))


class _Stamper(TimeStamper):
    """Asks the time-stamp authority."""

    def __init__(self, stamps: Stamps) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._stamps = stamps

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """The authority's answer, when it is one to this; all of them of the same authority."""
        return stamped(req, self._stamps.stamp(req.dump()), next(iter(self._certs.values()), None))

    def certificates(self) -> tuple[bytes, list[bytes]]:
        """The authority's own certificate, and all that came with it, in no order (DER)."""
        with understood("no time-stamp"):
            asyncio.run(self._ensure_dummy())  # type: ignore[no-untyped-call]
            own, *_ = self._certs.values()
        return own.dump(), [one.dump() for one in self.cert_registry]
