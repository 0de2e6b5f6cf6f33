"""Published snapshots: their format, and how they are written, listed and verified.

A bundle is written file by file. `snapshot.json`, which names all of them, is written last and
makes it a snapshot. Then `snapshots.json`, the list, is written anew from what is there.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from archive import canonical, fields, keys
from archive.archive import read_sealed
from archive.canonical import JSON
from archive.chunks import digest_and_size
from archive.entries import Head
from archive.errors import (
    Damage,
    DocumentDamaged,
    EntryInvalid,
    FormatUnknown,
    KeyInvalid,
    ObjectExists,
    ObjectNotFound,
    SnapshotExists,
)
from archive.findings import Finding
from archive.listing import folders
from archive.mutable import replace
from archive.stores import ObjectStore

FORMAT = "griffie-snapshot/1"
LIST_FORMAT = "griffie-snapshots/1"
PREFIX = "snapshots/"
LIST_KEY = f"{PREFIX}snapshots.json"
MANIFEST = "snapshot.json"
SUMS = "SHA256SUMS"
SIGNATURE = "signature.json"
SIGNATURE_STAMP = "signature.timestamp.json"


class BundledFile(NamedTuple):
    """A file of a bundle; its path is relative to the bundle."""

    path: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The content of `snapshot.json`."""

    name: str
    as_of: str
    """When the last segment that it includes was written."""
    heads: Mapping[str, Head]
    """By source, the last segment that it includes."""
    files: tuple[BundledFile, ...]
    """All files but `snapshot.json` and `SHA256SUMS`, in order of their paths."""
    software: str
    since: str | None = None
    """The snapshot that its `changes` are relative to."""

    @property
    def size_bytes(self) -> int:
        """The total size of its files."""
        return sum(file.size_bytes for file in self.files)

    def to_json(self) -> dict[str, JSON]:
        """Return it as the format writes it."""
        return fields.present(
            format=FORMAT,
            name=self.name,
            as_of=self.as_of,
            heads=heads_to_json(self.heads),
            files=[file._asdict() for file in self.files],
            software=self.software,
            since=self.since,
        )

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> "Snapshot":
        """Read and check; raises `EntryInvalid` or `FormatUnknown`."""
        if document.get("format") != FORMAT:
            raise FormatUnknown(MANIFEST, document.get("format"))
        return cls(
            fields.text(document, "name"),
            fields.time(document, "as_of"),
            heads_from_json(document.get("heads")),
            tuple(map(_file, fields.as_objects(document.get("files")))),
            fields.text(document, "software"),
            fields.optional_text(document, "since"),
        )

    def sums(self, manifest: bytes) -> bytes:
        """Return `SHA256SUMS`, as `sha256sum -c` reads it, of all files and of `snapshot.json`."""
        digest = hashlib.sha256(manifest).hexdigest()
        files = [*self.files, BundledFile(MANIFEST, digest, len(manifest))]
        return "".join(
            f"{file.sha256}  {file.path}\n" for file in sorted(files, key=lambda file: file.path)
        ).encode()


def _file(line: Mapping[str, Any]) -> BundledFile:
    path = fields.text(line, "path")
    size_bytes = fields.optional_size(line, "size_bytes")
    if size_bytes is None or not all(map(keys.is_part, path.split("/"))):
        raise EntryInvalid(f"{path!r} is no file of a bundle, or has no size")
    return BundledFile(path, fields.sha256(line, "sha256"), size_bytes)


def heads_to_json(heads: Mapping[str, Head]) -> JSON:
    """Return heads as the format writes them."""
    return {source: head._asdict() for source, head in heads.items()}


def heads_from_json(value: object) -> dict[str, Head]:
    """Read heads; raises `EntryInvalid`."""
    heads = {}
    for source, head in fields.as_object(value).items():
        said = fields.as_object(head)
        sequence = fields.optional_size(said, "sequence")
        if not sequence:
            raise EntryInvalid(f"the head of {source} has no sequence")
        heads[source] = Head(sequence, fields.sha256(said, "sha256"))
    return heads


def snapshot_key(name: str, path: str = MANIFEST) -> str:
    """Return the key of a file of a bundle; raises `KeyInvalid`."""
    if not keys.is_part(name) or name == "snapshots.json":
        raise KeyInvalid(name, "a snapshot is named by letters, digits and . _ - =")
    return keys.check(f"{PREFIX}{name}/{path}")


# Reading -----------------------------------------------------------------------------------------


def read_snapshot(store: ObjectStore, name: str) -> Snapshot:
    """Read the `snapshot.json` of a published snapshot.

    Raises:
        ObjectNotFound: there is none, or it is not finished.
        DocumentDamaged: it contradicts its own digest, or is malformed.
    """
    return read_manifest(store, snapshot_key(name))


def read_manifest(store: ObjectStore, key: str) -> Snapshot:
    """Read a `snapshot.json` by its key; see `read_snapshot`."""
    try:
        return Snapshot.from_json(read_sealed(store, key))
    except EntryInvalid as error:
        raise DocumentDamaged(key, error.what) from error


def snapshot_names(store: ObjectStore) -> list[str]:
    """Return the names of the finished snapshots, in order."""
    return [n for n in folders(store, PREFIX) if store.exists(f"{PREFIX}{n}/{MANIFEST}")]


def unfinished_names(store: ObjectStore) -> list[str]:
    """Return the names of unfinished bundles that killed writers left."""
    return [n for n in folders(store, PREFIX) if not store.exists(f"{PREFIX}{n}/{MANIFEST}")]


def list_snapshots(store: ObjectStore) -> list[Snapshot]:
    """Return the published snapshots, the oldest first, from the list alone.

    Raises:
        DocumentDamaged: the list contradicts its own digest.
    """
    try:
        listed = read_sealed(store, LIST_KEY)
    except ObjectNotFound:
        return []
    try:
        names = [fields.text(line, "name") for line in fields.as_objects(listed.get("snapshots"))]
    except EntryInvalid as error:
        raise DocumentDamaged(LIST_KEY, error.what) from error
    return [read_snapshot(store, name) for name in names]


def latest_snapshot(store: ObjectStore) -> Snapshot | None:
    """Return the most recent snapshot, if there is any."""
    try:
        latest = read_sealed(store, LIST_KEY).get("latest")
    except ObjectNotFound:
        return None
    return read_snapshot(store, latest) if isinstance(latest, str) else None


# Writing -----------------------------------------------------------------------------------------


class Bundle:
    """A snapshot that is being written."""

    def __init__(self, store: ObjectStore, name: str) -> None:
        """Begin a snapshot, or continue one that a killed writer left.

        Raises:
            SnapshotExists: a finished one has this name.
        """
        self._store = store
        self.name = name
        self.files: list[BundledFile] = []
        if store.exists(snapshot_key(name)):
            raise SnapshotExists(name)

    def add(self, path: str, source: Path) -> BundledFile:
        """Move a file into the bundle; durable when this returns."""
        with source.open("rb") as file:
            sha256, size_bytes = digest_of(file)
        key = snapshot_key(self.name, path)
        if self._store.exists(key):
            # A killed writer left it: the same bytes, unless other libraries made them.
            with self._store.open(key) as file:
                if digest_of(file)[0] != sha256:
                    self._store.erase(key)
        self._store.put_files({key: source})
        added = BundledFile(path, sha256, size_bytes)
        self.files.append(added)
        return added

    def publish(
        self, as_of: str, heads: Mapping[str, Head], software: str, since: str | None
    ) -> Snapshot:
        """Finish it and put it in the list.

        Raises:
            SnapshotExists: another writer finished one of this name.
        """
        made = Snapshot(self.name, as_of, heads, tuple(sorted(self.files)), software, since)
        manifest = canonical.seal(made.to_json())
        sums = snapshot_key(self.name, SUMS)
        if self._store.exists(sums):
            self._store.erase(sums)
        self._store.put_new(sums, made.sums(manifest))
        try:
            self._store.put_new(snapshot_key(self.name), manifest)
        except ObjectExists as error:
            raise SnapshotExists(self.name) from error
        write_list(self._store)
        return made


def write_list(store: ObjectStore) -> None:
    """Rewrite `snapshots.json` from the snapshots in the store."""
    replace(store, LIST_KEY, _list(store))


def _list(store: ObjectStore) -> bytes:
    found = [(name, read_snapshot(store, name)) for name in snapshot_names(store)]
    found.sort(key=lambda item: (item[1].as_of, item[0]))
    lines: list[JSON] = [
        {
            "name": name,
            "as_of": snapshot.as_of,
            "heads": heads_to_json(snapshot.heads),
            "size_bytes": snapshot.size_bytes,
            "sha256": hashlib.sha256(store.get(snapshot_key(name))).hexdigest(),
        }
        for name, snapshot in found
    ]
    latest = found[-1][0] if found else None
    return canonical.seal(fields.present(format=LIST_FORMAT, snapshots=lines, latest=latest))


def remove_snapshots(store: ObjectStore, names: Sequence[str]) -> None:
    """Remove snapshots from the list, then from the store; also unfinished ones.

    Raises:
        ObjectNotFound: there is none of this name.
        StoreForbidden: they are locked, or this user may not.
    """
    for name in names:
        if next(store.list(f"{PREFIX}{name}/"), None) is None:
            raise ObjectNotFound(snapshot_key(name))
    for name in names:
        # Without its `snapshot.json` it is no snapshot, and not in the list.
        store.erase(snapshot_key(name))
    write_list(store)
    for name in names:
        for info in list(store.list(f"{PREFIX}{name}/")):
            store.erase(info.key)


# Verifying ---------------------------------------------------------------------------------------


def verify_bundle(store: ObjectStore, prefix: str = "") -> Iterator[Finding]:
    """Yield the damage in a bundle, which is checked by itself and not changed.

    Args:
        store: an archive, or a folder that a bundle was downloaded to.
        prefix: what the keys of the bundle start with: `snapshots/<name>/`, or nothing.
    """
    key = f"{prefix}{MANIFEST}"
    try:
        snapshot = read_manifest(store, key)
        manifest = store.get(key)
    except (Damage, FormatUnknown) as error:
        yield Finding(key, str(error))
        return
    if prefix and prefix != f"{PREFIX}{snapshot.name}/":
        yield Finding(key, f"says that it is the snapshot {snapshot.name}")
    sums = f"{prefix}{SUMS}"
    try:
        if store.get(sums) != snapshot.sums(manifest):
            yield Finding(sums, "does not say what snapshot.json says")
    except ObjectNotFound:
        yield Finding(sums, "is missing")
    for file in snapshot.files:
        if what := _wrong(store, f"{prefix}{file.path}", file):
            yield Finding(f"{prefix}{file.path}", what)
    beside = (MANIFEST, SUMS, SIGNATURE, SIGNATURE_STAMP)
    known = {f"{prefix}{path}" for path in (*beside, *(file.path for file in snapshot.files))}
    for info in store.list(prefix):
        if info.key not in known:
            yield Finding(info.key, "is not part of the snapshot")


def verify_list(store: ObjectStore) -> Iterator[Finding]:
    """Yield what is wrong with `snapshots.json`, which may be missing if there are no snapshots."""
    try:
        listed = store.get(LIST_KEY)
    except ObjectNotFound:
        if snapshot_names(store):
            yield Finding(LIST_KEY, "is missing")
        return
    try:
        is_right = listed == _list(store)
    except Damage:
        return  # a damaged snapshot is reported where it is checked itself
    if not is_right:
        yield Finding(LIST_KEY, "does not list what is there")


def _wrong(store: ObjectStore, key: str, file: BundledFile) -> str | None:
    try:
        with store.open(key) as stored:
            sha256, size_bytes = digest_of(stored)
    except ObjectNotFound:
        return "is missing; snapshot.json names it"
    if sha256 != file.sha256:
        return f"has {size_bytes} bytes with SHA-256 {sha256}"
    return None


def digest_of(file: BinaryIO) -> tuple[str, int]:
    """Return SHA-256, in hexadecimal, and size of what an open file holds."""
    digest, size_bytes = digest_and_size(file)
    return digest.hex(), size_bytes
