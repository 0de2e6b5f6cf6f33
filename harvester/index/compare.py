"""Compare two indexes row by row, over everything that follows from the log.

Rows are compared by names: keys are numbers of one index (identity.py).
"""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from harvester.index.identity import columns, named

OPERATIONAL = frozenset(
    {
        "stale",
        "uncompared",
        "cursor",
        "fetch",
        "erased",
        "fixity",
        "harvest",
        "failure",
        "job",
        "condition",
        "feed",
        "feed_generation",
        "facet_change",
    }
)
"""Tables that may be lost without harm; two equal archives may differ in them."""
PROVENANCE: dict[str, frozenset[str]] = {
    "record": frozenset({"segment", "line", "observed_at", "updated"}),
    "superseded_record": frozenset({"segment", "line", "observed_at", "updated"}),
    "retrieval": frozenset({"segment", "line", "retrieved_at"}),
    "paper_version": frozenset({"opened_at", "source_updated", "segment", "line"}),
    "document_name": frozenset({"segment"}),
    "claim": frozenset({"segment"}),
    "holding": frozenset({"after", "since", "until", "left"}),
    "file": frozenset({"retrieved_at"}),
    "copy": frozenset({"appeared_at"}),
    "takedown": frozenset({"segment", "line"}),
    "taken_payload": frozenset({"segment", "line"}),
}
"""Columns that tell when and where something was seen, not what."""
_WHOLLY_PROVENANCE = frozenset({"segment", "checkpoint", "hold"})
_SEARCH = (
    "SELECT p.id, f.numbers, f.title, f.subject, f.people, f.text "
    "FROM {schema}.paper_fts AS f JOIN {schema}.paper AS p ON p.key = f.rowid"
)


class Difference(NamedTuple):
    """Rows that only one of the two has."""

    table: str
    only_in: str
    row: tuple[object, ...]

    def __str__(self) -> str:
        values = ", ".join(str(value)[:60] for value in self.row)
        return f"{self.table}: only in {self.only_in}: {values}"


def compare(first: Path, second: Path, *, ignore_provenance: bool = False) -> Iterator[Difference]:
    """Yield every row in which two refreshed indexes differ.

    Args:
        first, second: the files; they are only read.
        ignore_provenance: leave out when and in which segment something was seen, to compare
            what was harvested in different steps.
    """
    connection = sqlite3.connect(f"{first.absolute().as_uri()}?mode=ro", uri=True)
    try:
        connection.execute("ATTACH ? AS other", (f"{second.absolute().as_uri()}?mode=ro",))
        tables = connection.execute(
            "SELECT name FROM main.sqlite_master WHERE type = 'table' "
            "AND name NOT LIKE 'paper_fts_%' AND name NOT LIKE 'sqlite_%' ORDER BY name"
        ).fetchall()
        for (table,) in tables:
            if table in OPERATIONAL or (ignore_provenance and table in _WHOLLY_PROVENANCE):
                continue
            queries = [
                _query(connection, schema, table, ignore_provenance) for schema in ("main", "other")
            ]
            for names, one, two in ((first, *queries), (second, *reversed(queries))):
                for row in connection.execute(f"{one} EXCEPT {two}"):
                    yield Difference(table, str(names), row)
    finally:
        connection.close()


def _query(connection: sqlite3.Connection, schema: str, table: str, ignore_provenance: bool) -> str:
    """Return a query for the rows of a table, with names in place of keys."""
    if table == "paper_fts":
        return _SEARCH.format(schema=schema)
    left_out = PROVENANCE.get(table, frozenset()) if ignore_provenance else frozenset()
    values = [
        named(column, "t", schema)
        for column in columns(connection, table, schema)
        if column.name not in left_out
    ]
    # What is only named by others is no record of this index.
    where = " WHERE version > 0" if table == "record" else ""
    return f'SELECT {", ".join(values)} FROM {schema}."{table}" AS t{where}'
