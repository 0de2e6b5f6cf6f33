"""What replaced what: a motion and its amended successors are one story."""

import sqlite3

from harvester.site.queries import SHOWN, Row, rows

MOST = 30
"""Papers of one story; a source that links everything with everything gets no more."""

_NAMES = """
names (name) AS (VALUES (:paper) UNION SELECT alias FROM paper_alias WHERE paper = :paper),
cases (key) AS (
  SELECT l.to_key FROM paper_document AS m
    CROSS JOIN link AS l ON l.key = m.document_key AND l.relation = 'document_case'
   WHERE m.paper = :paper)
"""
# A paper of the replaced case: of its papers, those of the same kind.
_OF_CASE = """
  CROSS JOIN link AS d ON d.to_key = {case} AND d.relation = 'document_case'
  CROSS JOIN paper_document AS o ON o.document_key = d.key
  CROSS JOIN paper AS p ON p.id = o.paper
       AND p.kind = (SELECT kind FROM paper WHERE id = :paper) AND p.id <> :paper
"""
_REPLACES = f"""
WITH {_NAMES}
SELECT coalesce((SELECT id FROM paper WHERE id = r.official_id),
                (SELECT min(paper) FROM paper_alias WHERE alias = r.official_id),
                r.official_id) AS other
  FROM paper_document AS m CROSS JOIN replacement AS r ON r.key = m.document_key
 WHERE m.paper = :paper
UNION
SELECT p.id FROM cases AS c
  CROSS JOIN link AS l ON l.key = c.key AND l.relation = 'case_replaces'
  {_OF_CASE.format(case="l.to_key")}
"""
_REPLACED_BY = f"""
WITH {_NAMES}
SELECT m.paper AS other FROM names AS n
  CROSS JOIN replacement AS r ON r.official_id = n.name
  CROSS JOIN paper_document AS m ON m.document_key = r.key
UNION
SELECT p.id FROM cases AS c
  CROSS JOIN link AS l ON l.to_key = c.key AND l.relation = 'case_replaces'
  {_OF_CASE.format(case="l.key")}
"""


def replaces(connection: sqlite3.Connection, paper: str) -> list[str]:
    """Return the ids of the papers that a paper replaces; official ids of those not here."""
    return _others(connection, _REPLACES, paper)


def replaced_by(connection: sqlite3.Connection, paper: str) -> list[str]:
    """Return the ids of the papers that replace a paper, which need not be here itself."""
    return _others(connection, _REPLACED_BY, paper)


def story(connection: sqlite3.Connection, paper: str) -> list[Row]:
    """Return a paper with all that it replaced, and that replaced it, the first one first.

    Each has what lists show of a paper (`is_held`: 0 for one that is not here, which has only its
    `id`), and `replaces`, the ids of the papers that it replaces. Empty if it stands alone.
    """
    earlier = {paper: replaces(connection, paper)}
    wanted = [*earlier[paper], *replaced_by(connection, paper)]
    while wanted and len(earlier) < MOST:
        other = wanted.pop(0)
        if other not in earlier:
            earlier[other] = replaces(connection, other)
            wanted += [*earlier[other], *replaced_by(connection, other)]
    if len(earlier) == 1:
        return []
    held = {row["id"]: row for row in _held(connection, list(earlier))}
    return [
        {"id": id_, "is_held": int(id_ in held), **held.get(id_, {}), "replaces": earlier[id_]}
        for id_ in _in_order(earlier)
    ]


def _others(connection: sqlite3.Connection, query: str, paper: str) -> list[str]:
    found = (row["other"] for row in rows(connection, query, paper=paper))
    return sorted(other for other in found if other != paper)


def _held(connection: sqlite3.Connection, ids: list[str]) -> list[Row]:
    places = ", ".join(f":p{n}" for n in range(len(ids)))
    values = {f"p{n}": id_ for n, id_ in enumerate(ids)}
    query = f"SELECT {SHOWN}, p.decided_on FROM paper AS p WHERE p.id IN ({places})"
    return rows(connection, query, **values)


def _in_order(earlier: dict[str, list[str]]) -> list[str]:
    """Sort papers so that each comes after those that it replaces, even if they go in circles."""
    ordered: list[str] = []
    left = sorted(earlier)
    while left:
        ready = [id_ for id_ in left if not any(other in left for other in earlier[id_])]
        taken = ready or left[:1]
        ordered += taken
        left = [id_ for id_ in left if id_ not in taken]
    return ordered
