"""Letters of different sources that have the same words, though no official id joins them."""

import sqlite3
from collections.abc import Iterable

from harvester.text.sentences import sentence_key

MOST_CANDIDATES = 20
"""Texts with one key that are compared with a new one: some sentences are said every year."""

_IS_LETTER = """
SELECT 1 FROM file AS f CROSS JOIN paper AS p ON p.id = f.paper
 WHERE f.sha256 = ? AND p.kind = 'letter' LIMIT 1
"""
_CANDIDATES = """
SELECT o.sha256 FROM text_key AS m JOIN text_key AS o ON o.key = m.key AND o.sha256 <> m.sha256
 WHERE m.sha256 = :sha256
   AND EXISTS (SELECT 1 FROM file AS a CROSS JOIN file AS b
                WHERE a.sha256 = m.sha256 AND b.sha256 = o.sha256
                  AND a.source <> b.source AND a.paper <> b.paper)
 ORDER BY 1 LIMIT :most
"""


def note_text(connection: sqlite3.Connection, sha256: str, text: str) -> None:
    """Note the key of a letter's text, which is then compared with others of that key."""
    if connection.execute(_IS_LETTER, (sha256,)).fetchone() is None:
        return
    key = sentence_key(text)
    if key is not None:
        connection.execute("INSERT OR REPLACE INTO text_key VALUES (?, ?)", (sha256, key))
        connection.execute("INSERT OR IGNORE INTO unpaired VALUES (?)", (sha256,))


def forget_text(connection: sqlite3.Connection, sha256: str) -> None:
    """Forget all that is noted of a text."""
    for table in ("text_key", "unpaired"):
        connection.execute(f"DELETE FROM {table} WHERE sha256 = ?", (sha256,))
    connection.execute("DELETE FROM same_words WHERE ? IN (sha256, other_sha256)", (sha256,))


def unpaired(connection: sqlite3.Connection, most: int) -> list[str]:
    """Return digests of texts that were not compared yet, in order."""
    rows = connection.execute("SELECT sha256 FROM unpaired ORDER BY 1 LIMIT ?", (most,))
    return [sha256 for (sha256,) in rows]


def candidates(connection: sqlite3.Connection, sha256: str) -> list[str]:
    """Return the texts of other sources' papers that may have the same words."""
    values = {"sha256": sha256, "most": MOST_CANDIDATES}
    return [other for (other,) in connection.execute(_CANDIDATES, values)]


def put_pairs(
    connection: sqlite3.Connection, pairs: Iterable[tuple[str, str]], compared: Iterable[str]
) -> None:
    """Take in texts with the same words, and note what was compared; in a transaction."""
    connection.executemany(
        "INSERT OR IGNORE INTO same_words VALUES (?, ?)", [tuple(sorted(pair)) for pair in pairs]
    )
    connection.executemany("DELETE FROM unpaired WHERE sha256 = ?", [(one,) for one in compared])
