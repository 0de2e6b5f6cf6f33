"""Find a paper by any of its names, and the file of any of its versions."""

import sqlite3
from typing import NamedTuple

from harvester.reading.identifiers import spellings


class PaperFile(NamedTuple):
    """The file of one version of a paper."""

    paper: str
    source: str
    version: int
    sha256: str
    size_bytes: int
    media_type: str | None
    retrieved_at: str
    url: str


def find_paper(connection: sqlite3.Connection, name: str) -> str | None:
    """Return the id of the paper that goes, or ever went, by a name."""
    for spelling in spellings(name):
        for query in (
            "SELECT id FROM paper WHERE id = ?",
            "SELECT paper FROM paper_alias WHERE alias = ? ORDER BY paper LIMIT 1",
        ):
            row = connection.execute(query, (spelling,)).fetchone()
            if row is not None:
                found: str = row[0]
                return found
    return None


def sources(connection: sqlite3.Connection, paper: str) -> list[str]:
    """Return which sources publish a paper, the leading one first."""
    rows = connection.execute("SELECT source FROM copy WHERE paper = ? ORDER BY place", (paper,))
    return [source for (source,) in rows]


def versions(connection: sqlite3.Connection, paper: str, source: str) -> list[tuple[int, str, str]]:
    """Return number, state and reason of a paper's versions at a source."""
    return connection.execute(
        "SELECT version, state, reason FROM paper_version WHERE paper = ? AND source = ? "
        "ORDER BY version",
        (paper, source),
    ).fetchall()


def file_of(
    connection: sqlite3.Connection, paper: str, source: str, version: int | None
) -> PaperFile | None:
    """Return the file of a version at a source; without one, the latest file there is.

    Pages come before markup. A version whose file has not come yet, or that withdrew the
    paper, has none of its own.
    """
    row = connection.execute(
        "SELECT f.paper, f.source, f.version, f.sha256, f.size_bytes, f.media_type, "
        "f.retrieved_at, f.url FROM file AS f "
        "LEFT JOIN offered_file AS o ON o.document_id = f.document_id AND o.name = f.name "
        "WHERE f.paper = :paper AND f.source = :source "
        "AND (:version IS NULL OR f.version = :version) "
        "ORDER BY f.version DESC, coalesce(o.is_description, 0), "
        "f.media_type <> 'application/pdf', f.name LIMIT 1",
        {"paper": paper, "source": source, "version": version},
    ).fetchone()
    return PaperFile._make(row) if row else None


class Notice(NamedTuple):
    """What a file says of its own state: a reprint, a correction, or that the paper is gone."""

    record: str
    fingerprint: str
    url: str
    words: str


def notices(connection: sqlite3.Connection, source: str) -> list[Notice]:
    """Return what the files of a source's present records say of their own state."""
    rows = connection.execute(
        "SELECT d.record, r.fingerprint, f.url, min(s.status) FROM statement AS s "
        "JOIN file AS f ON f.sha256 = s.sha256 JOIN document AS d ON d.id = f.document_id "
        "JOIN record AS r ON r.source = d.source AND r.id = d.record "
        "WHERE s.status IS NOT NULL AND d.source = ? AND f.source = d.source "
        "AND r.state = 'present' AND f.version = "
        "(SELECT max(version) FROM paper_version WHERE document_id = d.id) "
        "GROUP BY d.record ORDER BY d.record",
        (source,),
    )
    return [Notice._make(row) for row in rows]
