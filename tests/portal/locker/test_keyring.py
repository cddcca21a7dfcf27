import base64
from collections.abc import Callable

import pytest

from portal.keys import BadKeys, Keyring, NotInKeyring, NotIntact

OLD = "old:" + base64.b64encode(b"o" * 32).decode()
NEW = "new:" + base64.b64encode(b"n" * 32).decode()


def test_a_data_key_comes_back_in_its_own_context() -> None:
    ring = Keyring.parse(OLD)
    plain, wrapped = ring.new_data_key("case 1")
    assert ring.unwrap(wrapped, "case 1") == plain
    assert len(plain) == 32
    assert len(wrapped) < 120


def test_a_wrapped_key_moved_to_another_row_does_not_open() -> None:
    ring = Keyring.parse(OLD)
    _, wrapped = ring.new_data_key("case 1")
    with pytest.raises(NotIntact):
        ring.unwrap(wrapped, "case 2")


@pytest.mark.parametrize("change", [lambda w: w[:-2], lambda w: w[:-1] + "é", lambda w: "old.", lambda w: w + "AAAA"])
def test_a_changed_wrapped_key_does_not_open(change: Callable[[str], str]) -> None:
    ring = Keyring.parse(OLD)
    _, wrapped = ring.new_data_key("case 1")
    with pytest.raises(NotIntact):
        ring.unwrap(change(wrapped), "case 1")


def test_after_a_rotation_old_keys_still_open_and_new_ones_are_wrapped_under_the_new_key() -> None:
    plain, wrapped = Keyring.parse(OLD).new_data_key("case 1")
    ring = Keyring.parse(f"{NEW},{OLD}")
    assert ring.unwrap(wrapped, "case 1") == plain
    assert not ring.is_current(wrapped)

    again = ring.rewrap(wrapped, "case 1")
    assert ring.is_current(again)
    assert Keyring.parse(NEW).unwrap(again, "case 1") == plain


def test_processes_that_are_restarted_one_after_another_open_what_each_other_seal() -> None:
    """First every process knows the new key, then they seal under it."""
    before, between, after = (Keyring.parse(one) for one in (OLD, f"{NEW},*{OLD}", f"{NEW},{OLD}"))
    for here, there in ((before, between), (between, before), (between, after), (after, between)):
        plain, wrapped = here.new_data_key("case 1")
        assert there.unwrap(wrapped, "case 1") == plain
    assert between.fingerprint("BE1", "cin") == before.fingerprint("BE1", "cin") == after.fingerprint("BE1", "cin")


def test_two_keys_cannot_both_be_current() -> None:
    with pytest.raises(BadKeys, match="more than one mark"):
        Keyring.parse(f"*{NEW},*{OLD}")


def test_a_key_taken_out_too_early_is_named() -> None:
    _, wrapped = Keyring.parse(OLD).new_data_key("case 1")
    with pytest.raises(NotInKeyring, match="'old' is not in PORTAL_KEYS"):
        Keyring.parse(NEW).unwrap(wrapped, "case 1")


def test_a_wrapped_key_cannot_be_relabelled_as_another_keys() -> None:
    ring = Keyring({"a": b"k" * 32, "b": b"k" * 32}, "a")
    _, wrapped = ring.new_data_key("case 1")
    with pytest.raises(NotIntact):
        ring.unwrap(wrapped.replace("a.", "b.", 1), "case 1")


def test_sealed_content_opens_in_its_context_only() -> None:
    ring = Keyring.parse(OLD)
    data_key, _ = ring.new_data_key("case 1")
    sealed = ring.seal(data_key, "جواب".encode(), "case 1 answers")
    assert ring.unseal(data_key, sealed, "case 1 answers").decode() == "جواب"
    assert "جواب".encode() not in sealed
    with pytest.raises(NotIntact):
        ring.unseal(data_key, sealed, "case 1 messages")


@pytest.mark.parametrize("length", [0, 5, 12, 20])
def test_cut_content_does_not_open(length: int) -> None:
    ring = Keyring.parse(OLD)
    data_key, _ = ring.new_data_key("case 1")
    with pytest.raises(NotIntact):
        ring.unseal(data_key, ring.seal(data_key, b"content", "x")[:length], "x")


def test_a_fingerprint_finds_an_identifier_and_tells_nothing_across_purposes() -> None:
    ring = Keyring.parse(OLD)
    found = ring.fingerprint("AB123456", "cin")
    assert found == ring.fingerprint("AB123456", "cin")
    assert found != ring.fingerprint("AB123457", "cin")
    assert found.partition(".")[2] != ring.fingerprint("AB123456", "phone").partition(".")[2]
    assert "AB123456" not in found
    assert len(found) <= 60


def test_fingerprints_stay_the_same_when_a_new_key_is_put_first() -> None:
    before = Keyring.parse(OLD).fingerprint("AB123456", "cin")
    assert Keyring.parse(f"{NEW},{OLD}").fingerprint("AB123456", "cin") == before


@pytest.mark.parametrize(
    "text",
    ["", " , ", "noid", "a:", "a:!!!", "a:" + base64.b64encode(b"short").decode(), f"{OLD},{OLD}", "A B:" + OLD[4:]],
)
def test_keys_that_cannot_be_used_are_refused_with_advice(text: str) -> None:
    with pytest.raises(BadKeys, match="openssl rand -base64 32"):
        Keyring.parse(text)


def test_keys_are_not_shown_when_printed() -> None:
    assert "ooo" not in repr(Keyring.parse(OLD))
