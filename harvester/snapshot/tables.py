"""The tables of a snapshot, with descriptions of their columns."""

import sqlite3
import tomllib
from collections.abc import Iterator, Mapping
from importlib import resources
from typing import Any, Literal, NamedTuple

from harvester.index.feed import NOT_SAID
from harvester.index.identity import NAMES, public_name

ColumnType = Literal["string", "integer", "boolean"]

_ROWS = 10_000
_BOOLEANS = frozenset({"agrees", "tally_agrees"})
"""Columns that are booleans, besides `is_*`; SQLite stores them as 0 and 1."""


_LEFT_OUT = {("paper", column) for column in NOT_SAID}


class _Exported(NamedTuple):
    relation: str
    order: tuple[str, ...]
    """Columns that determine the order of the rows."""
    is_key: bool = True
    """Whether these columns are a key."""
    description: str = ""
    """Descriptions of relations that the site does not describe."""


_EXPORTED = {
    "papers": _Exported("paper", ("id",)),
    "copies": _Exported("copy", ("paper", "source")),
    "versions": _Exported("paper_version", ("paper", "source", "version")),
    "files": _Exported("file", ("paper", "source", "version", "name")),
    "aliases": _Exported("paper_alias", ("alias", "paper")),
    "dossiers": _Exported("dossier", ("id",)),
    "cases": _Exported("case", ("id",)),
    "decisions": _Exported("decision", ("id",)),
    "votes": _Exported("vote", ("id",)),
    "people": _Exported("person", ("id",)),
    "parties": _Exported("party", ("id",)),
    "actors": _Exported(
        "paper_actor",
        ("paper", "source"),
        is_key=False,
        description="Who signed, tabled or received a paper, as each source says it.",
    ),
    "references": _Exported(
        "reference",
        ("paper", "ordinal"),
        is_key=False,
        description="What a paper cites in its current text, with the words and their place.",
    ),
    "answers": _Exported(
        "answer",
        ("letter", "motion", "ordinal"),
        is_key=False,
        description="What letters say of motions: advice or execution, with the sentence.",
    ),
    "takedowns": _Exported("takedown", ("source", "segment", "line")),
}


class Column(NamedTuple):
    """A column of a table."""

    name: str
    type: ColumnType
    description: str


class Table(NamedTuple):
    """A table of a snapshot and the query of its rows, in a fixed order."""

    name: str
    description: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    """Columns of the primary key; empty without one."""
    query: str
    is_text: bool = False
    """Whether its rows are whole texts, too long for CSV."""

    def batches(
        self, connection: sqlite3.Connection, values: tuple[object, ...] = ()
    ) -> Iterator[list[tuple[Any, ...]]]:
        """Yield the rows in batches, with booleans converted."""
        booleans = [n for n, column in enumerate(self.columns) if column.type == "boolean"]
        cursor = connection.execute(self.query, values)
        while rows := cursor.fetchmany(_ROWS // 20 if self.is_text else _ROWS):
            yield [_with_booleans(row, booleans) for row in rows] if booleans else rows


def _with_booleans(row: tuple[Any, ...], places: list[int]) -> tuple[Any, ...]:
    values = list(row)
    for place in places:
        if values[place] is not None:
            values[place] = bool(values[place])
    return tuple(values)


TEXTS = Table(
    "texts",
    "The words of the file that stands for a paper, as they are searched.",
    (
        Column("paper", "string", "The paper"),
        Column("sha256", "string", "The file that they were taken from"),
        Column("text", "string", "The words"),
    ),
    ("paper",),
    "SELECT p.id, p.sha256, f.text FROM paper AS p JOIN paper_fts AS f ON f.rowid = p.key "
    "WHERE p.searched_sha256 = p.sha256 AND f.text <> '' ORDER BY p.id",
    is_text=True,
)


def tables(connection: sqlite3.Connection) -> list[Table]:
    """Return the tables of an index."""
    told = _told()
    return [*(_table(connection, name, told) for name in _EXPORTED), TEXTS]


def _table(connection: sqlite3.Connection, name: str, told: Mapping[str, Any]) -> Table:
    relation, order, is_key, description = _EXPORTED[name]
    about = told.get(relation, {})
    described = about.get("columns", {})
    columns, values = [], []
    for _, column, declared, *_ in connection.execute(f'PRAGMA table_info("{relation}")'):
        if (relation, column) in _LEFT_OUT:
            continue
        shown, value = _exported(column)
        kind = _type(shown, declared if shown == column else "TEXT")
        columns.append(Column(shown, kind, described.get(column, "")))
        values.append(f'{value} AS "{shown}"')
    names = [f'"{column.name}"' for column in columns]
    # Without a key, order by all columns.
    by = ", ".join(dict.fromkeys([f'"{column}"' for column in order] + ([] if is_key else names)))
    return Table(
        name,
        about.get("description", description),
        tuple(columns),
        order if is_key else (),
        f'SELECT {", ".join(values)} FROM "{relation}" AS t ORDER BY {by}',
    )


def _exported(column: str) -> tuple[str, str]:
    """Return a column's name and value for others: keys are this index's alone, names are not."""
    name = public_name(column)
    if name == column:
        return column, f't."{column}"'
    return name, f'(SELECT {NAMES["record"]} FROM record WHERE record.key = t."{column}")'


def _type(name: str, declared: str) -> ColumnType:
    if name in _BOOLEANS or name.startswith("is_"):
        return "boolean"
    return "integer" if declared == "INTEGER" else "string"


def _told() -> Mapping[str, Any]:
    """Return the site's descriptions of tables and columns."""
    text = (resources.files("harvester.site") / "metadata.toml").read_text(encoding="utf-8")
    found: Mapping[str, Any] = tomllib.loads(text)["databases"]["griffie"]["tables"]
    return found
