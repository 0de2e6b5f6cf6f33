"""Compare two indexes row by row, over everything that follows from the log.

Rows are compared by names: keys are numbers of one index (identity.py).
"""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from harvester.index.connection import open_readonly, readonly_uri
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
        "payload_digest",
        "text_key",
        "unpaired",
        "same_words",
        "unwitnessed",
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
_QUERIES = {
    "paper_fts": "SELECT p.id, f.numbers, f.title, f.subject, f.people, f.text "
    "FROM paper_fts AS f JOIN paper AS p ON p.key = f.rowid",
    "paper_facet": "SELECT p.id, f.published_on, f.known_at, f.traits, f.dossier "
    "FROM paper_facet AS f JOIN paper AS p ON p.key = f.key",
}


_TRAITS = "f.kind, f.chamber, f.sender, f.outcome, f.advice, f.changed, f.is_withdrawn"
"""What does not depend on when a paper was seen; whether its date is likely does."""


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
    connection = open_readonly(first)
    try:
        connection.execute("ATTACH ? AS other", (readonly_uri(second),))
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
    if table in _QUERIES:
        query = _QUERIES[table]
        if ignore_provenance:
            query = query.replace("f.published_on, f.known_at, f.traits", _TRAITS)
        return query.replace(f"FROM {table}", f"FROM {schema}.{table}").replace(
            "JOIN paper", f"JOIN {schema}.paper"
        )
    left_out = PROVENANCE.get(table, frozenset()) if ignore_provenance else frozenset()
    values = [
        named(column, "t", schema)
        for column in columns(connection, table, schema)
        if column.name not in left_out
    ]
    # What is only named by others is no record of this index.
    where = " WHERE version > 0" if table == "record" else ""
    return f'SELECT {", ".join(values)} FROM {schema}."{table}" AS t{where}'
