"""Texts of files in the index: which are missing, what they say, the words to search."""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from harvester.index import twins
from harvester.source.domain import Role
from harvester.source.parliament import UNKNOWN, Parliament
from harvester.source.registry import parliament_of


class Signature(NamedTuple):
    """Someone under a paper, as the paper spells the name."""

    name: str
    function: str | None
    role: Role


class Statement(NamedTuple):
    """What a file's own words say of the paper."""

    heading: str | None
    dossiers: str | None
    """Labels as in official ids, with spaces between them: `123-A 456`."""
    number: str | None
    chamber: str | None
    session_year: str | None
    dated_on: str | None
    addressee: str | None
    status: str | None
    unknown: str | None
    """What the reader did not know, with how often it occurs: `plop: 2, bla: 1`."""
    signatures: tuple[Signature, ...] = ()


class TextRow(NamedTuple):
    """What the index keeps of a file's text: its state, its words, and what it says."""

    sha256: str
    status: str
    reason: str | None
    pages: int | None
    text: str
    links: tuple[tuple[int, int, str], ...] = ()
    """Where the publisher links to what: start, end, target."""
    statement: Statement | None = None


_WANTED = """
SELECT f.sha256, f.media_type FROM file AS f LEFT JOIN text AS t ON t.sha256 = f.sha256
 WHERE t.sha256 IS NULL AND f.sha256 NOT IN (SELECT sha256 FROM taken_payload)
 UNION
SELECT sha256, media_type FROM paper WHERE searched_sha256 IS NOT sha256 AND sha256 IS NOT NULL
   AND sha256 NOT IN (SELECT sha256 FROM taken_payload)
"""
# Another file may have to stand for the paper; or the paper has nobody, no date or no ministry
# but these.
_CONCERNED = """
INSERT OR IGNORE INTO stale
SELECT 'document', f.document_key FROM file AS f JOIN paper AS p ON p.id = f.paper
  JOIN paper_facet AS t ON t.key = p.key
 WHERE f.sha256 = :sha256
   AND (:status <> 'ok' OR p.people IS NULL OR p.published_on IS NULL OR t.sender IS NULL)
"""
_FINDINGS = ("appraisal", "citation", "signature", "statement")


def wanted_texts(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """Return digest and media type of files whose text is missing here, in order of digest."""
    rows = connection.execute(_WANTED).fetchall()
    return [(sha256, media_type or "application/octet-stream") for sha256, media_type in rows]


def put_texts(connection: sqlite3.Connection, texts: Iterable[TextRow]) -> None:
    """Take in the state of texts, what they say, and the words of papers, in a transaction."""
    for row in texts:
        connection.execute(
            "INSERT OR REPLACE INTO text VALUES (?, ?, ?, ?, ?)",
            (row.sha256, row.status, row.reason, row.pages, len(row.text)),
        )
        _put_findings(connection, row)
        if row.status == "ok":
            twins.note_text(connection, row.sha256, row.text)
        if row.status != "ok" or row.statement is not None:
            connection.execute(_CONCERNED, {"sha256": row.sha256, "status": row.status})
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
    """Delete all that a file's text cites and says, for good, inside a transaction."""
    _delete_findings(connection, sha256)
    twins.forget_text(connection, sha256)
    connection.execute(
        "DELETE FROM comparison WHERE :sha256 IN (sha256, other_sha256)", {"sha256": sha256}
    )


def _delete_findings(connection: sqlite3.Connection, sha256: str) -> None:
    # Comparisons stay: two harvests at once may each put one text, and it is the same text.
    for table in _FINDINGS:
        connection.execute(f"DELETE FROM {table} WHERE sha256 = ?", (sha256,))


def _put_findings(connection: sqlite3.Connection, row: TextRow) -> None:
    _delete_findings(connection, row.sha256)
    parliament = _parliament(connection, row.sha256)
    found = parliament.read(row.text, row.links)
    connection.executemany(
        "INSERT INTO citation VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (row.sha256, ordinal, r.kind, r.target, r.words, r.start, r.end, r.origin)
            for ordinal, r in enumerate(found.references, 1)
        ],
    )
    connection.executemany(
        "INSERT INTO appraisal VALUES (?, ?, ?, ?)",
        [(row.sha256, one.reference + 1, one.verdict, one.sentence) for one in found.appraisals],
    )
    if row.statement is not None:
        _put_statement(connection, row.sha256, row.statement, parliament)


def _parliament(connection: sqlite3.Connection, sha256: str) -> Parliament:
    """Return the parliament whose source published a file first."""
    source = connection.execute(
        "SELECT source FROM file WHERE sha256 = ? ORDER BY source LIMIT 1", (sha256,)
    ).fetchone()
    return parliament_of(source[0]) if source else UNKNOWN


def _put_statement(
    connection: sqlite3.Connection, sha256: str, statement: Statement, parliament: Parliament
) -> None:
    *said, signatures = statement
    places = ", ".join("?" * (len(said) + 1))
    connection.execute(f"INSERT INTO statement VALUES ({places})", (sha256, *said))
    connection.executemany(
        "INSERT INTO signature VALUES (?, ?, ?, ?, ?, ?)",
        [
            (sha256, ordinal, *one, one.function and parliament.ministry_of(one.function))
            for ordinal, one in enumerate(signatures, 1)
        ],
    )


# Two witnesses -----------------------------------------------------------------------------------


class ComparisonRow(NamedTuple):
    """Whether two texts of one paper agree; the smaller digest is first."""

    sha256: str
    other_sha256: str
    agrees: int | None
    differences: str
    """JSON: a list of objects with `after`, `first`, `second`."""
    outside: str
    other_outside: str


_PAIRS = """
  FROM uncompared AS u
  JOIN copy AS a ON a.paper = u.paper
  JOIN copy AS b ON b.paper = a.paper AND b.place > a.place AND b.sha256 <> a.sha256
  LEFT JOIN text AS t ON t.sha256 = a.sha256
  LEFT JOIN text AS o ON o.sha256 = b.sha256
 WHERE NOT EXISTS (SELECT 1 FROM comparison AS c
                    WHERE c.sha256 = min(a.sha256, b.sha256)
                      AND c.other_sha256 = max(a.sha256, b.sha256))
"""


_PUT_COMPARISON = """
INSERT OR REPLACE INTO comparison SELECT ?1, ?2, ?3, ?4, ?5, ?6
 WHERE EXISTS (SELECT 1 FROM copy AS a JOIN copy AS b ON b.paper = a.paper
                WHERE a.sha256 = ?1 AND b.sha256 = ?2)
"""
"""Another source's harvest may have changed what stands side by side while texts were compared."""


def wanted_comparisons(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """Return pairs of digests whose texts are there and not compared yet, in order."""
    return connection.execute(
        f"SELECT DISTINCT min(a.sha256, b.sha256), max(a.sha256, b.sha256) {_PAIRS} "
        "AND t.status = 'ok' AND o.status = 'ok' ORDER BY 1, 2"
    ).fetchall()


def settle_comparisons(connection: sqlite3.Connection) -> None:
    """Forget the papers that wait for no comparison any more, in a transaction."""
    connection.execute(
        f"DELETE FROM uncompared WHERE paper NOT IN (SELECT u.paper {_PAIRS} "
        "AND coalesce(t.status, 'ok') = 'ok' AND coalesce(o.status, 'ok') = 'ok')"
    )


def put_comparisons(connection: sqlite3.Connection, rows: Sequence[ComparisonRow]) -> None:
    """Take in comparisons, in a transaction; those of files that have parted since are dropped."""
    connection.executemany(_PUT_COMPARISON, rows)
