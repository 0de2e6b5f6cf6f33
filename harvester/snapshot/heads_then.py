"""Find the heads of the logs at a time from an index."""

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
    """The heads of the logs at a time."""

    heads: Mapping[str, Head]
    entries: int
    """Entries in all logs."""
    entries_later: int
    """Entries written since."""

    @property
    def is_now(self) -> bool:
        """Whether nothing was written since."""
        return not self.entries_later

    @property
    def effort(self) -> float:
        """Cost of making an index, in entries: later ones are only read."""
        return self.entries + self.entries_later / 4

    @property
    def key(self) -> str:
        """The name of an index of these heads by this version of Griffie."""
        told = [SOFTWARE, SCHEMA_VERSION, *((s, *head) for s, head in self.heads.items())]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:_KEY_DIGITS]


def heads_then(connection: sqlite3.Connection, moment: str) -> HeadsThen:
    """Return the heads of the logs at a time, as far as this index has them."""
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
    """Return a digest of the takedowns, which changes with each one."""
    rows = connection.execute("SELECT source, segment, line FROM takedown ORDER BY 1, 2, 3")
    return hashlib.sha256(json.dumps(list(map(tuple, rows))).encode()).hexdigest()[:_KEY_DIGITS]
