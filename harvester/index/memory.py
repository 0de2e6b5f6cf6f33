"""What a spider may ask of the index: which of its records are there.

For sources that say nothing when they take a record back: their listings are compared with this.
"""

import sqlite3

from harvester.index import asides
from harvester.source.files import AsideRow, Held

_FINAL = """
  FROM stated_dossier AS other JOIN document AS f ON f.key = other.key
 WHERE other.label = s.label AND f.source = d.source
   AND f.number_in_dossier = d.number_in_dossier AND f.chamber IS d.chamber
   AND coalesce(f.kind, '') NOT IN ('annex', 'copy') AND NOT f.is_provisional AND NOT f.is_withdrawn
"""
"""The typeset papers with the number of a paper `d` in its dossier `s`: it is the same paper. An
annex bears the number of its paper, a reprint that of the first print."""

_NOT_MINE = """
  c.source <> :source
  AND NOT EXISTS (SELECT 1 FROM claim AS m WHERE m.claim = c.claim AND m.source = :source)
"""
_REPLACED_BY = f"""
SELECT id FROM record WHERE key =
  (SELECT coalesce(max(CASE WHEN f.publication_id = d.expected_id THEN f.key END),
                   CASE WHEN count(*) = 1 THEN min(f.key) END) {_FINAL})
"""


class IndexMemory:
    """The records of one source, by the dossiers that they state."""

    def __init__(self, connection: sqlite3.Connection, source: str) -> None:
        """Ask an index, which may be behind what the harvest under way has seen."""
        self._connection = connection
        self._source = source

    def dossiers(self, after: str, most: int) -> list[str]:
        """Return the labels of dossiers that follow `after`, in the order of their characters."""
        rows = self._connection.execute(
            "SELECT DISTINCT s.label FROM stated_dossier AS s "
            "WHERE s.label > :after AND EXISTS (SELECT 1 FROM document AS d "
            "WHERE d.key = s.key AND d.source = :source AND NOT d.is_withdrawn) "
            "ORDER BY s.label LIMIT :most",
            {"after": after, "source": self._source, "most": most},
        )
        return [label for (label,) in rows]

    def records_of_dossier(self, label: str) -> list[Held]:
        """Return the records of a dossier that are not withdrawn."""
        rows = self._connection.execute(
            f"SELECT r.id, CASE WHEN d.is_provisional THEN ({_REPLACED_BY}) END "
            # CROSS: in this order; left to itself SQLite goes through every record of the source.
            "FROM stated_dossier AS s CROSS JOIN document AS d ON d.key = s.key "
            "CROSS JOIN record AS r ON r.key = d.key "
            "WHERE s.label = ? AND d.source = ? AND r.state = 'present' ORDER BY r.id",
            (label, self._source),
        )
        return [Held(*row) for row in rows]

    def present(self, category: str, prefix: str, after: str, most: int) -> list[str]:
        """Return ids of a category's records that are not withdrawn, in their order after `after`.

        Args:
            category: of the records.
            prefix: with which their ids begin, such as those of one session.
            after: the last id of the call before; empty at first.
            most: ids to return.
        """
        named = f"{category}/{prefix}"
        rows = self._connection.execute(
            "SELECT substr(id, :from) FROM record WHERE source = :source AND state = 'present' "
            "AND id > :after AND id >= :named AND id < :named || char(0x10ffff) "
            "ORDER BY id LIMIT :most",
            {
                "from": len(category) + 2,
                "source": self._source,
                "after": f"{category}/{after}",
                "named": named,
                "most": most,
            },
        )
        return [id_ for (id_,) in rows]

    def official_ids(self, prefix: str, after: str, most: int) -> list[str]:
        """Return official ids that other sources state and no record of this source does.

        Args:
            prefix: with which the ids begin.
            after: the last id of the call before; empty at first.
            most: ids to return.
        """
        rows = self._connection.execute(
            "SELECT DISTINCT c.claim FROM claim AS c "
            "WHERE c.claim > :after AND c.claim >= :prefix AND c.claim < :prefix || char(0x10ffff) "
            f"AND c.is_stated AND {_NOT_MINE} ORDER BY c.claim LIMIT :most",
            {"prefix": prefix, "after": after, "most": most, "source": self._source},
        )
        return [claim for (claim,) in rows]

    def recent_official_ids(self, prefix: str, since: str, most: int) -> list[str]:
        """Return such ids of papers published since a day (`YYYY-MM-DD`), the newest first."""
        rows = self._connection.execute(
            "SELECT c.claim FROM paper AS p CROSS JOIN claim AS c ON c.claim = p.id "
            "WHERE p.published_on >= :since AND c.claim >= :prefix "
            f"AND c.claim < :prefix || char(0x10ffff) AND c.is_stated AND {_NOT_MINE} "
            "GROUP BY c.claim ORDER BY max(p.published_on) DESC, c.claim LIMIT :most",
            {"prefix": prefix, "since": since, "most": most, "source": self._source},
        )
        return [claim for (claim,) in rows]

    def asides(self) -> list[AsideRow]:
        """Return what was put aside and is not over, the oldest first."""
        return asides.of_source(self._connection, self._source)

    def replaced(self) -> list[str]:
        """Return the dossiers of provisional records whose papers came under their final id."""
        rows = self._connection.execute(
            "SELECT DISTINCT s.label "
            "FROM document AS d JOIN stated_dossier AS s ON s.key = d.key "
            "WHERE d.source = ? AND d.is_provisional AND NOT d.is_withdrawn "
            f"AND EXISTS (SELECT 1 {_FINAL}) ORDER BY s.label",
            (self._source,),
        )
        return [label for (label,) in rows]
