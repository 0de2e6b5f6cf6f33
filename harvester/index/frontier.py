"""Which files are wanted: a query over what the log says and what was tried lately."""

import json
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from archive.entries import PayloadEntry
from harvester.source.files import FilePolicy, Reason, Wanted
from harvester.times import to_text

FIRST_WAIT = timedelta(hours=1)


_OFFERED = """
  FROM copy AS c
  JOIN paper AS p ON p.id = c.paper
  JOIN document AS d ON d.id = c.document_id
  JOIN offered_file AS o ON o.document_id = d.id
  -- A document that held another paper's id before has versions there, too.
  JOIN paper_version AS v ON v.document_id = d.id AND v.paper = p.id
       AND v.version = (SELECT max(version) FROM paper_version
                         WHERE document_id = d.id AND paper = p.id)
  LEFT JOIN file AS f ON f.document_id = d.id AND f.paper = p.id AND f.name = o.name
       AND f.version = (SELECT max(version) FROM file
                         WHERE document_id = d.id AND paper = p.id AND name = o.name)
  LEFT JOIN fetch AS t ON t.record = d.record AND t.name = o.name
 WHERE c.source = :source AND NOT c.is_withdrawn
   AND p.kind IN (SELECT value FROM json_each(:kinds))
   -- The second file of a name is called name-2.
   AND (:names IS NULL
        OR rtrim(rtrim(o.name, '0123456789'), '-') IN (SELECT value FROM json_each(:names)))
   AND d.record NOT IN (SELECT record FROM takedown WHERE record IS NOT NULL)
"""
"""What sources offer of papers that stand, beside what is here of it."""
_WANTED = f"""
SELECT d.record, o.name, o.url, o.media_type, o.size_bytes, t.etag, t.last_modified,
       f.sha256, f.size_bytes, f.media_type,
       CASE WHEN f.version = v.version THEN 'recheck'
            WHEN t.next_attempt_at IS NOT NULL THEN 'retry'
            WHEN f.sha256 IS NULL THEN 'new'
            ELSE 'changed' END AS reason
{_OFFERED}
   AND CASE WHEN f.version = v.version
            THEN :rechecks AND p.published_on >= :recent
                 AND coalesce(t.last_attempt_at, f.retrieved_at) <= :due
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
        "recent": (now - timedelta(days=policy.recheck_days)).date().isoformat(),
        "due": to_text(now - timedelta(hours=policy.recheck_every_h)),
        "now": to_text(now),
    }


def is_news(
    entry: PayloadEntry, reason: Reason, held_sha256: str | None, last_error: str | None
) -> bool:
    """Decide whether an attempt says something that the log does not say yet.

    The first answer to a record's new version does, also when the bytes are the same; a look at
    what is known does only when it differs; a failure does when the last one was another.
    """
    if entry.error is not None:
        return entry.error != last_error
    return reason != "recheck" or entry.sha256 != held_sha256


def note_attempts(
    connection: sqlite3.Connection,
    attempts: list[tuple[PayloadEntry, str | None, str | None]],
    attempts_per_week: int,
    now: datetime,
) -> None:
    """Remember attempts (entry, ETag, Last-Modified), inside a transaction.

    After a failure the wait doubles from an hour, up to an even share of the week for each of the
    attempts that a week may have.
    """
    longest = timedelta(days=7) / attempts_per_week
    for entry, etag, last_modified in attempts:
        row = connection.execute(
            "SELECT attempts FROM fetch WHERE record = ? AND name = ?", (entry.record, entry.name)
        ).fetchone()
        count = (row[0] if row else 0) + 1 if entry.error is not None else 0
        wait = min(FIRST_WAIT * 2 ** min(count - 1, 12), longest) if count else None
        connection.execute(
            "INSERT OR REPLACE INTO fetch VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                entry.record,
                entry.name,
                count,
                to_text(now),
                to_text(now + wait) if wait else None,
                etag,
                last_modified,
                entry.error,
            ),
        )


def last_error(connection: sqlite3.Connection, record: str, name: str) -> str | None:
    """Return what the last attempt failed with; None when it did not, or there was none."""
    row = connection.execute(
        "SELECT error FROM fetch WHERE record = ? AND name = ?", (record, name)
    ).fetchone()
    return row[0] if row else None
