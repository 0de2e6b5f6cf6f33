"""The SQL behind the pages: each function is one question to the index, on a connection."""

import sqlite3
from typing import Any

from harvester.index.records import name_of

Row = dict[str, Any]

SHOWN = (
    "p.key, p.id, p.kind, p.soort, p.number, p.title, p.subject, p.published_on, p.dossier, "
    "p.number_in_dossier, p.chamber, p.people, p.is_withdrawn, p.is_taken_down, p.version, "
    "p.outcome, p.advice, p.copies, p.votes_for, p.votes_against"
)
"""What a list of papers shows."""


def rows(connection: sqlite3.Connection, sql: str, **values: object) -> list[Row]:
    """Return all rows of a query, by column."""
    cursor = connection.execute(sql, values)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def first(connection: sqlite3.Connection, sql: str, **values: object) -> Row | None:
    """Return the first row of a query."""
    return next(iter(rows(connection, sql, **values)), None)


def with_names(connection: sqlite3.Connection, row: Row) -> Row:
    """Return a row with names of records in place of their keys, which are this index's alone."""
    named: Row = {}
    for column, value in row.items():
        if column == "key":
            continue
        if column.endswith("_key"):
            name = None if value is None else name_of(connection, value)
            named[f"{column.removesuffix('_key')}_id"] = name
        else:
            named[column] = value
    return named
