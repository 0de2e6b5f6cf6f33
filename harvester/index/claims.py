"""Record which document holds an official id, segment by segment; the past is never revised.

A document claims the official id that it has or will have (the view `document_claim`). At each
source one final document holds an id at a time: the first to claim it, until it is withdrawn or
gives the id up while another document claims it. A document whose record states the id goes before
one for which it is only expected. Provisional documents hold an id beside the final one.

Only the order of the source's own log decides, so the result is the same however the logs of
several sources are interleaved. Versions of papers are numbered by these holdings (`versions.py`):
that is why an address keeps the state that it once showed.
"""

import sqlite3
from collections.abc import Iterable

from archive.entries import Header
from harvester.index.tables import Mark

TEMPORARY = """
CREATE TEMP TABLE claimant (key INTEGER PRIMARY KEY);
CREATE TEMP TABLE contested (claim TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TEMP TABLE claimed (document_key INTEGER PRIMARY KEY, source, claim, is_stated);
"""

_WITH_PROVISIONAL = """
INSERT OR IGNORE INTO temp.claimant
SELECT p.key FROM temp.claimant AS c JOIN document AS d ON d.key = c.key
  JOIN document AS p ON p.is_provisional AND p.expected_id IS NULL AND p.source = d.source
       AND p.number_in_dossier = d.number_in_dossier
"""
"""What has the number of a provisional document may be what becomes of it."""
_CONTESTED = """
INSERT OR IGNORE INTO temp.contested
SELECT claim FROM claim WHERE source = :source AND document_key IN (SELECT key FROM temp.claimant)
"""
_CLAIMED = """
INSERT INTO temp.claimed
SELECT n.document_key, n.source, n.claim, n.is_stated
  FROM temp.claimant AS c CROSS JOIN document_claim AS n ON n.document_key = c.key
"""
"""What the documents that were touched claim now: worked out once for all that follows."""
_CHANGED = (
    "claim IS NOT (SELECT n.claim FROM temp.claimed AS n WHERE n.document_key = {}.document_key)"
)
_CLOSE_CHANGED = f"""
UPDATE holding SET until = :segment
 WHERE until IS NULL AND document_key IN (SELECT key FROM temp.claimant)
   AND {_CHANGED.format("holding")}
"""
_FORGET = f"""
DELETE FROM claim WHERE document_key IN (SELECT key FROM temp.claimant)
   AND {_CHANGED.format("claim")}
"""
_CLAIM = """
INSERT INTO claim (document_key, source, claim, is_stated, segment)
SELECT document_key, source, claim, is_stated, :segment FROM temp.claimed WHERE true
    ON CONFLICT (document_key) DO UPDATE SET is_stated = excluded.is_stated
"""
_HOLDERS = """
WITH ranked AS (
  SELECT c.document_key, c.claim, d.is_provisional,
         row_number() OVER (
           PARTITION BY c.claim, d.is_provisional
           ORDER BY d.is_withdrawn, NOT c.is_stated, h.document_key IS NULL, c.segment,
                    d.number, r.id) AS rank
    FROM temp.contested AS t
    CROSS JOIN claim AS c ON c.claim = t.claim AND c.source = :source
    CROSS JOIN document AS d ON d.key = c.document_key
    CROSS JOIN record AS r ON r.key = d.key
    LEFT JOIN holding AS h ON h.document_key = c.document_key AND h.claim = c.claim
         AND h.until IS NULL)
"""
_CLOSE_LOST = f"""
{_HOLDERS}
UPDATE holding SET until = :segment
 WHERE until IS NULL AND source = :source AND claim IN (SELECT claim FROM temp.contested)
   AND document_key IN (SELECT document_key FROM ranked WHERE NOT is_provisional AND rank > 1)
"""
_OPEN = f"""
{_HOLDERS}
INSERT INTO holding (source, claim, document_key, after, since, until, left)
SELECT :source, claim, document_key,
       coalesce((SELECT max(h.until) FROM holding AS h
                  WHERE h.document_key = ranked.document_key AND h.claim = ranked.claim), 0),
       :segment, NULL, NULL
  FROM ranked
 WHERE (is_provisional OR rank = 1)
   AND NOT EXISTS (SELECT 1 FROM holding AS h
                    WHERE h.document_key = ranked.document_key AND h.until IS NULL)
"""
_LEAVE = """
UPDATE holding SET left = :segment
  FROM (SELECT h.source, h.claim, h.document_key, h.since
          FROM temp.claimant AS c CROSS JOIN holding AS h ON h.document_key = c.key
         UNION
        SELECT h.source, h.claim, h.document_key, h.since
          FROM temp.contested AS t
          CROSS JOIN holding AS h ON h.claim = t.claim AND h.source = :source) AS k
 WHERE holding.source = k.source AND holding.claim = k.claim
   AND holding.document_key = k.document_key AND holding.since = k.since
   AND holding.until IS NOT NULL AND holding.left IS NULL
   AND NOT EXISTS (SELECT 1 FROM claim AS c JOIN document AS d ON d.key = c.document_key
                    WHERE c.document_key = k.document_key AND c.claim = k.claim
                      AND d.is_withdrawn)
"""
"""Who lost an id leaves its paper, unless it lost it by being withdrawn and still claims it."""
_CONCERNED = """
SELECT document_key FROM claim WHERE claim IN (SELECT claim FROM temp.contested)
UNION SELECT document_key FROM holding
       WHERE source = :source AND claim IN (SELECT claim FROM temp.contested)
"""


def note(
    connection: sqlite3.Connection, header: Header, marks: Iterable[Mark], labels: Iterable[int]
) -> set[Mark]:
    """Bring claims and holdings up to date after a segment; return whose papers depend on that.

    Args:
        connection: inside a transaction; the segment's records are in their tables.
        header: of the segment.
        marks: what its records touched.
        labels: dossiers, by key, whose label changed.
    """
    for table in ("claimant", "contested", "claimed"):
        connection.execute(f"DELETE FROM temp.{table}")
    connection.executemany(
        "INSERT OR IGNORE INTO temp.claimant SELECT key FROM document WHERE key = ?",
        [(key,) for what, key in marks if what == "document"],
    )
    connection.executemany(
        "INSERT OR IGNORE INTO temp.claimant SELECT key FROM link "
        "WHERE to_key = ? AND relation = 'document_dossier'",
        [(key,) for key in labels],
    )
    place = {"source": header.source, "segment": header.sequence}
    connection.execute(_WITH_PROVISIONAL)
    connection.execute(_CLAIMED)
    connection.execute(_CONTESTED, place)
    connection.execute(_CLOSE_CHANGED, place)
    connection.execute(_FORGET)
    connection.execute(_CLAIM, place)
    connection.execute(_CONTESTED, place)
    connection.execute(_CLOSE_LOST, place)
    connection.execute(_LEAVE, place)
    connection.execute(_OPEN, place)
    return {("document", key) for (key,) in connection.execute(_CONCERNED, place)}


def labels_of(connection: sqlite3.Connection, keys: Iterable[int]) -> dict[int, str | None]:
    """Return the labels of those dossiers, by key, that are known."""
    found: dict[int, str | None] = {}
    for key in keys:
        row = connection.execute(
            "SELECT official FROM dossier_label WHERE key = ?", (key,)
        ).fetchone()
        if row is not None:
            found[key] = row[0]
    return found
