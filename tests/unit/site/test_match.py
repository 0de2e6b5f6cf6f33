"""What people type becomes a query that SQLite accepts, and that finds what they mean."""

import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.site.match import match_query

TEXTS = (
    "De F-35 vliegt boven het kinderdagverblijf",
    "Een motie over coördinatie van stikstof en water",
    "Stikstofbeleid, kamerstuk 35 925 V, nr. 48 (2021D46263)",
    'Zij zei "ja" en NOT near AND or',
)


@pytest.fixture(scope="module")
def index() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    connection.execute(
        "CREATE VIRTUAL TABLE t USING fts5 (a, tokenize = 'unicode61 remove_diacritics 2')"
    )
    connection.executemany("INSERT INTO t VALUES (?)", [(text,) for text in TEXTS])
    yield connection
    connection.close()


def found(index: sqlite3.Connection, typed: str) -> list[int]:
    match = match_query(typed)
    if match is None:
        return []
    rows = index.execute("SELECT rowid FROM t WHERE t MATCH ? ORDER BY rowid", (match,))
    return [rowid - 1 for (rowid,) in rows]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("F-35", [0]),
        ("f-35 kinderdagverblijf", [0]),
        ("coordinatie", [1]),
        ("stikstof", [1]),
        ("stikstof*", [1, 2]),
        ('"stikstof en water"', [1]),
        ('"water en stikstof"', []),
        ("water stikstof", [1]),
        ('"35 925 V" nr. 48', [2]),
        ("2021d46263", [2]),
        ("2021D46*", [2]),
        ("NOT", [3]),
        ("AND OR near", [3]),
        ('"ja', [3]),
        ("stikstof xyzzy", []),
        ("( water )", [1]),
        ("water:stikstof", []),
    ],
)
def test_terms_find_what_they_say(
    index: sqlite3.Connection, typed: str, expected: list[int]
) -> None:
    assert found(index, typed) == expected


@pytest.mark.parametrize("typed", ["", " ", "*", '"', '""', "()", "-- ;", "***", '"*"', "\0"])
def test_nothing_to_search_is_said(typed: str) -> None:
    assert match_query(typed) is None


@given(st.text(max_size=60))
def test_no_text_is_an_error(index: sqlite3.Connection, typed: str) -> None:
    try:
        typed.encode()
    except UnicodeEncodeError:
        return
    found(index, typed)


@given(st.text(alphabet='"*()^:+-{}ab \t\0ANDORT,', max_size=40))
def test_no_operator_is_an_error(index: sqlite3.Connection, typed: str) -> None:
    found(index, typed)
