"""A proof: what it says, how it is written, what becomes of one that was changed."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import proof_keys as keyset
from portal.locker.proofs import codes, cose, proof, statuses
from portal.locker.proofs.codes import BadCode
from portal.locker.proofs.cose import BadMessage, NotKnown
from portal.locker.proofs.proof import Proof
from portal.proof_keys import BadProofKeys

ONE, TWO = (base64.b64encode(bytes([number]) * 32).decode() for number in (1, 2))
KEYS = keyset.parse(f"one:secret:{ONE}")
NOW = datetime(2026, 11, 26, 10, 30, tzinfo=UTC)
PROOF = Proof(
    issuer="https://portal.example",
    code=codes.code_of(b"k" * 32),
    kind="birth_extract",
    made_at=NOW,
    facts={"reference": "K7Q2M-4XPV3", "full_name": ["سلمى", "Salma"]},
    list_url="https://portal.example/status/2026-11",
    place=4711,
    expires=NOW + timedelta(days=90),
)


def test_a_proof_is_read_as_it_was_made() -> None:
    assert proof.read(PROOF.signed(KEYS), KEYS) == PROOF


def test_a_proof_is_a_cbor_web_token_in_a_cose_signature() -> None:
    found = cbor2.loads(PROOF.signed(KEYS))
    protected, _unprotected, payload, signature = found.value
    assert (found.tag, len(signature)) == (18, 64)
    assert cbor2.loads(protected) == {1: -8, 4: b"one"}
    claims = cbor2.loads(payload)
    assert (claims[1], claims[6], claims[7]) == ("https://portal.example", int(NOW.timestamp()), PROOF.code.encode())
    assert claims[65535] == {"status_list": {"idx": 4711, "uri": PROOF.list_url}}


@given(at=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_whatever_bit_of_a_proof_is_changed_it_does_not_hold(at: int, bit: int) -> None:
    token = bytearray(PROOF.signed(KEYS))
    token[at % len(token)] ^= 1 << bit
    with pytest.raises((BadMessage, NotKnown)):
        proof.read(bytes(token), KEYS)


@given(st.binary(max_size=200))
def test_what_is_no_proof_is_told(token: bytes) -> None:
    with pytest.raises((BadMessage, NotKnown)):
        proof.read(token, KEYS)


@pytest.mark.parametrize(
    "claims", [{}, {1: "x"}, {"kind": "x"}, {1: 1, 4: "x", 6: 10**30, 7: b"c", 65535: {}}], ids=str
)
def test_what_we_signed_for_another_purpose_proves_no_document(claims: dict[Any, Any]) -> None:
    with pytest.raises(BadMessage):
        proof.read(cose.sign(claims, KEYS.current, KEYS.secret), KEYS)


def test_what_names_a_code_is_read_whoever_signed_it() -> None:
    assert proof.named_in(PROOF.signed(KEYS)[:-1] + b"x") == PROOF.code


@pytest.mark.parametrize("claims", [[], {}, {7: 1}, {7: "K7Q2M"}, {7: b"\xff"}, {7: b"x" * proof.LONGEST}], ids=repr)
def test_what_names_no_code_names_none(claims: object) -> None:
    assert proof.named_in(cbor2.dumps(cbor2.CBORTag(cose.TAG, [b"", {}, cbor2.dumps(claims), b""]))) == ""


@given(st.binary(max_size=200))
def test_whatever_is_sent_as_a_token_names_something_or_nothing(payload: bytes) -> None:
    for token in (payload, cbor2.dumps(cbor2.CBORTag(cose.TAG, [b"", {}, payload, b""]))):
        assert isinstance(proof.named_in(token), str)


def test_a_proof_says_so_when_its_key_is_in_no_set() -> None:
    with pytest.raises(NotKnown, match="one"):
        proof.read(PROOF.signed(KEYS), keyset.parse(f"two:secret:{TWO}"))


def test_a_key_of_the_same_name_proves_nothing() -> None:
    with pytest.raises(BadMessage):
        proof.read(PROOF.signed(KEYS), keyset.parse(f"one:secret:{TWO}"))


def test_what_an_older_key_signed_still_counts_after_a_rotation() -> None:
    public = base64.b64encode(KEYS.secret.public_key().public_bytes_raw()).decode()
    rotated = keyset.parse(f"two:secret:{TWO},one:public:{public}")
    assert proof.read(PROOF.signed(KEYS), rotated) == PROOF
    assert proof.read(PROOF.signed(rotated), rotated).key == "two"


def test_processes_that_are_restarted_one_after_another_know_what_each_other_sign() -> None:
    """First every process knows the new key, then they sign with it."""
    texts = f"one:secret:{ONE}", f"two:secret:{TWO},*one:secret:{ONE}", f"two:secret:{TWO},one:secret:{ONE}"
    before, between, after = map(keyset.parse, texts)
    for here, there in ((before, between), (between, before), (between, after), (after, between)):
        assert proof.read(PROOF.signed(here), there) == PROOF
    assert [keys.current for keys in (before, between, after)] == ["one", "one", "two"]
    assert [one["kid"] for one in between.published()["keys"]] == ["two", "one"]


def test_a_qr_code_is_read_back_and_needs_the_letters_of_small_codes_alone() -> None:
    token = PROOF.signed(KEYS)
    address, said = proof.address_of("https://portal.example", PROOF.code), proof.written(token)
    assert address == f"HTTPS://PORTAL.EXAMPLE/V/{PROOF.code}"
    assert set(address + said) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
    assert proof.unwritten(f"{address}#{said}") == token


@pytest.mark.parametrize("text", ["", "#", "HTTPS://PORTAL.EXAMPLE/V/X#", "#1889", "#" + "A" * 9000, "#é", "#A"])
def test_a_qr_code_that_holds_no_token_is_told(text: str) -> None:
    with pytest.raises(BadMessage):
        proof.read(proof.unwritten(text), KEYS)


def test_a_code_is_read_however_it_was_typed() -> None:
    code = codes.code_of(b"k" * 32)
    assert len(code) == 17
    for typed in (
        code,
        code.lower(),
        code.replace("-", " "),
        f" {code.replace('-', '')}\u200f",
        code.replace("-", "–"),
    ):
        assert codes.read_code(typed) == code


@given(st.binary(min_size=32, max_size=32), st.integers(0, 14), st.integers(1, 31))
def test_a_mistyped_character_is_noticed(key: bytes, at: int, by: int) -> None:
    plain = codes.code_of(key).replace("-", "")
    other = codes.ALPHABET[(codes.ALPHABET.index(plain[at]) + by) % 32]
    with pytest.raises(BadCode):
        codes.read_code(plain[:at] + other + plain[at + 1 :])


@pytest.mark.parametrize("typed", ["", "K7Q2M-4XPV3", "A" * 15, "<script>", "٠" * 15, "0" * 5000])
def test_what_is_no_code_is_told(typed: str) -> None:
    with pytest.raises(BadCode):
        codes.read_code(typed)


def test_a_list_says_which_places_were_revoked_and_weighs_little() -> None:
    said = statuses.listed(PROOF.list_url, [0, 4711, statuses.PLACES - 1], NOW, KEYS)
    assert len(said) < 3000
    _key, claims = cose.verify(said, KEYS.find)
    assert statuses.is_of(claims, PROOF.list_url, NOW.timestamp())
    assert not statuses.is_of(claims, "https://portal.example/status/2026-10", NOW.timestamp())
    assert not statuses.is_of(claims, PROOF.list_url, NOW.timestamp() + 2 * 24 * 3600)
    places = (0, 1, 4710, 4711, 4712, statuses.PLACES - 1)
    assert [statuses.is_revoked(claims, place) for place in places] == [True, False, False, True, False, True]


def test_a_month_is_that_of_morocco() -> None:
    assert statuses.month_of(datetime(2026, 10, 31, 23, 30, tzinfo=UTC)) == "2026-11"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "one",
        f"one:secret:{ONE[:-4]}",
        f"one:public:{ONE}",
        f"one:secret:{ONE},one:secret:{TWO}",
        f"one:secret:{ONE}:2026-01-01",
        f"one:secret:{ONE}:never",
        f"*one:secret:{ONE},*two:secret:{TWO}",
        f"two:secret:{TWO},*one:public:{ONE}",
        f"two:secret:{TWO},*one:secret:{ONE}:2026-01-01",
        f"ONE:secret:{ONE}",
    ],
)
def test_keys_that_cannot_be_used_are_refused_and_never_shown(text: str) -> None:
    with pytest.raises(BadProofKeys) as told:
        keyset.parse(text)
    assert ONE not in str(told.value)


def test_a_published_set_says_of_each_key_whether_it_was_revoked_and_no_secret() -> None:
    keys = keyset.parse(f"two:secret:{TWO},one:secret:{ONE}:2026-11-01")
    said = keys.published()
    assert [(one["kid"], "revoked" in one, "d" in one) for one in said["keys"]] == [
        ("two", False, False),
        ("one", True, False),
    ]
    again = keyset.published(said)
    assert (again.is_revoked("one"), again.is_revoked("two")) == (True, False)
    assert proof.read(PROOF.signed(KEYS), again) == replace(PROOF, key="one")
