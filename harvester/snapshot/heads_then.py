"""What an index says that the logs held at a time."""

import hashlib
import json
import sqlite3
from collections.abc import Mapping
from typing import NamedTuple

from archive.entries import Head
from archive.log import SOFTWARE
from harvester.index.connection import SCHEMA_VERSION

# A log is read up to its first segment that was written later (`harvester.index.rebuild`).
_THEN = """
WITH later AS (SELECT source, min(sequence) AS first FROM segment
                WHERE written_at > :moment GROUP BY source),
     reached AS (SELECT s.source, max(s.sequence) AS sequence, sum(s.entries) AS entries
                FROM segment AS s LEFT JOIN later ON later.source = s.source
               WHERE later.first IS NULL OR s.sequence < later.first GROUP BY s.source)
SELECT source, sequence, sha256, reached.entries FROM reached JOIN segment USING (source, sequence)
 ORDER BY source
"""
_KEY_DIGITS = 20


class HeadsThen(NamedTuple):
    """How far the logs had come."""

    heads: Mapping[str, Head]
    entries: int
    """In all of them."""
    entries_later: int
    """Written since."""

    @property
    def is_now(self) -> bool:
        """Whether nothing was written since."""
        return not self.entries_later

    @property
    def effort(self) -> float:
        """How many entries' time it takes to make an index: what came later is only read."""
        return self.entries + self.entries_later / 4

    @property
    def key(self) -> str:
        """What an index of these heads is called, if this version of Griffie makes it."""
        told = [SOFTWARE, SCHEMA_VERSION, *((s, *head) for s, head in self.heads.items())]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:_KEY_DIGITS]


def heads_then(connection: sqlite3.Connection, moment: str) -> HeadsThen:
    """Return how far the logs had come at a time, as far as this index holds them."""
    rows = connection.execute(_THEN, {"moment": moment}).fetchall()
    [(total,)] = connection.execute("SELECT coalesce(sum(entries), 0) FROM segment").fetchall()
    heads = {source: Head(sequence, sha256) for source, sequence, sha256, _ in rows}
    entries = sum(row[3] for row in rows)
    return HeadsThen(heads, entries, total - entries)


def first_written_at(connection: sqlite3.Connection) -> str | None:
    """Return when the oldest segment was written."""
    written_at: str | None = connection.execute("SELECT min(written_at) FROM segment").fetchone()[0]
    return written_at


def takedowns_key(connection: sqlite3.Connection) -> str:
    """Return what changes with each decision to take something down."""
    rows = connection.execute("SELECT source, segment, line FROM takedown ORDER BY 1, 2, 3")
    return hashlib.sha256(json.dumps(list(map(tuple, rows))).encode()).hexdigest()[:_KEY_DIGITS]
