"""Create a snapshot and publish it."""

import hashlib
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from archive import canonical
from archive.archive import Archive
from archive.entries import Head
from archive.log import SOFTWARE
from archive.snapshots import (
    Bundle,
    Snapshot,
    digest_of,
    heads_to_json,
    list_snapshots,
    read_snapshot,
    snapshot_key,
)
from harvester.errors import ConfigurationError
from harvester.harvest.texts import extract_wanted
from harvester.index import Index, IndexFault, SchemaOutdated
from harvester.index.connection import SCHEMA_VERSION, open_readonly
from harvester.progress import Progress
from harvester.settings import Settings
from harvester.snapshot import bags, description
from harvester.snapshot.canonical_index import copy_consistently, heads_of, write_canonical
from harvester.snapshot.changes import find_changes
from harvester.snapshot.description import Facts
from harvester.snapshot.formats import (
    compress,
    decompress,
    gzipped,
    require_pyarrow,
    write_table,
)
from harvester.snapshot.moments import make_index
from harvester.snapshot.tables import Table, tables
from harvester.source.registry import readers
from harvester.source.spider import About, SourceSpider

INDEX_PATH = "index.sqlite.zst"
CHANGES_PATH = "changes.jsonl.gz"
LEFT_BY_THE_DEAD_S = 2 * 86_400
"""Age of a temporary folder that no process can still be using."""
_TEMPORARY = "snapshot-"


class Wish(NamedTuple):
    """The requested snapshot."""

    as_of: str | None = None
    """A time; None means the present."""
    name: str | None = None
    """The name; None makes one from time and heads."""
    with_files: bool = False


class Created(NamedTuple):
    """The result of a request."""

    snapshot: Snapshot
    is_new: bool
    """False if a snapshot of the same heads was published before."""


def create_snapshot(
    archive: Archive,
    settings: Settings,
    sources: dict[str, type[SourceSpider]],
    wish: Wish,
    progress: Progress,
) -> Created:
    """Create a snapshot of the archive and publish it, while harvests and readers continue.

    After a kill, no unfinished snapshot is visible, and the next call continues.

    Raises:
        ConfigurationError: the archive is empty, or pyarrow is not installed.
        SnapshotExists: another one has the requested name.
        Damage: the log or a wanted file is damaged.
    """
    require_pyarrow()
    _sweep(archive.store.staging)
    with tempfile.TemporaryDirectory(prefix=_TEMPORARY, dir=archive.store.staging) as name:
        folder = Path(name)
        index = _derive(archive, settings, sources, wish.as_of, folder, progress)
        heads, as_of = heads_of(index)
        if not heads:
            raise ConfigurationError("the archive is empty then; nothing to make a snapshot of")
        called = wish.name or made_up_name(heads, as_of, with_files=wish.with_files)
        if archive.store.exists(snapshot_key(called)):
            before = read_snapshot(archive.store, called)
            if before.heads == heads and wish.name is None:
                return Created(before, is_new=False)
        bundle = Bundle(archive.store, called)
        work = _Making(archive, settings, sources, progress, folder, bundle, heads, as_of)
        return Created(work.make(index, with_files=wish.with_files), is_new=True)


def _sweep(staging: Path) -> None:
    """Remove the temporary folders of killed processes."""
    oldest = time.time() - LEFT_BY_THE_DEAD_S
    for folder in staging.glob(f"{_TEMPORARY}*"):
        with suppress(FileNotFoundError):  # another process may remove it at the same moment
            if folder.stat().st_mtime < oldest:
                shutil.rmtree(folder)


def made_up_name(heads: Mapping[str, Head], as_of: str, *, with_files: bool) -> str:
    """Return a name that sorts by time and is unique for these heads."""
    digest = hashlib.sha256(canonical.encode(heads_to_json(heads))).hexdigest()
    when = as_of[:19].replace("-", "").replace(":", "")
    return f"{when}Z-{digest[:8]}{'-with-files' if with_files else ''}"


def _derive(
    archive: Archive,
    settings: Settings,
    sources: dict[str, type[SourceSpider]],
    as_of: str | None,
    folder: Path,
    progress: Progress,
) -> Path:
    """Make the index of the snapshot; the one in use is not changed."""
    path = folder / "derived.sqlite"
    if as_of is None and settings.index.exists():
        progress.phase("copy")
        copy_consistently(settings.index, path)
        try:
            index = Index.open(path, readers(sources))
        except SchemaOutdated:
            path.unlink()
        else:
            with closing(index):
                for source in archive.sources():
                    index.catch_up(archive.log(source))
                extract_wanted(archive, index, settings.text, progress)
            return path
    make_index(archive, path, settings, sources, progress, as_of=as_of)
    return path


@dataclass
class _Making:
    """One bundle under construction."""

    archive: Archive
    settings: Settings
    sources: dict[str, type[SourceSpider]]
    progress: Progress
    folder: Path
    bundle: Bundle
    heads: Mapping[str, Head]
    as_of: str
    counts: dict[str, int] = field(default_factory=dict)

    def make(self, derived: Path, *, with_files: bool) -> Snapshot:
        index = self.folder / "index.sqlite"
        write_canonical(derived, index, self.progress)
        derived.unlink()
        since = self._write_changes(index)
        with closing(open_readonly(index)) as connection:
            exported = tables(connection)
            self._write_tables(connection, exported)
            if with_files:
                self._write_bags(connection)
        self.progress.phase("compress")
        packed = self.folder / "index.zst"
        compress(index, packed)
        index.unlink()
        self.bundle.add(INDEX_PATH, packed)
        self._describe(exported, since)
        self.progress.phase("publish")
        return self.bundle.publish(self.as_of, self.heads, SOFTWARE, since)

    def _write_tables(self, connection: sqlite3.Connection, exported: Sequence[Table]) -> None:
        self.progress.phase("tables", len(exported))
        for table in exported:
            paths, self.counts[table.name] = write_table(connection, table, self.folder)
            for path, file in paths.items():
                self.bundle.add(path, file)
            self.progress.advance(detail=table.name)

    def _write_changes(self, index: Path) -> str | None:
        """Write the changes since the previous snapshot; return its name."""
        previous = self._previous()
        path = self.folder / "changes"
        with gzipped(path) as file:
            if previous is not None:
                self.progress.phase("changes")
                before = self._index_of(previous)
                for change in find_changes(before, index):
                    file.write(f"{change.to_json()}\n".encode())
                before.unlink()
        self.bundle.add(CHANGES_PATH, path)
        return previous.name if previous else None

    def _previous(self) -> Snapshot | None:
        """Return the latest snapshot that is older than this one."""
        earlier = [s for s in list_snapshots(self.archive.store) if s.as_of < self.as_of]
        return earlier[-1] if earlier else None

    def _index_of(self, snapshot: Snapshot) -> Path:
        path = self.folder / "before.sqlite"
        take_index(self.archive, snapshot, path)
        with closing(sqlite3.connect(path)) as connection:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version != SCHEMA_VERSION:
            path.unlink()
            make_index(
                self.archive, path, self.settings, self.sources, self.progress,
                as_of=snapshot.as_of,
            )  # fmt: skip
        return path

    def _write_bags(self, connection: sqlite3.Connection) -> None:
        years = bags.years(connection)
        self.progress.phase("files", len(years))
        info = {
            "Source-Organization": ", ".join(a.publisher for a in self._abouts().values()),
            "External-Identifier": self.bundle.name,
            "Bagging-Date": self.as_of[:10],
            "Bag-Software-Agent": SOFTWARE,
        }
        for year in years:
            tar, table = self.folder / "bag.tar", self.folder / "bag.csv"
            files = bags.files_of_year(connection, year)
            root = f"griffie-{self.bundle.name}-{year}"
            with bags.tar_sink(tar) as sink:
                table.write_bytes(bags.write_bag(self.archive, files, root, info, sink))
            self.bundle.add(f"files/{year}.tar", tar)
            self.bundle.add(f"files/{year}.csv", table)
            self.progress.advance(detail=year)

    def _abouts(self) -> dict[str, About]:
        return {s: self.sources[s].about for s in sorted(self.heads) if s in self.sources}

    def _describe(self, exported: Sequence[Table], since: str | None) -> None:
        facts = Facts(
            self.bundle.name, self.as_of, self.heads, self._abouts(), self.counts, since, SOFTWARE
        )
        files = sorted(self.bundle.files)
        for path, content in (
            ("datapackage.json", description.data_package(facts, exported, files)),
            ("dcat.jsonld", description.dcat(facts, files)),
            ("README.md", description.readme(facts, exported)),
            ("LICENCE.md", description.licence(facts)),
        ):
            file = self.folder / "described"
            file.write_bytes(content)
            self.bundle.add(path, file)


def take_index(archive: Archive, snapshot: Snapshot, target: Path) -> None:
    """Unpack the index of a published snapshot, verified against its manifest.

    Raises:
        IndexFault: it is not the index of the manifest.
        ObjectNotFound: it is missing.
    """
    [said] = [file for file in snapshot.files if file.path == INDEX_PATH]
    key = snapshot_key(snapshot.name, INDEX_PATH)
    with archive.store.open(key) as packed:
        digest = digest_of(packed)[0]
        if digest != said.sha256:
            raise IndexFault(f"{key} is damaged: its SHA-256 is {digest}")
        packed.seek(0)
        decompress(packed, target)
