"""What stands beside a letter: the same letter elsewhere, what was advised before, digests.

Two papers are the same letter where files of theirs have equal bytes, or the same words between
head and foot; nothing else makes them so.
"""

import sqlite3
from collections.abc import Sequence
from typing import Any

from harvester.index.digests import witnesses
from harvester.site.queries import SHOWN, Row, rows
from harvester.site.queries.claims import source_versions

_LETTERS = ("letter", "note")
_MOST = 20

# CROSS JOIN: from the one paper outwards.
_SAME = f"""
SELECT {SHOWN}, p.source, d.organisation, max(has_bytes) AS has_bytes
  FROM (SELECT other.paper, 1 AS has_bytes
          FROM file AS mine CROSS JOIN file AS other ON other.sha256 = mine.sha256
         WHERE mine.paper = :paper
        UNION ALL
        SELECT other.paper, 0
          FROM file AS mine
          CROSS JOIN same_words AS w ON w.sha256 = mine.sha256
          CROSS JOIN file AS other ON other.sha256 = w.other_sha256
         WHERE mine.paper = :paper
        UNION ALL
        SELECT other.paper, 0
          FROM file AS mine
          CROSS JOIN same_words AS w ON w.other_sha256 = mine.sha256
          CROSS JOIN file AS other ON other.sha256 = w.sha256
         WHERE mine.paper = :paper) AS f
  CROSS JOIN paper AS p ON p.id = f.paper
  JOIN document AS d ON d.key = p.document_key
 WHERE p.id <> :paper AND p.kind = :kind
 GROUP BY p.id ORDER BY p.published_on, p.id LIMIT {_MOST}
"""
# Either of the two may state that it belongs to the other.
_LINKED = f"""
SELECT DISTINCT {SHOWN}, p.source, d.organisation
  FROM (SELECT l.key AS other_key FROM paper_document AS m
          CROSS JOIN link AS l ON l.to_key = m.document_key AND l.relation = 'annex_document'
         WHERE m.paper = :paper
        UNION
        SELECT l.to_key FROM paper_document AS m
          CROSS JOIN link AS l ON l.key = m.document_key AND l.relation = 'document_annex'
         WHERE m.paper = :paper) AS f
  CROSS JOIN paper_document AS o ON o.document_key = f.other_key
  CROSS JOIN paper AS p ON p.id = o.paper
  JOIN document AS d ON d.key = p.document_key
 WHERE p.kind = :kind ORDER BY p.published_on, p.id LIMIT {_MOST}
"""
_LINKED_BACK = (
    _LINKED.replace("'annex_document'", "'-'")
    .replace("'document_annex'", "'annex_document'")
    .replace("'-'", "'document_annex'")
)


def beside(connection: sqlite3.Connection, row: Row) -> Row:
    """Return what a letter's or note's page shows beside it.

    `same`: the same letter as others publish it, each with its `told` versions, and whether it
    `has_bytes` of this one or only its words. `advice`: notes
    that were written before a letter. `advised`: of a note, the letters. `annexes`: those that only
    the other publisher has. All are empty for other kinds of papers.
    """
    found: dict[str, list[Row]] = {"same": [], "advice": [], "advised": [], "annexes": []}
    if row["kind"] not in _LETTERS:
        return found
    found["same"] = rows(connection, _SAME, paper=row["id"], kind=row["kind"])
    for same in found["same"]:
        told = source_versions(connection, same["id"])
        # That it was delivered says nothing by itself.
        same["told"] = told if len(told) > 1 else []
    papers = [row["id"], *(same["id"] for same in found["same"])]
    if row["kind"] == "letter":
        found["advice"] = _of_all(connection, _LINKED, papers, "note")
        found["annexes"] = _of_all(connection, _LINKED, papers[1:], "annex")
    else:
        letters = _of_all(connection, _LINKED_BACK, papers, "letter")
        again = [rows(connection, _SAME, paper=p["id"], kind="letter") for p in letters]
        found["advised"] = _once([*letters, *(same for group in again for same in group)])
    return found


def digests(connection: sqlite3.Connection, paper: str) -> list[Row]:
    """Return what sources state of digests of a paper's files, and whether those held have them."""
    return [one._asdict() for one in witnesses(connection, paper)]


def _of_all(
    connection: sqlite3.Connection, query: str, papers: Sequence[str], kind: str
) -> list[Row]:
    found = [one for paper in papers for one in rows(connection, query, paper=paper, kind=kind)]
    return _once(found)


def _once(found: Sequence[Row]) -> list[Row]:
    by_id: dict[Any, Row] = {row["id"]: row for row in reversed(found)}
    return list(by_id.values())[::-1]
