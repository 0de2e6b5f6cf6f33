"""The inventory: a signed log of the objects beside the logs.

Each entry names an object by key, digest and size: reports of harvests, texts, checkpoints of the
other logs, manifests of snapshots. The last entry of a key counts.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from archive import canonical, fields, keys
from archive.checkpoints import COSIGNED, OBJECTS, Checkpoint, log_place
from archive.errors import DocumentDamaged, EntryInvalid, KeyInvalid, ObjectNotFound
from archive.merkle import leaf_hashes
from archive.notes import parse_note
from archive.stores import Readable
from archive.tiles import WIDTH, Tile, TileReader, unpack_entries

COVERED = ("harvests/", "texts/")
"""Folders whose objects are all in the inventory."""


class Item(NamedTuple):
    """An entry of the inventory: an object's key, digest and size when it was signed."""

    key: str
    sha256: str
    size_bytes: int

    def line(self) -> bytes:
        """Return it as an entry."""
        return canonical.encode(self._asdict())


def item_of(key: str, data: bytes) -> Item:
    """Describe an object."""
    return Item(key, hashlib.sha256(data).hexdigest(), len(data))


def is_item(item: Item, data: bytes) -> bool:
    """Tell whether an object is the one that was signed.

    The signatures of witnesses are added one after the other: those that came first must be there.
    """
    if item_of(item.key, data) == item:
        return True
    if not item.key.endswith(COSIGNED):
        return False
    try:
        note = parse_note(data)
    except ValueError:
        return False
    counts = range(1, len(note.signatures))
    begun = (note._replace(signatures=note.signatures[:count]) for count in counts)
    return any(item_of(item.key, str(one).encode()) == item for one in begun)


def read_item(line: bytes) -> Item:
    """Read an entry.

    Raises:
        ValueError: it is none.
    """
    said = canonical.decode(line)
    try:
        told = fields.as_object(said)
        return Item(
            keys.check(fields.text(told, "key")),
            fields.sha256(told, "sha256"),
            fields.optional_size(told, "size_bytes") or 0,
        )
    except EntryInvalid as error:
        raise ValueError(error.what) from error
    except KeyInvalid as error:
        raise ValueError(error.reason) from error


def bundle(number: int, size: int) -> Tile:
    """Return the tile that holds the entries at a position."""
    return Tile(-1, number, min(WIDTH, size - number * WIDTH))


def read_bundle(store: Readable, number: int, size: int) -> list[bytes]:
    """Read the entries of a tile, unverified.

    Raises:
        DocumentDamaged: it is missing or malformed.
    """
    tile = bundle(number, size)
    for wide in dict.fromkeys((tile, tile._replace(width=WIDTH))):
        key = f"{log_place(OBJECTS)}{wide.path}"
        try:
            entries = unpack_entries(store.get(key))
        except ObjectNotFound:
            continue
        except ValueError as error:
            raise DocumentDamaged(key, str(error)) from error
        if len(entries) != wide.width:
            raise DocumentDamaged(key, f"it has {len(entries)} entries")
        return entries[: tile.width]
    raise DocumentDamaged(f"{log_place(OBJECTS)}{tile.path}", "it is missing")


def read_items(store: Readable, checkpoint: Checkpoint, first: int = 0) -> Iterator[Item]:
    """Yield the entries that a checkpoint covers, each verified against the signed root.

    Args:
        store: of the archive.
        checkpoint: with a verified signature.
        first: the number of the first tile of entries.

    Raises:
        DocumentDamaged: a tile is missing, or not what was signed.
    """
    size = checkpoint.size
    reader = TileReader(store, log_place(OBJECTS), size, checkpoint.root)
    for number in range(first, -(-size // WIDTH)):
        lines = read_bundle(store, number, size)
        at = number * WIDTH
        key = f"{log_place(OBJECTS)}{bundle(number, size).path}"
        if leaf_hashes(lines) != reader.leaves(at, at + len(lines)):
            raise DocumentDamaged(key, "it is not what was signed")
        try:
            yield from map(read_item, lines)
        except ValueError as error:
            raise DocumentDamaged(key, str(error)) from error


def newest(items: Iterable[Item]) -> Mapping[str, Item]:
    """Return the last entry of each key."""
    return {item.key: item for item in items}
