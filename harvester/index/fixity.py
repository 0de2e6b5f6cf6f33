"""When each object of the archive was last checked, and what was found; operational."""

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from archive.keys import payload_key
from harvester.index.connection import connect, connect_read_only, transaction
from harvester.index.errors import IndexUnusable
from harvester.times import to_text


class FixityState(NamedTuple):
    """How far the checks came."""

    payloads: int
    checked: int
    """Payloads that were ever checked."""
    oldest_check: str | None
    """Of a payload; None when none was ever checked."""
    damaged: tuple[tuple[str, str, str], ...]
    """Key, what was found, when: not seen whole since."""


class FixityLedger:
    """`archive.fixity.Ledger` in an index; closes with `close`."""

    def __init__(self, path: Path, now: datetime, older_than: timedelta | None = None) -> None:
        """Open the index of an archive.

        Args:
            path: an existing index.
            now: when this check is made.
            older_than: payloads checked later than so long ago are not due, unless damaged.

        An index that this user may not write is read all the same: then nothing is remembered.

        Raises:
            SchemaOutdated, IndexUnusable: it cannot be used.
        """
        self.why_forgetful: str | None = None
        """Why what is noted is not remembered; None when it is."""
        try:
            self._database = connect(path, create=False)
        except IndexUnusable as error:
            self._database = connect_read_only(path)
            self.why_forgetful = str(error)
        self._now = to_text(now)
        self._before = None if older_than is None else to_text(now - older_than)

    def close(self) -> None:
        """Close the index."""
        self._database.conn.close()

    def due(self, digests: Iterable[str]) -> Sequence[str]:
        """See `archive.fixity.Ledger.due`."""
        order = self.due_objects(payload_key(digest) for digest in sorted(digests))
        return [key.rpartition("/")[2] for key in order]

    def due_objects(self, keys: Iterable[str]) -> Sequence[str]:
        """See `archive.fixity.Ledger.due_objects`."""
        known = {
            key: (finding is None, checked_at)
            for key, checked_at, finding in self._database.conn.execute(
                "SELECT object_key, checked_at, finding FROM fixity"
            )
        }
        never = (True, "")
        order = sorted((known.get(key, never), key) for key in keys)
        return [
            key
            for (is_whole, checked_at), key in order
            if not is_whole or self._before is None or checked_at < self._before
        ]

    def note(self, checked: Sequence[tuple[str, str | None]]) -> None:
        """See `archive.fixity.Ledger.note`; what the index does not take is not remembered."""
        if self.why_forgetful is not None:
            return
        try:
            with transaction(self._database) as connection:
                connection.executemany(
                    "INSERT OR REPLACE INTO fixity VALUES (?, ?, ?)",
                    [(key, self._now, finding) for key, finding in checked],
                )
                # What was checked as a whole needs no memory of its parts.
                connection.executemany(
                    "DELETE FROM fixity WHERE object_key > ? AND object_key < ?",
                    [(key, f"{key}\x7f") for key, _ in checked if key.endswith("/")],
                )
        except IndexUnusable as error:
            self.why_forgetful = str(error)


def fixity_state(connection: sqlite3.Connection) -> FixityState:
    """Return how far the checks of all payloads came, and what they found."""
    payloads, checked, oldest = connection.execute(
        "SELECT count(*), count(f.checked_at), min(f.checked_at) FROM payload AS p "
        "LEFT JOIN fixity AS f "
        "ON f.object_key = 'payloads/' || substr(p.sha256, 1, 2) || '/' || p.sha256 "
        "WHERE p.sha256 NOT IN (SELECT sha256 FROM taken_payload)"
    ).fetchone()
    damaged = connection.execute(
        "SELECT object_key, finding, checked_at FROM fixity WHERE finding IS NOT NULL "
        "AND replace(substr(object_key, 13), '/', '') NOT IN (SELECT sha256 FROM taken_payload) "
        "ORDER BY object_key"
    ).fetchall()
    return FixityState(payloads, checked, oldest, tuple(damaged))
