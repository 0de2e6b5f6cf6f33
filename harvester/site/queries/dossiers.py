"""Dossiers: which there are, and what happened in one."""

import sqlite3

from harvester.site.queries import SHOWN, Row, first, rows

PAGE = 50


def dossiers(connection: sqlite3.Connection, page: int) -> list[Row]:
    """Return dossiers with what they hold, the one with the newest paper first; one too many."""
    return rows(
        connection,
        "SELECT g.label, g.papers, g.latest, (SELECT dossier_title FROM paper "
        "WHERE dossier = g.label AND dossier_title IS NOT NULL LIMIT 1) AS title "
        "FROM (SELECT dossier AS label, count(*) AS papers, max(published_on) AS latest "
        "FROM paper_facet WHERE dossier IS NOT NULL GROUP BY dossier "
        "ORDER BY latest DESC, dossier DESC LIMIT :limit OFFSET :offset) AS g",
        limit=PAGE + 1,
        offset=(page - 1) * PAGE,
    )


def dossier(connection: sqlite3.Connection, label: str) -> Row | None:
    """Return what a dossier is, and how many papers of what kind and outcome it has."""
    found = first(
        connection,
        "SELECT dossier AS label, dossier_title AS title, dossier_key FROM paper "
        "WHERE dossier = :label ORDER BY dossier_key IS NULL, dossier_title IS NULL LIMIT 1",
        label=label,
    )
    if found is None:
        return None
    counts = rows(
        connection,
        "SELECT kind, outcome, count(*) AS papers, "
        "min(published_on) FILTER (WHERE year IS NOT NULL) AS first, "
        "max(published_on) FILTER (WHERE year IS NOT NULL) AS last "
        "FROM paper_facet WHERE dossier = :label GROUP BY kind, outcome",
        label=label,
    )
    record = first(connection, "SELECT * FROM dossier WHERE key = :key", key=found["dossier_key"])
    kinds: dict[str, int] = {}
    for row in counts:
        kinds[row["kind"]] = kinds.get(row["kind"], 0) + row["papers"]
    outcomes = {row["outcome"]: row["papers"] for row in counts if row["outcome"]}
    days = [row[end] for row in counts for end in ("first", "last") if row[end]]
    return {
        **found,
        "record": record,
        "kinds": kinds,
        "outcomes": outcomes,
        "papers": sum(kinds.values()),
        "first": min(days, default=None),
        "last": max(days, default=None),
    }


def timeline(connection: sqlite3.Connection, label: str, kind: str | None, page: int) -> list[Row]:
    """Return the papers of a dossier, the newest first; one too many."""
    keys = [
        key
        for (key,) in connection.execute(
            "SELECT key FROM paper_facet WHERE dossier = :label "
            "AND (:kind IS NULL OR kind = :kind) "
            "ORDER BY published_on DESC, key DESC LIMIT :limit OFFSET :offset",
            {"label": label, "kind": kind, "limit": PAGE + 1, "offset": (page - 1) * PAGE},
        )
    ]
    places = ", ".join(map(str, keys))
    found = rows(
        connection,
        f"SELECT {SHOWN}, p.decided_on, f.published_on AS ordered_on FROM paper AS p "
        f"JOIN paper_facet AS f ON f.key = p.key WHERE p.key IN ({places})",
    )
    return sorted(found, key=lambda row: keys.index(row["key"]))
