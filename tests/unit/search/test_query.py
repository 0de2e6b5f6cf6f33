"""What people type becomes a query that SQLite accepts, and that finds what they mean."""

import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.search.query import DEEPEST, LONGEST, Customs, read_query
from spiders.netherlands.language import DUTCH

TEXTS = (
    "De F-35 vliegt boven het kinderdagverblijf",
    "Een motie over coördinatie van stikstof en water",
    "Stikstofbeleid, kamerstuk 35 925 V, nr. 48 (2021D46263)",
    'Zij zei "ja" en NOT near AND or',
    "water een twee drie vier vijf zes stikstof",
)
CUSTOMS = Customs(fields=DUTCH.fields)
COLUMNS = ("numbers", "title", "subject", "people", "text")


@pytest.fixture(scope="module")
def index() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    connection.execute(
        "CREATE VIRTUAL TABLE t USING fts5 (numbers, title, subject, people, text, "
        "tokenize = 'unicode61 remove_diacritics 2')"
    )
    connection.executemany(
        "INSERT INTO t VALUES ('', '', ?, ?, ?)",
        [("geheim" if n == 0 else "", "Zij" if n == 1 else "", t) for n, t in enumerate(TEXTS)],
    )
    yield connection
    connection.close()


def found(index: sqlite3.Connection, typed: str) -> list[int]:
    expression = read_query(typed, CUSTOMS).expression
    if expression is None:
        return []
    rows = index.execute("SELECT rowid FROM t WHERE t MATCH ? ORDER BY rowid", (expression,))
    return [rowid - 1 for (rowid,) in rows]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("F-35", [0]),
        ("f-35 kinderdagverblijf", [0]),
        ("coordinatie", [1]),
        ("stikstof", [1, 4]),
        ("stikstof*", [1, 2, 4]),
        ('"stikstof en water"', [1]),
        ("“stikstof en water”", [1]),
        ('"water en stikstof"', []),
        ("water stikstof", [1, 4]),
        ("water AND stikstof", [1, 4]),
        ("F-35 OR motie", [0, 1]),
        ("stikstof NOT motie", [4]),
        ("stikstof -motie", [4]),
        ('stikstof -"een twee"', [1]),
        ("(F-35 OR motie) NOT (vliegt OR drie)", [1]),
        ("F-35 OR stikstof motie", [0, 1]),
        ("stikstof NOT motie NOT vier", []),
        ("NEAR(water stikstof, 2)", [1]),
        ("NEAR(water stikstof, 6)", [1, 4]),
        ("water NEAR stikstof", [1, 4]),
        ("water NEAR/3 stikstof", [1]),
        ("water NEAR/3 stikstof OR vliegt", [0, 1]),
        ('"35 925 V" nr. 48', [2]),
        ("2021d46263", [2]),
        ("2021D46*", [2]),
        ("not and or near ja", [3]),
        ('"ja', [3]),
        ("stikstof xyzzy", []),
        ("( water )", [1, 4]),
        ("water:stikstof", []),
        ("people:zij", [1]),
        ("mensen:zij", [1]),
        ("text:zij", [3]),
        ("subject:geheim OR tekst:motie", [0, 1]),
    ],
)
def test_terms_find_what_they_say(
    index: sqlite3.Connection, typed: str, expected: list[int]
) -> None:
    query = read_query(typed, CUSTOMS)
    assert found(index, typed) == expected
    assert not [note for note in query.notes if note.name != "quote"]


@pytest.mark.parametrize(
    ("typed", "note", "expected"),
    [
        ('water "en', "quote", [1]),
        ("(water", "bracket", [1, 4]),
        ("water) motie", "bracket", [1]),
        ("NEAR(water stikstof", "bracket", [1, 4]),
        ("water AND", "operator", [1, 4]),
        ("OR water", "operator", [1, 4]),
        ("AND water", "operator", [1, 4]),
        ("water NOT", "operator", [1, 4]),
        ("NEAR water", "operator", [1, 4]),
        ("water NEAR", "operator", [1, 4]),
        ("wat*er", "star", []),
        ("NOT water", "only_not", []),
        ("-water", "only_not", []),
        ("", "empty", []),
        ("***", "empty", []),
        ("water " * 500, "long", [1, 4]),
        ("(" * (DEEPEST + 5) + "water", "deep", [1, 4]),
    ],
)
def test_what_cannot_be_meant_is_read_sensibly_and_noted(
    index: sqlite3.Connection, typed: str, note: str, expected: list[int]
) -> None:
    assert note in [found.name for found in read_query(typed, CUSTOMS).notes]
    assert found(index, typed) == expected


@pytest.mark.parametrize("typed", ["", " ", "*", '"', '""', "()", "-- ;", "***", '"*"', "\0"])
def test_nothing_to_search_is_said(typed: str) -> None:
    assert read_query(typed, CUSTOMS).expression is None


def test_a_longest_query_is_answered(index: sqlite3.Connection) -> None:
    for typed in ("a " * LONGEST, "(a OR " * LONGEST, "-a b " * LONGEST, 'a NEAR "b c" ' * 99):
        found(index, typed)


@given(st.text(max_size=60))
def test_no_text_is_an_error(index: sqlite3.Connection, typed: str) -> None:
    try:
        typed.encode()
    except UnicodeEncodeError:
        return
    found(index, typed)


_PIECES = ["AND ", "OR ", "NOT ", "NEAR", "NEAR/3 ", "(", ")", '"', "*", "-", ":", "title:", "^",
           "{", "}", "+", "a", "bee ", "F-35 ", ",", " ", "\0", "'", "ß", "1 "]  # fmt: skip


@given(st.lists(st.sampled_from(_PIECES), max_size=40).map("".join))
def test_no_operator_is_an_error(index: sqlite3.Connection, typed: str) -> None:
    found(index, typed)
