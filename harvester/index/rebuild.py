"""Make an index from the log: read in worker processes, write in one, then swap it in."""

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

from archive.archive import Archive
from archive.entries import Head, Header, TakedownEntry
from archive.errors import ChainBroken
from archive.keys import segment_key
from archive.log import parse_stored
from archive.orphans import die_with_parent
from archive.prefetch import prefetch
from harvester.index.apply import FIRST_LINE, ReadSegment, read_segment
from harvester.index.connection import readonly_uri
from harvester.index.feed import take_over
from harvester.index.identity import columns
from harvester.index.index import Index
from harvester.progress import Progress
from harvester.source.domain import Reader

TAKEN_OVER = (
    "fetch", "erased", "fixity", "harvest", "failure", "job", "condition", "payload_digest",
)  # fmt: skip
"""Operational tables that outlive an index."""
AHEAD = 4
"""Segments read ahead for each worker: enough to keep them busy, few enough to fit in memory."""
Got = TypeVar("Got")


def rebuild(
    archive: Archive,
    path: Path,
    readers: Mapping[str, Reader],
    *,
    workers: int = 0,
    progress: Progress,
    as_of: str | None = None,
) -> None:
    """Derive an index from the log and put it at `path`, in place of what is there.

    It is made beside the old one, which stays as it is, and in use, until the new one is whole.
    What is operational is taken over from the old one, as far as that can be read; texts are put
    in by the caller.

    Args:
        archive: where the log is.
        path: the index.
        readers: by source, what turns records into rows; functions of a module.
        workers: processes that read; 0 means one for each processor.
        progress: told of segments and papers.
        as_of: a time; each log is read up to the first segment that was written after it. What was
            taken down since then is marked all the same, so that nobody is given it again.

    Raises:
        Damage: the log is damaged; the old index was left as it is.
        IndexUnusable: no room for the new one; the old index was left as it is.
    """
    beside = path.with_name(f"{path.name}.new")
    _remove(beside)
    index = Index.open(beside, readers)
    try:
        # Until the swap nothing depends on this file: a crash throws it away.
        index.connection.execute("PRAGMA synchronous = OFF")
        count = workers or os.cpu_count() or 1
        for source in archive.sources():
            _apply_all(archive, source, index, readers, count, progress, as_of)
        progress.phase("papers")
        index.refresh(progress.advance)
        _take_over(index.connection, path)
        index.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        index.close()
    _flush(beside)
    for suffix in ("-wal", "-shm"):
        path.with_name(f"{path.name}{suffix}").unlink(missing_ok=True)
    os.replace(beside, path)


def _take_over(connection: sqlite3.Connection, old: Path) -> None:
    """Copy what the log does not tell: when files were asked for and checked, how harvests went."""
    if not old.exists():
        return
    # What is no database, damaged, or of another schema starts anew.
    with suppress(sqlite3.DatabaseError):
        connection.execute("ATTACH ? AS old", (readonly_uri(old),))
        for table in TAKEN_OVER:
            with suppress(sqlite3.DatabaseError):
                _copy(connection, table)
        with suppress(sqlite3.DatabaseError):
            take_over(connection)
        connection.execute("DETACH old")


def _copy(connection: sqlite3.Connection, table: str) -> None:
    """Copy a table of the attached index `old`; its rows follow their records to their new keys."""
    # An earlier version may have had fewer columns.
    had = {column.name for column in columns(connection, table, "old")}
    kept = [column for column in columns(connection, table) if column.name in had]
    values = [
        f't."{column.name}"'
        if column.keyed is None
        else "(SELECT r.key FROM old.record AS o JOIN main.record AS r "
        f'ON r.source = o.source AND r.id = o.id WHERE o.key = t."{column.name}")'
        for column in kept
    ]
    names = ", ".join(f'"{column.name}"' for column in kept)
    connection.execute(
        f"INSERT OR IGNORE INTO main.{table} ({names}) "
        f"SELECT {', '.join(values)} FROM old.{table} AS t"
    )


def _apply_all(
    archive: Archive,
    source: str,
    index: Index,
    readers: Mapping[str, Reader],
    workers: int,
    progress: Progress,
    as_of: str | None,
) -> None:
    log = archive.log(source)
    keys = list(log.keys())
    progress.phase("segments", len(keys))
    after: Head | None = None
    for key, segment in _in_order(partial(_read, archive, readers), keys, workers):
        if as_of is not None and segment.header.written_at > as_of:
            break
        _check_link(segment.header, key, after)
        index.apply_read(segment, log)
        after = Head(segment.header.sequence, segment.sha256)
        progress.advance(detail=source)
    later = keys[after.sequence if after else 0 :]
    for _, (header, takedowns) in _in_order(partial(_read_takedowns, archive), later, workers):
        index.apply_takedowns(header, takedowns)
        progress.advance(detail=source)


def _in_order(
    read: Callable[[str], Got], keys: list[str], workers: int
) -> Iterator[tuple[str, Got]]:
    if workers == 1 or len(keys) < workers * AHEAD:
        yield from ((key, read(key)) for key in keys)
        return
    # Spawned, not forked: this process may hold threads and an open database.
    with ProcessPoolExecutor(
        workers, mp_context=get_context("spawn"), initializer=die_with_parent
    ) as pool:
        yield from prefetch(pool, read, keys, workers * AHEAD)


def _check_link(header: Header, key: str, after: Head | None) -> None:
    """Check that a segment is what its key says and follows the one before it."""
    expected = after.sequence + 1 if after else 1
    if key != segment_key(header.source, expected) or header.sequence != expected:
        raise ChainBroken(key, f"segment {expected} of {header.source} is missing")
    if header.previous != (after.sha256 if after else None):
        raise ChainBroken(key, "it was not written after the segment that stands before it")


def _read(archive: Archive, readers: Mapping[str, Reader], key: str) -> ReadSegment:
    return read_segment(parse_stored(archive.store, key), readers)


def _read_takedowns(archive: Archive, key: str) -> tuple[Header, list[tuple[int, TakedownEntry]]]:
    segment = parse_stored(archive.store, key)
    lines = enumerate(segment.entries, FIRST_LINE)
    return segment.header, [(n, entry) for n, entry in lines if isinstance(entry, TakedownEntry)]


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        path.with_name(f"{path.name}{suffix}").unlink(missing_ok=True)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
