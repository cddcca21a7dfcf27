"""Merkle trees over leaves in a given order (RFC 6962, section 2.1), with SHA-256.

A tree is built level by level: neighbours are joined, and what has no neighbour goes up as it is, which gives the same
tree as RFC 6962's split at the largest power of two.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

DIGEST_BYTES = 32
LEAF, NODE = b"\x00", b"\x01"

Levels = list[list[bytes]]


def leaf(content: bytes) -> bytes:
    """The digest of one leaf's content."""
    return hashlib.sha256(LEAF + content).digest()


def levels(leaves: Iterable[bytes]) -> Levels:
    """The tree, from the leaves (at least one) up to its root, which is alone on the last level."""
    tree = [list(leaves)]
    while len(tree[-1]) > 1:
        below = tree[-1]
        pairs = [_node(left, right) for left, right in zip(below[::2], below[1::2], strict=False)]
        tree.append(pairs + below[2 * len(pairs) :])
    return tree


def root(leaves: Iterable[bytes]) -> bytes:
    """The root over at least one leaf."""
    return levels(leaves)[-1][0]


def path(tree: Levels, position: int) -> list[bytes]:
    """The digests beside the way from the leaf at ``position`` (counted from 0) up to the root, from below."""
    beside = []
    for level in tree[:-1]:
        beside += level[position ^ 1 : (position ^ 1) + 1]
        position >>= 1
    return beside


def root_by(digest: bytes, position: int, count: int, beside: Sequence[bytes]) -> bytes | None:
    """The root to which a path leads from a leaf at ``position`` of ``count``; None for a path of another length, or a
    position outside the tree."""
    if not 0 <= position < count:
        return None
    left = list(beside)
    while count > 1:
        if position ^ 1 < count:
            if not left:
                return None
            other = left.pop(0)
            digest = _node(other, digest) if position & 1 else _node(digest, other)
        position, count = position >> 1, (count + 1) >> 1
    return None if left else digest


def cut(leaves: bytes) -> list[bytes]:
    """Digests that were kept one behind the other."""
    return [leaves[start : start + DIGEST_BYTES] for start in range(0, len(leaves), DIGEST_BYTES)]


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(NODE + left + right).digest()
