"""Two checks without the portal, one of them without its code, agree on every kind of document."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from unconnected import HOME, LIST, OTHER, SEED, Desk

from portal import proof_keys as keyset
from portal.locker.examples import EXAMPLES, example
from portal.locker.proofs import proof, statuses
from portal.settings import ROOT


@pytest.mark.parametrize("template", EXAMPLES)
def test_every_kind_of_document_proves_itself(desk: Desk, template: str) -> None:
    verdict, said = desk.checks(desk.document(template))
    assert verdict == "VALID"
    assert example(template).reference in said


def test_what_the_qr_code_says_is_enough(desk: Desk) -> None:
    desk.document()
    verdict, said = desk.checks(desk.folder / "qr.txt")
    assert verdict == "VALID"
    assert "Salma Alaoui Mdaghri" in said


def test_a_document_whose_time_is_over_is_told(desk: Desk) -> None:
    assert desk.checks(desk.document(expires=datetime.now(UTC) - timedelta(days=1)))[0] == "EXPIRED"


def test_a_revoked_document_is_told(desk: Desk) -> None:
    desk.publish(None, 7)
    assert desk.checks(desk.document())[0] == "REVOKED"


def test_a_revoked_key_is_told(desk: Desk) -> None:
    desk.publish(keyset.parse(f"two:secret:{OTHER},one:secret:{SEED}:2026-11-01"))
    assert desk.checks(desk.document())[0] == "REVOKED"


def _other_name(content: bytes) -> bytes:
    address, _, token = content.decode().partition("#")
    raw = bytearray(proof.unwritten(f"#{token}"))
    at = raw.index(b"Salma")
    raw[at : at + 5] = b"Selma"
    return f"{address}#{proof.written(bytes(raw))}".encode()


@pytest.mark.parametrize(
    "change", [_other_name, lambda content: content[:-40], lambda content: b"#AAAA", lambda content: b"\xff\xfe"]
)
def test_an_altered_qr_code_is_told(desk: Desk, change: Callable[[bytes], bytes]) -> None:
    desk.document()
    file = desk.folder / "qr.txt"
    file.write_bytes(change(file.read_bytes()))
    assert desk.checks(file)[0] == "ALTERED"


def test_without_the_list_it_is_not_told_that_a_document_is_valid(desk: Desk) -> None:
    file = desk.document()
    assert desk.checks(file, with_list=False)[0] == "UNKNOWN"
    desk.publish(when=datetime.now(UTC) - timedelta(days=30))
    assert desk.checks(file)[0] == "UNKNOWN"


@pytest.mark.parametrize("newer_first", [True, False])
def test_a_document_is_revoked_when_any_list_says_so(desk: Desk, newer_first: bool) -> None:
    file = desk.document()
    older = (desk.folder / "list").read_bytes()
    newer = statuses.listed(LIST, [7], datetime.now(UTC), desk.keys)
    (desk.folder / "list").write_bytes(newer if newer_first else older)
    assert desk.checks(file, older if newer_first else newer)[0] == "REVOKED"


def test_nothing_may_stand_behind_a_token_or_a_list(desk: Desk) -> None:
    file = desk.document()
    fresh = (desk.folder / "list").read_bytes()
    (desk.folder / "list").write_bytes(fresh + b"x")
    assert desk.checks(file)[0] == "UNKNOWN"
    (desk.folder / "list").write_bytes(fresh)
    said, _, token = (desk.folder / "qr.txt").read_text().partition("#")
    longer = proof.unwritten(f"{said}#{token}") + b"\0"
    (desk.folder / "qr.txt").write_text(f"{said}#{proof.written(longer)}")
    assert desk.checks(desk.folder / "qr.txt")[0] == "ALTERED"


def test_a_list_is_no_document(desk: Desk) -> None:
    (desk.folder / "qr.txt").write_text(f"{HOME}#{proof.written((desk.folder / 'list').read_bytes())}")
    assert desk.checks(desk.folder / "qr.txt")[0] == "ALTERED"


def test_a_list_that_somebody_else_signed_says_nothing(desk: Desk) -> None:
    forged = statuses.listed(LIST, [], datetime.now(UTC), keyset.parse(f"one:secret:{OTHER}"))
    (desk.folder / "list").write_bytes(forged)
    assert desk.checks(desk.document())[0] == "UNKNOWN"


def test_a_list_that_a_revoked_key_signed_says_nothing(desk: Desk) -> None:
    """Whoever stole a key would say with it that no document was revoked."""
    stolen, desk.keys = desk.keys, keyset.parse(f"two:secret:{OTHER},one:secret:{SEED}:2026-11-01")
    desk.publish(None, 7)
    true, forged = (desk.folder / "list").read_bytes(), statuses.listed(LIST, [], datetime.now(UTC), stolen)
    (desk.folder / "list").write_bytes(forged)
    assert desk.checks(desk.document())[0] == "UNKNOWN"
    assert desk.checks(desk.document(), true)[0] == "REVOKED"


@pytest.mark.parametrize("said", [b"", b"<html>", b"\xd2\x84\x01", b"a proof"], ids=str)
def test_a_list_that_is_none_says_nothing(desk: Desk, said: bytes) -> None:
    """Another list beside it is read."""
    file, true = desk.document(), (desk.folder / "list").read_bytes()
    token = proof.unwritten((desk.folder / "qr.txt").read_text())
    (desk.folder / "list").write_bytes(token if said == b"a proof" else said)
    assert desk.checks(file)[0] == "UNKNOWN"
    assert desk.checks(file, true)[0] == "VALID"


def test_a_key_that_is_not_known_is_told(desk: Desk) -> None:
    file = desk.document()
    desk.publish(keyset.parse(f"two:secret:{OTHER}"))
    assert desk.checks(file)[0] == "UNKNOWN"


def test_a_pdf_without_a_proof_is_told(desk: Desk, printed: Callable[..., bytes]) -> None:
    file = desk.folder / "plain.pdf"
    file.write_bytes(printed("birth_extract"))
    assert desk.checks(file)[0] == "UNKNOWN"


def test_the_verifier_alone_is_short_and_uses_nothing_of_ours() -> None:
    text = (ROOT / "docs" / "verify_document.py").read_text("utf-8")
    assert len([line for line in text.splitlines() if line]) <= 111
    assert "portal." not in text
    assert "import journeys" not in text
