"""Make an index from the log: read in worker processes, write in one, then swap it in."""

import os
from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from archive.archive import Archive
from archive.entries import Head, Header
from archive.errors import ChainBroken
from archive.keys import segment_key
from archive.log import parse_stored
from harvester.domain import Reader
from harvester.index.apply import ReadSegment, read_segment
from harvester.index.index import Index
from harvester.progress import Progress

AHEAD = 4
"""Segments read ahead for each worker: enough to keep them busy, few enough to fit in memory."""


def rebuild(
    archive: Archive,
    path: Path,
    readers: Mapping[str, Reader],
    *,
    workers: int = 0,
    progress: Progress,
) -> None:
    """Derive an index from the log and put it at `path`, in place of what is there.

    It is made beside the old one, which stays as it is, and in use, until the new one is whole.
    What is operational (harvests, back-off of files) starts anew; texts are put in by the caller.

    Args:
        archive: where the log is.
        path: the index.
        readers: by source, what turns records into rows; functions of a module.
        workers: processes that read; 0 means one for each processor.
        progress: told of segments and papers.

    Raises:
        Damage: the log is damaged; the old index was left as it is.
        IndexUnusable: no room for the new one; the old index was left as it is.
    """
    beside = path.with_name(f"{path.name}.new")
    _remove(beside)
    index = Index.open(beside, readers)
    try:
        # Until the swap nothing depends on this file: a crash throws it away.
        index.database.conn.execute("PRAGMA synchronous = OFF")
        for source in archive.sources():
            _apply_all(archive, source, index, readers, workers or os.cpu_count() or 1, progress)
        progress.phase("papers")
        index.refresh(progress.advance)
        index.database.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        index.close()
    _flush(beside)
    for suffix in ("-wal", "-shm"):
        path.with_name(f"{path.name}{suffix}").unlink(missing_ok=True)
    os.replace(beside, path)


def _apply_all(
    archive: Archive,
    source: str,
    index: Index,
    readers: Mapping[str, Reader],
    workers: int,
    progress: Progress,
) -> None:
    keys = list(archive.log(source).keys())
    progress.phase("segments", len(keys))
    after: Head | None = None
    for key, segment in _read_in_order(archive, keys, readers, workers):
        _check_link(segment.header, key, after)
        index.apply_read(segment)
        after = Head(segment.header.sequence, segment.sha256)
        progress.advance(detail=source)


def _read_in_order(
    archive: Archive, keys: list[str], readers: Mapping[str, Reader], workers: int
) -> Iterator[tuple[str, ReadSegment]]:
    if workers == 1 or len(keys) < workers * AHEAD:
        for key in keys:
            yield key, _read(archive, key, readers)
        return
    # Spawned, not forked: this process may hold threads and an open database.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        waiting: deque[tuple[str, Future[ReadSegment]]] = deque()
        for key in keys:
            waiting.append((key, pool.submit(_read, archive, key, readers)))
            if len(waiting) >= workers * AHEAD:
                first, future = waiting.popleft()
                yield first, future.result()
        while waiting:
            first, future = waiting.popleft()
            yield first, future.result()


def _check_link(header: Header, key: str, after: Head | None) -> None:
    """Check that a segment is what its key says and follows the one before it."""
    expected = after.sequence + 1 if after else 1
    if key != segment_key(header.source, expected) or header.sequence != expected:
        raise ChainBroken(key, f"segment {expected} of {header.source} is missing")
    if header.previous != (after.sha256 if after else None):
        raise ChainBroken(key, "it was not written after the segment that stands before it")


def _read(archive: Archive, key: str, readers: Mapping[str, Reader]) -> ReadSegment:
    return read_segment(parse_stored(archive.store, key), readers)


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        path.with_name(f"{path.name}{suffix}").unlink(missing_ok=True)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
