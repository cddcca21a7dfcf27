"""Trees are those of RFC 6962, and a path leads to the root from its own leaf and place only."""

from __future__ import annotations

import hashlib
import random

import pytest

from portal.audit.merkle import cut, leaf, levels, path, root, root_by

# The test vectors of the certificate-transparency project, for trees of one to eight leaves.
INPUTS = [
    bytes.fromhex(one)
    for one in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


def by_definition(leaves: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, word for word, over leaves that are hashed already."""
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return hashlib.sha256(b"\x01" + by_definition(leaves[:half]) + by_definition(leaves[half:])).digest()


def some(count: int) -> list[bytes]:
    return [leaf(str(number).encode()) for number in range(count)]


@pytest.mark.parametrize("count", range(1, 9))
def test_roots_are_those_that_others_published(count: int) -> None:
    assert root([leaf(one) for one in INPUTS[:count]]).hex() == ROOTS[count - 1]


def test_a_tree_of_any_size_is_that_of_the_definition() -> None:
    assert all(root(some(count)) == by_definition(some(count)) for count in range(1, 140))


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 6, 7, 8, 9, 31, 32, 33, 100])
def test_every_path_leads_to_the_root_from_its_own_place_and_no_other(count: int) -> None:
    leaves = some(count)
    tree = levels(leaves)
    for position, one in enumerate(leaves):
        beside = path(tree, position)
        assert root_by(one, position, count, beside) == root(leaves)
        elsewhere = {root_by(one, other, count, beside) for other in range(count) if other != position}
        assert root(leaves) not in elsewhere


def test_another_leaf_another_path_or_another_length_leads_elsewhere() -> None:
    leaves = some(37)
    beside = path(levels(leaves), 20)
    assert root_by(leaves[21], 20, 37, beside) != root(leaves)
    assert root_by(leaves[20], 20, 37, beside[:-1]) is None
    assert root_by(leaves[20], 20, 37, [*beside, beside[0]]) is None
    assert root_by(leaves[20], 20, 37, beside[::-1]) != root(leaves)
    assert root_by(leaves[20], 20, 70, beside) is None


@pytest.mark.parametrize("position", [-1, 5, 10**30])
def test_a_place_outside_the_tree_leads_nowhere(position: int) -> None:
    assert root_by(some(5)[0], position, 5, path(levels(some(5)), 0)) is None


def test_an_inner_digest_cannot_stand_for_a_leaf() -> None:
    left, right = some(2)
    assert leaf(left + right) != root([left, right])


def test_digests_that_were_put_one_behind_the_other_come_back() -> None:
    leaves = some(random.Random(1).randint(2, 50))
    assert cut(b"".join(leaves)) == leaves
    assert cut(b"") == []
