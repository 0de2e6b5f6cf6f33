"""Hash trees over leaves (RFC 6962, section 2.1; RFC 9162, section 2.1.3 to 2.1.5): pure.

Nodes are named by level and position: node `j` of level `k` stands for the
leaves from `j << k` to `(j + 1) << k`.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from operator import add

HASH_BYTES = 32
_LEAF = hashlib.sha256(b"\x00")
_NODE = hashlib.sha256(b"\x01")
EMPTY_ROOT = hashlib.sha256().digest()

Node = Callable[[int, int], bytes]
"""Return the hash of a complete node, by level and position."""


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of a leaf."""
    return hashlib.sha256(b"\x00" + data).digest()


def leaf_hashes(lines: Iterable[bytes]) -> bytes:
    """Hash lines as leaves of a Merkle tree (RFC 6962, 2.1); 32 bytes each, concatenated."""
    return b"".join(_hashes(_LEAF, lines))


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node above two others."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def split(hashes: bytes) -> list[bytes]:
    """Split concatenated hashes into 32 bytes each."""
    return [hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES)]


def fold(hashes: Sequence[bytes]) -> bytes:
    """Return the root above hashes of one level; the last subtree may be smaller than the
    others."""
    level = list(hashes)
    while len(level) > 1:
        pairs = _hashes(_NODE, map(add, level[::2], level[1::2]))
        level = pairs if len(level) % 2 == 0 else [*pairs, level[-1]]
    return level[0]


def _hashes(begun: "hashlib._Hash", many: Iterable[bytes]) -> list[bytes]:
    """Hash each of many behind one prefix; to copy a hash costs a third less than to begin one."""
    hashes = []
    copy = begun.copy
    for one in many:
        hashed = copy()
        hashed.update(one)
        hashes.append(hashed.digest())
    return hashes


def _half(size: int) -> int:
    """Return the largest power of two below a size."""
    return int(1 << ((size - 1).bit_length() - 1))


def range_hash(node: Node, first: int, stop: int) -> bytes:
    """Return the root over a range of leaves that begins where a tree of its size would be
    split."""
    size = stop - first
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return node(level, first >> level)
    middle = first + _half(size)
    return node_hash(range_hash(node, first, middle), range_hash(node, middle, stop))


def root_hash(node: Node, size: int) -> bytes:
    """Return the root of a tree."""
    return range_hash(node, 0, size) if size else EMPTY_ROOT


def inclusion_proof(node: Node, place: int, size: int) -> list[bytes]:
    """Return the inclusion proof of a leaf, the nearest hash first."""
    proof: list[bytes] = []
    first, stop = 0, size
    while stop - first > 1:
        middle = first + _half(stop - first)
        if place < middle:
            proof.append(range_hash(node, middle, stop))
            stop = middle
        else:
            proof.append(range_hash(node, first, middle))
            first = middle
    return proof[::-1]


def root_by_inclusion(leaf: bytes, place: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    """Return the root that an inclusion proof leads to; None if its length is wrong."""
    if not 0 <= place < size:
        return None
    at, last, found, rest = place, size - 1, leaf, list(proof)
    while last:
        if at % 2 or at == last:
            if at % 2:
                if not rest:
                    return None
                found = node_hash(rest.pop(0), found)
        else:
            if not rest:
                return None
            found = node_hash(found, rest.pop(0))
        at, last = at >> 1, last >> 1
    return None if rest else found


def consistency_proof(node: Node, old: int, size: int) -> list[bytes]:
    """Return the consistency proof between an older tree and this one; may be empty."""
    if old in (0, size):
        return []
    proof: list[bytes] = []
    first, stop, is_whole = 0, size, True
    while old != stop:
        middle = first + _half(stop - first)
        if old <= middle:
            proof.append(range_hash(node, middle, stop))
            stop = middle
        else:
            proof.append(range_hash(node, first, middle))
            first, is_whole = middle, False
    if not is_whole:
        proof.append(range_hash(node, first, stop))
    return proof[::-1]


def is_consistent(
    old: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]
) -> bool:
    """Verify a consistency proof (RFC 9162, 2.1.4.2)."""
    if old > size or (old in (0, size) and proof):
        return False
    if old == 0:
        return old_root == EMPTY_ROOT
    if old == size:
        return old_root == root
    rest = list(proof)
    if old & (old - 1) == 0:
        rest.insert(0, old_root)
    if not rest:
        return False
    at, last = old - 1, size - 1
    while at % 2:
        at, last = at >> 1, last >> 1
    first_root = new_root = rest.pop(0)
    for other in rest:
        if last == 0:
            return False
        if at % 2 or at == last:
            first_root, new_root = node_hash(other, first_root), node_hash(other, new_root)
            while not at % 2 and at:
                at, last = at >> 1, last >> 1
        else:
            new_root = node_hash(new_root, other)
        at, last = at >> 1, last >> 1
    return last == 0 and first_root == old_root and new_root == root
