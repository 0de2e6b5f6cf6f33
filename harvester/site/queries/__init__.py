"""The SQL behind the pages: each function is one question to the index, on a connection."""

import sqlite3
from typing import Any

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
