"""A proof on paper: an ordinary document and its proof fit one page, and the QR code is read off a poor scan."""

from __future__ import annotations

import base64
import io
from datetime import datetime
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp

from portal import proof_keys
from portal.locker.examples import EXAMPLES, example
from portal.locker.proofs.codes import code_of
from portal.locker.proofs.printing import on_paper
from portal.locker.proofs.proof import Proof, read, unwritten
from portal.locker.rendering import render

KEYS = proof_keys.parse(f"one:secret:{base64.b64encode(b'1' * 32).decode()}")
HOME = "https://portal.example.gov.ma"


@pytest.mark.parametrize("dpi", [150, 200])
@pytest.mark.parametrize("template", EXAMPLES)
def test_a_document_and_its_proof_are_one_page_and_the_qr_code_is_read(fonts: Path, template: str, dpi: int) -> None:
    paper, code, moment = example(template), code_of(b"k" * 32), datetime.fromisoformat("2026-10-01T09:30:00Z")
    proof = Proof(HOME, code, template, moment, paper.facts(), f"{HOME}/status/2026-10", 1_000_000)
    data = paper.data() | {"proof": on_paper(HOME, code, proof.signed(KEYS))}
    pdf = render(template, data, moment=moment, fonts=fonts)
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    try:
        [page] = document
        found = [one.text for one in zxingcpp.read_barcodes(page.render(scale=dpi / 72).to_pil())]
    finally:
        document.close()
    [said] = [text for text in found if text.startswith("HTTPS://")]
    assert read(unwritten(said), KEYS) == proof
