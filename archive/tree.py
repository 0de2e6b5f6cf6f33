"""A hash tree over the segments of a log (RFC 9162, section 2.1): pure.

Its root stands for all segments; a few digests show that one segment is among them.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence


def leaf_of(sha256: str) -> bytes:
    """Return the leaf of a segment, told by the digest of its stored bytes."""
    return hashlib.sha256(b"\x00" + bytes.fromhex(sha256)).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def _split(size: int) -> int:
    """Return the largest power of two below a size."""
    return int(1 << ((size - 1).bit_length() - 1))


def root_of(digests: Sequence[str]) -> str:
    """Return the root over the segments with these digests, in order, as hex."""
    return _root([leaf_of(sha256) for sha256 in digests]).hex()


def roots_of(digests: Iterable[str]) -> Iterator[str]:
    """Yield the root over the first one, the first two, and so on, in one pass."""
    whole: list[tuple[int, bytes]] = []
    """Of each whole subtree, how many segments it has, and its digest; the largest first."""
    for sha256 in digests:
        size, digest = 1, leaf_of(sha256)
        while whole and whole[-1][0] == size:
            size, digest = size * 2, _node(whole.pop()[1], digest)
        whole.append((size, digest))
        for _, left in reversed(whole[:-1]):
            digest = _node(left, digest)
        yield digest.hex()


def _root(leaves: Sequence[bytes]) -> bytes:
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    half = _split(len(leaves))
    return _node(_root(leaves[:half]), _root(leaves[half:]))


def root_along(sha256: str, place: int, size: int, path: Sequence[str]) -> str | None:
    """Return the root that a path leads to; None when no path is so long or short.

    Args:
        sha256: of the segment's stored bytes.
        place: counted from 0.
        size: how many segments there are.
        path: the digests beside those on the way to the root, the nearest first, as hex.
    """
    if not 0 <= place < size:
        return None
    sides = []
    while size > 1:
        half = _split(size)
        is_left = place < half
        sides.append(is_left)
        place, size = (place, half) if is_left else (place - half, size - half)
    if len(sides) != len(path):
        return None
    digest = leaf_of(sha256)
    for is_left, other in zip(reversed(sides), map(bytes.fromhex, path), strict=True):
        digest = _node(digest, other) if is_left else _node(other, digest)
    return digest.hex()
