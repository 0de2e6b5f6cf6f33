"""Which documents are one paper, and what that paper is called.

Documents that hold one official id (`claims.py`) are one paper: of each source one final document,
whatever that source published provisionally before it, and those that held the id before and were
withdrawn. Where two final documents of one source claim the same id, the first keeps it and the
other stands alone: nothing is joined on a guess.
"""

import sqlite3

TEMPORARY = """
CREATE TEMP TABLE todo (key INTEGER PRIMARY KEY);
CREATE TEMP TABLE fresh (key INTEGER PRIMARY KEY);
CREATE TEMP TABLE found (key INTEGER PRIMARY KEY);
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
EMPTIED = ("todo", "fresh", "found", "now", "member", "parted", "named")

# CROSS JOIN: in this order, from the few documents outwards. Left to itself SQLite goes through
# whole tables.
_RELATED = (
    "SELECT l.key FROM temp.fresh AS f CROSS JOIN link AS l "
    "ON l.to_key = f.key AND l.relation IN ('annex_document', 'copy_document') "
    "CROSS JOIN document AS d ON d.key = l.key",
    "SELECT l.to_key FROM temp.fresh AS f CROSS JOIN link AS l "
    "ON l.key = f.key AND l.relation = 'document_annex' "
    "CROSS JOIN document AS d ON d.key = l.to_key",
    "SELECT other.document_key FROM temp.fresh AS f "
    "CROSS JOIN paper_document AS mine ON mine.document_key = f.key "
    "CROSS JOIN paper_document AS other ON other.paper = mine.paper",
    # Two documents may have one number: whoever shares it, old or new, is decided again.
    "SELECT document_key FROM paper WHERE number IN "
    "(SELECT number FROM document WHERE key IN (SELECT key FROM temp.fresh) UNION "
    "SELECT number FROM paper WHERE document_key IN (SELECT key FROM temp.fresh))",
    "SELECT other.document_key FROM temp.fresh AS f "
    "CROSS JOIN claim AS mine ON mine.document_key = f.key "
    "CROSS JOIN claim AS other ON other.claim = mine.claim",
    "SELECT other.document_key FROM temp.fresh AS f "
    "CROSS JOIN holding AS mine ON mine.document_key = f.key "
    "CROSS JOIN holding AS other ON other.claim = mine.claim",
    # A name goes to an official id before a number: who bears one as a number is decided again when
    # it becomes an official id, and when it ceases to be one.
    "SELECT p.document_key FROM temp.fresh AS f CROSS JOIN claim AS c ON c.document_key = f.key "
    "CROSS JOIN paper AS p ON p.id = c.claim",
    "SELECT p.document_key FROM temp.fresh AS f "
    "CROSS JOIN document_name AS n ON n.document_key = f.key "
    "CROSS JOIN paper AS p ON p.id = n.name",
    "SELECT n.document_key FROM temp.fresh AS f CROSS JOIN paper AS p ON p.document_key = f.key "
    "CROSS JOIN document_name AS n ON n.name = p.id "
    "CROSS JOIN document AS d ON d.key = n.document_key",
)

_MEMBERS = """
INSERT INTO temp.member
SELECT document_key, grp, source,
       row_number() OVER (PARTITION BY grp
                          ORDER BY is_withdrawn, kind IS NULL, case_key IS NULL, is_provisional,
                                   source, number,
                                   (SELECT id FROM record WHERE key = document_key)),
       is_provisional, is_withdrawn
  FROM (SELECT n.document_key, n.source, n.kind, n.case_key, n.number, n.is_withdrawn,
               d.is_provisional,
               CASE WHEN EXISTS (SELECT 1 FROM holding AS h
                                  WHERE h.document_key = n.document_key AND h.claim = c.claim
                                    AND h.left IS NULL)
                    -- Bytes equal no text, so no official id is like a group of its own.
                    THEN c.claim ELSE CAST(n.document_key AS BLOB) END AS grp
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
            WHEN founder_number IS NOT NULL
                 AND NOT EXISTS (SELECT 1 FROM claim WHERE claim = founder_number AND is_stated)
                 THEN founder_number
            ELSE (SELECT label FROM document_label WHERE document_label.document_key = founder_key)
            END,
       document_key,
       (SELECT min(p.key) FROM temp.member AS m JOIN paper AS p ON p.document_key = m.document_key
         WHERE m.grp = lead.grp)
  FROM (SELECT m.grp, n.document_key, founder.founder_key,
               -- Who bore a number first is called by it, and nobody else is ever.
               CASE WHEN founder.founder_key =
                         (SELECT b.document_key FROM document_name AS b
                            JOIN record AS o ON o.key = b.document_key
                           WHERE b.name = f.number
                           ORDER BY o.source, b.segment, o.id LIMIT 1)
                    THEN (SELECT number FROM document_number WHERE document_key = f.key)
               END AS founder_number,
               EXISTS (SELECT 1 FROM temp.member AS o JOIN claim AS c USING (document_key)
                        WHERE o.grp = m.grp AND c.is_stated AND c.claim = m.grp) AS is_stated
          FROM temp.member AS m JOIN temp.now AS n USING (document_key)
          JOIN (SELECT m.grp, m.document_key AS founder_key,
                       row_number() OVER (PARTITION BY m.grp
                                          ORDER BY (SELECT min(o.is_provisional)
                                                      FROM temp.member AS o
                                                     WHERE o.grp = m.grp AND o.source = m.source),
                                                   m.source,
                                                   (SELECT min(h.since) FROM holding AS h
                                                     WHERE h.document_key = m.document_key
                                                       AND h.claim = m.grp),
                                                   (SELECT id FROM record
                                                     WHERE key = m.document_key)) AS rank
                  FROM temp.member AS m) AS founder
            ON founder.grp = m.grp AND founder.rank = 1
          JOIN document AS f ON f.key = founder.founder_key
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
        for query in _RELATED:
            connection.execute(f"INSERT OR IGNORE INTO temp.found {query}")
        connection.execute("DELETE FROM temp.fresh")
        connection.execute(
            "INSERT INTO temp.fresh SELECT key FROM temp.found WHERE key NOT IN "
            "(SELECT key FROM temp.todo)"
        )
        connection.execute("INSERT INTO temp.todo SELECT key FROM temp.fresh")
    connection.execute(
        "INSERT INTO temp.now SELECT n.* FROM temp.todo AS t "
        "CROSS JOIN paper_now AS n ON n.document_key = t.key"
    )
    connection.execute(_MEMBERS)
    connection.execute(_KINDLESS)
    connection.execute(_NAMED)


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
        "UPDATE paper SET id = '~' || paper.key, document_key = -paper.key "
        "FROM temp.named AS n WHERE n.key = paper.key "
        "AND (n.id <> paper.id OR n.document_key <> paper.document_key)"
    )
