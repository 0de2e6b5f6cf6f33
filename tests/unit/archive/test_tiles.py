"""Trees in tiles: every root, every proof, of any size, against a tree made in the plainest way."""

import hashlib
import random
from pathlib import Path

import pytest

from archive import merkle
from archive.errors import DocumentDamaged
from archive.stores.local import LocalStore
from archive.tiles import (
    Growing,
    Tile,
    TileReader,
    pack_entries,
    put_tile,
    tiles_of,
    unpack_entries,
)

SIZES = [1, 2, 3, 7, 255, 256, 257, 511, 513, 1000]
LEAVES = [hashlib.sha256(b"%d" % number).digest() for number in range(66_500)]


def plain_root(leaves: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, word for word."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    below = plain_root(leaves[:half]) + plain_root(leaves[half:])
    return hashlib.sha256(b"\x01" + below).digest()


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    return LocalStore.create(tmp_path / "store")


def grown(store: LocalStore, growing: Growing, leaves: list[bytes]) -> None:
    for tile, data in growing.add(b"".join(leaves)):
        put_tile(store, tile.path, data)
    for tile, data in growing.edge():
        put_tile(store, tile.path, data)


@pytest.mark.parametrize("seed", range(4))
def test_a_tree_grown_in_steps_is_the_tree_at_once(store: LocalStore, seed: int) -> None:
    dice = random.Random(seed)
    size = 0
    for _ in range(12):
        growing = Growing.read(store, "", size)
        step = dice.choice([1, 2, 100, 256, 700])
        grown(store, growing, LEAVES[size : size + step])
        size += step
        assert growing.size == size
        root = growing.root()
        assert root == plain_root(LEAVES[:size])
        reader = TileReader(store, "", size, root)
        assert merkle.root_hash(reader.node, size) == root
        first = dice.randrange(size)
        assert reader.leaves(first, size) == b"".join(LEAVES[first:size])


def test_every_proof_holds_and_no_other(store: LocalStore) -> None:
    grown(store, Growing(), LEAVES[:1000])
    roots = {size: plain_root(LEAVES[:size]) for size in SIZES}
    whole = Growing()
    list(whole.add(b"".join(LEAVES[:1000])))
    node = TileReader(store, "", 1000, roots[1000]).node
    dice = random.Random(5)
    for size in SIZES:
        for place in {0, size - 1, dice.randrange(size)}:
            proof = merkle.inclusion_proof(node, place, size)
            assert merkle.root_by_inclusion(LEAVES[place], place, size, proof) == roots[size]
            assert merkle.root_by_inclusion(LEAVES[place + 1], place, size, proof) != roots[size]
            assert merkle.root_by_inclusion(LEAVES[place], place, size, [*proof, proof[0]] if proof
                                            else [LEAVES[0]]) is None  # fmt: skip
        for old in SIZES:
            if old > size:
                continue
            proof = merkle.consistency_proof(node, old, size)
            assert merkle.is_consistent(old, roots[old], size, roots[size], proof)
            assert not merkle.is_consistent(old, LEAVES[1], size, roots[size], proof)
            assert not merkle.is_consistent(old, roots[old], size, LEAVES[1], proof)


def test_a_tree_of_three_levels_of_tiles_has_short_proofs(store: LocalStore) -> None:
    grown(store, Growing(), LEAVES)
    size = len(LEAVES)
    root = plain_root(LEAVES)
    assert {tile.level for tile in tiles_of(size)} == {0, 1, 2}
    proof = merkle.inclusion_proof(TileReader(store, "", size, root).node, 70, size)
    assert len(proof) == 17
    assert merkle.root_by_inclusion(LEAVES[70], 70, size, proof) == root


def test_a_changed_tile_gives_no_hash(store: LocalStore) -> None:
    grown(store, Growing(), LEAVES[:1000])
    root = plain_root(LEAVES[:1000])
    for tile in tiles_of(1000):
        data = store.get(tile.path)
        store.erase(tile.path)
        store.put_new(tile.path, data[:-1] + bytes([data[-1] ^ 1]))
        with pytest.raises(DocumentDamaged):
            TileReader(store, "", 1000, root).leaves(0, 1000)
        store.erase(tile.path)
        store.put_new(tile.path, data)
    assert TileReader(store, "", 1000, root).leaves(0, 1000) == b"".join(LEAVES[:1000])


def test_paths_are_those_of_the_standard() -> None:
    assert Tile(0, 1234067).path == "tile/0/x001/x234/067"
    assert Tile(1, 5, 12).path == "tile/1/005.p/12"
    assert Tile(-1, 1000).path == "tile/entries/x001/000"


def test_entries_are_read_as_they_were_written() -> None:
    entries = [b"", b"a", b"x" * 65535]
    assert unpack_entries(pack_entries(entries)) == entries
    with pytest.raises(ValueError, match="ends"):
        unpack_entries(pack_entries(entries)[:-1])
