"""Definitions lie packed until they are looked up, and are then what they were."""

from __future__ import annotations

import pytest

from journeys.catalogue.packed import KEPT, Packed


class Unpacker:
    """Counts how often something was unpacked."""

    def __init__(self) -> None:
        self.keys: list[str] = []

    def __call__(self, key: str, content: str) -> tuple[str, str]:
        self.keys.append(key)
        return key, content


@pytest.fixture
def unpack() -> Unpacker:
    """How things are unpacked here."""
    return Unpacker()


def test_what_was_packed_is_found_again(unpack: Unpacker) -> None:
    packed = Packed({"b": "اثنان", "a": "واحد"}, unpack)
    assert packed["b"] == ("b", "اثنان")
    assert packed.get("c") is None
    assert list(packed) == ["a", "b"]
    assert ("b" in packed, "c" in packed, len(packed)) == (True, False, 2)
    assert list(packed.values()) == [("a", "واحد"), ("b", "اثنان")]
    with pytest.raises(KeyError):
        packed["c"]


def test_what_is_looked_up_again_and_again_is_unpacked_once(unpack: Unpacker) -> None:
    packed = Packed({"a": "1", "b": "2"}, unpack)
    for _ in range(100):
        assert "a" in packed
        assert packed["a"] is packed["a"]
    assert unpack.keys == ["a"]


def test_going_through_all_keeps_none(unpack: Unpacker) -> None:
    packed = Packed({str(number): "x" for number in range(2 * KEPT)}, unpack)
    packed["7"]
    assert len(list(packed.values())) == 2 * KEPT
    unpack.keys.clear()
    packed["7"]
    assert unpack.keys == []
    packed["8"]
    assert unpack.keys == ["8"]


def test_only_so_many_stay_unpacked(unpack: Unpacker) -> None:
    packed = Packed({str(number): "x" for number in range(KEPT + 1)}, unpack)
    for key in packed:
        packed[key]
    unpack.keys.clear()
    packed[str(KEPT)]
    packed["0"]
    assert unpack.keys == ["0"]
