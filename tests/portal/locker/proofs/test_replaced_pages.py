"""A page whose content was replaced around a true proof: what the check page, both verifiers and PDF readers say."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from shutil import which

import httpx
import pikepdf
import pytest
from click.testing import CliRunner
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from receipts_issued import CHANGED, TRUE, Issued

from portal.locker.proofs.commands import verify
from portal.settings import ROOT

pytestmark = pytest.mark.usefixtures("no_work_left_behind")
NOT_CHECKED = "The page itself is not checked: compare these facts with it"
OTHER_PAGE = b"0 0 1 rg 0 0 500 500 re f"


def rewritten(pdf: bytes) -> bytes:
    """Another page, the file saved anew."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        opened.pages[0].Contents = opened.make_stream(OTHER_PAGE)
        made = io.BytesIO()
        opened.save(made)
    return made.getvalue()


def added_to(pdf: bytes) -> bytes:
    """Another page, added behind the seal, whose bytes stay as they are."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    page = writer.root["/Pages"]["/Kids"][0]
    page[generic.NameObject("/Contents")] = writer.add_object(generic.StreamObject(stream_data=OTHER_PAGE))
    writer.update_container(page)
    made = io.BytesIO()
    writer.write(made)
    assert made.getvalue().startswith(pdf)
    return made.getvalue()


def offline(issued: Issued, folder: Path, content: bytes) -> list[tuple[int, str]]:
    """How both verifiers end, and what they print."""
    stranger, listed = issued.town.browser().client, httpx.URL(issued.proof.list_url).path
    (folder / "recu.pdf").write_bytes(content)
    (folder / "jwks.json").write_text(json.dumps(stranger.get("/.well-known/jwks.json").json()))
    (folder / "list").write_bytes(stranger.get(listed).content)
    given = [str(folder / "recu.pdf"), "--keys", str(folder / "jwks.json"), "--list", str(folder / "list")]
    command = [sys.executable, str(ROOT / "docs" / "verify_document.py"), *given]
    alone = subprocess.run(command, capture_output=True, text=True, check=False)
    ours = CliRunner().invoke(verify, given)
    return [(alone.returncode, alone.stdout), (ours.exit_code, ours.output)]


@pytest.mark.parametrize("change", [rewritten, added_to])
def test_another_page_around_a_true_proof_is_found_by_us_and_the_verifiers_say_that_they_do_not_look_at_pages(
    issued: Issued, change: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    content = change(issued.pdf)
    assert CHANGED in issued.checked_file(content)
    for code, said in offline(issued, tmp_path, content):
        assert code == 0
        verdict, beneath, *_facts = said.splitlines()
        assert verdict.startswith("VALID")
        assert NOT_CHECKED in beneath


@pytest.mark.skipif(not which("pdfsig"), reason="pdfsig reads the seals of PDFs (apt install poppler-utils)")
@pytest.mark.parametrize(("change", "valid"), [(bytes, True), (rewritten, False), (added_to, True)])
def test_pdfsig_finds_a_page_that_was_rewritten_and_misses_one_that_was_added_as_the_verifiers_say(
    issued: Issued, change: Callable[[bytes], bytes], valid: bool, tmp_path: Path
) -> None:
    content, file = change(issued.pdf), tmp_path / "recu.pdf"
    file.write_bytes(content)
    said = subprocess.run(["pdfsig", "-nocert", str(file)], capture_output=True, text=True, check=False).stdout
    assert ("Signature is Valid" in said) is valid
    assert (TRUE in issued.checked_file(content)) is (content == issued.pdf)


def test_what_is_not_valid_says_nothing_of_its_page(issued: Issued, tmp_path: Path) -> None:
    for _code, said in offline(issued, tmp_path, b"%PDF-1.7 nothing"):
        assert NOT_CHECKED not in said
