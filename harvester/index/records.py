"""Records and their keys: each (source, `<category>/<source id>`) has one number in this index."""

import json
import sqlite3
from collections.abc import Iterable
from typing import NamedTuple


class RecordRow(NamedTuple):
    """What the index knows of a record; its version is 0 as long as others only name it."""

    key: int
    version: int
    state: str | None
    fingerprint: str | None


def find(connection: sqlite3.Connection, source: str, ids: Iterable[str]) -> dict[str, RecordRow]:
    """Return those records of a source that have a key, by id."""
    rows = connection.execute(
        "SELECT id, key, version, state, fingerprint FROM record "
        "WHERE source = ? AND id IN (SELECT value FROM json_each(?))",
        (source, json.dumps([*ids])),
    )
    return {id_: RecordRow(*row) for id_, *row in rows}


def key_of(connection: sqlite3.Connection, source: str, id_: str) -> int | None:
    """Return the key of a record; None where nobody ever named it."""
    row = connection.execute(
        "SELECT key FROM record WHERE source = ? AND id = ?", (source, id_)
    ).fetchone()
    return row[0] if row else None


def name_of(connection: sqlite3.Connection, key: int) -> str | None:
    """Return how a record is named everywhere: `<source>/<category>/<source id>`."""
    row = connection.execute(
        "SELECT source || '/' || id FROM record WHERE key = ?", (key,)
    ).fetchone()
    return row[0] if row else None


def give_keys(
    connection: sqlite3.Connection, source: str, ids: Iterable[str]
) -> dict[str, RecordRow]:
    """Return records of a source by id, with new keys for those that nobody named before.

    New keys are given in the order of `ids`: what comes together stands together in every table.
    """
    wanted = list(dict.fromkeys(ids))
    found = find(connection, source, wanted)
    missing = [id_ for id_ in wanted if id_ not in found]
    if missing:
        first = connection.execute("SELECT coalesce(max(key), 0) + 1 FROM record").fetchone()[0]
        fresh = {id_: RecordRow(key, 0, None, None) for key, id_ in enumerate(missing, first)}
        connection.executemany(
            "INSERT INTO record (key, source, id) VALUES (?, ?, ?)",
            [(row.key, source, id_) for id_, row in fresh.items()],
        )
        connection.executemany(
            "INSERT OR IGNORE INTO category VALUES (?, ?)",
            [(source, name) for name in {id_.partition("/")[0] for id_ in fresh}],
        )
        found |= fresh
    return found
