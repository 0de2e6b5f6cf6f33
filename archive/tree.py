"""A hash tree over the segments of a log (RFC 9162, section 2.1): pure.

The root covers all segments; a few digests prove that one segment is among them.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence


def leaf_of(sha256: str) -> bytes:
    """Return the leaf hash of a segment, from the digest of its stored bytes."""
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
    """Yield the root over each prefix of the segments, in one pass."""
    whole: list[tuple[int, bytes]] = []
    """Size and digest of each complete subtree, largest first."""
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
    """Return the root that an inclusion proof leads to; None if its length is wrong.

    Args:
        sha256: of the segment's stored bytes.
        place: index of the segment, from 0.
        size: number of segments.
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
