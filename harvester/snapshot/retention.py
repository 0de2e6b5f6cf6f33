"""Retention of snapshots."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from archive.archive import Archive
from archive.snapshots import Snapshot, latest_snapshot, list_snapshots, remove_snapshots
from harvester.index.connection import open_readonly
from harvester.snapshot.create import made_up_name


def remove_old(archive: Archive, keep: int) -> list[str]:
    """Remove old automatic snapshots, keeping the newest `keep` of them (0: all).

    Snapshots that an operator named stay, and so does the latest one.

    Returns:
        The names of the removed ones.
    """
    named = [s.name for s in list_snapshots(archive.store) if _is_made_up(s)]
    latest = latest_snapshot(archive.store)
    old = [name for name in named[:-keep] if latest is None or name != latest.name] if keep else []
    if old:
        remove_snapshots(archive.store, old)
    return old


def _is_made_up(snapshot: Snapshot) -> bool:
    return any(
        snapshot.name == made_up_name(snapshot.heads, snapshot.as_of, with_files=with_files)
        for with_files in (False, True)
    )


def overtaken(archive: Archive, index: Path) -> Iterator[str]:
    """Yield the names of snapshots that contain files taken down later."""
    with closing(open_readonly(index)) as connection:
        last = connection.execute(
            "SELECT max(s.written_at) FROM takedown AS t JOIN segment AS s "
            "ON s.source = t.source AND s.sequence = t.segment"
        ).fetchone()[0]
    for snapshot in list_snapshots(archive.store):
        if last is not None and snapshot.as_of < last:
            yield snapshot.name
