"""What is counted and sorted in memory is what SQLite would say, in every state of the index."""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from harvester.index import Index
from harvester.search.relax import Reading
from harvester.site.queries import columns, search
from harvester.site.queries.matches import matching

KINDS, YEARS, SENDERS = ("letter", "motion"), (None, "2024", "2025"), (None, "PA", "PB", "Zaken")
WORDS = ("water", "wegen", "wonen")
FILTERS: tuple[dict[str, str], ...] = (
    {}, {"kind": "motion"}, {"year": "2024", "sender": "PB"}, {"dossier": "36001"},
    {"withdrawn": "1", "kind": "letter", "dossier": "36002"}, {"sender": "nobody"},
    {"dossier": "nowhere"}, {"advice": "for", "outcome": "adopted"},
)  # fmt: skip


def put(connection: sqlite3.Connection, key: int, dice: random.Random) -> None:
    year = dice.choice(YEARS)
    facets: dict[str, Any] = {
        "key": key, "published_on": year and f"{year}-{dice.randint(1, 12):02}-01",
        "kind": dice.choice(KINDS), "year": year, "chamber": None, "sender": dice.choice(SENDERS),
        "dossier": dice.choice((None, "36001", "36002", "36003")),
        "outcome": dice.choice((None, "adopted", "rejected")), "advice": dice.choice((None, "for")),
        "changed": None, "is_withdrawn": int(dice.random() < 0.2),
    }  # fmt: skip
    connection.execute(
        f"INSERT OR REPLACE INTO paper_facet ({', '.join(facets)}) "
        f"VALUES ({', '.join('?' * len(facets))})", tuple(facets.values()),
    )  # fmt: skip
    text = " ".join(dice.choices(WORDS, k=2))
    connection.execute("DELETE FROM paper_fts WHERE rowid = ?", (key,))
    connection.execute("INSERT INTO paper_fts (rowid, text) VALUES (?, ?)", (key, text))


def remove(connection: sqlite3.Connection, key: int) -> None:
    connection.execute("DELETE FROM paper_facet WHERE key = ?", (key,))
    connection.execute("DELETE FROM paper_fts WHERE rowid = ?", (key,))


def asked(
    connection: sqlite3.Connection, what: str, expression: str | None, filters: dict[str, str]
) -> list[tuple[Any, ...]]:
    """Ask SQLite itself."""
    names = {"withdrawn": "is_withdrawn"}
    conditions = [f"{names.get(name, name)} = ?" for name in filters]
    if expression:
        conditions.append("key IN (SELECT rowid FROM paper_fts WHERE paper_fts MATCH ?)")
    values = (*filters.values(), *([expression] if expression else ()))
    where, _, rest = what.partition(" / ")
    return [
        tuple(row)
        for row in connection.execute(
            f"SELECT {where} FROM paper_facet WHERE {' AND '.join(conditions) or 'true'} {rest}",
            values,
        )
    ]


def hold_against_sqlite(connection: sqlite3.Connection) -> None:
    for expression in (None, "water", "wegen AND wonen", "missing"):
        for filters in FILTERS:
            matches = matching(connection, Reading(expression), filters)
            counts = search.count(matches)
            [(total,)] = asked(connection, "count(*)", expression, filters)
            assert counts.total == total
            for name in ("kind", "year", "outcome", "advice"):
                others = {k: v for k, v in filters.items() if k != name}
                sql = f"{name}, count(*) / AND {name} IS NOT NULL GROUP BY {name}"
                assert dict(counts.facets[name]) == dict(
                    asked(connection, sql, expression, others)
                ), (name, filters)
            sql = "dossier, count(*) / AND dossier IS NOT NULL GROUP BY dossier"
            if (expression or filters) and "dossier" not in filters:
                assert dict(search.dossiers(matches)) == dict(
                    asked(connection, sql, expression, filters)
                )
            for order, sorting in (("newest", "DESC"), ("oldest", "ASC")):
                for limit, offset in ((3, 0), (3, 4), (1000, 0), (5, 1000)):
                    sql = f"key / ORDER BY published_on {sorting}, key {sorting}"
                    sql += f" LIMIT {limit} OFFSET {offset}"
                    found = matches.columns.by_date(
                        matches.narrowed, order == "newest", limit, offset
                    )
                    assert found == [key for (key,) in asked(connection, sql, expression, filters)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    Index.open(tmp_path / "index.sqlite", {}).close()
    return tmp_path / "index.sqlite"


@pytest.fixture
def writer(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        yield connection


@pytest.fixture
def reader(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        yield connection


def test_all_is_as_sqlite_says_while_papers_come_change_and_go(
    writer: sqlite3.Connection, reader: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(columns, "_STEP", 7)
    dice = random.Random(1)
    hold_against_sqlite(reader)
    for _ in range(4):
        for _ in range(25):
            key = dice.randint(1, 60)
            put(writer, key, dice) if dice.random() < 0.8 else remove(writer, key)
        hold_against_sqlite(reader)


def test_a_reader_sees_one_state_until_its_transaction_ends(
    writer: sqlite3.Connection, reader: sqlite3.Connection
) -> None:
    dice = random.Random(2)
    put(writer, 1, dice)
    reader.execute("BEGIN")
    assert search.count(matching(reader, search.ALL, {})).total == 1
    put(writer, 2, dice)
    remove(writer, 1)
    assert matching(reader, search.ALL, {}).narrowed.tolist() == [1]
    reader.rollback()
    assert matching(reader, search.ALL, {}).narrowed.tolist() == [2]


def test_another_connection_in_the_same_place_knows_nothing_of_the_last(tmp_path: Path) -> None:
    for name, papers in (("a", 3), ("b", 2)):
        Index.open(tmp_path / name, {}).close()
        connection = sqlite3.connect(tmp_path / name, isolation_level=None)
        for key in range(papers):
            put(connection, key + 1, random.Random(key))
        assert search.count(matching(connection, search.ALL, {})).total == papers
        connection.close()


def test_connections_to_a_file_that_never_changes_share_what_is_known(
    path: Path, writer: sqlite3.Connection
) -> None:
    put(writer, 1, random.Random(3))
    known = []
    for _ in range(2):
        with closing(sqlite3.connect(path)) as connection, columns.sharing(connection, path):
            assert matching(connection, search.ALL, {}).narrowed.tolist() == [1]
            known.append(columns.columns_of(connection))
    assert known[0] is known[1]
