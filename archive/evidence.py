"""Check an archive against its signatures: checkpoints, tiles and inventory."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from archive import timestamps
from archive.archive import MARKER_KEY, Archive, read_marker
from archive.checkpoints import (
    OBJECTS,
    STAMP,
    Signed,
    kept_checkpoint,
    kept_key,
    kept_sizes,
    log_place,
    origin_of,
    signed_logs,
    stored_checkpoint,
)
from archive.errors import Damage, DocumentDamaged, ObjectNotFound
from archive.memory import Memory, Seen
from archive.merkle import HASH_BYTES
from archive.notes import NoteKey, is_signed
from archive.signers import KEYS, Signers, read_signers
from archive.stores import ObjectStore
from archive.tiles import Growing, Tile

Find = Callable[[str, str], object]
"""Receives the key of an object and what is wrong with it."""


class Trust(NamedTuple):
    """Whose signatures the verifier trusts."""

    key: str | None = None
    """The operator's public key, as hex, from outside the archive; None trusts the archive's
    own."""
    roots: bytes | None = None
    """Certificates of timestamp authorities, as PEM."""
    memory: Memory = Memory()
    """What earlier verifications saw."""
    witnesses: tuple[NoteKey, ...] = ()
    needed: int = 0
    """How many witnesses must have signed the last checkpoint of each log."""


ANYBODY = Trust()


@dataclass
class Evidence:
    """The valid signatures of an archive; invalid ones go to `add_finding`."""

    archive: Archive
    trust: Trust
    add_finding: Find
    note: Find
    signers: Signers | None = None
    logs: dict[str, dict[int, Signed]] = field(default_factory=dict)
    """By log and size, the checkpoints with a trusted signature."""
    seen: dict[str, Seen] = field(default_factory=dict)
    """The largest tree of each log that matches its signature."""

    @property
    def store(self) -> ObjectStore:
        """Of the archive."""
        return self.archive.store

    def read(self) -> None:
        """Read keys and checkpoints, and find signatures that were removed."""
        try:
            self.signers = read_signers(self.store)
            pinned = self.trust.key or self.trust.memory.key
            if self.signers is not None and pinned is not None:
                self.signers.check_pinned(pinned)
        except Damage as error:
            self.add_finding(_key_in(error, KEYS), str(error))
            return
        if self.signers is None:
            self._expect_nothing()
            return
        self._check_marker()
        names = set(signed_logs(self.store)) | set(self.trust.memory.logs) | {OBJECTS}
        for log in sorted(names):
            self._read_log(log)

    def _expect_nothing(self) -> None:
        """Report removed signatures, if there were any."""
        before = self.trust.memory.key or _marked(self.archive)
        if before is not None:
            self.add_finding(
                KEYS, f"is empty: {before} signed this archive, and its signatures are gone"
            )
        elif self.trust.key is not None:
            if any(self.store.list("log/")) and not any(self.store.list("heads/")):
                what = "should have signed this archive; `griffie sign` does, if it never was"
                self.add_finding(KEYS, f"is empty: {self.trust.key} {what}")
        elif any(signed_logs(self.store)):
            self.add_finding(KEYS, "is empty, and there are checkpoints")

    def _check_marker(self) -> None:
        assert self.signers is not None
        marked = _marked(self.archive)
        if marked != self.signers.keys[0].key:
            self.add_finding(
                MARKER_KEY, f"names {marked or 'nobody'} as the first who signed this archive"
            )

    def _read_log(self, log: str) -> None:
        found = self.logs.setdefault(log, {})
        for size in kept_sizes(self.store, log):
            try:
                signed = kept_checkpoint(self.store, log, size)
            except Damage as error:
                self.add_finding(_key_in(error, kept_key(log, size)), str(error))
                continue
            if self._is_accepted(log, signed, kept_key(log, size), size):
                found[size] = signed
                self._check_stamp(log, size)
        self._check_last(log, found)
        self._check_memory(log, found)
        if found and self.trust.needed:
            # Witnesses' signatures enter the inventory, whose last checkpoint comes later still.
            self._check_witnesses(log, found if log == OBJECTS else {0: found[max(found)]})

    def _is_accepted(self, log: str, signed: Signed, key: str, size: int) -> bool:
        assert self.signers is not None
        if signed.checkpoint.size != size:
            self.add_finding(key, f"is a checkpoint of size {signed.checkpoint.size}")
        elif signed.checkpoint.origin != origin_of(self.archive, log):
            self.add_finding(key, f"is about another log, {signed.checkpoint.origin}")
        elif self.signers.accepts(log, signed) is None:
            self.add_finding(key, "is not signed by a key that counts")
        else:
            return True
        return False

    def _check_last(self, log: str, found: Mapping[int, Signed]) -> None:
        key = f"{log_place(log)}checkpoint"
        try:
            last = stored_checkpoint(self.store, key)
        except ObjectNotFound:
            self.add_finding(key, "is missing; this log was signed")
            return
        except DocumentDamaged as error:
            self.add_finding(key, str(error))
            return
        size = last.checkpoint.size
        if size not in found:
            self.add_finding(kept_key(log, size), f"is missing or damaged; {key} is of this size")
        elif str(last.note) != str(found[size].note):
            self.add_finding(key, "is not the checkpoint that was kept")
        elif size < max(found):
            self.add_finding(key, f"is of size {size}; {max(found)} was signed")

    def _check_memory(self, log: str, found: Mapping[int, Signed]) -> None:
        """Compare with earlier verifications: a log must not shrink or be replaced."""
        seen = self.trust.memory.logs.get(log)
        if seen is None:
            return
        if not found or max(found) < seen.size:
            reached = max(found, default=0)
            what = f"was seen signed at size {seen.size}, and ends at {reached} now"
            self.add_finding(f"{log_place(log)}checkpoint", f"{what}: it was rolled back")
        elif seen.size not in found or found[seen.size].checkpoint.root.hex() != seen.root:
            self.add_finding(
                kept_key(log, seen.size), "is not the checkpoint that was seen here before"
            )

    def _check_witnesses(self, log: str, found: Mapping[int, Signed]) -> None:
        """Check that the witnesses signed one of these checkpoints."""
        count = max(
            sum(is_signed(signed.note, witness) for witness in self.trust.witnesses)
            for signed in found.values()
        )
        if count < self.trust.needed:
            self.add_finding(
                f"{log_place(log)}checkpoint",
                f"is signed by {count} of {self.trust.needed} witnesses",
            )

    def _check_stamp(self, log: str, size: int) -> None:
        key = kept_key(log, size)
        try:
            stamp = self.store.get(key + STAMP)
        except ObjectNotFound:
            return
        try:
            timestamps.check(stamp, self.store.get(key), self.trust.roots)
        except ValueError as error:
            self.add_finding(key + STAMP, str(error))

    def tree(self, log: str) -> "TreeCheck | None":
        """Return a check of a log's leaves against the signed tree; None if it was never signed."""
        checkpoints = self.logs.get(log)
        return TreeCheck(self, log, checkpoints) if checkpoints else None


def _marked(archive: Archive) -> str | None:
    try:
        marked = read_marker(archive.store).get("signed_by")
    except Damage:
        return None  # reported as damage of the marker
    return str(marked) if marked else None


def _get_or_empty(store: ObjectStore, keys: list[str]) -> bytes:
    """Return the first object; nothing if it is missing, which was reported."""
    try:
        return store.get(keys[0]) if keys else b""
    except ObjectNotFound:
        return b""


def _key_in(error: Damage, otherwise: str) -> str:
    return str(getattr(error, "key", otherwise))


class TreeCheck:
    """Compare the leaves of one log, in order, with its tiles and each signed root."""

    def __init__(self, evidence: Evidence, log: str, checkpoints: Mapping[int, Signed]) -> None:
        """Begin with the first leaf."""
        self._evidence = evidence
        self._log = log
        self._left = dict(sorted(checkpoints.items()))
        self._size = max(checkpoints)
        self._growing = Growing()
        self._expected: dict[str, Tile] = {}
        self._is_whole = True

    def add(self, hashes: bytes) -> None:
        """Add the leaves of a segment; no checkpoint ends within one."""
        if not self._is_whole:
            return
        before = self._growing.size
        self._take(hashes[: (self._size - before) * HASH_BYTES])
        size = self._growing.size
        signed = self._left.pop(size, None)
        if signed is not None:
            self._check_root(size, signed)
        for within in [known for known in self._left if before < known < size]:
            self._find(kept_key(self._log, within), "ends within a segment")
            del self._left[within]

    def _take(self, hashes: bytes) -> None:
        for tile, data in self._growing.add(hashes):
            self._compare(tile, data)

    def _check_root(self, size: int, signed: Signed) -> None:
        root = self._growing.root()
        if root != signed.checkpoint.root:
            self._find(log_place(self._log), f"the log is not the one that was signed at {size}")
            self._is_whole = False
        else:
            self._evidence.seen[self._log] = Seen(size, root.hex())

    def stop(self) -> None:
        """Stop before damage that was reported."""
        self._is_whole = False

    def end(self) -> None:
        """Compare the right edge, and report signed leaves that are missing."""
        if not self._is_whole:
            return
        for size in self._left:
            self._find(
                kept_key(self._log, size),
                f"covers {size} lines of the log, which has {self._growing.size}",
            )
        edges = dict(self._growing.edge())
        for tile, data in edges.items():
            self._compare(tile, data)
        self._check_others()

    def _compare(self, tile: Tile, data: bytes) -> None:
        key = f"{log_place(self._log)}{tile.path}"
        self._expected[key] = tile
        try:
            found = self._evidence.store.get(key)
        except ObjectNotFound:
            self._find(key, "is missing; it is a tile of what was signed")
            return
        if found != data:
            self._find(key, "is not the tile of what was signed")

    def _check_others(self) -> None:
        """Check the partial tiles of older checkpoints: each must be the beginning of a later
        one."""
        prefix = f"{log_place(self._log)}tile/"
        for info in self._evidence.store.list(prefix):
            if info.key in self._expected or info.key.startswith(f"{prefix}entries/"):
                continue
            stem, _, width = info.key.partition(".p/")
            wide = [key for key in self._expected if key == stem or key.startswith(f"{stem}.p/")]
            data = self._evidence.store.get(info.key)
            begun = _get_or_empty(self._evidence.store, wide)
            length = int(width) * HASH_BYTES if width.isdecimal() else -1
            if len(data) != length or not begun.startswith(data):
                self._find(info.key, "is no tile of what was signed")

    def _find(self, key: str, what: str) -> None:
        self._evidence.add_finding(key, what)
