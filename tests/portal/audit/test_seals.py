"""Records and heads are the same text on every machine, and the key that signs is the same after every rotation."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest

from portal.audit import seals
from portal.audit.errors import BadProofs
from portal.audit.records import canonical, leaf_of, said
from portal.keys import Keyring

OLD = Keyring({"old": b"o" * 32}, "old")
ROTATED = Keyring({"new": b"n" * 32, "old": b"o" * 32}, "new")
HEAD = seals.Head(
    number=2, previous="ab", root="cd", count=3, first="0192", last="0193", made_at="2026-10-01T09:30:00.000000Z"
)


def test_a_value_is_said_in_one_way() -> None:
    casablanca = datetime(2026, 10, 1, 10, 30, tzinfo=timezone(timedelta(hours=1)))
    assert said(casablanca) == said(casablanca.astimezone(UTC)) == "2026-10-01T09:30:00.000000Z"
    assert said(UUID(int=1)) == "00000000-0000-0000-0000-000000000001"
    assert said(b"\x00\xff") == "00ff"
    assert [said(one) for one in (None, True, 3, "ط")] == [None, True, 3, "ط"]


def test_canonical_text_has_sorted_keys_no_spaces_and_real_letters() -> None:
    assert canonical({"ط": "é", "b": None, "a": True}) == '{"a":true,"b":null,"ط":"é"}'.encode()


def test_where_a_record_stands_is_no_part_of_its_leaf() -> None:
    record = {"id": "1", "salt": "00"}
    assert leaf_of(record | {"batch": 1, "position": 2, "path": ["ab"]}) == leaf_of(record)
    assert leaf_of(record | {"salt": "01"}) != leaf_of(record)
    assert leaf_of(record) == hashlib.sha256(b'\x00{"id":"1","salt":"00"}').digest()


def test_a_head_is_the_digest_of_all_that_binds_a_batch() -> None:
    text = (
        '{"count":3,"first":"0192","last":"0193","made_at":"2026-10-01T09:30:00.000000Z",'
        '"number":2,"previous":"ab","root":"cd"}'
    )
    assert HEAD.digest == hashlib.sha256(text.encode()).digest()


def test_a_signature_holds_for_its_head_and_its_key_only() -> None:
    signature = seals.sign(OLD, HEAD.digest)
    public = seals.public_key(OLD)
    assert seals.is_signed(public, signature, HEAD.digest)
    assert not seals.is_signed(public, signature, bytes(32))
    assert not seals.is_signed(public, "00" * 64, HEAD.digest)
    assert not seals.is_signed(public, "no signature", HEAD.digest)
    assert not seals.is_signed(seals.public_key(Keyring({"old": b"x" * 32}, "old")), signature, HEAD.digest)


def test_the_key_outlives_rotation_and_is_another_for_each_purpose() -> None:
    assert seals.key_shown(ROTATED) == seals.key_shown(OLD)
    assert seals.key_shown(OLD)["id"] == "old"
    one, other = (OLD.signing_key(purpose).public_key().public_bytes_raw() for purpose in ("one", "other"))
    assert one != other != seals.public_key(OLD)


def test_a_written_key_is_read_back() -> None:
    public = seals.public_key(OLD)
    assert seals.read_key(seals.written(public)) == public
    assert "=" not in seals.written(public)
    assert seals.fingerprint(public).replace(" ", "") == hashlib.sha256(public).hexdigest()[:32]


@pytest.mark.parametrize("text", ["", "*", "a" * 42, base64.urlsafe_b64encode(bytes(31)).decode(), "é" * 43, None, 5])
def test_what_is_no_key_is_said(text: str) -> None:
    with pytest.raises(BadProofs, match="Ed25519"):
        seals.read_key(text)
