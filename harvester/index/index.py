"""The index as the harvester uses it: its memory, and the place that it derives into."""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from archive.entries import (
    DecisionEntry,
    Header,
    HoldEntry,
    PayloadEntry,
    Segment,
    TakedownEntry,
)
from archive.log import Head, Log
from harvester.index import (
    asides,
    feed,
    frontier,
    harvests,
    holds,
    operations,
    papers,
    records,
    refresh,
    takedowns,
    texts,
)
from harvester.index.apply import (
    Applied,
    ReadSegment,
    apply_held,
    apply_segment,
    read_segment,
)
from harvester.index.connection import connect, connect_read_only, scrub, transaction
from harvester.index.frontier import Attempt, Waiting
from harvester.index.harvests import HarvestRow
from harvester.index.holds import Hold
from harvester.index.memory import IndexMemory
from harvester.index.papers import Notice
from harvester.index.tables import mark_stale
from harvester.index.texts import ComparisonRow, TextRow
from harvester.source.domain import Reader
from harvester.source.files import AsideRow, FilePolicy, Reason, Wanted

FORGOTTEN_AT_ONCE = 50_000
"""Held records that a transaction drops."""


class Index:
    """An open index; one process writes, any number read the same file meanwhile."""

    def __init__(self, database: Database, readers: Mapping[str, Reader]) -> None:
        """Use an opened database; others call `open`."""
        self.database = database
        self._readers = readers
        database.conn.executescript(refresh.TEMPORARY + feed.TEMPORARY)

    @classmethod
    def open(cls, path: Path, readers: Mapping[str, Reader], *, create: bool = True) -> "Index":
        """Open an index, or make an empty one.

        Args:
            path: the SQLite file; its folder exists.
            readers: by source, what turns records into rows.
            create: whether to make the file if there is none.

        Raises:
            SchemaOutdated: another version of Griffie made it.
            IndexUnusable: it cannot be opened, or is no SQLite file.
        """
        return cls(connect(path, create=create), readers)

    @classmethod
    def open_to_read(cls, path: Path, readers: Mapping[str, Reader]) -> "Index":
        """Open an index that is only read; writing to it fails.

        Raises:
            SchemaOutdated: another version of Griffie made it.
            IndexUnusable: it cannot be read, or is no SQLite file.
        """
        return cls(connect_read_only(path), readers)

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection, for the functions of this room's modules."""
        return self.database.conn

    def close(self) -> None:
        """Close the file; what was committed is kept."""
        self.database.conn.close()

    # The log ---------------------------------------------------------------------------------

    def applied(self, source: str) -> Head | None:
        """Return the last segment of a source that this index holds."""
        row = self.database.conn.execute(
            "SELECT sequence, sha256 FROM segment WHERE source = ? ORDER BY sequence DESC LIMIT 1",
            (source,),
        ).fetchone()
        return Head(*row) if row else None

    def checkpoint(self, source: str) -> dict[str, Any]:
        """Return where the next harvest continues: the log's checkpoint, or further.

        Where nothing new was seen, the walk's progress is only noted here (`advance`).
        """
        row = self.database.conn.execute(
            "SELECT cursor FROM cursor WHERE source = :source UNION ALL "
            "SELECT cursor FROM checkpoint WHERE source = :source LIMIT 1",
            {"source": source},
        ).fetchone()
        position: dict[str, Any] = json.loads(row[0]) if row else {}
        return position

    def known(self, source: str, ids: Sequence[str]) -> dict[str, tuple[str, str]]:
        """Return state and fingerprint of those records that the index knows."""
        counting = {
            id_: (row.state, row.fingerprint)
            for id_, row in records.find(self.database.conn, source, ids).items()
            if row.state is not None and row.fingerprint is not None
        }
        return counting | holds.known(self.database.conn, source, ids)

    def updated(self, source: str, id_: str) -> str | None:
        """Return the source's own time of a record's last change that the index knows."""
        row = self.database.conn.execute(
            "SELECT updated FROM record WHERE source = ? AND id = ?", (source, id_)
        ).fetchone()
        return row[0] if row else None

    def notices(self, source: str) -> list[Notice]:
        """Return the records of a source whose present files say something of their own state."""
        return papers.notices(self.database.conn, source)

    def memory(self, source: str) -> IndexMemory:
        """Return what a source's spider may ask."""
        return IndexMemory(self.database.conn, source)

    def apply(self, segment: Segment, log: Log | None = None) -> Applied:
        """Apply the next segment of its source, exactly once.

        Args:
            segment: the next one.
            log: that it is of; needed where it releases what was held.

        Raises:
            IndexDiverged: it does not follow the last one applied; nothing was changed.
            IndexUnusable: the file is locked or full; nothing was changed.
        """
        # What is held is read when it is released.
        readers = {} if self._is_held_after(segment) else self._readers
        return self.apply_read(read_segment(segment, readers), log)

    def _is_held_after(self, segment: Segment) -> bool:
        if any(isinstance(entry, DecisionEntry) for entry in segment.entries):
            return False
        is_begun = any(isinstance(entry, HoldEntry) for entry in segment.entries)
        return is_begun or self.open_hold(segment.source) is not None

    def apply_read(self, segment: ReadSegment, log: Log | None = None) -> Applied:
        """Apply a segment whose records were read elsewhere; see `apply`."""

        def reread(first: int, before: int) -> Iterator[ReadSegment]:
            assert log is not None, "a log is needed to release what it holds"
            for earlier in log.read(self._head_at(log.source, first - 1)):
                if earlier.sequence >= before:
                    return
                yield read_segment(earlier, self._readers)

        released = Applied()
        if (hold := self._decided_by(segment)) is not None:
            # Millions of records may be held: each transaction takes some of them.
            if any(entry.verdict == "released" for entry in segment.decisions):
                start = (hold.applied or hold.segment - 1) + 1
                for held in reread(start, segment.header.sequence):
                    with transaction(self.database) as connection:
                        released += apply_held(connection, held)
            more = True
            while more:
                with transaction(self.database) as connection:
                    more = bool(holds.forget_some(connection, hold.source, FORGOTTEN_AT_ONCE))
        with transaction(self.database) as connection:
            return released + apply_segment(connection, segment, reread)

    def _decided_by(self, segment: ReadSegment) -> Hold | None:
        """Return the open hold that a segment decides about; it must follow what is applied."""
        header, hold = segment.header, self.open_hold(segment.header.source)
        before = Head(header.sequence - 1, header.previous or "")
        if hold is None or self.applied(header.source) != before:
            return None
        is_decided = any(entry.hold in (None, hold.segment) for entry in segment.decisions)
        return hold if is_decided else None

    def _head_at(self, source: str, sequence: int) -> Head | None:
        row = self.database.conn.execute(
            "SELECT sequence, sha256 FROM segment WHERE source = ? AND sequence = ?",
            (source, sequence),
        ).fetchone()
        return Head(*row) if row else None

    def apply_takedowns(self, header: Header, entries: Sequence[tuple[int, TakedownEntry]]) -> None:
        """Note decisions, with their lines, of a segment that is not applied itself.

        Applying it later is as if this had not been.
        """
        with transaction(self.database) as connection:
            for line, entry in entries:
                mark_stale(connection, takedowns.apply(connection, header, line, entry))

    def catch_up(self, log: Log, on_segment: Callable[[Segment], object] | None = None) -> int:
        """Apply what the log has and the index lacks; return how many segments.

        Raises:
            Damage: a segment is damaged or missing; those before it were applied.
            IndexDiverged: the index does not hold what the log holds.
        """
        count = 0
        for segment in log.read(self.applied(log.source)):
            self.apply(segment, log)
            count += 1
            if on_segment is not None:
                on_segment(segment)
        self.refresh()
        return count

    def advance(self, source: str, position: Mapping[str, Any]) -> None:
        """Note how far a walk came that saw nothing new; may be lost without harm."""
        with transaction(self.database) as connection:
            connection.execute(
                "INSERT OR REPLACE INTO cursor VALUES (?, ?)", (source, json.dumps(position))
            )

    def refresh(self, on_papers: Callable[[int], object] | None = None) -> int:
        """Derive again the papers that applied segments touched; return how many."""
        total = 0
        while refresh.is_stale(self.database.conn):
            with transaction(self.database) as connection:
                count = refresh.refresh_batch(connection)
                feed.note(connection)
            total += count
            if on_papers is not None:
                on_papers(count)
        return total

    # Holds -----------------------------------------------------------------------------------

    def open_hold(self, source: str) -> Hold | None:
        """Return the hold of a source that is not decided about."""
        return holds.open_hold(self.database.conn, source)

    def open_holds(self) -> list[Hold]:
        """Return the holds of all sources that are not decided about."""
        return holds.open_holds(self.database.conn)

    def held_counts(self, source: str) -> dict[str, int]:
        """Return how many held records would be new, changed, withdrawn, restored."""
        return holds.counts(self.database.conn, source)

    def held_harvests(self, hold: Hold) -> list[str]:
        """Return the ids of the harvests that wrote what is held, in order."""
        return holds.harvests(self.database.conn, hold)

    def present(self, source: str) -> int:
        """Return how many records of a source are there now, without what is held."""
        return holds.present(self.database.conn, source)

    def has_been_walked(self, source: str) -> bool:
        """Tell whether a walk of a source has ever come to its end."""
        return holds.has_been_walked(self.database.conn, source)

    def log_checkpoint(self, source: str) -> dict[str, Any]:
        """Return where the log's last segment left off, whether it counts or is held."""
        hold = self.open_hold(source)
        position: dict[str, Any] = json.loads(hold.checkpoint) if hold else self.checkpoint(source)
        return position

    # Put aside -------------------------------------------------------------------------------

    def asides(self, source: str) -> list[AsideRow]:
        """Return what of a source was put aside and is not over, the oldest first."""
        return asides.of_source(self.database.conn, source)

    # Files -----------------------------------------------------------------------------------

    def count_wanted_files(self, source: str, policy: FilePolicy, now: datetime) -> int:
        """Return how many files `wanted_files` would yield."""
        return frontier.count_wanted(self.database.conn, source, policy, now)

    def wanted_files(self, source: str, policy: FilePolicy, now: datetime) -> Iterator[Wanted]:
        """Yield the files to fetch now, the newest papers first."""
        return frontier.wanted(self.database.conn, source, policy, now)

    def missing_files(self, source: str, policy: FilePolicy) -> int:
        """Return how many files the archive lacks, due now or later."""
        return frontier.count_missing(self.database.conn, source, policy)

    def is_news(
        self, source: str, entry: PayloadEntry, reason: Reason, held_sha256: str | None
    ) -> bool:
        """Decide whether an attempt to fetch a file says something that the log does not say."""
        last_error = frontier.last_error(self.database.conn, source, entry.record, entry.name)
        return frontier.is_news(entry, reason, held_sha256, last_error)

    def waiting_files(self, source: str) -> Waiting | None:
        """Return how many files wait for another attempt; None when none does."""
        return frontier.waiting(self.database.conn, source)

    def note_attempts(
        self,
        source: str,
        attempts: Sequence[Attempt],
        attempts_per_week: int,
        now: datetime,
    ) -> None:
        """Record attempts to fetch files, and when to try the failed ones again."""
        with transaction(self.database) as connection:
            frontier.note_attempts(connection, source, attempts, attempts_per_week, now)

    # Texts -----------------------------------------------------------------------------------

    def wanted_texts(self) -> list[tuple[str, str]]:
        """Return digest and media type of files whose text is not in the index yet."""
        return texts.wanted_texts(self.database.conn)

    def put_texts(self, rows: Iterable[TextRow]) -> None:
        """Take texts in, all or none."""
        with transaction(self.database) as connection:
            texts.put_texts(connection, rows)

    def wanted_comparisons(self) -> list[tuple[str, str]]:
        """Return pairs of digests: texts of one paper from two sources, not compared yet."""
        return texts.wanted_comparisons(self.database.conn)

    def put_comparisons(self, rows: Sequence[ComparisonRow]) -> None:
        """Take comparisons in, all or none."""
        with transaction(self.database) as connection:
            texts.put_comparisons(connection, rows)

    def settle_comparisons(self) -> None:
        """Note which papers wait for no comparison any more."""
        if self.database.conn.execute("SELECT 1 FROM uncompared LIMIT 1").fetchone():
            with transaction(self.database) as connection:
                texts.settle_comparisons(connection)

    # Takedowns -------------------------------------------------------------------------------

    def note_erased(self, digests: Iterable[str]) -> None:
        """Remember what was erased from the archive."""
        with transaction(self.database) as connection:
            takedowns.note_erased(connection, digests)

    def scrub(self) -> None:
        """Leave no trace of deleted words in the file: none in search, free pages or the WAL.

        Takes as long as copying the file, and as much room again while it lasts.

        Raises:
            IndexUnusable: no room, or others read for too long; it is to be done again.
        """
        scrub(self.database.conn)

    # Harvests --------------------------------------------------------------------------------

    def begin_harvest(self, harvest: str, source: str, started_at: str) -> None:
        """Note that a harvest begins."""
        with transaction(self.database) as connection:
            harvests.begin(connection, harvest, source, started_at)

    def finish_harvest(self, harvest: str, report: Mapping[str, Any]) -> None:
        """Note how a harvest ended."""
        with transaction(self.database) as connection:
            harvests.finish(connection, harvest, report)

    def unfinished_harvests(self, source: str) -> list[HarvestRow]:
        """Return the harvests of a source that began and did not say how they ended."""
        return harvests.unfinished(self.database.conn, source)

    def recent_harvests(self, source: str | None = None, most: int = 20) -> list[HarvestRow]:
        """Return the last harvests, of one source or of all, the newest first."""
        return harvests.recent(self.database.conn, source, most)

    def last_walks(self, source: str, days: int) -> list[operations.Walk]:
        """Return the last walk of a source that ended, and those of so many days before it."""
        return operations.last_walks(self.database.conn, source, days)

    def activity(self, source: str, reports: int) -> operations.SourceActivity:
        """Return what the ledger tells of a source, with so many of its last reports."""
        return operations.activity(self.database.conn, source, reports)

    def find_harvest(self, harvest: str) -> HarvestRow | None:
        """Return the harvest with this id, if the ledger has it."""
        return harvests.find(self.database.conn, harvest)
