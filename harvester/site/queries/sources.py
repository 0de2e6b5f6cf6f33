"""How the sources stand: freshness, how complete, the last harvests and their failures."""

import json
import sqlite3

from harvester.site.queries import Row, first, rows

ASIDES = 20
HARVESTS = 8
"""Shown of each source."""


def names(connection: sqlite3.Connection) -> list[str]:
    """Return the sources that there is anything of."""
    found = connection.execute(
        "SELECT source FROM segment UNION SELECT source FROM harvest ORDER BY 1"
    )
    return [source for (source,) in found]


def standing(connection: sqlite3.Connection, source: str) -> Row:
    """Return what is here of a source, and what is missing."""
    log = first(
        connection,
        "SELECT count(*) AS segments, coalesce(sum(entries), 0) AS entries, "
        "max(written_at) AS written_at FROM segment WHERE source = :source",
        source=source,
    )
    head = first(
        connection,
        "SELECT sequence, sha256 FROM segment WHERE source = :source "
        "ORDER BY sequence DESC LIMIT 1",
        source=source,
    )
    papers = first(
        connection,
        "SELECT count(*) AS papers, coalesce(sum(c.sha256 IS NULL AND NOT c.is_withdrawn), 0) "
        "AS without_file, coalesce(sum(c.is_withdrawn), 0) AS withdrawn, "
        "coalesce(sum(c.sha256 IS NOT NULL AND coalesce(t.status, 'ok') <> 'ok'), 0) "
        "AS without_text, max(f.published_on) FILTER (WHERE f.year IS NOT NULL) AS latest "
        "FROM copy AS c JOIN paper AS p ON p.id = c.paper JOIN paper_facet AS f ON f.key = p.key "
        "LEFT JOIN text AS t ON t.sha256 = c.sha256 WHERE c.source = :source",
        source=source,
    )
    return {
        "source": source,
        "head": head,
        **(log or {}),
        **(papers or {}),
        "harvests": _harvests(connection, source),
        "asides": rows(
            connection,
            "SELECT name, noted_at, reason FROM aside WHERE source = :source "
            "ORDER BY noted_at, name LIMIT :limit",
            source=source,
            limit=ASIDES,
        ),
    }


def _harvests(connection: sqlite3.Connection, source: str) -> list[Row]:
    found = rows(
        connection,
        "SELECT id, started_at, ended_at, outcome, freshest_updated, report FROM harvest "
        "WHERE source = :source ORDER BY started_at DESC LIMIT :limit",
        source=source,
        limit=HARVESTS,
    )
    for harvest in found:
        report = json.loads(harvest.pop("report") or "{}")
        harvest["changes"] = report.get("changes", {})
        harvest["seen"] = report.get("seen")
        harvest["failures"] = rows(
            connection,
            "SELECT category, reason, count, url FROM failure WHERE harvest = :id ORDER BY ordinal",
            id=harvest["id"],
        )
    return found


def last_harvests(connection: sqlite3.Connection) -> list[Row]:
    """Return, of each source, when it was last harvested and how that ended."""
    return rows(
        connection,
        "SELECT source, max(started_at) AS started_at, ended_at, outcome FROM harvest "
        "GROUP BY source ORDER BY source",
    )


def conditions(connection: sqlite3.Connection) -> list[Row]:
    """Return what is wrong now, since when."""
    return rows(
        connection,
        "SELECT kind, source, first_seen_at, detail FROM condition WHERE over_at IS NULL "
        "ORDER BY first_seen_at",
    )


def fixity(connection: sqlite3.Connection) -> Row:
    """Return how many objects were checked, the longest ago of them, and what was found."""
    found = first(
        connection,
        "SELECT count(*) AS checked, min(checked_at) AS oldest, max(checked_at) AS latest, "
        "count(finding) AS damaged FROM fixity",
    )
    return found or {}
