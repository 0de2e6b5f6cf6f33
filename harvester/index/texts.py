"""Texts of files in the search index: which are missing, and putting them in."""

import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

from harvester.reading.appraisals import find_appraisals
from harvester.reading.references import find_references


class TextRow(NamedTuple):
    """What the index keeps of a file's text: its state, and the words to search."""

    sha256: str
    status: str
    reason: str | None
    pages: int | None
    text: str


_WANTED = """
SELECT f.sha256, f.media_type FROM file AS f LEFT JOIN text AS t ON t.sha256 = f.sha256
 WHERE t.sha256 IS NULL AND f.sha256 NOT IN (SELECT sha256 FROM taken_payload)
 UNION
SELECT sha256, media_type FROM paper WHERE searched_sha256 IS NOT sha256 AND sha256 IS NOT NULL
   AND sha256 NOT IN (SELECT sha256 FROM taken_payload)
"""


def wanted_texts(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """Return digest and media type of files whose text is missing here, in order of digest."""
    rows = connection.execute(_WANTED).fetchall()
    return [(sha256, media_type or "application/octet-stream") for sha256, media_type in rows]


def put_texts(connection: sqlite3.Connection, texts: Iterable[TextRow]) -> None:
    """Take in the state of texts, what they cite, and the words of papers, in a transaction."""
    for row in texts:
        connection.execute(
            "INSERT OR REPLACE INTO text VALUES (?, ?, ?, ?, ?)",
            (row.sha256, row.status, row.reason, row.pages, len(row.text)),
        )
        _put_findings(connection, row)
        keys = connection.execute(
            "SELECT key FROM paper WHERE sha256 = ? AND searched_sha256 IS NOT sha256",
            (row.sha256,),
        ).fetchall()
        connection.executemany(
            "UPDATE paper_fts SET text = ? WHERE rowid = ?", [(row.text, key) for (key,) in keys]
        )
        connection.execute(
            "UPDATE paper SET searched_sha256 = sha256 WHERE sha256 = ?", (row.sha256,)
        )


def forget_findings(connection: sqlite3.Connection, sha256: str) -> None:
    """Delete what a file's text cites and says, inside a transaction."""
    connection.execute("DELETE FROM appraisal WHERE sha256 = ?", (sha256,))
    connection.execute("DELETE FROM citation WHERE sha256 = ?", (sha256,))


def _put_findings(connection: sqlite3.Connection, row: TextRow) -> None:
    forget_findings(connection, row.sha256)
    references = find_references(row.text)
    connection.executemany(
        "INSERT INTO citation VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (row.sha256, ordinal, found.kind, found.target, found.words, found.start, found.end)
            for ordinal, found in enumerate(references, 1)
        ],
    )
    connection.executemany(
        "INSERT INTO appraisal VALUES (?, ?, ?, ?)",
        [
            (row.sha256, found.reference + 1, found.verdict, found.sentence)
            for found in find_appraisals(row.text, references)
        ],
    )
