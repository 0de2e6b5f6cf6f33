"""Which documents are one paper, and what that paper is called.

Documents with one claim (the official id that they have or will have) are one paper: one document
of each source, and whatever that source published provisionally before it. Where two
final documents of one source claim the same id, the first keeps it and the other stands alone:
nothing is joined on a guess.
"""

import sqlite3

TEMPORARY = """
CREATE TEMP TABLE todo (key INTEGER PRIMARY KEY);
CREATE TEMP TABLE fresh (key INTEGER PRIMARY KEY);
CREATE TEMP TABLE found (key INTEGER PRIMARY KEY);
CREATE TEMP TABLE claimed (claim TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TEMP TABLE now AS SELECT * FROM paper_now WHERE false;
CREATE UNIQUE INDEX temp.now_document ON now (document_key);
CREATE TEMP TABLE member (
  document_key INTEGER PRIMARY KEY, grp TEXT NOT NULL, source TEXT NOT NULL, place INTEGER NOT NULL,
  is_provisional INTEGER NOT NULL, is_withdrawn INTEGER NOT NULL
);
CREATE INDEX temp.member_place ON member (grp, place);
CREATE TEMP TABLE parted (sha256 TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TEMP TABLE named (
  grp TEXT PRIMARY KEY, id TEXT NOT NULL UNIQUE, document_key INTEGER NOT NULL, key INTEGER
) WITHOUT ROWID;
"""
EMPTIED = ("todo", "fresh", "found", "claimed", "now", "member", "parted", "named")

_RELATED = (
    "SELECT a.annex_key FROM temp.fresh AS f JOIN annex_of AS a ON a.document_key = f.key "
    "WHERE a.annex_key IN (SELECT key FROM document)",
    "SELECT other.document_key FROM temp.fresh AS f "
    "JOIN paper_document AS mine ON mine.document_key = f.key "
    "JOIN paper_document AS other ON other.paper = mine.paper",
    # Two documents may have one number: whoever shares it, old or new, is decided again.
    "SELECT document_key FROM paper WHERE number IN "
    "(SELECT number FROM document WHERE key IN (SELECT key FROM temp.fresh) UNION "
    "SELECT number FROM paper WHERE document_key IN (SELECT key FROM temp.fresh))",
    "SELECT document_key FROM claim WHERE claim IN (SELECT claim FROM temp.claimed)",
    # What has one number at one source may be what becomes of a provisional document.
    "SELECT p.key FROM temp.fresh AS f JOIN document AS d ON d.key = f.key "
    "JOIN document AS p ON p.is_provisional AND p.expected_id IS NULL AND p.source = d.source "
    "AND p.number_in_dossier = d.number_in_dossier",
)
_CLAIMED = (
    "INSERT OR IGNORE INTO temp.claimed "
    "SELECT claim FROM claim WHERE document_key IN (SELECT key FROM temp.fresh)"
)

_MEMBERS = """
INSERT INTO temp.member
SELECT document_key, grp, source,
       row_number() OVER (PARTITION BY grp
                          ORDER BY is_withdrawn, kind IS NULL, case_key IS NULL, is_provisional,
                                   source, number, document_key),
       is_provisional, is_withdrawn
  FROM (SELECT n.document_key, n.source, n.kind, n.case_key, n.number, n.is_withdrawn,
               d.is_provisional,
               CASE WHEN c.claim IS NOT NULL
                         AND (d.is_provisional
                              OR 1 = row_number() OVER (
                                   PARTITION BY n.source, c.claim, d.is_provisional
                                   ORDER BY n.is_withdrawn, NOT c.is_stated, n.number,
                                            n.document_key))
                    THEN c.claim ELSE 'document ' || n.document_key END AS grp
          FROM temp.now AS n
          JOIN document AS d ON d.key = n.document_key
          LEFT JOIN claim AS c ON c.document_key = n.document_key)
"""
_KINDLESS = """
DELETE FROM temp.member
 WHERE grp NOT IN (SELECT m.grp FROM temp.member AS m
                     JOIN temp.now AS n ON n.document_key = m.document_key
                    WHERE n.kind IS NOT NULL)
"""
_NAMED = """
INSERT INTO temp.named
SELECT grp,
       CASE WHEN is_stated THEN grp
            WHEN number IS NOT NULL AND number NOT IN (SELECT claim FROM claim WHERE is_stated)
                 AND 1 = row_number() OVER (
                   PARTITION BY number ORDER BY is_withdrawn, document_key) THEN number
            ELSE (SELECT label FROM document_label AS b WHERE b.document_key = lead.document_key)
            END,
       document_key,
       (SELECT min(p.key) FROM temp.member AS m JOIN paper AS p ON p.document_key = m.document_key
         WHERE m.grp = lead.grp)
  FROM (SELECT m.grp, n.number, n.document_key, n.is_withdrawn,
               EXISTS (SELECT 1 FROM temp.member AS o JOIN claim AS c USING (document_key)
                        WHERE o.grp = m.grp AND c.is_stated AND c.claim = m.grp) AS is_stated
          FROM temp.member AS m JOIN temp.now AS n USING (document_key)
         WHERE m.place = 1) AS lead
"""
_TOUCHED_PAPERS = "SELECT key FROM paper WHERE document_key IN (SELECT key FROM temp.todo)"


def resolve(connection: sqlite3.Connection) -> None:
    """Complete `temp.todo` by all that hangs together with it, and decide which papers these are.

    Afterwards `temp.member` has the documents of each paper, the leading one at place 1,
    and `temp.named` the papers' ids and the rows that they have in `paper` already.
    """
    connection.execute("INSERT INTO temp.fresh SELECT key FROM temp.todo")
    while connection.execute("SELECT 1 FROM temp.fresh LIMIT 1").fetchone():
        _take_claims(connection)
        for query in _RELATED:
            connection.execute(f"INSERT OR IGNORE INTO temp.found {query}")
        connection.execute("DELETE FROM temp.fresh")
        connection.execute(
            "INSERT INTO temp.fresh SELECT key FROM temp.found WHERE key NOT IN "
            "(SELECT key FROM temp.todo)"
        )
        connection.execute("INSERT INTO temp.todo SELECT key FROM temp.fresh")
    connection.execute(
        "INSERT INTO temp.now SELECT * FROM paper_now "
        "WHERE document_key IN (SELECT key FROM temp.todo)"
    )
    connection.execute(_MEMBERS)
    connection.execute(_KINDLESS)
    connection.execute(_NAMED)


def _take_claims(connection: sqlite3.Connection) -> None:
    """Bring the claims of `temp.fresh` up to date; who had or gets the same claim is concerned."""
    connection.execute(_CLAIMED)
    connection.execute("DELETE FROM claim WHERE document_key IN (SELECT key FROM temp.fresh)")
    connection.execute(
        "INSERT INTO claim SELECT * FROM document_claim "
        "WHERE document_key IN (SELECT key FROM temp.fresh)"
    )
    connection.execute(_CLAIMED)


def clear(connection: sqlite3.Connection) -> None:
    """Take out what was derived of the papers concerned; their own rows stay where they go on.

    Ids and leading documents may change hands, so rows that stay give theirs up first.
    """
    papers = f"SELECT id FROM paper WHERE key IN ({_TOUCHED_PAPERS})"
    connection.execute(
        f"INSERT OR IGNORE INTO temp.parted SELECT sha256 FROM file WHERE paper IN ({papers})"
    )
    for table in ("copy", "paper_version", "file", "paper_alias", "paper_document"):
        connection.execute(f"DELETE FROM {table} WHERE paper IN ({papers})")
    gone = (
        f"SELECT key FROM ({_TOUCHED_PAPERS}) "
        "WHERE key NOT IN (SELECT key FROM temp.named WHERE key IS NOT NULL)"
    )
    connection.execute(f"DELETE FROM paper_fts WHERE rowid IN ({gone})")
    connection.execute(f"DELETE FROM paper_facet WHERE key IN ({gone})")
    connection.execute(f"DELETE FROM paper WHERE key IN ({gone})")
    connection.execute(
        "UPDATE paper SET id = 'renamed ' || paper.key, document_key = -paper.key "
        "FROM temp.named AS n WHERE n.key = paper.key "
        "AND (n.id <> paper.id OR n.document_key <> paper.document_key)"
    )
