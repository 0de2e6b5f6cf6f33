"""Verify the signatures of an origin before anything is copied from it.

A copy takes only lines that a checkpoint covers, each verified against the signed tree.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from archive import canonical
from archive.archive import Archive
from archive.checkpoints import (
    COSIGNED,
    OBJECTS,
    PREFIX,
    STAMP,
    Signed,
    kept_checkpoint,
    kept_key,
    kept_sizes,
    last_checkpoint,
    log_place,
    origin_of,
    stored_checkpoint,
    with_cosignatures,
)
from archive.entries import Head
from archive.errors import (
    DocumentDamaged,
    LogForked,
    ObjectExists,
    ObjectNotFound,
    SignatureMissing,
    StoreForbidden,
)
from archive.evidence import Trust
from archive.inventory import Item, item_of, newest, read_items
from archive.memory import Seen
from archive.merkle import leaf_hashes, root_hash
from archive.mutable import replace
from archive.notes import NOTE_LIMIT_BYTES, Note, is_signed, parse_note
from archive.signers import KEYS, Signers, read_signers
from archive.signing import mark_signed, new_lines
from archive.stores import ObjectStore
from archive.tiles import WIDTH, TileReader, put_tile, tiles_of


class _Either:
    """Two stores, of which the first takes precedence; only `get` is used."""

    def __init__(self, first: ObjectStore, second: ObjectStore) -> None:
        self._first = first
        self._second = second

    def get(self, key: str) -> bytes:
        try:
            return self._first.get(key)
        except ObjectNotFound:
            return self._second.get(key)


@dataclass
class SignedLog:
    """The signed part of one log of an origin."""

    log: str
    signed: Signed
    reader: TileReader
    line: int = 0
    """Lines that the copy has."""

    @property
    def is_complete(self) -> bool:
        """Whether the copy has all that is signed."""
        return self.line == self.signed.checkpoint.size

    def covers(self, data: bytes) -> bool:
        """Tell whether the next segment is signed, and count it if so.

        Raises:
            SignatureMissing: another segment was signed in its place.
        """
        return self._covers(canonical.unpack(data).split(b"\n")[:-1])

    def _covers(self, lines: list[bytes]) -> bool:
        stop = self.line + len(lines)
        if stop > self.reader.size:
            return False
        if leaf_hashes(lines) != self.reader.leaves(self.line, stop):
            what = f"holds another segment than was signed, at line {self.line + 1} of its log"
            raise SignatureMissing(f"log/{self.log}/", what)
        self.line = stop
        return True

    def count(self, copy: Archive) -> None:
        """Verify what the copy has already, from its own last checkpoint on.

        Raises:
            SignatureMissing: it differs from what is signed.
        """
        own = last_checkpoint(copy.store, self.log)
        after: Head | None = None
        if own is not None and own.checkpoint.size <= self.reader.size:
            size = own.checkpoint.size
            if root_hash(self.reader.node, size) == own.checkpoint.root:
                self.line, after = size, own.checkpoint.head
        for _, lines in new_lines(copy, self.log, after):
            if not self._covers(lines):
                return  # copied before anybody signed; more follows once that is signed too


@dataclass
class SignedOrigin:
    """Everything that is signed at an origin."""

    origin: Archive
    copy: Archive
    signers: Signers
    logs: Mapping[str, SignedLog]
    seen: dict[str, Seen] = field(default_factory=dict)

    @property
    def is_complete(self) -> bool:
        """Whether the copy has all that is signed."""
        return all(log.is_complete for log in self.logs.values() if log.log != OBJECTS)

    def bring(self) -> bool:
        """Copy the signatures once the copy has all that they cover; return whether it has.

        A copy that stops earlier cannot use them yet.
        """
        if not self.is_complete:
            return False
        for name, log in self.logs.items():
            self._bring_tiles(name, log)
            self._bring_checkpoints(name, log)
            self.seen[name] = Seen(log.signed.checkpoint.size, log.signed.checkpoint.root.hex())
        for number in range(1, len(self.signers.keys) + 1):
            key = f"{KEYS}{number:04}.json"
            _put_same(self.copy.store, key, self.origin.store.get(key))
        mark_signed(self.copy, self.signers.keys[0].key)
        return True

    def _bring_tiles(self, name: str, log: SignedLog) -> None:
        own = last_checkpoint(self.copy.store, name)
        known = set(tiles_of(own.checkpoint.size)) if own else set()
        size = log.reader.size
        for tile in tiles_of(size):
            if tile not in known:
                data = log.reader.tile(tile.level, tile.number)
                put_tile(self.copy.store, f"{log_place(name)}{tile.path}", data)
        if name != OBJECTS:
            return
        first = own.checkpoint.size // WIDTH if own else 0
        bringing = _Bringing(self.origin.store, self.copy.store)
        for item in read_items(bringing, log.signed.checkpoint, first):
            if item.key.endswith(COSIGNED) and item.key.startswith(PREFIX):
                self._bring_cosignatures(item.key)

    def _bring_checkpoints(self, name: str, log: SignedLog) -> None:
        try:
            sizes = kept_sizes(self.origin.store, name)
        except StoreForbidden:
            sizes = [log.signed.checkpoint.size]
        held = set(kept_sizes(self.copy.store, name))
        for size in sizes:
            if size in held or size > log.reader.size:
                continue
            key = kept_key(name, size)
            with suppress(ObjectNotFound):
                self.copy.store.put_derived(key + STAMP, self.origin.store.get(key + STAMP))
            _put_same(self.copy.store, key, self.origin.store.get(key))
            self._bring_cosignatures(key + COSIGNED)
        self._take_cosignatures(kept_key(name, log.reader.size), log.signed.note)
        last = kept_checkpoint(self.copy.store, name, log.reader.size)
        replace(self.copy.store, f"{log_place(name)}checkpoint", str(last.note).encode())

    def _bring_cosignatures(self, key: str) -> None:
        """Take over who cosigned a checkpoint that the copy has."""
        try:
            note = parse_note(self.origin.store.get(key))
        except ObjectNotFound:
            return
        except ValueError as error:
            raise DocumentDamaged(key, str(error)) from error
        self._take_cosignatures(key.removesuffix(COSIGNED), note)

    def _take_cosignatures(self, key: str, note: Note) -> None:
        """Add signatures to a checkpoint; those of the copy's own witness come after them.

        So what the inventory says of the object holds here too, see `archive.inventory.is_item`.
        """
        store = self.copy.store
        if not store.exists(key):
            return
        kept = stored_checkpoint(store, key).note
        if note.text != kept.text:
            raise SignatureMissing(key, "is another checkpoint of the same size")
        merged = note.with_signatures(with_cosignatures(store, key).note.signatures)
        if merged.signatures == kept.signatures:
            return
        data = str(merged).encode()
        if len(data) > NOTE_LIMIT_BYTES:
            raise DocumentDamaged(key + COSIGNED, "has more signatures than a note may have")
        replace(store, key + COSIGNED, data)


class _Bringing(_Either):
    """The origin's store, which keeps the inventory entries that are read from it."""

    def __init__(self, origin: ObjectStore, copy: ObjectStore) -> None:
        super().__init__(copy, origin)
        self._copy = copy

    def get(self, key: str) -> bytes:
        data = super().get(key)
        if f"{log_place(OBJECTS)}tile/entries/" in key:
            self._copy.put_derived(key, data)
        return data


def _put_same(store: ObjectStore, key: str, data: bytes) -> None:
    try:
        store.put_new(key, data)
    except ObjectExists as error:
        if store.get(key) != data:
            raise SignatureMissing(key, "is not what it was here before") from error


def read_signed_origin(
    origin: Archive, copy: Archive, trust: Trust, sources: list[str]
) -> SignedOrigin | None:
    """Verify an origin's signatures; return None if it is unsigned and may be.

    Args:
        origin: is not changed.
        copy: its content must still be at the origin.
        trust: the trusted signers; a key is trusted from its first use on.
        sources: that have a log at the origin.

    Raises:
        SignatureMissing: trusted signatures are missing, or older than those seen before.
        LogForked: two histories are signed; both are kept below `evidence/<log>/forks/`.
        DocumentDamaged: tiles do not lead to the signed root.
    """
    signers = read_signers(origin.store)
    pinned = trust.key or trust.memory.key
    if signers is None:
        if pinned is not None:
            raise SignatureMissing(KEYS, f"is empty at the origin, which {pinned} should sign")
        return None
    if pinned is not None:
        signers.check_pinned(pinned)
    logs: dict[str, SignedLog] = {}
    for name in (*sources, OBJECTS):
        found = _read_log(origin, copy, signers, trust, name)
        if found is not None:
            logs[name] = found
    return SignedOrigin(origin, copy, signers, logs)


def _read_log(
    origin: Archive, copy: Archive, signers: Signers, trust: Trust, name: str
) -> SignedLog | None:
    place = log_place(name)
    seen = trust.memory.logs.get(name)
    signed = last_checkpoint(origin.store, name)
    if signed is None:
        if seen is not None:
            raise SignatureMissing(place, "is empty at the origin, and was signed before")
        return None
    if signed.checkpoint.origin != origin_of(origin, name):
        raise SignatureMissing(place, f"is about another log, {signed.checkpoint.origin}")
    if signers.accepts(name, signed) is None:
        raise SignatureMissing(f"{place}checkpoint", "is not signed by a key that counts")
    _check_witnesses(signed, trust, place)
    size = signed.checkpoint.size
    if seen is not None and size < seen.size:
        _keep_fork(copy, name, signed)
        raise SignatureMissing(place, f"ends at {size}, and was signed at {seen.size} before")
    either = _Either(copy.store, origin.store)
    reader = TileReader(either, place, size, signed.checkpoint.root)
    if seen is not None and root_hash(reader.node, seen.size).hex() != seen.root:
        keys = _keep_fork(copy, name, signed)
        raise LogForked(name, seen.size, keys)
    found = SignedLog(name, signed, reader)
    if name != OBJECTS:
        found.count(copy)
    return found


def _check_witnesses(signed: Signed, trust: Trust, place: str) -> None:
    count = sum(is_signed(signed.note, witness) for witness in trust.witnesses)
    if count < trust.needed:
        what = f"is signed by {count} of {trust.needed} witnesses"
        raise SignatureMissing(f"{place}checkpoint", what)


def _keep_fork(copy: Archive, name: str, signed: Signed) -> list[str]:
    """Keep a contradicting checkpoint, as evidence against its signer."""
    kept = []
    own = last_checkpoint(copy.store, name)
    for one in (signed, own):
        if one is not None:
            data = str(one.note).encode()
            sha256 = item_of("x", data).sha256[:16]
            key = f"{log_place(name)}forks/{one.checkpoint.size}-{sha256}"
            copy.store.put_derived(key, data)
            kept.append(key)
    return kept


def vouched_texts(archive: Archive) -> Callable[[str, bytes], bool] | None:
    """Return a check whether a text is the signed one; None if the archive is unsigned.

    The inventory of this archive was verified when it arrived; it is read at first use.
    """
    signed = last_checkpoint(archive.store, OBJECTS)
    if signed is None:
        return None
    known: dict[str, Item] = {}

    def is_vouched(key: str, data: bytes) -> bool:
        if not known:
            known.update(newest(read_items(archive.store, signed.checkpoint)))
        return known.get(key) == item_of(key, data)

    return is_vouched
