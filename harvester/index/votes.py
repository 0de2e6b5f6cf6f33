"""Weigh the rows of votes, and sum them for the papers of a batch."""

import sqlite3
from itertools import groupby
from operator import itemgetter

from harvester.index.tally import Cast, count

SUMS = """
INSERT INTO temp.counted
SELECT decision_key, coalesce(sum(weight) FILTER (WHERE choice = 'for'), 0),
       coalesce(sum(weight) FILTER (WHERE choice = 'against'), 0),
       coalesce(sum(weight) FILTER (WHERE choice = 'abstain'), 0),
       coalesce(sum(weight) FILTER (WHERE choice = 'absent'), 0)
  FROM vote
 WHERE decision_key IN (SELECT decision_key FROM temp.merged)
 GROUP BY decision_key
"""
"""From `temp.merged`, the papers of a batch, to `temp.counted`."""

_CAST = """
SELECT v.decision_key, coalesce(d.method = 'roll call', false), v.weight, v.not_counted,
       v.key, v.ordinal, r.id, v.choice, v.party_size, v.person_key, v.actor_name,
       v.party_key, v.actor_party
  FROM temp.batch AS b JOIN vote AS v ON v.decision_key = b.key
  JOIN record AS r ON r.key = v.key
  LEFT JOIN decision AS d ON d.key = v.decision_key
 WHERE b.kind = 'decision'
 ORDER BY v.decision_key
"""


def count_votes(connection: sqlite3.Connection) -> None:
    """Weigh again the votes of the decisions of a batch."""
    rows = connection.execute(_CAST).fetchall()
    counted: list[tuple[object, ...]] = []
    for (_, is_roll_call), group in groupby(rows, key=itemgetter(0, 1)):
        votes = list(group)
        before = {row[4:6]: row[2:4] for row in votes}
        weighed = count((Cast(*row[4:]) for row in votes), is_roll_call=bool(is_roll_call))
        counted += [(*vote[2:], *vote[:2]) for vote in weighed if vote[2:] != before[vote[:2]]]
    connection.executemany(
        "UPDATE vote SET weight = ?, not_counted = ? WHERE key = ? AND ordinal = ?", counted
    )
