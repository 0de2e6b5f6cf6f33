"""Which files are wanted: a query over what the log says and what was tried lately."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from archive.entries import PayloadEntry
from harvester.index import records
from harvester.source.files import FilePolicy, Reason, Wanted
from harvester.times import to_text

FIRST_WAIT = timedelta(hours=1)
LONGEST_MISFIT_WAIT = timedelta(days=30)
"""Some files differ from their declaration for years (sources: 219 of them in 2025)."""


class Attempt(NamedTuple):
    """The end of an attempt, as far as the next one depends on it."""

    entry: PayloadEntry
    etag: str | None
    last_modified: str | None
    is_misfit: bool = False
    """It came, and does not fit what is declared, or is still what could not be read."""


class Waiting(NamedTuple):
    """Files that were asked for in vain and are asked for again later."""

    files: int
    since: str
    """When the first of them failed first."""
    next_at: str
    """When the first of them is asked for again."""
    until: str
    """When the last of them is."""


_SCATTER = 7919
"""A prime: papers that came together are far apart in the rotation."""
_OFFERED = """
  FROM copy AS c
  JOIN paper AS p ON p.id = c.paper
  JOIN record AS r ON r.key = c.document_key
  JOIN offered_file AS o ON o.key = r.key
  -- A document that held another paper's id before has versions there, too.
  JOIN paper_version AS v ON v.document_key = r.key AND v.paper = p.id
       AND v.version = (SELECT max(version) FROM paper_version
                         WHERE document_key = r.key AND paper = p.id)
  LEFT JOIN file AS f ON f.document_key = r.key AND f.paper = p.id AND f.name = o.name
       AND f.version = (SELECT max(version) FROM file
                         WHERE document_key = r.key AND paper = p.id AND name = o.name)
  LEFT JOIN fetch AS t ON t.record_key = r.key AND t.name = o.name
  LEFT JOIN text AS x ON x.sha256 = f.sha256 AND x.status = 'failed'
 WHERE c.source = :source AND NOT c.is_withdrawn
   AND p.kind IN (SELECT value FROM json_each(:kinds))
   -- The second file of a name is called name-2.
   AND (:names IS NULL
        OR rtrim(rtrim(o.name, '0123456789'), '-') IN (SELECT value FROM json_each(:names)))
   AND r.key NOT IN (SELECT document_key FROM taken_document)
"""
"""What sources offer of papers that stand, beside what is here of it."""
_IS_MISFIT = """(
  o.size_bytes <> f.size_bytes OR x.sha256 IS NOT NULL
  -- Word files stand in for PDF files, for hours after the record says so.
  OR (o.media_type = 'application/pdf' AND f.media_type <> o.media_type)
)"""
_IS_CHANGED_LATELY = """(
  v.version > 1 AND v.opened_at >= :recent OR julianday(v.source_updated) >= julianday(:recent)
)"""
"""What a first harvest sees is new to the archive, and mostly years old."""
_LAST = "coalesce(t.last_attempt_at, f.retrieved_at)"
_WANTED = f"""
SELECT r.id, o.name, o.url, o.media_type, o.size_bytes, t.etag, t.last_modified,
       f.sha256, f.size_bytes, f.media_type,
       CASE WHEN f.version = v.version
            THEN CASE WHEN coalesce({_IS_MISFIT}, 0) THEN 'misfit' ELSE 'recheck' END
            WHEN t.next_attempt_at IS NOT NULL THEN 'retry'
            WHEN f.sha256 IS NULL THEN 'new'
            ELSE 'changed' END AS reason
{_OFFERED}
   AND CASE WHEN f.version = v.version
            THEN :rechecks AND (
                 -- A record runs hours ahead of its file, whatever day its paper is of.
                 (p.published_on >= :recent_day OR {_IS_CHANGED_LATELY}) AND {_LAST} <= :due
                 OR coalesce({_IS_MISFIT}, 0) AND coalesce(t.next_attempt_at, '') <= :now
                 -- Each file has its own day of the rotation, so every day has as many.
                 OR :rotation AND julianday(date({_LAST}))
                    < :today - (CAST(:today AS INTEGER) + p.key * {_SCATTER}) % :rotation)
            ELSE :missing AND (t.next_attempt_at IS NULL OR t.next_attempt_at <= :now) END
"""
_MISSING = f"SELECT count(*) {_OFFERED} AND f.version IS NOT v.version"
_IN_ORDER = f"{_WANTED} ORDER BY p.published_on DESC, p.key"
_COUNT = f"SELECT count(*) FROM ({_WANTED})"


def wanted(
    connection: sqlite3.Connection, source: str, policy: FilePolicy, now: datetime
) -> Iterator[Wanted]:
    """Yield the wanted files, the newest papers first.

    The whole answer is read before the first is yielded, so that writing meanwhile changes nothing.
    """
    return map(Wanted._make, connection.execute(_IN_ORDER, _values(source, policy, now)).fetchall())


def count_wanted(
    connection: sqlite3.Connection, source: str, policy: FilePolicy, now: datetime
) -> int:
    """Return how many files `wanted` would yield."""
    found: int = connection.execute(_COUNT, _values(source, policy, now)).fetchone()[0]
    return found


def count_missing(connection: sqlite3.Connection, source: str, policy: FilePolicy) -> int:
    """Return how many files the archive lacks in their current version, due now or later."""
    values = _values(source, policy, datetime.min.replace(tzinfo=UTC) + timedelta(days=36_500))
    found: int = connection.execute(_MISSING, values).fetchone()[0]
    return found


def _values(source: str, policy: FilePolicy, now: datetime) -> dict[str, Any]:
    return {
        "source": source,
        "kinds": json.dumps(sorted(policy.kinds)),
        "names": None if policy.names is None else json.dumps(sorted(policy.names)),
        "missing": policy.wants_missing,
        "rechecks": policy.wants_rechecks,
        "recent": to_text(now - timedelta(days=policy.recheck_days)),
        "recent_day": (now - timedelta(days=policy.recheck_days)).date().isoformat(),
        "rotation": policy.rotation_days,
        "today": (now - _JULIAN_EPOCH).days + _JULIAN_DAYS,
        "due": to_text(now - timedelta(hours=policy.recheck_every_h)),
        "now": to_text(now),
    }


_JULIAN_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_JULIAN_DAYS = 2_440_587.5
"""Of that moment: SQLite's `julianday`."""


def is_news(
    entry: PayloadEntry, reason: Reason, held_sha256: str | None, last_error: str | None
) -> bool:
    """Decide whether an attempt says something that the log does not say yet.

    The first answer to a record's new version does, also when the bytes are the same; a look at
    what is known does only when it differs; a failure does when the last one was another.
    """
    if entry.error is not None:
        return entry.error != last_error
    return reason not in ("recheck", "misfit") or entry.sha256 != held_sha256


def note_attempts(
    connection: sqlite3.Connection,
    source: str,
    attempts: Sequence[Attempt],
    attempts_per_week: int,
    now: datetime,
) -> None:
    """Record attempts to fetch files of a source and when each is next due, in a transaction.

    After a failure the wait doubles from an hour, up to an even share of the week for each of the
    attempts that a week may have; after what came and does not fit, up to a month.
    """
    longest = timedelta(days=7) / attempts_per_week
    rows = records.give_keys(connection, source, [attempt.entry.record for attempt in attempts])
    for entry, etag, last_modified, is_misfit in attempts:
        key = rows[entry.record].key
        before, since = connection.execute(
            "SELECT attempts, failing_since FROM fetch WHERE record_key = ? AND name = ?",
            (key, entry.name),
        ).fetchone() or (0, None)
        is_failure = entry.error is not None
        count = before + 1 if is_failure or is_misfit else 0
        most = longest if is_failure else LONGEST_MISFIT_WAIT
        wait = min(FIRST_WAIT * 2 ** min(count - 1, 12), most) if count else None
        connection.execute(
            "INSERT OR REPLACE INTO fetch VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                key,
                entry.name,
                count,
                to_text(now),
                to_text(now + wait) if wait else None,
                etag,
                last_modified,
                entry.error,
                (since or to_text(now)) if is_failure else None,
            ),
        )


def waiting(connection: sqlite3.Connection, source: str) -> Waiting | None:
    """Return how many files of a source wait for another attempt; None when none does."""
    count, *moments = connection.execute(
        "SELECT count(*), min(t.failing_since), min(t.next_attempt_at), max(t.next_attempt_at) "
        "FROM fetch AS t JOIN document AS d ON d.key = t.record_key "
        "JOIN offered_file AS o ON o.key = d.key AND o.name = t.name "
        "WHERE t.failing_since IS NOT NULL AND d.source = ? AND NOT d.is_withdrawn "
        "AND d.key NOT IN (SELECT record_key FROM takedown WHERE record_key IS NOT NULL)",
        (source,),
    ).fetchone()
    return Waiting(count, *moments) if count else None


def last_error(connection: sqlite3.Connection, source: str, record: str, name: str) -> str | None:
    """Return what the last attempt failed with; None when it did not, or there was none."""
    row = connection.execute(
        "SELECT error FROM fetch WHERE record_key = ? AND name = ?",
        (records.key_of(connection, source, record), name),
    ).fetchone()
    return row[0] if row else None
