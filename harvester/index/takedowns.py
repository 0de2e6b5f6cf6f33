"""What was taken down: which bytes, which records' files, why, by whose decision."""

import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

from archive.entries import Header, TakedownEntry
from harvester.index import records
from harvester.index.tables import Mark
from harvester.index.texts import forget_findings


class Takedown(NamedTuple):
    """A decision, as people are told of it."""

    taken_down_at: str
    reason: str
    decided_by: str


class Target(NamedTuple):
    """What would be taken down."""

    source: str
    """In whose log the decision is kept."""
    record: str | None
    """Whose files are not fetched any more; None when it is about bytes alone."""
    payloads: tuple[str, ...]
    """Digests, in order."""
    papers: tuple[str, ...]
    """All papers that have one of these as their file, in any version."""
    annexes: tuple[str, ...]
    """Papers of their own, which are not meant."""


def apply(
    connection: sqlite3.Connection, header: Header, line: int, entry: TakedownEntry
) -> set[Mark]:
    """Note a decision and forget the words of what it names; return what depended on them."""
    place = (header.source, header.sequence, line)
    key = None
    if entry.record is not None:
        key = records.give_keys(connection, header.source, [entry.record])[entry.record].key
    connection.execute(
        # Known already where the log was read ahead for it (`Index.apply_takedowns`).
        "INSERT OR IGNORE INTO takedown VALUES (?, ?, ?, ?, ?, ?, ?)",
        (*place, key, entry.taken_down_at, entry.reason, entry.by),
    )
    marks: set[Mark] = {("document", key)} if key is not None else set()
    for sha256 in entry.payloads:
        connection.execute(
            "INSERT OR IGNORE INTO taken_payload VALUES (?, ?, ?, ?)", (sha256, *place)
        )
        connection.execute("DELETE FROM text WHERE sha256 = ?", (sha256,))
        forget_findings(connection, sha256)
        searched = connection.execute(
            "SELECT key FROM paper WHERE searched_sha256 = ?", (sha256,)
        ).fetchall()
        connection.executemany("UPDATE paper_fts SET text = '' WHERE rowid = ?", searched)
        connection.executemany("UPDATE paper SET searched_sha256 = NULL WHERE key = ?", searched)
        papers = connection.execute("SELECT document_key FROM file WHERE sha256 = ?", (sha256,))
        marks.update(("document", document) for (document,) in papers)
    return marks


def taken_payloads(connection: sqlite3.Connection) -> set[str]:
    """Return the digests of all that was taken down."""
    return {sha256 for (sha256,) in connection.execute("SELECT sha256 FROM taken_payload")}


def to_erase(connection: sqlite3.Connection) -> list[str]:
    """Return the digests of what was taken down and not yet erased, as far as this index knows."""
    rows = connection.execute(
        "SELECT DISTINCT sha256 FROM taken_payload "
        "WHERE sha256 NOT IN (SELECT sha256 FROM erased) ORDER BY sha256"
    )
    return [sha256 for (sha256,) in rows]


def note_erased(connection: sqlite3.Connection, digests: Iterable[str]) -> None:
    """Remember what was erased, inside a transaction."""
    connection.executemany("INSERT OR IGNORE INTO erased VALUES (?)", [(d,) for d in digests])


def takedown_of(connection: sqlite3.Connection, sha256: str) -> Takedown | None:
    """Return the first decision about these bytes."""
    row = connection.execute(
        "SELECT t.taken_down_at, t.reason, t.decided_by FROM taken_payload AS p "
        "JOIN takedown AS t USING (source, segment, line) WHERE p.sha256 = ? "
        "ORDER BY t.taken_down_at, source, segment, line LIMIT 1",
        (sha256,),
    ).fetchone()
    return Takedown._make(row) if row else None


def takedown_of_record(connection: sqlite3.Connection, source: str, record: str) -> Takedown | None:
    """Return the first decision about a record's files."""
    row = connection.execute(
        "SELECT taken_down_at, reason, decided_by FROM takedown WHERE record_key = ? "
        "ORDER BY taken_down_at, source, segment, line LIMIT 1",
        (records.key_of(connection, source, record),),
    ).fetchone()
    return Takedown._make(row) if row else None


def targets_of_paper(connection: sqlite3.Connection, paper: str) -> tuple[Target, ...]:
    """Return what taking down a paper would concern: every file it ever had, at every source."""
    rows = connection.execute(
        "SELECT r.key, r.source, r.id FROM paper_document AS m "
        "JOIN record AS r ON r.key = m.document_key WHERE m.paper = ? ORDER BY r.source, r.id",
        (paper,),
    ).fetchall()
    return tuple(_target(connection, paper, *row) for row in rows)


def _target(
    connection: sqlite3.Connection, paper: str, key: int, source: str, record: str
) -> Target:
    payloads = tuple(
        sha256
        for (sha256,) in connection.execute(
            "SELECT DISTINCT sha256 FROM retrieval "
            "WHERE record_key = ? AND sha256 IS NOT NULL ORDER BY sha256",
            (key,),
        )
    )
    annexes = connection.execute(
        "SELECT a.id FROM paper AS a JOIN paper_document AS m "
        "ON m.document_key = a.parent_document_key WHERE m.paper = ? ORDER BY a.id",
        (paper,),
    )
    return Target(
        source,
        record,
        payloads,
        tuple(sorted({paper, *_papers(connection, payloads)})),
        tuple(id_ for (id_,) in annexes),
    )


def overtaken(connection: sqlite3.Connection, source: str) -> list[tuple[Target, Takedown]]:
    """Return records of a source that came after their paper was taken down, with the decision.

    A takedown names the records that a paper had then. A copy that another source publishes later,
    or the record under which the paper is typeset or issued again, is the same paper.
    """
    rows = connection.execute(
        "SELECT d.key, d.id, m.paper, min(t.taken_down_at), t.reason, t.decided_by "
        "FROM taken_document AS t JOIN record AS d ON d.key = t.document_key "
        "LEFT JOIN paper_document AS m ON m.document_key = d.key "
        "WHERE d.source = ? AND (NOT EXISTS "
        "(SELECT 1 FROM takedown AS k WHERE k.record_key = d.key) "
        "OR EXISTS (SELECT 1 FROM retrieval AS r WHERE r.record_key = d.key "
        "AND r.sha256 IS NOT NULL AND r.sha256 NOT IN (SELECT sha256 FROM taken_payload))) "
        "GROUP BY d.key ORDER BY d.id",
        (source,),
    ).fetchall()
    return [
        (_target(connection, paper or "", key, source, record), Takedown(*decision))
        for key, record, paper, *decision in rows
    ]


def target_of_payload(connection: sqlite3.Connection, sha256: str) -> Target | None:
    """Return what taking down these bytes would concern; None when the log does not name them."""
    row = connection.execute(
        "SELECT min(source) FROM retrieval WHERE sha256 = ?", (sha256,)
    ).fetchone()
    if row[0] is None:
        return None
    return Target(row[0], None, (sha256,), tuple(sorted(_papers(connection, (sha256,)))), ())


def _papers(connection: sqlite3.Connection, payloads: Iterable[str]) -> set[str]:
    return {
        paper
        for sha256 in payloads
        for (paper,) in connection.execute("SELECT paper FROM file WHERE sha256 = ?", (sha256,))
    }
