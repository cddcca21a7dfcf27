"""Anybody checks a document that somebody was issued, and its holder sees that it was checked."""

from __future__ import annotations

import base64
import io
import json
import subprocess
from pathlib import Path
from shutil import which

import httpx
import pikepdf
import pytest
from receipts_issued import BARE, CHANGED, REVOKED, TRUE, UNKNOWN, Issued
from scenes import entered
from sqlalchemy import select
from world import World

from portal import proof_keys as keyset
from portal.locker.models import Document
from portal.locker.proofs import codes, cose, proof, statuses
from portal.locker.proofs.proof import Proof
from portal.unit import Unit, real_now

pytestmark = pytest.mark.usefixtures("no_work_left_behind")


def test_a_number_that_was_typed_shows_what_the_document_shows_and_nothing_else(issued: Issued) -> None:
    said = issued.checked(issued.proof.code.lower().replace("-", " "))
    assert TRUE in said
    assert "Récépissé de dépôt" in said
    assert str(issued.proof.facts["reference"]) in said
    for hidden in ("AE214587", "salma@", "1994-03-12"):
        assert hidden not in said


@pytest.mark.parametrize(("lang", "words"), [("ar", "هذه الوثيقة صحيحة"), ("en", "This document is genuine")])
def test_the_verdict_is_told_in_the_language_of_who_asks(issued: Issued, lang: str, words: str) -> None:
    assert words in issued.checked(issued.proof.code, lang)


def test_what_a_telephone_reads_in_the_square_code_will_do(issued: Issued) -> None:
    assert TRUE in issued.checked(issued.text)


def test_the_address_of_the_square_code_opens_the_verdict(issued: Issued) -> None:
    stranger = issued.town.browser()
    page = stranger.get(f"/V/{issued.proof.code}")
    assert page.status == 200
    assert page.url.endswith(f"/verify/{issued.proof.code}")


def test_the_file_as_it_was_received_is_true(issued: Issued) -> None:
    assert TRUE in issued.checked_file(issued.pdf)


def test_a_file_that_was_saved_anew_is_not_what_was_issued(issued: Issued) -> None:
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(issued.pdf)) as opened:
        opened.save(made)
    assert CHANGED in issued.checked_file(made.getvalue())
    assert CHANGED in issued.checked_file(issued.pdf + b"\n")


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"%PDF-1.7 nothing", b"x" * 10_500_000], ids=len)
def test_a_file_that_carries_no_proof_is_told(issued: Issued, content: bytes) -> None:
    said = issued.checked_file(content)
    assert BARE in said
    assert "Le document est peut-être authentique" in said
    assert UNKNOWN not in said


def test_a_file_without_proof_is_not_said_to_be_wrong(issued: Issued) -> None:
    stranger = issued.town.browser()
    token = stranger.get("/fr/verify").token()
    answer = stranger.client.post("/fr/verify-file", data={"csrf_token": token}, files={"file": ("a.gif", b"GIF89a")})
    assert "notice--yours" in answer.text
    assert "notice--bad" not in answer.text


def test_no_file_is_no_file_without_proof(issued: Issued) -> None:
    stranger = issued.town.browser()
    token = stranger.get("/fr/verify").token()
    answer = stranger.client.post("/fr/verify-file", data={"csrf_token": token}, files={"file": ("", b"")})
    assert answer.status_code == 422
    assert "Aucun fichier" in answer.text
    assert BARE not in answer.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Tapez le numéro du document."),
        (" ", "Tapez le numéro du document."),
        ("K7Q2M-8X4TR-3BN9", "Le numéro doit compter 15 lettres et chiffres."),
        ("K7Q2M-8X4TR-3BN9C7", "Le numéro doit compter 15 lettres et chiffres."),
        ("https://shubbak.example/V/K7Q2M", "Le numéro doit compter 15 lettres et chiffres."),
    ],
)
def test_what_is_too_short_to_be_a_number_is_a_mistake_and_no_verdict(issued: Issued, typed: str, said: str) -> None:
    stranger = issued.town.browser()
    stranger.get("/fr/verify")
    page = stranger.submit("/verify", {"code": typed})
    assert page.status == 422
    assert page.text.count(said) == 2  # above the form, and at its field
    assert UNKNOWN not in page.text
    assert f'value="{typed}"' in page.text


def test_a_number_of_the_right_length_that_nobody_knows_is_told(issued: Issued) -> None:
    assert UNKNOWN in issued.checked("AAAAA-AAAAA-AAAAA")


def test_the_code_of_one_document_and_the_proof_of_another_is_told(issued: Issued) -> None:
    other = codes.code_of(b"o" * 32)
    assert CHANGED in issued.checked(issued.text.replace(issued.proof.code, other))


def test_a_proof_that_was_changed_is_told(issued: Issued) -> None:
    changed = bytearray(issued.token)
    changed[40] ^= 1
    text = f"{issued.text.partition('#')[0]}#{proof.written(bytes(changed))}"
    assert CHANGED in issued.checked(text)


def test_a_proof_that_somebody_else_signed_is_told(issued: Issued) -> None:
    theirs = keyset.parse(f"test:secret:{base64.b64encode(b'x' * 32).decode()}")
    text = f"{issued.text.partition('#')[0]}#{proof.written(issued.proof.signed(theirs))}"
    assert TRUE not in issued.checked(text)


def test_a_true_proof_of_a_document_that_was_never_kept_here_is_told(issued: Issued) -> None:
    invented = codes.code_of(b"i" * 32)
    keys = issued.town.work.adapters.proof_keys
    said = Proof("x", invented, "birth_extract", real_now(), {}, "x", 1).signed(keys)
    home = issued.town.settings.public_url
    assert UNKNOWN in issued.checked(f"{proof.address_of(home, invented)}#{proof.written(said)}")


def test_a_revoked_document_is_told_and_stands_in_the_list_of_its_month(issued: Issued) -> None:
    url = httpx.URL(issued.proof.list_url).path
    keys = issued.town.work.adapters.proof_keys

    def is_revoked() -> bool:
        answer = issued.town.browser().client.get(url)
        assert answer.headers["content-type"] == "application/statuslist+cwt"
        _key, claims = cose.verify(answer.content, keys.find)
        assert statuses.is_of(claims, issued.proof.list_url, real_now().timestamp())
        return statuses.is_revoked(claims, issued.proof.place)

    assert not is_revoked()
    issued.change(revoked_at=real_now())
    assert is_revoked()
    for typed in (issued.proof.code, issued.text):
        assert REVOKED in issued.checked(typed)
    assert REVOKED in issued.checked_file(issued.pdf)


@pytest.mark.parametrize(
    "typed", ["", "x", "AAAAA-AAAAA-AAAAA", "<script>alert(1)</script>", "a#b", "٠١٢", "../../etc"]
)
def test_what_is_no_number_is_told(issued: Issued, typed: str) -> None:
    said = issued.checked(typed)
    assert TRUE not in said
    assert "<script>" not in said


def test_the_keys_are_published_and_hold_no_secret(issued: Issued) -> None:
    answer = issued.town.browser().client.get("/.well-known/jwks.json")
    found = keyset.published(json.loads(answer.text))
    assert proof.read(issued.token, found) == issued.proof
    assert all("d" not in key for key in answer.json()["keys"])


@pytest.mark.parametrize("month", ["2026-13", "1999-01", "2099-01", "x", "2026-1", "2026-01.json"])
def test_there_is_no_list_of_a_month_that_is_none(town: World, month: str) -> None:
    assert town.browser().client.get(f"/status/{month}").status_code == 404


def test_nothing_in_the_database_opens_a_document_or_tells_its_number(issued: Issued) -> None:
    def read(unit: Unit) -> str:
        row = unit.session.execute(select(Document.__table__).where(Document.seal.is_not(None))).mappings().all()
        return repr(row)

    said = issued.town.work.transact(read, reading=True)
    assert issued.proof.code not in said
    assert "Salma" not in said


@pytest.mark.skipif(not which("pdfsig"), reason="pdfsig reads the seals of PDFs (apt install poppler-utils)")
@pytest.mark.parametrize("changed", [False, True])
def test_pdf_readers_agree_with_us(issued: Issued, changed: bool, tmp_path: Path) -> None:
    content = bytearray(issued.pdf)
    if changed:
        at = content.index(b"/Producer")
        content[at + 12] ^= 1
    (tmp_path / "recu.pdf").write_bytes(content)
    said = subprocess.run(
        ["pdfsig", "-nocert", str(tmp_path / "recu.pdf")], capture_output=True, text=True, check=False
    )
    assert ("Signature is Valid" in said.stdout) is not changed
    assert (TRUE in issued.checked_file(bytes(content))) is not changed


def test_a_supervisor_takes_a_document_back_and_its_holder_is_told_why(issued: Issued) -> None:
    reference, document = issued.proof.facts["reference"], issued.document.split("/")[3]
    for name, allowed in (("agent-rabat", False), ("agent-casa", False), ("supervisor-rabat", True)):
        officer = entered(issued.town, name)
        officer.get("/fr/desk")
        page = officer.post(f"/fr/desk/requests/{reference}/documents/{document}/revoke", {"reason": "Erreur de nom"})
        assert (page.status == 200) is allowed, name
    assert REVOKED in issued.checked(issued.proof.code)
    assert "révoqué" in issued.salma.get("/fr/inbox").words
    assert "Erreur de nom" in issued.salma.get(f"/fr/locker/{document}").words


def test_a_document_is_not_taken_back_without_a_reason(issued: Issued) -> None:
    officer = entered(issued.town, "supervisor-rabat")
    reference, document = issued.proof.facts["reference"], issued.document.split("/")[3]
    officer.get(f"/fr/desk/requests/{reference}")
    officer.post(f"/fr/desk/requests/{reference}/documents/{document}/revoke", {"reason": " "})
    assert TRUE in issued.checked(issued.proof.code)
