"""What is held: a stretch of the log that does not count until it is decided about.

Both the hold and the decision are entries of the log, so that every index that is made from it
agrees (archive/README.md, "Hold entry").
"""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from archive.entries import DecisionEntry, Header, HoldEntry


class Hold(NamedTuple):
    """A hold without a decision."""

    source: str
    segment: int
    """The first one held."""
    held_at: str
    reasons: tuple[str, ...]
    """Empty: the harvest is under way, or died, and is not judged yet."""
    checkpoint: str
    """Where the held harvest came to, as JSON."""
    applied: int | None = None
    """The last of its segments that counts already: it is being released."""


def open_hold(connection: sqlite3.Connection, source: str) -> Hold | None:
    """Return the hold of a source that is not decided about; there is at most one."""
    row = connection.execute(
        "SELECT source, segment, held_at, reasons, checkpoint, applied FROM hold "
        "WHERE source = ? AND decided_in IS NULL",
        (source,),
    ).fetchone()
    if row is None:
        return None
    hold = Hold._make(row)
    return hold._replace(reasons=tuple(json.loads(row[3])))


def open_holds(connection: sqlite3.Connection) -> list[Hold]:
    """Return the holds of all sources that are not decided about."""
    sources = connection.execute("SELECT source FROM hold WHERE decided_in IS NULL ORDER BY source")
    return [hold for (s,) in sources.fetchall() if (hold := open_hold(connection, s)) is not None]


def begin(connection: sqlite3.Connection, header: Header, entry: HoldEntry) -> None:
    """Begin a hold with this segment, or say why the one that has begun lasts."""
    reasons = json.dumps(entry.reasons, ensure_ascii=False)
    if open_hold(connection, header.source) is None:
        connection.execute(
            "INSERT INTO hold (source, segment, held_at, reasons, checkpoint) "
            "VALUES (?, ?, ?, ?, '{}')",
            (header.source, header.sequence, entry.held_at, reasons),
        )
    else:
        connection.execute(
            "UPDATE hold SET held_at = ?, reasons = ? WHERE source = ? AND decided_in IS NULL",
            (entry.held_at, reasons, header.source),
        )


def decide(connection: sqlite3.Connection, header: Header, entry: DecisionEntry) -> int | None:
    """End the hold of a source; return its last segment that counts, None if nothing was held.

    What decides about nothing is noted all the same (`has_been_walked`); what decides about
    another hold than the open one does nothing.
    """
    hold = open_hold(connection, header.source)
    if entry.hold is not None and (hold is None or hold.segment != entry.hold):
        return None
    if hold is None:
        connection.execute(
            "INSERT INTO hold VALUES (?, ?, ?, '[]', '{}', ?, ?, ?, ?, ?, NULL)",
            (
                header.source,
                header.sequence,
                entry.decided_at,
                header.sequence,
                entry.decided_at,
                entry.verdict,
                entry.reason,
                entry.by,
            ),
        )
        return None
    connection.execute(
        "UPDATE hold SET decided_in = ?, decided_at = ?, verdict = ?, reason = ?, decided_by = ? "
        "WHERE source = ? AND segment = ?",
        (
            header.sequence,
            entry.decided_at,
            entry.verdict,
            entry.reason,
            entry.by,
            hold.source,
            hold.segment,
        ),
    )
    connection.execute("DELETE FROM held_record WHERE source = ?", (header.source,))
    return hold.applied or hold.segment - 1


def note_applied(connection: sqlite3.Connection, source: str, sequence: int) -> None:
    """Note how far the release of a hold has come: its segments up to this one count."""
    connection.execute(
        "UPDATE hold SET applied = ? WHERE source = ? AND decided_in IS NULL", (sequence, source)
    )


def forget_some(connection: sqlite3.Connection, source: str, most: int) -> int:
    """Drop what was noted of some held records of a source; return how many."""
    return connection.execute(
        "DELETE FROM held_record WHERE source = ?1 AND id IN "
        "(SELECT id FROM held_record WHERE source = ?1 LIMIT ?2)",
        (source, most),
    ).rowcount


def forget(connection: sqlite3.Connection, source: str, ids: Sequence[str]) -> None:
    """Drop what was noted of held records, which count now."""
    connection.executemany(
        "DELETE FROM held_record WHERE source = ? AND id = ?", [(source, id_) for id_ in ids]
    )


def keep(
    connection: sqlite3.Connection,
    source: str,
    states: Mapping[str, tuple[str, str]],
    served: Mapping[str, tuple[int, str, str]],
    checkpoint: str,
) -> None:
    """Note what records of a held segment would say.

    Args:
        states: by id, state and fingerprint.
        served: by id, version, state and fingerprint as they count now.
        checkpoint: of the segment.
    """
    connection.executemany(
        "INSERT OR REPLACE INTO held_record VALUES (?, ?, ?, ?, ?)",
        [
            (source, id_, *held, change(served[id_][1:] if id_ in served else None, held))
            for id_, held in states.items()
        ],
    )
    connection.execute(
        "UPDATE hold SET checkpoint = ? WHERE source = ? AND decided_in IS NULL",
        (checkpoint, source),
    )


def change(before: tuple[str, str] | None, after: tuple[str, str]) -> str:
    """Name what differs between two states of a record, each with its fingerprint."""
    if before == after:
        return "same"
    if after[0] == "withdrawn":
        # A record that is first seen withdrawn takes nothing away.
        return "withdrawn" if before is not None and before[0] == "present" else "same"
    if before is None:
        return "new"
    return "restored" if before[0] == "withdrawn" else "changed"


def known(
    connection: sqlite3.Connection, source: str, ids: Sequence[str]
) -> dict[str, tuple[str, str]]:
    """Return state and fingerprint of those records that are held."""
    rows = connection.execute(
        "SELECT id, state, fingerprint FROM held_record "
        "WHERE source = ? AND id IN (SELECT value FROM json_each(?))",
        (source, json.dumps(ids)),
    )
    return {id_: (state, fingerprint) for id_, state, fingerprint in rows}


def counts(connection: sqlite3.Connection, source: str) -> dict[str, int]:
    """Return how many held records would be new, changed, withdrawn, restored."""
    rows = connection.execute(
        "SELECT change, count(*) FROM held_record WHERE source = ? AND change <> 'same' "
        "GROUP BY change",
        (source,),
    )
    return dict(rows.fetchall())


def harvests(connection: sqlite3.Connection, hold: Hold) -> list[str]:
    """Return the ids of the harvests that wrote what is held, in order."""
    rows = connection.execute(
        "SELECT harvest FROM segment WHERE source = ? AND sequence >= ? "
        "GROUP BY harvest ORDER BY min(sequence)",
        (hold.source, hold.segment),
    )
    return [harvest for (harvest,) in rows]


def present(connection: sqlite3.Connection, source: str) -> int:
    """Return how many records of a source are there now."""
    count: int = connection.execute(
        "SELECT count(*) FROM record WHERE source = ? AND state = 'present'", (source,)
    ).fetchone()[0]
    return count


def has_been_walked(connection: sqlite3.Connection, source: str) -> bool:
    """Tell whether a walk of a source has ever come to its end.

    The log says so: nothing is held before that, and a decision is written then.
    """
    return bool(
        connection.execute(
            "SELECT EXISTS (SELECT 1 FROM hold WHERE source = ?)", (source,)
        ).fetchone()[0]
    )
