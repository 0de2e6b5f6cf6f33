"""Tiles: the hashes of a tree in objects of 256, each written once (C2SP tlog-tiles).

A tile of level `l` holds nodes of level `8 * l`. A tree grows at its right edge alone, so that what
is added costs little, whatever the size, and any proof reads a handful of tiles.
"""

from collections.abc import Iterator
from typing import NamedTuple

from archive.errors import DocumentDamaged, ObjectExists, ObjectNotFound
from archive.merkle import EMPTY_ROOT, HASH_BYTES, fold, split
from archive.stores import ObjectStore, Readable

HEIGHT = 8
WIDTH = 1 << HEIGHT
TILE_BYTES = WIDTH * HASH_BYTES
_LENGTH_BYTES = 2
ENTRY_LIMIT_BYTES = (1 << 16) - 1


class Tile(NamedTuple):
    """A tile's place; level -1 holds entries themselves."""

    level: int
    number: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """The path of a tile below the prefix of its log."""
        groups = [f"{self.number % 1000:03}"]
        rest = self.number // 1000
        while rest:
            groups.append(f"x{rest % 1000:03}")
            rest //= 1000
        level = "entries" if self.level < 0 else str(self.level)
        part = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{level}/{'/'.join(reversed(groups))}{part}"


def edge(size: int) -> list[Tile]:
    """Return the partial tiles at the right edge of a tree, lowest level first."""
    found, level = [], 0
    while size:
        if size % WIDTH:
            found.append(Tile(level, size // WIDTH, size % WIDTH))
        level, size = level + 1, size // WIDTH
    return found


def tiles_of(size: int) -> Iterator[Tile]:
    """Yield all tiles of a tree, without its entries."""
    level = 0
    while size:
        for number in range(size // WIDTH):
            yield Tile(level, number)
        if size % WIDTH:
            yield Tile(level, size // WIDTH, size % WIDTH)
        level, size = level + 1, size // WIDTH


def put_tile(store: ObjectStore, key: str, data: bytes) -> None:
    """Store a tile, unless it exists.

    Raises:
        DocumentDamaged: a different tile exists.
    """
    try:
        store.put_new(key, data)
    except ObjectExists as error:
        if store.get(key) != data:
            raise DocumentDamaged(key, "it is not the tile of this log") from error


class Growing:
    """A growing tree: its right edge, and the tiles that became full."""

    def __init__(self, size: int = 0, edges: list[bytes] | None = None) -> None:
        """Begin with an existing tree.

        Args:
            size: its number of leaves.
            edges: by level, the hashes in the partial tile.
        """
        self.size = size
        self._edges = edges if edges is not None else []

    @classmethod
    def read(cls, store: Readable, prefix: str, size: int) -> "Growing":
        """Read the right edge of a tree, unverified; `TileReader` verifies."""
        edges: list[bytes] = []
        for tile in edge(size):
            edges += [b""] * (tile.level - len(edges))
            edges.append(read_tile(store, prefix, tile))
        return cls(size, edges)

    def add(self, hashes: bytes) -> Iterator[tuple[Tile, bytes]]:
        """Add the hashes of leaves; yield the tiles that became full."""
        self.size += len(hashes) // HASH_BYTES
        yield from self._add(0, hashes, self.size)

    def _add(self, level: int, hashes: bytes, size: int) -> Iterator[tuple[Tile, bytes]]:
        if level == len(self._edges):
            self._edges.append(b"")
        held = self._edges[level] + hashes
        above = []
        first = size // WIDTH - len(held) // TILE_BYTES
        for number in range(len(held) // TILE_BYTES):
            data = held[number * TILE_BYTES : (number + 1) * TILE_BYTES]
            yield Tile(level, first + number), data
            above.append(fold(split(data)))
        self._edges[level] = held[len(above) * TILE_BYTES :]
        if above:
            yield from self._add(level + 1, b"".join(above), size // WIDTH)

    def edge(self) -> Iterator[tuple[Tile, bytes]]:
        """Yield the partial tiles."""
        for tile in edge(self.size):
            yield tile, self._edges[tile.level]

    def root(self) -> bytes:
        """Return the root over all leaves."""
        return root_of_edges(self._edges)


def root_of_edges(edges: list[bytes]) -> bytes:
    """Return the root of a tree from its partial tiles, lowest level first."""
    below: list[bytes] = []
    for hashes in edges:
        row = [*split(hashes), *below]
        below = [fold(row)] if row else []
    return below[0] if below else EMPTY_ROOT


def read_tile(store: Readable, prefix: str, tile: Tile) -> bytes:
    """Read a tile; a partial one may have become a full one since.

    Raises:
        DocumentDamaged: it is missing, or too short.
    """
    for wide in dict.fromkeys((tile, tile._replace(width=WIDTH))):
        key = f"{prefix}{wide.path}"
        try:
            data = store.get(key)
        except ObjectNotFound:
            continue
        if len(data) != wide.width * HASH_BYTES:
            raise DocumentDamaged(key, f"it has {len(data)} bytes")
        return data[: tile.width * HASH_BYTES]
    raise DocumentDamaged(f"{prefix}{tile.path}", "it is missing")


class TileReader:
    """A reader of a tree with a known root; every hash is verified against it."""

    def __init__(self, store: Readable, prefix: str, size: int, root: bytes) -> None:
        """Verify the right edge of a tree.

        Raises:
            DocumentDamaged: its right edge does not lead to the root.
        """
        self._store = store
        self._prefix = prefix
        self.size = size
        self._known: dict[Tile, bytes] = {}
        edges: list[bytes] = []
        for tile in edge(size):
            self._known[tile] = read_tile(store, prefix, tile)
            edges += [b""] * (tile.level - len(edges))
            edges.append(self._known[tile])
        if root_of_edges(edges) != root:
            raise DocumentDamaged(f"{prefix}tile", "the tiles do not lead to the signed root")

    def node(self, level: int, place: int) -> bytes:
        """Return the hash of a node; see `archive.merkle.Node`.

        Raises:
            DocumentDamaged: a tile is missing, or does not lead to the root.
        """
        height = level % HEIGHT
        first = place << height
        hashes = self.tile(level // HEIGHT, first // WIDTH)
        at = first % WIDTH * HASH_BYTES
        return fold(split(hashes[at : at + (HASH_BYTES << height)]))

    def tile(self, level: int, number: int) -> bytes:
        """Return the hashes of a tile, checked."""
        there = self.size >> (HEIGHT * level)
        tile = Tile(level, number, min(WIDTH, there - number * WIDTH))
        if tile not in self._known:
            data = read_tile(self._store, self._prefix, tile)
            above = self.tile(level + 1, number // WIDTH)
            at = number % WIDTH * HASH_BYTES
            if fold(split(data)) != above[at : at + HASH_BYTES]:
                raise DocumentDamaged(f"{self._prefix}{tile.path}", "it is not what was signed")
            self._known[tile] = data
        return self._known[tile]

    def leaves(self, first: int, stop: int) -> bytes:
        """Return the hashes of a range of leaves, concatenated."""
        numbers = range(first // WIDTH, (stop - 1) // WIDTH + 1) if stop > first else range(0)
        held = b"".join(self.tile(0, number) for number in numbers)
        at = (first % WIDTH) * HASH_BYTES
        return held[at : at + (stop - first) * HASH_BYTES]


def pack_entries(entries: list[bytes]) -> bytes:
    """Write an entry tile: each entry after its length in two bytes."""
    return b"".join(len(one).to_bytes(_LENGTH_BYTES, "big") + one for one in entries)


def unpack_entries(data: bytes) -> list[bytes]:
    """Read the entries of a tile.

    Raises:
        ValueError: the tile ends within an entry.
    """
    found, at = [], 0
    while at < len(data):
        length = int.from_bytes(data[at : at + _LENGTH_BYTES], "big")
        at += _LENGTH_BYTES + length
        if at > len(data):
            raise ValueError("it ends within an entry")
        found.append(data[at - length : at])
    return found
