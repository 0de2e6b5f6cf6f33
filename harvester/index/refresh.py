"""Derive again the papers that something touched (derivation.sql says what a paper is).

`apply` only notes what changed; this resolves the notes to documents and makes their papers,
aliases, versions, files and search rows equal to what the records say. What remains when a process
dies is done by the next call.
"""

import sqlite3
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from harvester.index.tally import Cast, count
from harvester.index.versions import Event, FileEvent, RecordEvent, fold

BATCH = 20_000
"""Notes resolved in one transaction."""

_TOUCHED = (
    "SELECT id FROM temp.batch WHERE kind = 'document'",
    "SELECT d.id FROM temp.batch AS b JOIN document AS d ON d.record = b.id "
    "WHERE b.kind = 'record'",
    # A dossier changes with every paper in it; only another number or suffix concerns papers.
    "SELECT l.from_id FROM temp.batch AS b JOIN dossier_label AS s ON s.id = b.id "
    "JOIN link AS l ON l.to_id = b.id AND l.relation = 'document_dossier' "
    "LEFT JOIN paper ON paper.document_id = l.from_id "
    "WHERE b.kind = 'dossier' AND paper.dossier IS NOT s.label",
    "SELECT document_id FROM temp.batch AS b JOIN paper ON paper.dossier_id = b.id "
    "WHERE b.kind = 'dossier' AND b.id NOT IN (SELECT id FROM dossier)",
    "SELECT l.from_id FROM temp.touched_case AS c "
    "JOIN link AS l ON l.to_id = c.id AND l.relation = 'document_case'",
)
_TOUCHED_CASES = (
    "SELECT id FROM temp.batch WHERE kind = 'case'",
    "SELECT l.to_id FROM temp.batch AS b "
    "JOIN link AS l ON l.from_id = b.id AND l.relation = 'decision_case' WHERE b.kind = 'decision'",
    "SELECT l.to_id FROM temp.batch AS b JOIN decision AS d ON d.agenda_item_id = b.id "
    "JOIN link AS l ON l.from_id = d.id AND l.relation = 'decision_case' "
    "WHERE b.kind = 'agenda item'",
    "SELECT l.to_id FROM temp.batch AS b JOIN agenda_item AS a ON a.activity_id = b.id "
    "JOIN decision AS d ON d.agenda_item_id = a.id "
    "JOIN link AS l ON l.from_id = d.id AND l.relation = 'decision_case' WHERE b.kind = 'activity'",
)
_RIVALS = (
    # Two documents may claim one id: whoever shares a claim, old or new, is decided again.
    "SELECT document_id FROM paper WHERE publication_id IN "
    "(SELECT publication_id FROM temp.now UNION "
    "SELECT publication_id FROM paper WHERE document_id IN (SELECT id FROM temp.todo))",
    "SELECT document_id FROM paper WHERE number IN "
    "(SELECT number FROM temp.now UNION "
    "SELECT number FROM paper WHERE document_id IN (SELECT id FROM temp.todo))",
)

_NAMED = """
INSERT INTO temp.named
SELECT CASE WHEN publication_id IS NOT NULL AND publication_rank = 1 THEN publication_id
            WHEN number IS NOT NULL AND number_rank = 1 THEN number
            ELSE document_id END AS id, document_id
  FROM (SELECT document_id, publication_id, number,
               row_number() OVER (PARTITION BY publication_id
                                  ORDER BY is_withdrawn, number, document_id) AS publication_rank,
               row_number() OVER (PARTITION BY number
                                  ORDER BY is_withdrawn, document_id) AS number_rank
          FROM temp.now)
"""

_COPIED = (
    "kind", "soort", "number", "publication_id", "title", "subject", "published_on",
    "session_year", "chamber", "dossier", "dossier_id", "number_in_dossier", "parent_document_id",
    "case_id", "case_number", "people", "is_withdrawn", "appraisal", "advice", "decision_id",
    "decision_soort", "decision_text", "decided_on", "voting_method", "outcome",
)  # fmt: skip
_COMPUTED = {
    "version": "(SELECT max(v.version) FROM paper_version AS v "
    "WHERE v.document_id = n.document_id)",
    "is_taken_down": "coalesce(f.sha256 IN (SELECT sha256 FROM taken_payload), 0) OR EXISTS "
    "(SELECT 1 FROM document AS d JOIN takedown AS k ON k.record = d.record "
    "WHERE d.id = n.document_id)",
    "sha256": "f.sha256",
    "media_type": "f.media_type",
    "votes_for": "t.votes_for",
    "votes_against": "t.votes_against",
    "votes_absent": "t.votes_absent",
    "tally_agrees": "CASE WHEN t.votes_for + t.votes_against = 0 THEN NULL "
    "WHEN n.outcome = 'adopted' THEN t.votes_for > t.votes_against "
    "WHEN n.outcome = 'rejected' THEN t.votes_for <= t.votes_against "
    "WHEN n.outcome = 'tied' THEN t.votes_for = t.votes_against END",
}
_COLUMNS = ("id", "document_id", *_COPIED, *_COMPUTED)
_UPSERT = f"""
INSERT INTO paper ({", ".join(_COLUMNS)})
SELECT named.id, n.document_id, {", ".join(f"n.{name}" for name in _COPIED)},
       {", ".join(_COMPUTED.values())}
  FROM temp.now AS n
  JOIN temp.named ON named.document_id = n.document_id
  LEFT JOIN temp.latest_file AS f ON f.document_id = n.document_id
  LEFT JOIN temp.counted AS t ON t.decision_id = n.decision_id
 WHERE true
    ON CONFLICT (document_id) DO UPDATE
   SET {", ".join(f"{name} = excluded.{name}" for name in _COLUMNS if name != "document_id")}
"""

_COUNTED = """
INSERT INTO temp.counted
SELECT decision_id, coalesce(sum(weight) FILTER (WHERE choice = 'for'), 0),
       coalesce(sum(weight) FILTER (WHERE choice = 'against'), 0),
       coalesce(sum(weight) FILTER (WHERE choice = 'absent'), 0)
  FROM vote
 WHERE decision_id IN (SELECT decision_id FROM temp.now)
 GROUP BY decision_id
"""

_CAST = """
SELECT v.decision_id, coalesce(d.method = 'roll call', false), v.weight, v.not_counted,
       v.id, v.choice, v.party_size, v.person_id, v.actor_name, v.party_id, v.actor_party
  FROM temp.batch AS b JOIN vote AS v ON v.decision_id = b.id
  LEFT JOIN decision AS d ON d.id = v.decision_id
 WHERE b.kind = 'decision'
 ORDER BY v.decision_id
"""

_LATEST_FILES = """
INSERT INTO temp.latest_file
SELECT document_id, sha256, media_type
  FROM (SELECT document_id, sha256, media_type,
               row_number() OVER (PARTITION BY document_id ORDER BY version DESC, name) AS rank
          FROM file WHERE document_id IN (SELECT document_id FROM temp.now))
 WHERE rank = 1
"""

_SEARCH_ROWS = """
SELECT p.key,
       (SELECT group_concat(alias, ' ') FROM
         (SELECT alias FROM paper_alias WHERE document_id = p.document_id ORDER BY alias))
       || coalesce(' ' || p.case_number, '') AS numbers,
       coalesce(p.title, ''), coalesce(p.subject, ''), coalesce(p.people, '')
  FROM paper AS p JOIN temp.now AS n ON n.document_id = p.document_id
"""

TEMPORARY = """
CREATE TEMP TABLE taken (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TEMP TABLE batch (kind TEXT, id TEXT, PRIMARY KEY (kind, id)) WITHOUT ROWID;
CREATE TEMP TABLE touched_case (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TEMP TABLE todo (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TEMP TABLE now AS SELECT * FROM paper_now WHERE false;
CREATE UNIQUE INDEX temp.now_document ON now (document_id);
CREATE TEMP TABLE named (id TEXT, document_id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TEMP TABLE counted (decision_id TEXT PRIMARY KEY, votes_for, votes_against, votes_absent)
  WITHOUT ROWID;
CREATE TEMP TABLE latest_file (document_id TEXT PRIMARY KEY, sha256, media_type) WITHOUT ROWID;
"""
_EMPTIED = ("batch", "touched_case", "todo", "now", "named", "counted", "latest_file")


def is_stale(connection: sqlite3.Connection) -> bool:
    """Tell whether papers wait to be derived again."""
    return connection.execute("SELECT 1 FROM stale LIMIT 1").fetchone() is not None


def refresh_batch(connection: sqlite3.Connection) -> int:
    """Resolve some notes and derive their papers, inside a transaction; return how many papers."""
    for table in _EMPTIED:
        connection.execute(f"DELETE FROM temp.{table}")
    connection.execute(f"INSERT INTO temp.batch SELECT * FROM stale LIMIT {BATCH}")
    _count_votes(connection)
    _resolve(connection)
    _name(connection)
    _derive_versions(connection)
    _derive_papers(connection)
    _derive_search(connection)
    connection.execute("DELETE FROM stale WHERE (kind, id) IN (SELECT kind, id FROM temp.batch)")
    found: int = connection.execute("SELECT count(*) FROM temp.now").fetchone()[0]
    return found


def _count_votes(connection: sqlite3.Connection) -> None:
    rows = connection.execute(_CAST).fetchall()
    counted: list[tuple[object, ...]] = []
    for (_, is_roll_call), group in groupby(rows, key=itemgetter(0, 1)):
        votes = list(group)
        before = {row[4]: row[2:4] for row in votes}
        weighed = count((Cast(*row[4:]) for row in votes), is_roll_call=bool(is_roll_call))
        counted += [(*vote[1:], vote.id) for vote in weighed if vote[1:] != before[vote.id]]
    connection.executemany("UPDATE vote SET weight = ?, not_counted = ? WHERE id = ?", counted)


def _resolve(connection: sqlite3.Connection) -> None:
    """Find the documents that the notes concern, with their annexes and their rivals."""
    for query in _TOUCHED_CASES:
        connection.execute(f"INSERT OR IGNORE INTO temp.touched_case {query}")
    for query in _TOUCHED:
        connection.execute(f"INSERT OR IGNORE INTO temp.todo {query}")
    connection.execute(
        "INSERT OR IGNORE INTO temp.todo SELECT l.from_id FROM temp.todo AS t "
        "JOIN link AS l ON l.to_id = t.id AND l.relation = 'annex_document'"
    )
    added = 1
    while added:
        connection.execute(
            "INSERT OR IGNORE INTO temp.now SELECT * FROM paper_now "
            "WHERE document_id IN (SELECT id FROM temp.todo)"
        )
        added = sum(
            connection.execute(f"INSERT OR IGNORE INTO temp.todo {query}").rowcount
            for query in _RIVALS
        )


def _name(connection: sqlite3.Connection) -> None:
    """Decide the ids, and free those that change hands."""
    connection.execute(_NAMED)
    gone = "SELECT id FROM temp.todo WHERE id NOT IN (SELECT document_id FROM temp.now)"
    connection.execute(
        "DELETE FROM paper_fts "
        f"WHERE rowid IN (SELECT key FROM paper WHERE document_id IN ({gone}))"
    )
    for table in ("paper", "paper_version", "file", "paper_alias"):
        connection.execute(f"DELETE FROM {table} WHERE document_id IN ({gone})")
    connection.execute(
        "UPDATE paper SET id = 'renamed ' || key FROM temp.named AS n "
        "WHERE n.document_id = paper.document_id AND n.id <> paper.id"
    )


def _derive_versions(connection: sqlite3.Connection) -> None:
    mine = "document_id IN (SELECT document_id FROM temp.now)"
    connection.execute(f"DELETE FROM paper_version WHERE {mine}")
    connection.execute(f"DELETE FROM file WHERE {mine}")
    versions: list[tuple[object, ...]] = []
    files: list[tuple[object, ...]] = []
    for (document, paper), events in _histories(connection):
        of_paper, of_files = fold(events)
        versions += [(document, v.version, paper, *v[1:]) for v in of_paper]
        files += [(document, f.version, f.file.name, paper, *f.file[1:]) for f in of_files]
    connection.executemany("INSERT INTO paper_version VALUES (?, ?, ?, ?, ?, ?, ?)", versions)
    connection.executemany("INSERT INTO file VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", files)


def _histories(
    connection: sqlite3.Connection,
) -> Iterator[tuple[tuple[str, str], Iterator[Event]]]:
    """Yield document, paper id and events in log order, for each paper to be derived."""
    rows = connection.execute(
        """
        SELECT n.document_id, n.id, r.segment, r.line, r.state, r.observed_at, r.updated,
               NULL, NULL, NULL, NULL, NULL
          FROM temp.named AS n JOIN document AS d ON d.id = n.document_id
          JOIN record_version AS r ON r.source = d.source AND r.id = d.record
        UNION ALL
        SELECT n.document_id, n.id, f.segment, f.line, f.name, f.sha256, f.size_bytes,
               f.media_type, f.retrieved_at, f.url, f.declared_media_type, f.declared_size_bytes
          FROM temp.named AS n JOIN document AS d ON d.id = n.document_id
          JOIN retrieval AS f ON f.record = d.record
         WHERE f.sha256 IS NOT NULL AND f.error IS NULL
         ORDER BY 1, 3, 4
        """
    )
    for key, group in groupby(rows, key=itemgetter(0, 1)):
        yield key, (_event(row[4:]) for row in group)


def _event(values: tuple[object, ...]) -> Event:
    if values[4] is None:  # a file always has its time of retrieval
        return RecordEvent(*values[:3])  # type: ignore[arg-type]
    return FileEvent(*values)  # type: ignore[arg-type]


def _derive_papers(connection: sqlite3.Connection) -> None:
    connection.execute(_LATEST_FILES)
    connection.execute(_COUNTED)
    connection.execute(_UPSERT)
    connection.execute(
        "DELETE FROM paper_alias WHERE document_id IN (SELECT document_id FROM temp.now)"
    )
    connection.execute(
        "INSERT OR IGNORE INTO paper_alias "
        "SELECT name, n.document_id, n.id FROM temp.named AS n "
        "JOIN document_name AS d ON d.document_id = n.document_id"
    )


def _derive_search(connection: sqlite3.Connection) -> None:
    """Write the search rows whose words about a paper changed; its text stays."""
    wanted = {key: values for key, *values in connection.execute(_SEARCH_ROWS)}
    found = {
        key: values
        for key, *values in connection.execute(
            "SELECT f.rowid, f.numbers, f.title, f.subject, f.people FROM paper_fts AS f "
            "JOIN paper AS p ON p.key = f.rowid "
            "WHERE p.document_id IN (SELECT document_id FROM temp.now)"
        )
    }
    connection.executemany(
        "INSERT INTO paper_fts (rowid, numbers, title, subject, people, text) "
        "VALUES (?, ?, ?, ?, ?, '')",
        [(key, *values) for key, values in wanted.items() if key not in found],
    )
    connection.executemany(
        "UPDATE paper_fts SET numbers = ?, title = ?, subject = ?, people = ? WHERE rowid = ?",
        [(*values, key) for key, values in wanted.items() if key in found and found[key] != values],
    )
