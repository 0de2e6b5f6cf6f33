"""Find a paper by any of its names, and the file of any of its versions."""

import sqlite3
from typing import NamedTuple

from harvester.reading.identifiers import spellings


class PaperFile(NamedTuple):
    """The file of one version of a paper."""

    paper: str
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


def versions(connection: sqlite3.Connection, paper: str) -> list[tuple[int, str, str]]:
    """Return number, state and reason of a paper's versions."""
    return connection.execute(
        "SELECT version, state, reason FROM paper_version WHERE paper = ? ORDER BY version",
        (paper,),
    ).fetchall()


def file_of(connection: sqlite3.Connection, paper: str, version: int | None) -> PaperFile | None:
    """Return the file of a version; without one, the latest file there is.

    A version whose file has not come yet, or that withdrew the paper, has none of its own.
    """
    row = connection.execute(
        "SELECT paper, version, sha256, size_bytes, media_type, retrieved_at, url FROM file "
        "WHERE paper = :paper AND (:version IS NULL OR version = :version) "
        "ORDER BY version DESC, name LIMIT 1",
        {"paper": paper, "version": version},
    ).fetchone()
    return PaperFile._make(row) if row else None
