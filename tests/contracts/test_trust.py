"""What trust services promise, on the sandbox's: seals that PDF readers believe, and what is made of wrong answers."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pikepdf
import pytest
import typst
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from twins.odd import WAYS, Odd, closed_port
from twins.outside import TOKEN

from portal.locker.ports import NotReachable, NotSealed
from portal.locker.trust import RemoteSeals, RemoteStamps, Responders, Trust
from portal.sandbox.serve import Running

QUICK = httpx.Timeout(0.5)
RABAT = "commune/c-04421-02"
DIGEST = bytes(range(32))


@pytest.fixture(scope="module")
def trust(outside: Running) -> Trust:
    """The trust services of the sandbox."""
    url = f"{outside.settings.url}/trust"
    roots = outside.settings.data / "root.pem"
    return Trust(RemoteSeals(f"{url}/csc/v2", TOKEN), RemoteStamps(f"{url}/stamps"), Responders(), roots)


@pytest.fixture(scope="module")
def pdf() -> bytes:
    """A small PDF."""
    made = typst.compile(b"Bonjour", format="pdf")
    assert isinstance(made, bytes)
    return made


def test_a_seal_signs_with_the_key_of_its_certificate_which_leads_to_the_root(trust: Trust) -> None:
    own, *others = (x509.load_der_x509_certificate(one) for one in trust.seals.certificates(RABAT))
    key = own.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    key.verify(trust.seals.sign(RABAT, DIGEST), DIGEST, ec.ECDSA(Prehashed(hashes.SHA256())))
    [root] = (x509.load_der_x509_certificate(one) for one in trust.anchors())
    between, last = others
    assert last == root
    own.verify_directly_issued_by(between)
    between.verify_directly_issued_by(root)
    assert "Rabat" in own.subject.rfc4514_string()


def test_each_administration_has_a_seal_of_its_own_that_stays(trust: Trust) -> None:
    rabat, casa = trust.seals.certificates(RABAT)[0], trust.seals.certificates("commune/c-06141-01")[0]
    assert rabat != casa
    assert trust.seals.certificates(RABAT)[0] == rabat


@pytest.mark.parametrize(
    "seal", ["", "root", "seals-authority", "time-stamps", "Commune", "../x", "a/b/c", "é", "x" * 200]
)
def test_there_is_no_seal_of_a_name_that_is_none(trust: Trust, seal: str) -> None:
    with pytest.raises(NotSealed):
        trust.seals.certificates(seal)
    with pytest.raises(NotSealed):
        trust.seals.sign(seal, DIGEST)


@pytest.mark.parametrize("digest", [b"", b"short", bytes(33)])
def test_what_is_no_digest_is_not_signed(trust: Trust, digest: bytes) -> None:
    with pytest.raises(NotSealed):
        trust.seals.sign(RABAT, digest)


def test_a_wrong_token_is_refused(outside: Running) -> None:
    with pytest.raises(NotSealed):
        RemoteSeals(f"{outside.settings.url}/trust/csc/v2", "guessed").certificates(RABAT)


def seen(file: Path) -> str:
    """What a PDF reader says of the seals of a file."""
    command = ["pdfsig", "-nocert", str(file)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def test_what_is_sealed_is_sealed_for_pdf_readers_and_nothing_else_of_it_is_changed(
    trust: Trust, pdf: bytes, tmp_path: Path
) -> None:
    sealed = trust.sealed(pdf, RABAT)
    assert sealed.startswith(pdf)
    file = tmp_path / "sealed.pdf"
    file.write_bytes(sealed)
    said = seen(file)
    assert said.count("Signature is Valid") == 1, said
    assert "Rabat" in said
    assert "ETSI.CAdES.detached" in said
    with pikepdf.open(file) as opened:
        held = opened.Root.DSS
        assert len(held.OCSPs) == 2  # the certificates of the seal and of the stamp …
        assert len(held.CRLs) == 1  # … and those that vouch for them, whose root publishes a list
        assert len(held.Certs) == 4  # the root is whoever checks it knows
        types = [field["/V"]["/Type"] for field in opened.Root.AcroForm.Fields]
        assert types == ["/Sig", "/DocTimeStamp"]


def test_sealing_asks_nothing_of_the_thread_it_is_called_in(trust: Trust, pdf: bytes) -> None:
    async def amid_a_loop() -> bytes:
        return trust.sealed(pdf, RABAT)

    with ThreadPoolExecutor(1) as apart:  # this thread may have a loop of its own: a browser's
        assert apart.submit(lambda: asyncio.run(amid_a_loop())).result().startswith(pdf)


def test_a_reader_sees_that_what_is_under_a_seal_was_changed(trust: Trust, tmp_path: Path) -> None:
    made = typst.compile(b"#metadata(0) Bonjour", format="pdf", timestamp=datetime(2026, 1, 1, tzinfo=UTC))
    assert isinstance(made, bytes)
    sealed = bytearray(trust.sealed(made, RABAT))
    at = sealed.index(b"2026")
    sealed[at : at + 4] = b"2036"
    file = tmp_path / "changed.pdf"
    file.write_bytes(sealed)
    assert "Signature is Valid" not in seen(file)
    assert "Digest Mismatch" in seen(file)


def test_nothing_is_sealed_under_a_seal_that_was_revoked(trust: Trust, pdf: bytes, outside: Running) -> None:
    seal = "commune/revoked"
    own = x509.load_der_x509_certificate(trust.seals.certificates(seal)[0])
    outside.world.authority.revoke(own, datetime.now(UTC).replace(microsecond=0))
    with pytest.raises(NotSealed):
        trust.sealed(pdf, seal)
    revoked = x509.load_der_x509_crl(httpx.get(f"{outside.settings.url}/trust/seals-authority.crl").content)
    assert revoked.get_revoked_certificate_by_serial_number(own.serial_number)


def test_nothing_is_sealed_that_leads_to_another_root(trust: Trust, pdf: bytes, tmp_path: Path) -> None:
    from portal.sandbox.store import Store
    from portal.sandbox.trust.authority import Authority

    store = Store(tmp_path)
    Authority(store, "http://localhost:1", tmp_path)
    store.close()
    with pytest.raises(NotSealed):
        replace(trust, roots=tmp_path / "root.pem").sealed(pdf, RABAT)


def test_each_service_says_in_one_line_how_it_is(trust: Trust) -> None:
    assert trust.seals.check() == "seals: answers"
    assert trust.stamps.check() == "time-stamps: answers"


CALLS: dict[str, Callable[[str], object]] = {
    "certificates": lambda url: RemoteSeals(url, TOKEN, QUICK).certificates(RABAT),
    "sign": lambda url: RemoteSeals(url, TOKEN, QUICK).sign(RABAT, DIGEST),
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("way", WAYS)
def test_a_service_that_answers_wrongly_is_tried_again(odd: Odd, way: str, call: str) -> None:
    odd.way = way
    with pytest.raises((NotReachable, NotSealed)):
        CALLS[call](odd.url)


def test_what_is_no_time_stamp_is_none(trust: Trust, pdf: bytes, odd: Odd) -> None:
    odd.way = "nonsense"
    with pytest.raises(NotReachable):
        replace(trust, stamps=RemoteStamps(odd.url, timeout=QUICK)).sealed(pdf, RABAT)


def test_a_service_that_is_down_is_not_reachable(trust: Trust, pdf: bytes) -> None:
    url = f"http://127.0.0.1:{closed_port()}"
    for call in CALLS.values():
        with pytest.raises(NotReachable):
            call(url)
    with pytest.raises(NotReachable):
        RemoteStamps(url, timeout=QUICK).check()
    with pytest.raises(NotReachable):
        Responders().ask(url, b"asked")
