"""Harvests and their failures, as people want to see them; the reports are in the archive."""

import json
import sqlite3
from collections.abc import Mapping
from typing import Any, NamedTuple

from harvester.index.operations import COMPLETE, last_end


class SourceStatus(NamedTuple):
    """How a source stands, for `griffie status`."""

    source: str
    segments: int
    records: int
    withdrawn: int
    last_harvest: str | None
    last_started_at: str | None
    last_ended_at: str | None
    last_outcome: str | None
    last_complete_at: str | None
    freshest_updated: str | None
    failures: tuple[tuple[str, str, int, str], ...]
    """Of the last harvest: category, reason, count, an example's URL."""


class HarvestRow(NamedTuple):
    """One harvest in the ledger; what has not ended yet has no end, outcome or report."""

    id: str
    source: str
    started_at: str
    ended_at: str | None
    outcome: str | None
    report: dict[str, Any] | None


_ROW = "SELECT id, source, started_at, ended_at, outcome, report FROM harvest"


def begin(connection: sqlite3.Connection, harvest: str, source: str, started_at: str) -> None:
    """Note that a harvest begins."""
    connection.execute(
        "INSERT INTO harvest (id, source, started_at) VALUES (?, ?, ?)",
        (harvest, source, started_at),
    )


def finish(connection: sqlite3.Connection, harvest: str, report: Mapping[str, Any]) -> None:
    """Note how a harvest ended, with its report, inside a transaction."""
    connection.execute(
        "UPDATE harvest SET ended_at = ?, outcome = ?, freshest_updated = ?, report = ? "
        "WHERE id = ?",
        (
            report["ended_at"],
            report["outcome"],
            report["freshest_updated"],
            json.dumps(report, ensure_ascii=False, sort_keys=True),
            harvest,
        ),
    )
    connection.executemany(
        "INSERT OR REPLACE INTO failure VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (
                harvest,
                ordinal,
                group["category"],
                group["reason"],
                group["count"],
                group["examples"][0]["url"],
                group["examples"][0]["excerpt"],
            )
            for ordinal, group in enumerate(report["failures"], 1)
        ],
    )


def unfinished(connection: sqlite3.Connection, source: str) -> list[HarvestRow]:
    """Return the harvests of a source that began and did not say how they ended.

    Their end here is the last sign of life: the last segment that they wrote, or their start.
    """
    rows = connection.execute(
        "SELECT id, source, started_at, coalesce((SELECT max(written_at) FROM segment AS s "
        "WHERE s.source = h.source AND s.harvest = h.id), started_at), outcome, report "
        "FROM harvest AS h WHERE source = ? AND ended_at IS NULL ORDER BY started_at, id",
        (source,),
    )
    return [_row(values) for values in rows]


def recent(connection: sqlite3.Connection, source: str | None, most: int) -> list[HarvestRow]:
    """Return the last harvests, of one source or of all, the newest first."""
    query = f"{_ROW} WHERE source = coalesce(?, source) ORDER BY started_at DESC, id DESC LIMIT ?"
    return [_row(values) for values in connection.execute(query, (source, most))]


def find(connection: sqlite3.Connection, harvest: str) -> HarvestRow | None:
    """Return the harvest with this id, if the ledger has it."""
    values = connection.execute(f"{_ROW} WHERE id = ?", (harvest,)).fetchone()
    return _row(values) if values else None


def _row(values: tuple[Any, ...]) -> HarvestRow:
    row = HarvestRow._make(values)
    return row._replace(report=json.loads(values[-1])) if values[-1] is not None else row


def statuses(connection: sqlite3.Connection) -> list[SourceStatus]:
    """Return how every source stands that has a log or was ever harvested."""
    sources = connection.execute("SELECT source FROM segment UNION SELECT source FROM harvest")
    return [_status(connection, source) for (source,) in sources.fetchall()]


def _status(connection: sqlite3.Connection, source: str) -> SourceStatus:
    last, started_at, ended_at, outcome = connection.execute(
        "SELECT id, started_at, ended_at, outcome FROM harvest WHERE source = ? "
        "ORDER BY started_at DESC, id DESC LIMIT 1",
        (source,),
    ).fetchone() or (None, None, None, None)
    (freshest,) = connection.execute(
        "SELECT max(freshest_updated) FROM harvest WHERE source = ?", (source,)
    ).fetchone()
    records, withdrawn = connection.execute(
        "SELECT count(*), count(*) FILTER (WHERE state = 'withdrawn') FROM record "
        "WHERE source = ? AND version > 0",
        (source,),
    ).fetchone()
    segments = connection.execute(
        "SELECT count(*) FROM segment WHERE source = ?", (source,)
    ).fetchone()[0]
    failures = connection.execute(
        "SELECT category, reason, count, url FROM failure WHERE harvest = ? ORDER BY ordinal",
        (last,),
    ).fetchall()
    return SourceStatus(
        source=source,
        segments=segments,
        records=records,
        withdrawn=withdrawn,
        last_harvest=last,
        last_started_at=started_at,
        last_ended_at=ended_at,
        last_outcome=outcome,
        last_complete_at=last_end(connection, source, COMPLETE),
        freshest_updated=freshest,
        failures=tuple(failures),
    )


def paper_counts(connection: sqlite3.Connection) -> dict[str, int]:
    """Return papers by kind, and what people ask about them."""
    counts = dict(connection.execute("SELECT kind, count(*) FROM paper GROUP BY kind").fetchall())
    more = {
        "withdrawn": "SELECT count(*) FROM paper WHERE is_withdrawn",
        "taken down": "SELECT count(*) FROM paper WHERE is_taken_down",
        "changed": "SELECT count(*) FROM paper WHERE version > 1",
        "with a file": "SELECT count(*) FROM paper WHERE sha256 IS NOT NULL",
        "votes": "SELECT count(*) FROM vote",
        "texts": "SELECT count(*) FROM text WHERE status = 'ok'",
        "texts failed": "SELECT count(*) FROM text WHERE status = 'failed'",
    }
    return counts | {name: connection.execute(query).fetchone()[0] for name, query in more.items()}
