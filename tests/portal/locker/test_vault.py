from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.keys import NotIntact
from portal.locker.vault import CHUNK_BYTES, HEADER_BYTES, SEALED_BYTES, lock, unlock

KEY = b"k" * 32


def locked(content: bytes | Iterable[bytes] = b"a document", key: bytes = KEY, object_id: str = "one") -> bytes:
    return b"".join(lock(content, key, object_id))


def opened(sealed: bytes | Iterable[bytes], key: bytes = KEY, object_id: str = "one") -> bytes:
    return b"".join(unlock(sealed, key, object_id))


def three_chunks() -> bytes:
    return locked(b"1" * CHUNK_BYTES + b"2" * CHUNK_BYTES + b"3" * 10)


def chunks(sealed: bytes) -> list[bytes]:
    return [sealed[at : at + SEALED_BYTES] for at in range(HEADER_BYTES, len(sealed), SEALED_BYTES)]


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES])
def test_content_of_any_size_comes_back(size: int) -> None:
    assert opened(locked(b"x" * size)) == b"x" * size


@given(st.lists(st.binary(max_size=50), max_size=20))
def test_content_may_come_in_pieces_and_be_opened_in_pieces(pieces: list[bytes]) -> None:
    sealed = locked(pieces)
    assert opened(sealed[at : at + 7] for at in range(0, len(sealed), 7)) == b"".join(pieces)


def test_the_same_content_is_never_sealed_alike() -> None:
    assert locked() != locked()


@pytest.mark.parametrize("place", [0, 6, HEADER_BYTES - 1, HEADER_BYTES, HEADER_BYTES + SEALED_BYTES, -1])
def test_a_changed_byte_is_noticed(place: int) -> None:
    sealed = bytearray(three_chunks())
    sealed[place] ^= 1
    with pytest.raises(NotIntact):
        opened(bytes(sealed))


@pytest.mark.parametrize("length", [0, 5, HEADER_BYTES, HEADER_BYTES + 3, HEADER_BYTES + SEALED_BYTES, -1, -26])
def test_a_cut_object_is_noticed_even_between_two_chunks(length: int) -> None:
    with pytest.raises(NotIntact):
        opened(three_chunks()[:length])


def test_something_added_at_the_end_is_noticed() -> None:
    with pytest.raises(NotIntact):
        opened(three_chunks() + b"more")


def test_chunks_in_another_order_are_noticed() -> None:
    sealed = three_chunks()
    first, second, third = chunks(sealed)
    with pytest.raises(NotIntact):
        opened(sealed[:HEADER_BYTES] + second + first + third)


def test_an_object_in_the_place_of_another_is_noticed() -> None:
    with pytest.raises(NotIntact):
        opened(locked(object_id="one"), object_id="two")


def test_another_data_key_opens_nothing() -> None:
    with pytest.raises(NotIntact):
        opened(locked(), key=b"o" * 32)
