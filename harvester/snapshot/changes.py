"""Compare two indexes: for each changed paper its fields before and now."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Literal, NamedTuple

from harvester.index.connection import open_readonly, readonly_uri
from harvester.index.feed import FILE, NOT_SAID, VERSION
from harvester.index.identity import Column, columns, named, public_name
from harvester.source.registry import parliament_of
from harvester.text.comparison import compare_texts

Kind = Literal["new", "changed", "withdrawn", "restored", "taken down", "merged", "gone"]


# A paper's id changes when its official one becomes known; aliases lead to it.
_MOVED = """
CREATE TEMP TABLE moved AS
SELECT b.id AS was, (SELECT min(a.paper) FROM other.paper_alias AS a WHERE a.alias = b.id) AS now
  FROM main.paper AS b
 WHERE b.id NOT IN (SELECT id FROM other.paper)
"""
_CHANGED = """
SELECT a.id, b.id
  FROM other.paper AS a
  LEFT JOIN main.paper AS b
    ON b.id = coalesce((SELECT id FROM main.paper WHERE id = a.id),
                       (SELECT min(was) FROM temp.moved WHERE now = a.id))
 WHERE b.id IS NULL OR ({differs})
    OR (SELECT count(*) FROM other.paper_version WHERE paper = a.id)
       <> (SELECT count(*) FROM main.paper_version WHERE paper = b.id)
    OR (SELECT count(*) FROM other.file WHERE paper = a.id)
       <> (SELECT count(*) FROM main.file WHERE paper = b.id)
 ORDER BY a.id
"""
# Papers that merged with an existing one, or with each other.
_LEFT = """
SELECT was, now FROM temp.moved AS m
 WHERE now IS NULL OR now IN (SELECT id FROM main.paper)
    OR was > (SELECT min(was) FROM temp.moved WHERE now = m.now)
 ORDER BY was
"""


class Change(NamedTuple):
    """The change of one paper."""

    change: Kind
    paper: str
    fields: dict[str, tuple[Any, Any]] = {}  # noqa: RUF012 - never written to
    """By column of `paper`: the value before (None for a new paper) and now."""
    versions: tuple[dict[str, Any], ...] = ()
    """New versions."""
    files: tuple[dict[str, Any], ...] = ()
    """New files."""
    text: tuple[dict[str, str], ...] | None = None
    """Differing words: `after` (the words before), `first`, `second`; None if not compared."""
    into: str | None = None
    """The paper that this one was merged into."""

    def to_json(self) -> str:
        """Return the change as one line, without empty fields."""
        said = {name: value for name, value in self._asdict().items() if value}
        return json.dumps(said, ensure_ascii=False, sort_keys=True)


def find_changes(before: Path, after: Path) -> Iterator[Change]:
    """Yield the changes of papers, in the order of their ids.

    Args:
        before, after: two complete indexes of one schema, not changed.
    """
    connection = open_readonly(before)
    with closing(connection):
        connection.execute("ATTACH ? AS other", (readonly_uri(after),))
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute(_MOVED)
        said = [column for column in columns(connection, "paper") if column.name not in NOT_SAID]
        differs = " OR ".join(
            f"{named(column, 'a', 'other')} IS NOT {named(column, 'b', 'main')}" for column in said
        )
        # One at a time, to bound memory.
        for now, was in connection.execute(_CHANGED.format(differs=differs)):
            yield _change(connection, said, was, now)
        for was, into in connection.execute(_LEFT):
            yield Change("merged" if into else "gone", was, into=into)


def _change(
    connection: sqlite3.Connection, said: list[Column], was: str | None, now: str
) -> Change:
    after = _paper(connection, "other", said, now)
    before = _paper(connection, "main", said, was) if was else dict.fromkeys(after)
    fields = {name: (before[name], after[name]) for name in after if before[name] != after[name]}
    return Change(
        "new" if was is None else _kind(fields),
        now,
        fields,
        _come(connection, "paper_version", VERSION, was, now),
        _come(connection, "file", FILE, was, now),
        _differences(connection, before, after) if "sha256" in fields else None,
    )


def _kind(fields: dict[str, tuple[Any, Any]]) -> Kind:
    if fields.get("is_taken_down") == (0, 1):
        return "taken down"
    withdrawn: dict[Any, Kind] = {(0, 1): "withdrawn", (1, 0): "restored"}
    return withdrawn.get(fields.get("is_withdrawn"), "changed")


def _paper(
    connection: sqlite3.Connection, schema: str, said: list[Column], id_: str
) -> dict[str, Any]:
    values = ", ".join(named(column, "p", schema) for column in said)
    row = connection.execute(
        f"SELECT {values} FROM {schema}.paper AS p WHERE p.id = ?", (id_,)
    ).fetchone()
    return dict(zip((public_name(column.name) for column in said), row, strict=True))


def _come(
    connection: sqlite3.Connection, table: str, names: tuple[str, ...], was: str | None, now: str
) -> tuple[dict[str, Any], ...]:
    columns = ", ".join(names)
    rows = connection.execute(
        f"SELECT {columns} FROM other.{table} WHERE paper = ? EXCEPT "
        f"SELECT {columns} FROM main.{table} WHERE paper = ?",
        (now, was),
    ).fetchall()
    return tuple(
        {name: value for name, value in zip(names, row, strict=True) if value is not None}
        for row in sorted(rows, key=lambda row: tuple(map(str, row)))
    )


def _differences(
    connection: sqlite3.Connection, before: dict[str, Any], after: dict[str, Any]
) -> tuple[dict[str, str], ...] | None:
    if _is_taken_down(connection, before["sha256"]):
        return None
    first = _text(connection, "main", before["sha256"])
    second = _text(connection, "other", after["sha256"])
    if first is None or second is None:
        return None
    compared = compare_texts(first, second, parliament_of(after["source"]).conventions)
    if compared.agrees is None:
        return None
    return tuple(difference._asdict() for difference in compared.differences)


def _is_taken_down(connection: sqlite3.Connection, sha256: str | None) -> bool:
    row = connection.execute("SELECT 1 FROM other.taken_payload WHERE sha256 = ?", (sha256,))
    return row.fetchone() is not None


def _text(connection: sqlite3.Connection, schema: str, sha256: str | None) -> str | None:
    row = connection.execute(
        f"SELECT f.text FROM {schema}.paper AS p JOIN {schema}.paper_fts AS f ON f.rowid = p.key "
        "WHERE p.sha256 = ? AND p.searched_sha256 = p.sha256 LIMIT 1",
        (sha256,),
    ).fetchone()
    return row[0] if row and row[0] else None
