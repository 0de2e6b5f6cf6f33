"""Tell rows apart by what they are: keys are numbers of one index, names are the same in all.

A record is named `<source>/<category>/<source id>`, a paper by its id. Which columns hold keys is
read from the schema's foreign keys, so that a new table needs nothing here.
"""

import sqlite3
from collections.abc import Mapping
from typing import NamedTuple

NAMES: Mapping[str, str] = {"record": "source || '/' || id", "paper": "id"}
"""Tables whose rows have keys, with the expression that names a row."""
KEY = "key"


class Column(NamedTuple):
    """A column of a table."""

    name: str
    keyed: str | None
    """The table of `NAMES` whose keys it holds."""
    place_in_primary_key: int
    """From 1; 0 for a column that is no part of it."""


def columns(connection: sqlite3.Connection, table: str, schema: str = "main") -> list[Column]:
    """Return the columns of a table, without the one that is its own rows' number."""
    keyed = {
        row[3]: row[2]
        for row in connection.execute(f'PRAGMA {schema}.foreign_key_list("{table}")')
        if row[4] == KEY and row[2] in NAMES
    }
    return [
        Column(name, keyed.get(name), place)
        for _, name, _, _, _, place in connection.execute(f'PRAGMA {schema}.table_info("{table}")')
        if name != KEY or table not in NAMES
    ]


def public_name(column: str) -> str:
    """Return a column's name outside of the index, where a key is shown as the id it stands for."""
    is_key = column == KEY or column.endswith(f"_{KEY}")
    return f"{column.removesuffix(KEY)}id" if is_key else column


def named(column: Column, alias: str, schema: str = "main") -> str:
    """Return an expression for a column's value, of a key the name."""
    if column.keyed is None:
        return f'{alias}."{column.name}"'
    name = NAMES[column.keyed]
    return f'(SELECT {name} FROM {schema}."{column.keyed}" WHERE key = {alias}."{column.name}")'
