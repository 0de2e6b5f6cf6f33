"""Sign an archive: tiles and a checkpoint for each log, and an inventory of the rest.

Only new objects are read, so the cost depends on the harvest and not on the archive's size.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from archive import canonical, timestamps
from archive.archive import MARKER_KEY, Archive, read_marker
from archive.checkpoints import (
    COSIGNED,
    OBJECTS,
    STAMP,
    Checkpoint,
    Signed,
    kept_checkpoint,
    kept_key,
    kept_sizes,
    last_checkpoint,
    log_place,
    origin_of,
    signed_logs,
)
from archive.entries import Head
from archive.errors import ChainBroken, ObjectExists, ObjectNotFound, SignatureMissing
from archive.inventory import COVERED, Item, bundle, item_of, newest, read_bundle, read_items
from archive.memory import Memory, Seen
from archive.merkle import leaf_hashes
from archive.mutable import replace
from archive.notes import Note, sign_note
from archive.signers import KEYS, Signers, name_signer, read_signers
from archive.statements import public_hex
from archive.stores import ObjectStore
from archive.tiles import WIDTH, Growing, Tile, edge, pack_entries

RECENT_BUNDLES = 4
"""Tiles of the inventory that are searched first for the last report of each source."""

TOGETHER = 200
"""Tiles that are made durable together."""
NOTHING = Memory()

Ask = Callable[[bytes], bytes]
"""Return a timestamp authority's answer to a request."""


@dataclass
class Signing:
    """One signing run.

    Attributes:
        archive: the archive to sign.
        key: the operator's.
        signed_at: the present.
        made: keys of the checkpoints that were signed.
        seen: the signed length of each log.
    """

    archive: Archive
    key: Ed25519PrivateKey
    signed_at: str
    made: list[str] = field(default_factory=list)
    seen: dict[str, Seen] = field(default_factory=dict)
    _waiting: dict[str, Path] = field(default_factory=dict)
    """Tiles by key, in temporary files."""

    @property
    def store(self) -> ObjectStore:
        """Of the archive."""
        return self.archive.store

    def sign(
        self, stored: Iterable[str] = (), memory: Memory = NOTHING, *, all_objects: bool = False
    ) -> list[str]:
        """Sign what is new in every log and in the inventory; return what was made.

        Args:
            stored: keys of texts that were stored since the last run.
            memory: earlier signed trees; an archive that was rolled back is not signed.
            all_objects: whether to list all objects for missing entries, or only reports.

        Raises:
            SignatureMissing: another key signed the archive.
            Damage: a log or an earlier signature is damaged; that log was not signed.
        """
        self.sign_logs(memory)
        self.sign_objects(stored, all_objects=all_objects)
        return self.made

    def sign_logs(self, memory: Memory = NOTHING) -> None:
        """Sign what is new in the log of each source; see `sign`."""
        self.memory = memory
        self.signers = self._signers()
        for source in self.archive.sources():
            self.sign_log(source)

    def _signers(self) -> Signers:
        signers = read_signers(self.store)
        public = public_hex(self.key)
        if signers is None:
            was_signed = self.memory.key or read_marker(self.store).get("signed_by")
            if was_signed or any(signed_logs(self.store)):
                raise SignatureMissing(KEYS, "is empty, and this archive was signed")
            signers = name_signer(self.archive, None, self.key, self.key, {})
        if signers.current != public:
            raise SignatureMissing(
                KEYS, f"says that {signers.current} signs this archive, not {public}"
            )
        mark_signed(self.archive, signers.keys[0].key)
        return signers

    # A log -----------------------------------------------------------------------------------

    def last(self, log: str) -> Signed | None:
        """Return the last checkpoint of a log, including a newer one that a killed signer kept.

        Raises:
            SignatureMissing: its signer is not trusted.
        """
        last = last_checkpoint(self.store, log)
        newer = kept_sizes(self.store, log, last.checkpoint.size if last else 0)
        if newer:
            last = kept_checkpoint(self.store, log, newer[-1])
            replace(self.store, f"{log_place(log)}checkpoint", str(last.note).encode())
        if last is not None and self.signers.accepts(log, last) is None:
            raise SignatureMissing(log_place(log), "was signed by somebody else")
        seen = self.memory.logs.get(log)
        if seen is not None and (last is None or last.checkpoint.size < seen.size):
            raise SignatureMissing(log_place(log), f"was signed at size {seen.size} before")
        if last is not None:
            self.seen[log] = Seen(last.checkpoint.size, last.checkpoint.root.hex())
        return last

    def _grown(self, log: str, last: Signed | None) -> Growing:
        if last is None:
            return Growing()
        growing = Growing.read(self.store, log_place(log), last.checkpoint.size)
        if growing.root() != last.checkpoint.root:
            raise ChainBroken(log_place(log), "its tiles do not lead to the signed root")
        return growing

    def sign_log(self, source: str) -> None:
        """Sign the segments since the last run."""
        last = self.last(source)
        after = last.checkpoint.head if last else None
        lines = new_lines(self.archive, source, after)
        first = next(lines, None)
        if first is None:
            return
        growing = self._grown(source, last)
        head = first[0]
        for reached, content in chain([first], lines):
            self._put(source, growing.add(leaf_hashes(content)))
            head = reached
        self._check_in(source, last, growing, {"segment": f"{head.sequence} {head.sha256}"})

    def _put(self, log: str, tiles: Iterable[tuple[Tile, bytes]]) -> None:
        """Buffer tiles until there are enough to make durable together."""
        for tile, data in tiles:
            self._keep(f"{log_place(log)}{tile.path}", data)

    def _keep(self, key: str, data: bytes) -> None:
        writer = self.archive.payloads.writer()
        writer.write(data)
        self._waiting[key] = writer.close().path
        if len(self._waiting) >= TOGETHER:
            self._flush()

    def _flush(self) -> None:
        self.store.put_files(self._waiting)
        self._waiting = {}

    def _check_in(
        self, log: str, last: Signed | None, growing: Growing, told: dict[str, str]
    ) -> None:
        """Store the tiles of a Merkle tree, then sign and store its checkpoint."""
        self._put(log, growing.edge())
        self._flush()
        origin = origin_of(self.archive, log)
        extension = (f"time {self.signed_at}", *(f"{word} {rest}" for word, rest in told.items()))
        checkpoint = Checkpoint(origin, growing.size, growing.root(), extension)
        signature = sign_note(checkpoint.text, origin, self.key)
        data = str(Note(checkpoint.text, (signature,))).encode()
        key = kept_key(log, growing.size)
        try:
            self.store.put_new(key, data)
        except ObjectExists:
            return  # another machine signed the same at the same moment
        replace(self.store, f"{log_place(log)}checkpoint", data)
        self.made.append(key)
        self.seen[log] = Seen(growing.size, growing.root().hex())
        if last is not None:
            self._forget_edges(log, last.checkpoint.size, growing.size)

    def stamp(self, ask: Ask) -> None:
        """Have a timestamp authority stamp each new checkpoint.

        Raises:
            ValueError: its answer is no timestamp of the checkpoint.
        """
        for key in self.made:
            data = self.store.get(key)
            kept = timestamps.keep(ask(timestamps.request_for(data)), data)
            self.store.put_new(f"{key}{STAMP}", kept)

    def _forget_edges(self, log: str, last: int, size: int) -> None:
        """Remove the partial tiles that belong to neither of the last two checkpoints.

        A reader of the previous checkpoint may still request its tiles.
        """
        before = [known for known in kept_sizes(self.store, log) if known < last][-1:]
        needed = {*edge(last), *edge(size)}
        for known in before:
            for tile in edge(known):
                if tile not in needed:
                    self.store.erase(f"{log_place(log)}{tile.path}")
                    if log == OBJECTS and tile.level == 0:
                        self.store.erase(f"{log_place(log)}{bundle(tile.number, known).path}")

    # The inventory ---------------------------------------------------------------------------

    def sign_objects(self, stored: Iterable[str], *, all_objects: bool) -> None:
        """Add to the inventory what it lacks, and sign it; the logs were signed before."""
        last = self.last(OBJECTS)
        new = self._new_items(last, stored, all_objects=all_objects)
        if not new and last is not None:
            return
        growing = self._grown(OBJECTS, last)
        lines = [item.line() for item in new]
        size = growing.size
        held = read_bundle(self.store, size // WIDTH, size) if size % WIDTH else []
        first = size // WIDTH
        whole = [*held, *lines]
        for at in range(0, len(whole), WIDTH):
            tile = bundle(first + at // WIDTH, size + len(lines))
            key = f"{log_place(OBJECTS)}{tile.path}"
            self._keep(key, pack_entries(whole[at : at + WIDTH]))
        self._put(OBJECTS, growing.add(leaf_hashes(lines)))
        self._check_in(OBJECTS, last, growing, {})

    def _new_items(
        self, last: Signed | None, stored: Iterable[str], *, all_objects: bool
    ) -> list[Item]:
        known = self._known(last, all_objects=all_objects)
        wanted = {*stored, *self.made, *self._reports(known, all_objects=all_objects)}
        if all_objects or last is None:
            wanted |= set(self._uncovered())
        # The inventory's own checkpoint, and who cosigned it, come with what else is new: alone
        # they would be a reason to sign it again, without end.
        found = self._items(
            {key for key in wanted if not key.startswith(log_place(OBJECTS))}, known
        )
        if found and last is not None:
            own = kept_key(OBJECTS, last.checkpoint.size)
            found += self._items({own, own + COSIGNED}, known)
        return found

    def _items(self, wanted: Iterable[str], known: dict[str, Item]) -> list[Item]:
        found = []
        for key in sorted(wanted):
            with suppress(ObjectNotFound):  # a text that was taken down meanwhile
                item = item_of(key, self.store.get(key))
                if known.get(key) != item:
                    found.append(item)
        return found

    def _known(self, last: Signed | None, *, all_objects: bool) -> dict[str, Item]:
        """Return the entries of the inventory: all, or only the latest ones."""
        if last is None:
            return {}
        bundles = -(-last.checkpoint.size // WIDTH)
        first = 0 if all_objects else max(0, bundles - RECENT_BUNDLES)
        return dict(newest(read_items(self.store, last.checkpoint, first)))

    def _reports(self, known: dict[str, Item], *, all_objects: bool) -> Iterator[str]:
        """Yield the keys of reports that are newer than the last known one."""
        for source in self.archive.sources():
            prefix = f"harvests/{source}/"
            lately = max((key for key in known if key.startswith(prefix)), default="")
            for info in self.store.list(prefix, after="" if all_objects else lately):
                yield info.key

    def _uncovered(self) -> Iterator[str]:
        for folder in COVERED:
            yield from (info.key for info in self.store.list(folder))
        for log in signed_logs(self.store):
            prefix = f"{log_place(log)}checkpoints/"
            yield from (info.key for info in self.store.list(prefix) if log != OBJECTS)
        yield from (
            info.key
            for info in self.store.list("snapshots/")
            if info.key.endswith(("/snapshot.json", "/signature.json"))
        )


def new_lines(
    archive: Archive, source: str, after: Head | None
) -> Iterator[tuple[Head, list[bytes]]]:
    """Yield the lines of the segments after a known one, and where each segment stands.

    Raises:
        ChainBroken: a segment does not follow the one before it.
    """
    log = archive.log(source)
    for key in log.keys(after.sequence if after else 0):
        data = archive.store.get(key)
        try:
            lines = canonical.unpack(data).split(b"\n")[:-1]
            header = json.loads(lines[0])
            place = (header["sequence"], header.get("previous"))
        except (ValueError, LookupError, TypeError) as error:
            raise ChainBroken(key, f"it is no segment ({error})") from error
        expected = (after.sequence + 1, after.sha256) if after else (1, None)
        if place != expected:
            raise ChainBroken(key, "it was not written after the segment that was signed before it")
        after = Head(expected[0], item_of(key, data).sha256)
        yield after, lines


def mark_signed(archive: Archive, key: str) -> None:
    """Record in the marker, for good, that this archive is signed and by which first key."""
    marker = read_marker(archive.store)
    if not marker.get("signed_by"):
        replace(archive.store, MARKER_KEY, canonical.seal({**marker, "signed_by": key}))
