"""What a spider may ask of the index: which of its records are there.

For sources that say nothing when they take a record back: their listings are compared with this.
"""

import sqlite3
from typing import NamedTuple


class Held(NamedTuple):
    """A record that the source had when it was last seen."""

    record: str
    """`<category>/<source id>`."""
    expected_id: str | None
    """Under which its paper comes back, of a record that the source will take back."""


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
            "WHERE d.id = s.document_id AND d.source = :source AND NOT d.is_withdrawn) "
            "ORDER BY s.label LIMIT :most",
            {"after": after, "source": self._source, "most": most},
        )
        return [label for (label,) in rows]

    def records_of_dossier(self, label: str) -> list[Held]:
        """Return the records of a dossier that are not withdrawn."""
        rows = self._connection.execute(
            "SELECT d.record, d.expected_id "
            "FROM stated_dossier AS s JOIN document AS d ON d.id = s.document_id "
            "JOIN record AS r ON r.source = d.source AND r.id = d.record "
            "WHERE s.label = ? AND d.source = ? AND r.state = 'present' ORDER BY d.record",
            (label, self._source),
        )
        return [Held(*row) for row in rows]

    def replaced(self) -> list[str]:
        """Return the dossiers of provisional records whose papers came under their final id."""
        rows = self._connection.execute(
            "SELECT DISTINCT s.label "
            "FROM document AS d JOIN document AS final ON final.id = d.expected_id "
            "JOIN stated_dossier AS s ON s.document_id = d.id "
            "WHERE d.source = ? AND d.is_provisional AND NOT d.is_withdrawn "
            "AND final.source = d.source AND NOT final.is_withdrawn ORDER BY s.label",
            (self._source,),
        )
        return [label for (label,) in rows]
