"""Files that a source sends inside a record: they are read from the log and asked for nowhere."""

import sqlite3
from collections.abc import Callable, Mapping
from functools import lru_cache

from archive.archive import Archive
from archive.entries import Entry, RecordEntry
from archive.keys import segment_key
from archive.log import parse_stored
from harvester.index.records import place_of
from harvester.source.domain import OfferedFile, Reader
from harvester.source.files import Wanted

SEGMENTS_KEPT = 4
"""Files are taken the newest paper first: those of one page lie in one segment."""

InlineReader = Callable[[Wanted], bytes | None]


def inline_reader(
    archive: Archive, connection: sqlite3.Connection, source: str, read: Reader
) -> InlineReader:
    """Return a function that finds a wanted file in the record that offers it.

    It returns None where the record does not hold the file any more.

    Args:
        archive: whose log is read.
        connection: of the index, which knows where the record's last state is in the log.
        source: of the record.
        read: the source's reader.
    """

    @lru_cache(SEGMENTS_KEPT)
    def entries_of(sequence: int) -> Mapping[str, Entry]:
        segment = parse_stored(archive.store, segment_key(source, sequence))
        return {entry.id: entry for entry in segment.entries if isinstance(entry, RecordEntry)}

    def find(wanted: Wanted) -> bytes | None:
        sequence = place_of(connection, source, wanted.record)
        entry = None if sequence is None else entries_of(sequence).get(wanted.record)
        if not isinstance(entry, RecordEntry):
            return None
        for row in read(entry).rows:
            if isinstance(row, OfferedFile) and row.name == wanted.name:
                return None if row.content is None else row.content.encode("utf-8", "surrogatepass")
        return None

    return find
