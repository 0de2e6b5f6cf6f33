"""What the service remembers in the index: when jobs ran, what was wrong; operational."""

import json
import sqlite3
from collections.abc import Mapping
from typing import Any, NamedTuple


class JobRun(NamedTuple):
    """The last run of a job."""

    name: str
    started_at: str
    ended_at: str | None
    code: int | None
    said: str | None
    """Why the service ended it, if it did."""


class Lasting(NamedTuple):
    """A condition that was seen and, where `over_at` is set, is over."""

    id: int
    kind: str
    source: str
    first_seen_at: str
    over_at: str | None
    detail: str
    told: dict[str, list[str]]
    """By event (`begins`, `over`): which hooks have heard of it."""


def job_runs(connection: sqlite3.Connection) -> dict[str, JobRun]:
    """Return the last run of every job, by name."""
    rows = connection.execute("SELECT name, started_at, ended_at, code, said FROM job")
    return {row[0]: JobRun._make(row) for row in rows}


def note_job(connection: sqlite3.Connection, run: JobRun) -> None:
    """Remember a run, in place of the one before."""
    connection.execute("INSERT OR REPLACE INTO job VALUES (?, ?, ?, ?, ?)", run)


def lasting(connection: sqlite3.Connection) -> list[Lasting]:
    """Return the conditions that are not over."""
    return _select(connection, "over_at IS NULL ORDER BY first_seen_at, id")


def history(connection: sqlite3.Connection, most: int) -> list[Lasting]:
    """Return the last conditions, the newest first."""
    return _select(connection, f"true ORDER BY first_seen_at DESC, id DESC LIMIT {int(most)}")


def last_over(connection: sqlite3.Connection, most: int = 50) -> list[Lasting]:
    """Return the conditions that ended last."""
    return _select(connection, f"over_at IS NOT NULL ORDER BY over_at DESC LIMIT {int(most)}")


def _select(connection: sqlite3.Connection, where: str) -> list[Lasting]:
    columns = ", ".join(Lasting._fields)
    rows = map(Lasting._make, connection.execute(f"SELECT {columns} FROM condition WHERE {where}"))
    return [row._replace(told=json.loads(str(row.told))) for row in rows]


def begin_condition(
    connection: sqlite3.Connection, kind: str, source: str, at: str, detail: str
) -> None:
    """Note that something is wrong from now on."""
    connection.execute(
        "INSERT INTO condition (kind, source, first_seen_at, detail, told) VALUES (?, ?, ?, ?, ?)",
        (kind, source, at, detail, "{}"),
    )


def change_condition(connection: sqlite3.Connection, id_: int, **changes: Any) -> None:
    """Change what is known of a condition: `over_at`, `detail`, `told`."""
    values: Mapping[str, Any] = {
        name: json.dumps(value) if name == "told" else value for name, value in changes.items()
    }
    names = ", ".join(f"{name} = :{name}" for name in values)
    connection.execute(f"UPDATE condition SET {names} WHERE id = :id", {**values, "id": id_})


LOOKED = "(json_type(report, '$.walk') IS NOT 'null' OR outcome = 'failed')"
"""Of a harvest that was to look at the metadata, or failed; one that fetches files tells nothing
of how a source does."""
COMPLETE = f"outcome = 'complete' AND {LOOKED}"


class SourceActivity(NamedTuple):
    """What the ledger tells of a source's harvests, for judging how it does.

    Those that only fetched files are left out.
    """

    source: str
    first_started_at: str | None
    last_ended_at: str | None
    last_complete_at: str | None
    last_news_at: str | None
    """End of the last harvest that saw something new, changed or withdrawn."""
    freshest_updated: str | None
    reports: tuple[dict[str, Any], ...]
    """Of the last harvests, the newest first."""
    records: int


class Walk(NamedTuple):
    """A walk over a source's metadata that ended, counted, and was not its first."""

    ended_at: str
    new: int


_WALKS = (
    "FROM harvest WHERE source = ? AND outcome <> 'held' "
    "AND json_extract(report, '$.walk') = 'ended'"
)


def last_walks(connection: sqlite3.Connection, source: str, days: int) -> list[Walk]:
    """Return the last walk of a source and those of so many days before it.

    Left out is what was told to begin with a date: it brings what is old.
    """
    last = connection.execute(
        f"SELECT ended_at {_WALKS} ORDER BY started_at DESC LIMIT 1", (source,)
    ).fetchone()
    if last is None:
        return []
    rows = connection.execute(
        f"SELECT ended_at, coalesce(json_extract(report, '$.changes.new'), 0) {_WALKS} "
        "AND json_extract(report, '$.since') IS NULL "
        "AND started_at >= strftime('%Y-%m-%dT%H:%M:%fZ', ?, ?) ORDER BY started_at",
        (source, last[0], f"-{days} days"),
    )
    return [Walk._make(row) for row in rows]


_NEWS = " + ".join(
    f"coalesce(json_extract(report, '$.changes.{name}'), 0)"
    for name in ("new", "changed", "withdrawn", "restored")
)


def activity(connection: sqlite3.Connection, source: str, reports: int) -> SourceActivity:
    """Return what the ledger tells of a source."""
    first, freshest = connection.execute(
        "SELECT min(started_at), max(freshest_updated) FROM harvest WHERE source = ?", (source,)
    ).fetchone()
    rows = connection.execute(
        f"SELECT report FROM harvest WHERE source = ? AND report IS NOT NULL AND {LOOKED} "
        "ORDER BY started_at DESC, id DESC LIMIT ?",
        (source, reports),
    )
    found = tuple(json.loads(report) for (report,) in rows)
    present = connection.execute(
        "SELECT count(*) FROM record WHERE source = ? AND state = 'present'", (source,)
    ).fetchone()[0]
    return SourceActivity(
        source=source,
        first_started_at=first,
        last_ended_at=last_end(connection, source, LOOKED),
        last_complete_at=last_end(connection, source, COMPLETE),
        last_news_at=last_end(connection, source, f"{_NEWS} > 0"),
        freshest_updated=freshest,
        reports=found,
        records=present,
    )


def last_end(connection: sqlite3.Connection, source: str, where: str) -> str | None:
    """Return when the last harvest of a source ended of which this SQL holds.

    The newest are looked at first: to read every report of years takes long.
    """
    row = connection.execute(
        f"SELECT ended_at FROM harvest WHERE source = ? AND ended_at IS NOT NULL AND {where} "
        "ORDER BY started_at DESC LIMIT 1",
        (source,),
    ).fetchone()
    return row[0] if row else None


def papers_dated(connection: sqlite3.Connection, source: str, day: str) -> int:
    """Return how many papers of a source have a day as their date."""
    count: int = connection.execute(
        "SELECT count(*) FROM paper WHERE source = ? AND published_on = ?",
        (source, day),
    ).fetchone()[0]
    return count


def unchecked_since(connection: sqlite3.Connection) -> str | None:
    """Return since when the file that waits longest for a check has waited."""
    oldest: str | None = connection.execute(
        "SELECT min(coalesce(f.checked_at, r.retrieved_at)) FROM payload AS p "
        "LEFT JOIN fixity AS f "
        "ON f.object_key = 'payloads/' || substr(p.sha256, 1, 2) || '/' || p.sha256 "
        "LEFT JOIN (SELECT sha256, max(retrieved_at) AS retrieved_at FROM retrieval "
        "GROUP BY sha256) AS r ON r.sha256 = p.sha256 "
        "WHERE p.sha256 NOT IN (SELECT sha256 FROM taken_payload)"
    ).fetchone()[0]
    return oldest
