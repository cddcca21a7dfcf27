"""Definitions lie packed until they are looked up, and are then what they were."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from journeys.catalogue.packed import KEPT, SAMPLE, Packed

SINCE = datetime(2026, 10, 1, tzinfo=UTC)


class Unpacker:
    """Counts how often something was unpacked."""

    def __init__(self) -> None:
        self.keys: list[str] = []

    def __call__(self, version: int, since: datetime, content: str) -> tuple[str, str]:
        assert (version, since) == (1, SINCE)
        key, _, said = content.partition(" ")
        self.keys.append(key)
        return key, said


@pytest.fixture
def unpack() -> Unpacker:
    """How things are unpacked here."""
    return Unpacker()


def lying(contents: dict[str, str], unpack: Unpacker) -> Packed[tuple[str, str]]:
    """These contents, packed."""
    some = Packed(unpack)
    for key, content in contents.items():
        some.add(key, 1, SINCE, f"{key} {content}")
    return some.sealed()


def test_what_was_packed_is_found_again(unpack: Unpacker) -> None:
    some = lying({"b": "اثنان", "a": "واحد"}, unpack)
    assert some["b"] == ("b", "اثنان")
    assert some.get("c") is None
    assert list(some) == ["a", "b"]
    assert ("b" in some, "c" in some, len(some)) == (True, False, 2)
    assert list(some.values()) == [("a", "واحد"), ("b", "اثنان")]
    with pytest.raises(KeyError):
        some["c"]


def test_what_is_looked_up_again_and_again_is_unpacked_once(unpack: Unpacker) -> None:
    some = lying({"a": "1", "b": "2"}, unpack)
    for _ in range(100):
        assert "a" in some
        assert some["a"] is some["a"]
    assert unpack.keys == ["a"]


def test_going_through_all_keeps_none(unpack: Unpacker) -> None:
    some = lying({str(number): "x" for number in range(2 * KEPT)}, unpack)
    some["7"]
    assert len(list(some.values())) == 2 * KEPT
    unpack.keys.clear()
    some["7"]
    assert unpack.keys == []
    some["8"]
    assert unpack.keys == ["8"]


def test_only_so_many_stay_unpacked(unpack: Unpacker) -> None:
    some = lying({str(number): "x" for number in range(KEPT + 1)}, unpack)
    for key in some:
        some[key]
    unpack.keys.clear()
    some[str(KEPT)]
    some["0"]
    assert unpack.keys == ["0"]


@pytest.mark.parametrize("many", [0, 1, SAMPLE - 1, SAMPLE, SAMPLE + 1, 5 * SAMPLE])
def test_however_many_there_are_each_is_what_it_was(unpack: Unpacker, many: int) -> None:
    contents = {str(number): f"{number} درهم " * number for number in range(many)}
    assert dict(lying(contents, unpack)) == {key: (key, content) for key, content in contents.items()}
