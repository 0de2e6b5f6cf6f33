"""Derive again the papers that something touched (derivation.sql says what a paper is).

`apply` only notes what changed; this resolves the notes to documents and makes their papers,
aliases, versions, files and search rows equal to what the records say. What remains when a process
dies is done by the next call.
"""

import sqlite3
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from harvester.characters import words_of
from harvester.index import claims, grouping
from harvester.index.texts import forget_findings
from harvester.index.versions import Event, event_of, events, fold, of_documents
from harvester.index.votes import SUMS, count_votes

BATCH = 20_000
"""Notes resolved in one transaction."""

_TOUCHED = (
    "SELECT key FROM temp.batch WHERE kind = 'document'",
    # A dossier record changes with every paper in it. Only its label, its title, and whether it is
    # the document's first dossier concern papers: where the leading document's paper says all three
    # as they are now, nothing has to be derived again.
    "SELECT l.key FROM temp.batch AS b JOIN dossier_label AS s ON s.key = b.key "
    "JOIN dossier AS t ON t.key = b.key "
    "JOIN link AS l ON l.to_key = b.key AND l.relation = 'document_dossier' "
    "JOIN document_dossier AS own ON own.document_key = l.key "
    "LEFT JOIN paper ON paper.document_key = l.key "
    "WHERE b.kind = 'dossier' AND NOT (paper.id IS NOT NULL AND CASE WHEN own.dossier_key = b.key "
    "THEN paper.dossier_key IS b.key AND paper.dossier IS s.label "
    "AND paper.dossier_title IS t.title "
    "ELSE paper.dossier_key IS own.dossier_key END)",
    "SELECT l.key FROM temp.batch AS b "
    "CROSS JOIN link AS l ON l.to_key = b.key AND l.relation = 'document_dossier' "
    "WHERE b.kind = 'dossier' AND b.key NOT IN (SELECT key FROM dossier)",
    "SELECT l.key FROM temp.touched_case AS c "
    "CROSS JOIN link AS l ON l.to_key = c.key AND l.relation = 'document_case'",
)
_TOUCHED_CASES = (
    "SELECT key FROM temp.batch WHERE kind = 'case'",
    "SELECT l.to_key FROM temp.batch AS b "
    "JOIN link AS l ON l.key = b.key AND l.relation = 'decision_case' WHERE b.kind = 'decision'",
    "SELECT l.to_key FROM temp.batch AS b JOIN decision AS d ON d.agenda_item_key = b.key "
    "JOIN link AS l ON l.key = d.key AND l.relation = 'decision_case' "
    "WHERE b.kind = 'agenda item'",
    "SELECT l.to_key FROM temp.batch AS b JOIN agenda_item AS a ON a.activity_key = b.key "
    "JOIN decision AS d ON d.agenda_item_key = a.key "
    "JOIN link AS l ON l.key = d.key AND l.relation = 'decision_case' WHERE b.kind = 'activity'",
)
_MERGED = (
    "kind", "soort", "number", "publication_id", "title", "subject", "published_on",
    "session_year", "chamber", "language", "dossier", "dossier_key", "dossier_title",
    "number_in_dossier", "parent_document_key", "case_key", "case_number", "people", "appraisal",
    "advice",
    "decision_key", "decision_soort", "decision_text", "decided_on", "voting_method", "outcome",
)  # fmt: skip
"""What the first document that says it says for the paper."""
_FROM_TEXT = {
    "people": """(SELECT group_concat(name, ', ') FROM
      (SELECT name FROM signature WHERE sha256 = f.sha256 ORDER BY ordinal))""",
    "published_on": "(SELECT dated_on FROM statement WHERE sha256 = f.sha256)",
}
"""What the paper's own words say where no record says it."""
_COMPUTED = {
    "copies": "(SELECT count(*) FROM copy AS c WHERE c.paper = n.id)",
    "is_withdrawn": "(SELECT min(m.is_withdrawn) FROM temp.member AS m WHERE m.grp = n.grp)",
    "version": "(SELECT c.version FROM copy AS c WHERE c.paper = n.id AND c.place = 1)",
    "is_taken_down": "coalesce(f.sha256 IN (SELECT sha256 FROM taken_payload), 0) OR EXISTS "
    "(SELECT 1 FROM temp.member AS m "
    "JOIN takedown AS k ON k.record_key = m.document_key WHERE m.grp = n.grp)",
    "sha256": "f.sha256",
    "media_type": "f.media_type",
    "votes_for": "coalesce(s.stated_for, t.votes_for)",
    "votes_against": "coalesce(s.stated_against, t.votes_against)",
    "votes_abstained": "t.votes_abstained",
    "votes_absent": "t.votes_absent",
    # Fewer rows than votes lead to nothing, whatever their sum.
    "tally_agrees": "CASE WHEN t.votes_for + t.votes_against = 0 THEN NULL "
    "WHEN t.votes_for > s.stated_for OR t.votes_against > s.stated_against THEN 0 "
    "WHEN t.votes_for < s.stated_for OR t.votes_against < s.stated_against THEN NULL "
    "WHEN g.outcome = 'adopted' THEN t.votes_for > t.votes_against "
    "WHEN g.outcome = 'rejected' THEN t.votes_for <= t.votes_against "
    "WHEN g.outcome = 'tied' THEN t.votes_for = t.votes_against END",
}
_COLUMNS = ("id", "document_key", "source", *_MERGED, *_COMPUTED)


def _said(name: str) -> str:
    return f"coalesce(g.{name}, {_FROM_TEXT[name]})" if name in _FROM_TEXT else f"g.{name}"


_UPSERT = f"""
INSERT INTO paper (key, {", ".join(_COLUMNS)})
SELECT n.key, n.id, n.document_key, g.source, {", ".join(map(_said, _MERGED))},
       {", ".join(_COMPUTED.values())}
  FROM temp.named AS n
  JOIN temp.merged AS g ON g.grp = n.grp
  LEFT JOIN temp.reading AS f ON f.paper = n.id
  LEFT JOIN temp.counted AS t ON t.decision_key = g.decision_key
  LEFT JOIN decision AS s ON s.key = g.decision_key
 WHERE true
    ON CONFLICT (key) DO UPDATE
   SET {", ".join(f"{name} = excluded.{name}" for name in _COLUMNS)}
"""

# Who tells the histories of papers at the sources that publish them now: of a stated official id
# all that ever held it, else the first of the source's documents.
_STATED = "SELECT 1 FROM claim AS c WHERE c.claim = n.grp AND c.claim = n.id AND c.is_stated"
_FIRST_DOCUMENTS = f"""
SELECT paper, source, document_key
  FROM (SELECT n.id AS paper, m.source, m.document_key,
               row_number() OVER (PARTITION BY m.grp, m.source
                                  ORDER BY (SELECT min(h.since) FROM holding AS h
                                             WHERE h.document_key = m.document_key
                                               AND h.claim = m.grp),
                                           (SELECT id FROM record
                                             WHERE key = m.document_key)) AS rank
          FROM temp.named AS n JOIN temp.member AS m ON m.grp = n.grp
         WHERE NOT EXISTS ({_STATED}))
 WHERE rank = 1
"""
_TOLD = f"""
SELECT n.id, h.source, h.document_key, h.after, h.since, h.until
  FROM temp.named AS n CROSS JOIN holding AS h ON h.claim = n.grp
 WHERE EXISTS ({_STATED})
   AND h.source IN (SELECT source FROM temp.member WHERE grp = n.grp)
UNION ALL
SELECT * FROM ({of_documents(_FIRST_DOCUMENTS)})
"""

# The file to read: one whose text is there, structured text before pages.
_READABLE = """
SELECT f.paper, f.source, f.sha256, f.media_type,
       row_number() OVER (PARTITION BY f.paper, f.source
                          ORDER BY coalesce(o.is_description, 0), coalesce(t.status, 'ok') <> 'ok',
                                   f.media_type NOT LIKE '%/xml', f.name) AS rank
  FROM file AS f
  LEFT JOIN offered_file AS o ON o.key = f.document_key AND o.name = f.name
  LEFT JOIN text AS t ON t.sha256 = f.sha256
 WHERE f.paper IN (SELECT id FROM temp.named)
   AND f.version = (SELECT max(version) FROM file WHERE paper = f.paper AND source = f.source)
"""
_COPIES = f"""
WITH readable AS ({_READABLE})
INSERT INTO copy
SELECT n.id, m.source,
       row_number() OVER (PARTITION BY n.id ORDER BY m.place), m.document_key,
       m.is_provisional, min(m.is_withdrawn),
       (SELECT max(version) FROM paper_version WHERE paper = n.id AND source = m.source),
       (SELECT opened_at FROM paper_version
         WHERE paper = n.id AND source = m.source AND version = 1),
       f.sha256, f.media_type
  FROM temp.named AS n
  JOIN (SELECT *, row_number() OVER (PARTITION BY grp, source ORDER BY place) AS rank
          FROM temp.member) AS m ON m.grp = n.grp AND m.rank = 1
  LEFT JOIN readable AS f ON f.paper = n.id AND f.source = m.source AND f.rank = 1
 GROUP BY n.id, m.source
"""
# Comparisons of files that stood side by side before, and do not any more.
_DROPPED = """
DELETE FROM comparison
 WHERE (sha256 IN (SELECT sha256 FROM temp.parted)
        OR other_sha256 IN (SELECT sha256 FROM temp.parted))
   AND NOT EXISTS (SELECT 1 FROM copy AS a JOIN copy AS b ON b.paper = a.paper
                    WHERE a.sha256 = comparison.sha256 AND b.sha256 = comparison.other_sha256)
"""
_READING = """
INSERT INTO temp.reading
SELECT paper, sha256, media_type
  FROM (SELECT c.paper, c.sha256, c.media_type,
               row_number() OVER (PARTITION BY c.paper
                                  ORDER BY coalesce(t.status, 'ok') <> 'ok',
                                           c.media_type NOT LIKE '%/xml', c.place) AS rank
          FROM copy AS c LEFT JOIN text AS t ON t.sha256 = c.sha256
         WHERE c.sha256 IS NOT NULL AND c.paper IN (SELECT id FROM temp.named))
 WHERE rank = 1
"""

# Papers whose words are those of a file that they lost: of no other file will words come.
_WORDLESS = """
SELECT p.key FROM temp.named AS n CROSS JOIN paper AS p ON p.id = n.id
 WHERE p.searched_sha256 IS NOT NULL
   AND (p.sha256 IS NULL
        OR p.searched_sha256 <> p.sha256 AND p.sha256 IN (SELECT sha256 FROM taken_payload))
"""
# Files that no paper has any more, in any version.
_ORPHANED = "SELECT sha256 FROM temp.parted WHERE sha256 NOT IN (SELECT sha256 FROM file)"

_SEARCH_ROWS = """
SELECT p.key,
       (SELECT group_concat(alias, ' ') FROM
         (SELECT alias FROM paper_alias WHERE paper = p.id ORDER BY alias))
       || coalesce(' ' || p.case_number, '') AS numbers,
       coalesce(p.title, ''),
       -- What a page shows as the title: without a subject it is the dossier's.
       coalesce(p.subject, p.title, ''), coalesce(p.people, '')
  FROM temp.named AS n CROSS JOIN paper AS p ON p.id = n.id
"""

TEMPORARY = f"""
CREATE TEMP TABLE taken (key INTEGER PRIMARY KEY);
CREATE TEMP TABLE batch (kind TEXT, key INTEGER, PRIMARY KEY (kind, key)) WITHOUT ROWID;
CREATE TEMP TABLE touched_case (key INTEGER PRIMARY KEY);
{grouping.TEMPORARY}
{claims.TEMPORARY}
CREATE TEMP TABLE merged (grp TEXT PRIMARY KEY, source, {", ".join(_MERGED)}) WITHOUT ROWID;
CREATE TEMP TABLE counted (decision_key INTEGER PRIMARY KEY, votes_for, votes_against,
  votes_abstained, votes_absent);
CREATE TEMP TABLE reading (paper TEXT PRIMARY KEY, sha256, media_type) WITHOUT ROWID;
"""
_EMPTIED = ("batch", "touched_case", "merged", "counted", "reading", *grouping.EMPTIED)


def is_stale(connection: sqlite3.Connection) -> bool:
    """Tell whether papers wait to be derived again."""
    return connection.execute("SELECT 1 FROM stale LIMIT 1").fetchone() is not None


def refresh_batch(connection: sqlite3.Connection) -> int:
    """Resolve some notes and derive their papers, inside a transaction; return how many papers."""
    for table in _EMPTIED:
        connection.execute(f"DELETE FROM temp.{table}")
    connection.execute(f"INSERT INTO temp.batch SELECT * FROM stale LIMIT {BATCH}")
    count_votes(connection)
    _note_touched(connection)
    grouping.resolve(connection)
    grouping.clear(connection)
    _derive_versions(connection)
    _derive_papers(connection)
    _derive_search(connection)
    _forget_orphaned(connection)
    connection.execute("DELETE FROM stale WHERE (kind, key) IN (SELECT kind, key FROM temp.batch)")
    found: int = connection.execute("SELECT count(*) FROM temp.named").fetchone()[0]
    return found


def _note_touched(connection: sqlite3.Connection) -> None:
    """Find the documents that the notes concern."""
    for query in _TOUCHED_CASES:
        connection.execute(f"INSERT OR IGNORE INTO temp.touched_case {query}")
    for query in _TOUCHED:
        connection.execute(f"INSERT OR IGNORE INTO temp.todo {query}")


def _derive_versions(connection: sqlite3.Connection) -> None:
    """Fold what happened to the papers' documents into versions and their files."""
    versions: list[tuple[object, ...]] = []
    files: list[tuple[object, ...]] = []
    for (paper, source), happened in _histories(connection):
        of_copy, of_files = fold(happened)
        versions += [(paper, source, *version) for version in of_copy]
        files += [
            (paper, source, version, file.name, file.document, *file[4:])
            for version, file in of_files
        ]
    connection.executemany(
        "INSERT INTO paper_version VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", versions
    )
    connection.executemany(
        "INSERT INTO file VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", files
    )


def _histories(
    connection: sqlite3.Connection,
) -> Iterator[tuple[tuple[str, str], Iterator[Event]]]:
    """Yield paper, source and events in the order of that source's log."""
    rows = connection.execute(events(_TOLD))
    for key, group in groupby(rows, key=itemgetter(0, 1)):
        yield key, map(event_of, group)


def _derive_papers(connection: sqlite3.Connection) -> None:
    connection.execute(_COPIES)
    connection.execute(_DROPPED)
    connection.execute(
        "INSERT OR IGNORE INTO uncompared SELECT paper FROM copy "
        "WHERE place = 2 AND paper IN (SELECT id FROM temp.named)"
    )
    connection.execute(
        "INSERT OR IGNORE INTO unwitnessed SELECT n.id FROM temp.named AS n "
        "CROSS JOIN temp.member AS m ON m.grp = n.grp "
        "CROSS JOIN stated_digest AS s ON s.key = m.document_key"
    )
    connection.execute(_READING)
    _merge(connection)
    connection.execute(SUMS)
    connection.execute(_UPSERT)
    connection.execute(
        "INSERT INTO paper_document SELECT m.document_key, n.id "
        "FROM temp.named AS n JOIN temp.member AS m ON m.grp = n.grp"
    )
    connection.execute(
        "INSERT OR IGNORE INTO paper_alias "
        "SELECT d.name, n.id FROM temp.named AS n JOIN temp.member AS m ON m.grp = n.grp "
        "CROSS JOIN document_name AS d ON d.document_key = m.document_key UNION ALL "
        "SELECT n.grp, n.id FROM temp.named AS n WHERE typeof(n.grp) = 'text'"
    )
    _derive_facets(connection)


def _forget_orphaned(connection: sqlite3.Connection) -> None:
    """Forget the texts of files that are no paper's any more; they are extracted again if needed.

    An index that was made from the log at once never sees them.
    """
    for (sha256,) in connection.execute(_ORPHANED).fetchall():
        connection.execute("DELETE FROM text WHERE sha256 = ?", (sha256,))
        forget_findings(connection, sha256)


def _derive_facets(connection: sqlite3.Connection) -> None:
    columns = (
        "key, published_on, kind, year, chamber, sender, dossier, outcome, advice, changed, "
        "is_withdrawn, known_at"
    )
    connection.execute(
        f"INSERT OR REPLACE INTO paper_facet ({columns}) SELECT {columns} FROM paper_facet_now "
        "WHERE id IN (SELECT id FROM temp.named)"
    )


def _merge(connection: sqlite3.Connection) -> None:
    """Say for each paper what its documents say, the leading one first."""
    columns = ", ".join(("m.grp", "n.source", *(f"n.{name}" for name in _MERGED)))
    rows = connection.execute(
        f"SELECT {columns} FROM temp.member AS m JOIN temp.now AS n USING (document_key) "
        "ORDER BY m.grp, m.place"
    )
    merged = [
        tuple(map(_first_said, zip(*group, strict=True)))
        for _, group in groupby(rows, key=itemgetter(0))
    ]
    places = ", ".join("?" * (len(_MERGED) + 2))
    connection.executemany(f"INSERT INTO temp.merged VALUES ({places})", merged)


def _first_said(values: tuple[object, ...]) -> object:
    return next((value for value in values if value is not None), None)


def _derive_search(connection: sqlite3.Connection) -> None:
    """Write the search rows whose words about a paper changed, and take out the text it lost."""
    wordless = connection.execute(_WORDLESS).fetchall()
    connection.executemany("UPDATE paper_fts SET text = '' WHERE rowid = ?", wordless)
    connection.executemany("UPDATE paper SET searched_sha256 = NULL WHERE key = ?", wordless)
    wanted = {
        key: [value and words_of(value) for value in values]
        for key, *values in connection.execute(_SEARCH_ROWS)
    }
    found = {
        key: values
        for key, *values in connection.execute(
            "SELECT f.rowid, f.numbers, f.title, f.subject, f.people FROM paper_fts AS f "
            "JOIN temp.named AS n ON n.key = f.rowid"
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
