"""Apply a log segment: upsert its records, keep superseded versions, mark affected papers stale.

Called inside a transaction. Papers are derived later, by `refresh`: a paper hangs on records of
many categories, which arrive in any order.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

from archive.entries import (
    Aside,
    DecisionEntry,
    Header,
    HoldEntry,
    PayloadEntry,
    RecordEntry,
    Segment,
    TakedownEntry,
)
from harvester.index import asides, claims, holds, records, takedowns
from harvester.index.columns import contained, writable
from harvester.index.errors import IndexDiverged
from harvester.index.tables import Mark, Said, mark_stale, put_in, references, take_out
from harvester.source.domain import Document, Dossier, Reader, Reading
from harvester.source.likely import is_likely

FIRST_LINE = 2
"""Entry 0 of a segment is its line 2: line 1 is the header."""


@dataclass(slots=True)
class Applied:
    """What a segment brought."""

    counts: Counter[str] = field(default_factory=Counter)
    """By kind of change: `new`, `changed`, `withdrawn`, `restored`, `files`, `taken down`."""
    unknown: Counter[str] = field(default_factory=Counter)
    """Fields and values that no reader knows."""

    def __add__(self, other: "Applied") -> "Applied":
        """Return what both brought."""
        return Applied(self.counts + other.counts, self.unknown + other.unknown)


class Observed(NamedTuple):
    """A record entry without its raw metadata, with what that says."""

    line: int
    id: str
    state: str
    fingerprint: str
    observed_at: str
    updated: str | None
    reading: Reading


class ReadSegment(NamedTuple):
    """A segment with its records read: what worker processes hand to the one who writes."""

    header: Header
    sha256: str
    size_bytes: int
    records: tuple[Observed, ...]
    payloads: tuple[tuple[int, PayloadEntry], ...]
    """With their lines."""
    takedowns: tuple[tuple[int, TakedownEntry], ...]
    """With their lines."""
    holds: tuple[HoldEntry, ...]
    decisions: tuple[DecisionEntry, ...]
    checkpoint: str
    """As JSON."""
    asides: tuple[Aside, ...] = ()


def read_segment(segment: Segment, readers: Mapping[str, Reader]) -> ReadSegment:
    """Turn the records of a segment into rows; pure, and it never fails on what they hold."""
    read = contained(readers.get(segment.source, _read_nothing))
    lines = list(enumerate(segment.entries, FIRST_LINE))
    return ReadSegment(
        header=segment.header,
        sha256=segment.sha256,
        size_bytes=segment.size_bytes,
        records=tuple(
            Observed(
                line,
                writable(e.id),
                e.state,
                e.fingerprint,
                e.observed_at,
                e.updated if e.updated is None else writable(e.updated),
                read(e),
            )
            for line, e in lines
            if isinstance(e, RecordEntry)
        ),
        payloads=tuple((line, e) for line, e in lines if isinstance(e, PayloadEntry)),
        takedowns=tuple((line, e) for line, e in lines if isinstance(e, TakedownEntry)),
        holds=tuple(e for e in segment.entries if isinstance(e, HoldEntry)),
        decisions=tuple(e for e in segment.entries if isinstance(e, DecisionEntry)),
        checkpoint=json.dumps(segment.checkpoint, sort_keys=True, ensure_ascii=False),
        asides=segment.asides,
    )


def _read_nothing(entry: RecordEntry) -> Reading:
    """Stand in for the reader of a source that this program has no package for."""
    return Reading()


Reread = Callable[[int, int], Iterable[ReadSegment]]
"""Reads the segments of the same log again, from one number up to, without, another."""


def apply_segment(connection: sqlite3.Connection, segment: ReadSegment, reread: Reread) -> Applied:
    """Apply a segment that follows the last one applied.

    Between a hold and its decision (archive/README.md, "Hold entry") nothing counts but
    takedowns: what is held is only noted. When it is released, it is read again and applied here,
    before the segment that releases it.

    Raises:
        IndexDiverged: it does not follow.
    """
    _note_segment(connection, segment)
    applied = Applied()
    marks: set[Mark] = set()
    for decision in segment.decisions:
        counting = holds.decide(connection, segment.header, decision)
        if counting is not None and decision.verdict == "released":
            for earlier in reread(counting + 1, segment.header.sequence):
                marks |= _apply_observations(connection, earlier, applied)
    for hold in segment.holds:
        holds.begin(connection, segment.header, hold)
    source = segment.header.source
    if holds.open_hold(connection, source) is not None:
        states = {r.id: (r.state, r.fingerprint) for r in segment.records}
        served = {
            id_: (row.version, row.state, row.fingerprint)
            for id_, row in records.find(connection, source, states).items()
            if row.state is not None and row.fingerprint is not None
        }
        holds.keep(connection, source, states, served, segment.checkpoint)
    else:
        marks |= _apply_observations(connection, segment, applied)
        connection.execute(
            "INSERT OR REPLACE INTO checkpoint VALUES (?, ?)", (source, segment.checkpoint)
        )
        connection.execute("DELETE FROM cursor WHERE source = ?", (source,))
    asides.apply(connection, segment.header, segment.asides)
    for line, entry in segment.takedowns:
        marks |= takedowns.apply(connection, segment.header, line, entry)
        applied.counts["taken down"] += 1
    mark_stale(connection, marks)
    return applied


def apply_held(connection: sqlite3.Connection, segment: ReadSegment) -> Applied:
    """Apply a segment of a hold that is about to be released, which counts from now on.

    Releasing millions of records in one transaction would need as much room again as the index
    has, so each segment has its own; where that ends early, the hold says how far it came, and
    applying the decision goes on there. Papers follow when they are refreshed.
    """
    applied = Applied()
    mark_stale(connection, _apply_observations(connection, segment, applied))
    source, ids = segment.header.source, [record.id for record in segment.records]
    holds.forget(connection, source, ids)
    holds.note_applied(connection, source, segment.header.sequence)
    return applied


def _apply_observations(
    connection: sqlite3.Connection, segment: ReadSegment, applied: Applied
) -> set[Mark]:
    marks: set[Mark] = set()
    source = segment.header.source
    may_be_dossiers = [r.id for r in segment.records if _may_be_dossier(r.reading)]
    known = records.find(connection, source, may_be_dossiers)
    before = claims.labels_of(connection, [row.key for row in known.values()])
    for batch in _batches(segment.records):
        marks |= _apply_records(connection, segment.header, batch, applied)
    known = records.find(connection, source, may_be_dossiers)
    after = claims.labels_of(connection, [row.key for row in known.values()])
    relabelled = {key for key in before | after if before.get(key) != after.get(key)}
    if marks:
        marks |= claims.note(connection, segment.header, marks, relabelled)
    return marks | _apply_payloads(connection, segment, applied)


def _may_be_dossier(reading: Reading) -> bool:
    """Tell whether a record says a dossier, or may have said one before it was withdrawn."""
    return not reading.rows or any(isinstance(row, Dossier) for row in reading.rows)


def _note_segment(connection: sqlite3.Connection, segment: ReadSegment) -> None:
    header = segment.header
    last = connection.execute(
        "SELECT sequence, sha256 FROM segment WHERE source = ? ORDER BY sequence DESC LIMIT 1",
        (header.source,),
    ).fetchone()
    sequence, previous = last or (0, None)
    if header.sequence != sequence + 1 or header.previous != previous:
        raise IndexDiverged(header.source, sequence, header.sequence)
    connection.execute(
        "INSERT INTO segment VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            header.source,
            header.sequence,
            segment.sha256,
            header.harvest,
            header.written_at,
            sum(
                map(
                    len,
                    (
                        segment.records,
                        segment.payloads,
                        segment.takedowns,
                        segment.holds,
                        segment.decisions,
                    ),
                )
            ),
            segment.size_bytes,
        ),
    )


def _batches(records: Sequence[Observed]) -> Iterator[list[Observed]]:
    """Split the records into groups in which each occurs once, so that order is kept."""
    batch: list[Observed] = []
    seen: set[str] = set()
    for record in records:
        if record.id in seen:
            yield batch
            batch, seen = [], set()
        batch.append(record)
        seen.add(record.id)
    if batch:
        yield batch


def _apply_records(
    connection: sqlite3.Connection, header: Header, batch: Sequence[Observed], applied: Applied
) -> set[Mark]:
    source, sequence = header.source, header.sequence
    known = records.find(connection, source, [record.id for record in batch])
    changed = [
        record
        for record in batch
        if _state(known.get(record.id)) != (record.state, record.fingerprint)
    ]
    # Records first, and what each names after it: keys follow the order of the log.
    named = chain.from_iterable((record.id, *references([record.reading])) for record in changed)
    rows = records.give_keys(connection, source, named)
    fresh: list[Said] = []
    again: list[Said] = []
    for record in changed:
        row = rows[record.id]
        applied.counts[_change(row.state, record.state)] += 1
        applied.unknown.update(record.reading.unknown)
        applied.unknown.update(_unlikely(record.reading, record.observed_at))
        (again if row.version else fresh).append(Said(row.key, record.reading))
    connection.executemany(_SUPERSEDE, [(said.key,) for said in again])
    connection.executemany(
        _UPDATE,
        [
            (rows[id_].version + 1, state, fingerprint, observed_at, updated, sequence, line,
             rows[id_].key)
            for line, id_, state, fingerprint, observed_at, updated, _ in changed
        ],
    )  # fmt: skip
    marks = take_out(connection, again) if again else set()
    keys = {id_: row.key for id_, row in rows.items()}
    return marks | put_in(connection, (*fresh, *again), keys, sequence)


_SUPERSEDE = """
INSERT INTO superseded_record
SELECT key, version, state, fingerprint, observed_at, updated, segment, line
  FROM record WHERE key = ?
"""
_UPDATE = """
UPDATE record SET version = ?, state = ?, fingerprint = ?, observed_at = ?, updated = ?,
                  segment = ?, line = ?
 WHERE key = ?
"""


def _state(row: records.RecordRow | None) -> tuple[str | None, str | None] | None:
    return None if row is None else (row.state, row.fingerprint)


def _unlikely(reading: Reading, observed_at: str) -> Iterator[str]:
    """Yield what the report says of dates that a paper cannot have."""
    for row in reading.rows:
        day = row.published_on if isinstance(row, Document) else None
        if day is not None and not is_likely(day, observed_at):
            yield "Document.published_on is unlikely"


def _change(before: str | None, after: str) -> str:
    if after == "withdrawn":
        return "withdrawn"
    if before is None:
        return "new"
    return "restored" if before == "withdrawn" else "changed"


def _apply_payloads(
    connection: sqlite3.Connection, segment: ReadSegment, applied: Applied
) -> set[Mark]:
    entries = [entry for _, entry in segment.payloads]
    source = segment.header.source
    rows = records.give_keys(connection, source, [entry.record for entry in entries])
    connection.executemany(
        "INSERT INTO retrieval VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            _retrieval(segment.header, line, rows[entry.record].key, entry)
            for line, entry in segment.payloads
        ],
    )
    connection.executemany(
        "INSERT OR IGNORE INTO payload VALUES (?, ?, ?)",
        [(e.sha256, e.size_bytes, e.media_type) for e in entries if e.sha256 is not None],
    )
    brought = {entry.record for entry in entries if is_version(entry)}
    if brought:
        applied.counts["files"] += sum(map(is_version, entries))
    return {("document", rows[record].key) for record in brought}


def is_version(entry: PayloadEntry) -> bool:
    """Tell whether an attempt brought the record's file, and not an apology in its place."""
    return entry.sha256 is not None and entry.error is None


def _retrieval(header: Header, line: int, key: int, entry: PayloadEntry) -> tuple[object, ...]:
    declared = entry.declared
    return (
        header.source,
        header.sequence,
        line,
        key,
        entry.name,
        entry.url,
        entry.retrieved_at,
        entry.status,
        entry.sha256,
        entry.size_bytes,
        entry.media_type,
        declared.media_type if declared else None,
        declared.size_bytes if declared else None,
        entry.error,
    )
