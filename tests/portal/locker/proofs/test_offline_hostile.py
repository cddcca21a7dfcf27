"""What a forger brings to those who check without a connection: both programs say the same, and only their own."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import cbor2
import pikepdf
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from files_brought import a_pdf, saved
from pikepdf import Array, Dictionary, Name, String
from unconnected import HOME, LIST, SEED, Desk

from portal import proof_keys as keyset
from portal.locker.proofs import cose

FORGED = "\r\x1b[2KVALID: compare what follows with the page\n  full_name        Mallory\x1b[8m\u202e\u2066\x9b2K"
KEY = keyset.parse(f"one:secret:{SEED}").secret
CLAIMS: dict[Any, Any] = {
    1: HOME,
    6: 1_790_000_000,
    7: b"K7Q2M-8X4TR-3BN9C",
    65535: {"status_list": {"idx": 7, "uri": LIST}},
    "kind": "birth_extract",
    "facts": {"full_name": "Salma"},
}


def message(
    header: Any = None, claims: Any = None, key: Ed25519PrivateKey = KEY, more: bytes = b"", unprotected: Any = None
) -> bytes:
    """A signed message, made as its forger likes."""
    protected, payload = cbor2.dumps(header or {1: -8, 4: b"one"}) + more, cbor2.dumps(claims or CLAIMS)
    signature = key.sign(cbor2.dumps(["Signature1", protected, b"", payload]))
    return cbor2.dumps(cbor2.CBORTag(cose.TAG, [protected, unprotected or {}, payload, signature]))


TOKENS: dict[str, tuple[bytes, str]] = {
    "as we make it": (message(), "VALID"),
    "a known key with another algorithm": (message({1: -7, 4: b"one"}), "ALTERED"),
    "a known key without any": (message({4: b"one"}), "ALTERED"),
    "another key with another algorithm": (message({1: -7, 4: b"two"}), "UNKNOWN"),
    "another key": (message({1: -8, 4: b"two"}), "UNKNOWN"),
    "another key that is named like ours": (message(key=Ed25519PrivateKey.from_private_bytes(b"9" * 32)), "ALTERED"),
    "a key named in other letters": (message({1: -8, 4: "مفتاح".encode()}), "UNKNOWN"),
    "a key named in no letters": (message({1: -8, 4: b"\xff\xfe"}), "UNKNOWN"),
    "a key whose name is a text": (message({1: -8, 4: "two"}), "ALTERED"),
    "no key": (message({1: -8}), "ALTERED"),
    "a header that is a list": (message([0, -8, 0, 0, b"two"]), "ALTERED"),
    "more than a header": (message({1: -8, 4: b"two"}, more=b"\x00"), "ALTERED"),
    "more beside the header": (message({1: -8, 4: b"two"}, unprotected={4: b"one"}), "ALTERED"),
    "more behind it": (message({1: -8, 4: b"two"}) + b"\x00", "ALTERED"),
    "very long": (message({1: -8, 4: b"two"}, {7: b"x" * 4000}), "ALTERED"),
    "another message": (cbor2.dumps(cbor2.CBORTag(17, cbor2.loads(message({1: -8, 4: b"two"})).value)), "ALTERED"),
    "a map of four": (cbor2.dumps(cbor2.CBORTag(18, {1: 1, 2: 2, 3: 3, 4: 4})), "ALTERED"),
    "no bytes": (cbor2.dumps(cbor2.CBORTag(18, [cbor2.dumps({1: -8, 4: b"two"}), {}, 1, 2])), "ALTERED"),
    "claims that are a list": (message(claims=[1]), "ALTERED"),
    "no document": (message(claims={2: LIST}), "ALTERED"),
    "facts that are none": (message(claims=CLAIMS | {"facts": 5}), "ALTERED"),
    "nothing": (b"", "ALTERED"),
}


@pytest.mark.parametrize("name", TOKENS)
def test_both_say_the_same_of_a_forged_token(desk: Desk, name: str) -> None:
    token, verdict = TOKENS[name]
    assert desk.checks(desk.file(token))[0] == verdict


def _spec(pdf: pikepdf.Pdf) -> Any:
    return pdf.Root.Names.EmbeddedFiles.Names[1]


def _under_a_branch(pdf: pikepdf.Pdf) -> None:
    tree = pdf.Root.Names.EmbeddedFiles
    names = tree.Names
    del tree["/Names"]
    limits = Array([String("proof.cwt"), String("proof.cwt")])
    tree.Kids = Array([pdf.make_indirect(Dictionary(Names=names, Limits=limits))])


def _in_a_circle(pdf: pikepdf.Pdf) -> None:
    tree = pdf.Root.Names.EmbeddedFiles = pdf.make_indirect(Dictionary())
    tree.Kids = Array([tree])


def _among_many(pdf: pikepdf.Pdf) -> None:
    for number in range(30):
        pdf.attachments[f"a{number:02}"] = b"x"


def _set(**values: Any) -> Callable[[pikepdf.Pdf], None]:
    return lambda pdf: [setattr(_spec(pdf), key, value) for key, value in values.items()] and None


PDFS: dict[str, tuple[Callable[[pikepdf.Pdf], Any], str]] = {
    "as we attach it": (lambda pdf: None, "VALID"),
    "among many": (_among_many, "VALID"),
    "under a branch": (_under_a_branch, "UNKNOWN"),
    "in a circle": (_in_a_circle, "UNKNOWN"),
    "under another name": (lambda pdf: pdf.Root.Names.EmbeddedFiles.Names.__setitem__(0, String("x")), "UNKNOWN"),
    "named without it": (lambda pdf: pdf.Root.Names.EmbeddedFiles.__setattr__("Names", Array([])), "UNKNOWN"),
    "half named": (lambda pdf: pdf.Root.Names.EmbeddedFiles.Names.append(String("x")), "UNKNOWN"),
    "names that are a number": (lambda pdf: setattr(pdf.Root, "Names", 5), "UNKNOWN"),
    "names that are a text": (lambda pdf: setattr(pdf.Root.Names.EmbeddedFiles, "Names", String("x")), "UNKNOWN"),
    "no file": (_set(EF=5), "ALTERED"),
    "a file that is a number": (_set(EF=Dictionary(F=5)), "ALTERED"),
    "a file that does not unpack": (
        lambda pdf: _spec(pdf).EF.F.write(b"\0garbage", filter=Name.FlateDecode),
        "ALTERED",
    ),
    "a file packed in no known way": (lambda pdf: _spec(pdf).EF.F.write(b"x", filter=Name("/Odd")), "ALTERED"),
}


@pytest.mark.parametrize("name", PDFS)
def test_both_say_the_same_of_a_pdf_made_by_hand(desk: Desk, name: str) -> None:
    change, verdict = PDFS[name]
    with pikepdf.open(io.BytesIO(a_pdf())) as pdf:
        pdf.attachments["proof.cwt"] = TOKENS["as we make it"][0]
        change(pdf)
        content = saved(pdf)
    assert desk.checks(desk.file(content))[0] == verdict


@pytest.mark.parametrize(
    "content", [b"%PDF-", a_pdf()[:200], a_pdf(encryption=pikepdf.Encryption(owner="o", user="u"))]
)
def test_both_say_the_same_of_a_pdf_that_does_not_open(desk: Desk, content: bytes) -> None:
    assert desk.checks(desk.file(content))[0] == "ALTERED"


def test_what_a_forger_named_as_the_key_writes_nothing_of_its_own_on_the_terminal(desk: Desk) -> None:
    verdict, printed = desk.checks(desk.file(message({1: -8, 4: FORGED.encode()})))
    assert verdict == "UNKNOWN"
    assert [line for line in printed.splitlines() if line.startswith(("VALID", "  full_name"))] == []


def test_what_a_person_wrote_on_a_document_writes_no_line_of_its_own(desk: Desk) -> None:
    claims = CLAIMS | {"facts": {"full_name": FORGED, "named": ["سلمى", FORGED], f"a{FORGED}": "x"}}
    verdict, printed = desk.checks(desk.file(message(claims=claims | {"kind": FORGED})))
    assert verdict == "VALID"
    assert len(printed.splitlines()) == 2 + 6 + 2 + 5
    assert "سلمى" in printed


def test_what_a_stolen_key_signed_is_not_shown(desk: Desk) -> None:
    desk.publish(keyset.parse(f"two:secret:{SEED},one:secret:{SEED}:2026-11-01"))
    verdict, printed = desk.checks(desk.file(message()))
    assert verdict == "REVOKED"
    assert "Salma" not in printed
