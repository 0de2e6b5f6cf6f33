"""Datasette is told of every table and column that there is, and of no other."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from harvester.index import Index
from harvester.site.app import metadata
from harvester.site.reader import DATABASE


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    index = Index.open(tmp_path / "index.sqlite", {})
    yield index.connection
    index.close()


def test_every_table_and_column_is_described(connection: sqlite3.Connection) -> None:
    tables = metadata()["databases"][DATABASE]["tables"]
    names = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'paper_fts_%' "
        "AND name NOT LIKE 'sqlite_%'"
    ).fetchall()
    there = {
        name: [row[1] for row in connection.execute(f'PRAGMA table_info("{name}")')]
        for (name,) in names
    }
    assert {name: list(table["columns"]) for name, table in tables.items()} == there
    assert all(table["description"] for table in tables.values())


def test_facets_labels_and_orders_are_columns() -> None:
    for name, table in metadata()["databases"][DATABASE]["tables"].items():
        used = {*table.get("facets", ()), table.get("sort_desc"), table.get("label_column")}
        assert used - {None} <= set(table["columns"]), name


def test_every_question_has_an_answer(connection: sqlite3.Connection) -> None:
    for name, query in metadata()["databases"][DATABASE]["queries"].items():
        assert query["title"], name
        assert connection.execute(query["sql"]).fetchall() == []
