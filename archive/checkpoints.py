"""Checkpoints: the signed size and root of a log (C2SP tlog-checkpoint).

They are stored below `evidence/<log>/`, beside the tiles of its tree. `checkpoint` is the latest
one and is replaced; `checkpoints/` keeps every one, by size of its log.
"""

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from archive import canonical
from archive.archive import Archive, read_marker
from archive.entries import Head
from archive.errors import DocumentDamaged, ObjectNotFound
from archive.merkle import HASH_BYTES
from archive.mutable import replace
from archive.notes import Note, NoteSignature, parse_note
from archive.stores import ObjectStore

PREFIX = "evidence/"
OBJECTS = "_objects"
"""The inventory's own log; no source can have this name."""
STAMP = ".timestamp.json"
COSIGNED = ".cosigned"
_SIZE_DIGITS = 12


class Checkpoint(NamedTuple):
    """The content of a checkpoint, whether signed or not."""

    origin: str
    """The name of the log: which log of which archive."""
    size: int
    root: bytes
    extension: tuple[str, ...] = ()
    """Extension lines after the root hash: `time` and, in a source's log, `segment`."""

    @property
    def text(self) -> str:
        """The text that is signed."""
        lines = [self.origin, str(self.size), base64.b64encode(self.root).decode()]
        return "".join(f"{line}\n" for line in (*lines, *self.extension))

    @property
    def told(self) -> Mapping[str, str]:
        """The additional lines, by their first word."""
        return dict(line.partition(" ")[::2] for line in self.extension)

    @property
    def head(self) -> Head | None:
        """The last segment that it covers; None for the inventory."""
        sequence, _, sha256 = self.told.get("segment", "").partition(" ")
        return Head(int(sequence), sha256) if sequence.isdecimal() else None

    @property
    def time(self) -> str:
        """When it was signed, by the signer's clock."""
        return self.told.get("time", "")


class Signed(NamedTuple):
    """A checkpoint with the signed note that contains it."""

    checkpoint: Checkpoint
    note: Note


def read_checkpoint(data: bytes) -> Signed:
    """Read a checkpoint; its signatures are not checked.

    Raises:
        ValueError: this is no checkpoint.
    """
    note = parse_note(data)
    origin, size, encoded, *more = [*note.text[:-1].split("\n"), "", ""][: note.text.count("\n")]
    if not size.isdecimal() or str(int(size)) != size:
        raise ValueError("its size is no number")
    root = base64.b64decode(encoded, validate=True)
    if len(root) != HASH_BYTES:
        raise ValueError("its root is no hash")
    found = Signed(Checkpoint(origin, int(size), root, tuple(more)), note)
    if found.checkpoint.text != note.text:
        raise ValueError("it is not written as checkpoints are")
    return found


def marker_identity(archive: Archive) -> str:
    """Return the digest that identifies an archive.

    It is that of its marker as it was created, before anybody signed.
    """
    marker = read_marker(archive.store)
    made = {name: value for name, value in marker.items() if name in ("created_at", "format")}
    return hashlib.sha256(canonical.seal(made)).hexdigest()


def origin_of(archive: Archive, log: str) -> str:
    """Return the name of a log in checkpoints; it is also that of the key that signs them."""
    return f"griffie/{marker_identity(archive)[:16]}/{log}"


def log_place(log: str) -> str:
    """Return the prefix of the tiles and checkpoints of a log."""
    return f"{PREFIX}{log}/"


def kept_key(log: str, size: int) -> str:
    """Return the key of the checkpoint of a size."""
    return f"{log_place(log)}checkpoints/{size:0{_SIZE_DIGITS}}"


def kept_sizes(store: ObjectStore, log: str, after: int = 0) -> list[int]:
    """Return the sizes at which a log was signed, the smallest first."""
    prefix = f"{log_place(log)}checkpoints/"
    start = kept_key(log, after) if after else ""
    names = (info.key.removeprefix(prefix) for info in store.list(prefix, after=start))
    return [int(name) for name in names if name.isdecimal() and len(name) == _SIZE_DIGITS]


def stored_checkpoint(store: ObjectStore, key: str) -> Signed:
    """Read a checkpoint.

    Raises:
        ObjectNotFound: there is none.
        DocumentDamaged: the object is no checkpoint.
    """
    try:
        return read_checkpoint(store.get(key))
    except ValueError as error:
        raise DocumentDamaged(key, str(error)) from error


def last_checkpoint(store: ObjectStore, log: str) -> Signed | None:
    """Return the last checkpoint of a log; None if it was never signed."""
    try:
        return stored_checkpoint(store, f"{log_place(log)}checkpoint")
    except ObjectNotFound:
        return None


def kept_checkpoint(store: ObjectStore, log: str, size: int) -> Signed:
    """Return the checkpoint of a size, with the signatures that witnesses added later.

    Raises:
        ObjectNotFound: nobody signed the log at that size.
        DocumentDamaged: it is damaged.
    """
    return with_cosignatures(store, kept_key(log, size))


def with_cosignatures(store: ObjectStore, key: str) -> Signed:
    """Return a checkpoint that is kept, with the signatures of witnesses below it.

    Raises:
        ObjectNotFound: there is none.
        DocumentDamaged: it is damaged.
    """
    checkpoint, note = stored_checkpoint(store, key)
    try:
        more = parse_note(store.get(key + COSIGNED)).signatures
    except ObjectNotFound:
        return Signed(checkpoint, note)
    except ValueError as error:
        raise DocumentDamaged(key + COSIGNED, str(error)) from error
    return Signed(checkpoint, note.with_signatures(more))


def keep_cosignatures(
    store: ObjectStore, log: str, signed: Signed, more: Sequence[NoteSignature]
) -> Signed:
    """Add verified signatures of witnesses to a kept checkpoint."""
    size = signed.checkpoint.size
    known = kept_checkpoint(store, log, size)
    note = known.note.with_signatures(tuple(more))
    added = str(note).encode()
    replace(store, kept_key(log, size) + COSIGNED, added)
    last = last_checkpoint(store, log)
    if last is not None and last.note.text == note.text:
        replace(store, f"{log_place(log)}checkpoint", added)
    return Signed(known.checkpoint, note)


def signed_logs(store: ObjectStore) -> Iterator[str]:
    """Yield the names of logs that have a checkpoint or tiles."""
    after = ""
    while info := next(store.list(PREFIX, after=after), None):
        log = info.key.removeprefix(PREFIX).partition("/")[0]
        if log != "keys":
            yield log
        after = f"{PREFIX}{log}/\x7f"
