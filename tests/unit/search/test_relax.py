"""A search that finds little is read otherwise, in steps that are told and can be undone."""

import random
import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.search.forms import Forms
from harvester.search.relax import Reading, read_widely
from harvester.search.vocabulary import IndexVocabulary, attach, repair
from spiders.netherlands.language import DUTCH

PAPERS = (
    "De wolven lopen door de stad",
    "Een motie over huurtoeslagen voor studenten",
    "Een tekort aan leraren op scholen in steden",
    "De kinderopvang en de gemeenten",
    "De prijs van coördinatie en CO₂",
    "De auto's van de regering, opgelost en aangenomen",
    "zeldzaam geheim",
)


@pytest.fixture
def index() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    connection.execute(
        "CREATE VIRTUAL TABLE paper_fts USING fts5 (numbers, title, subject, people, text, "
        "tokenize = 'unicode61 remove_diacritics 2')"
    )
    connection.executemany(
        "INSERT INTO paper_fts VALUES ('', '', '', '', ?)", [(text,) for text in PAPERS]
    )
    attach(connection)
    yield connection
    connection.close()


def read(index: sqlite3.Connection, typed: str) -> Reading:
    return read_widely(
        typed, Forms(IndexVocabulary(index), DUTCH), lambda expression: len(rows(index, expression))
    )


def rows(index: sqlite3.Connection, expression: str) -> list[int]:
    found = index.execute(
        "SELECT rowid FROM paper_fts WHERE paper_fts MATCH ? ORDER BY rowid", (expression,)
    )
    return [rowid - 1 for (rowid,) in found]


def found(index: sqlite3.Connection, typed: str) -> list[int]:
    expression = read(index, typed).expression
    return rows(index, expression) if expression else []


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("wolf", [0]),
        ("stad", [0, 2]),
        ("steden", [0, 2]),
        ("gemeente", [3]),
        ("prijzen", [4]),
        ("coordinatie CO2", [4]),
        ("auto", [5]),
        ("oplossen", [5]),
        ("aannemen", [5]),
        ("huurtoeslag", [1]),
        ("huur toeslag", [1]),
        ("huur-toeslag", [1]),
        ("lerarentekort", [2]),
        ("leraren tekort", [2]),
        ("kinderopvnag", [3]),
        ("kinderopvag", [3]),
        ("kinderopvaang", [3]),
        ("hoe stemde men over wolven", [0]),
        ("wolf ruimtevaart", [0]),
        ("=wolf", []),
        ('"wolf"', []),
        ("=wolven", [0]),
        ("text:wolf", []),
        ("tekort NOT scholen", []),
        ("tekort NOT school", [2]),
        ("xyzzyxyzzy", []),
    ],
)
def test_words_are_found_in_any_form(
    index: sqlite3.Connection, typed: str, expected: list[int]
) -> None:
    assert found(index, typed) == expected


@pytest.mark.parametrize(
    ("typed", "name", "instead"),
    [
        ("kinderopvnag", "repaired", "kinderopvang"),
        ("huur toeslag", "compound", "huurtoeslagen"),
        ("hoe stemde men over wolven", "filler", ""),
        ("wolf ruimtevaart", "left_out", ""),
    ],
)
def test_every_change_is_told_and_its_undoing_leaves_the_words_alone(
    index: sqlite3.Connection, typed: str, name: str, instead: str
) -> None:
    [note] = [note for note in read(index, typed).notes if note.name == name]
    assert note.instead == instead
    undone = read(index, note.undo)
    assert not [other for other in undone.notes if other.about == note.about]


@pytest.mark.parametrize(
    "typed", ['"kinderopvnag"', "=kinderopvnag", "wolf AND ruimtevaart", "(huur toeslag)"]
)
def test_phrases_exact_words_and_operators_are_never_rewritten(
    index: sqlite3.Connection, typed: str
) -> None:
    assert read(index, typed).notes == ()


def test_what_is_deleted_is_in_no_vocabulary(index: sqlite3.Connection) -> None:
    assert repair(IndexVocabulary(index), "zeldzaamm") == "zeldzaam"
    index.execute("UPDATE paper_fts SET text = '' WHERE rowid = ?", (len(PAPERS),))
    assert repair(IndexVocabulary(index), "zeldzaamm") is None
    assert list(IndexVocabulary(index).beginning("zeld")) == []


def _mistyped(word: str, dice: random.Random) -> str:
    at = dice.randrange(len(word) - 1)
    return dice.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        )
    )


def test_one_mistake_anywhere_in_a_word_is_repaired(index: sqlite3.Connection) -> None:
    dice = random.Random(17)
    vocabulary = IndexVocabulary(index)
    for word in ("kinderopvang", "huurtoeslagen", "studenten", "regering", "leraren"):
        for _ in range(20):
            if (typed := _mistyped(word, dice)) != word:
                assert repair(vocabulary, typed) == word


@given(typed=st.text(max_size=60))
def test_whatever_is_typed_makes_a_query_that_the_index_takes(typed: str) -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE paper_fts USING fts5 (text)")
    connection.execute("INSERT INTO paper_fts VALUES ('de wolven lopen')")
    attach(connection)
    found(connection, typed)
    connection.close()


def test_what_is_longer_than_any_word_is_looked_for_as_it_is_and_no_further(
    index: sqlite3.Connection,
) -> None:
    asked: list[str] = []
    index.set_trace_callback(asked.append)
    assert found(index, "wolven" * 700) == []
    few = len(asked)
    asked.clear()
    assert found(index, "qzxv") == []
    assert few <= 2 * len(asked)
