"""A search that names a party or a person shows it, in whatever way it is named."""

import sqlite3
from collections.abc import Iterator

import pytest

from harvester.site.queries.named import named


@pytest.fixture(scope="module")
def index() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE party (abbreviation, name, name_en, id)")
    connection.execute("CREATE TABLE vote (actor_party, party_id)")
    connection.execute("CREATE TABLE person (id, known_as, first_names, initials, prefix, surname)")
    connection.executemany(
        "INSERT INTO party VALUES (?, ?, ?, abs(random()))",
        [
            ("PvdD", "Partij voor de Dieren", "Party for the Animals"),
            ("VVD", "Volkspartij voor Vrijheid en Democratie", None),
            ("GL-PvdA", "GroenLinks-PvdA", None),
            (None, "Zonder naam", None),
            ("Ü", "", None),
        ],
    )
    connection.executemany(
        "INSERT INTO person VALUES (?, ?, ?, ?, ?, ?)",
        [
            ("1", "Esther", "Esther Maria", "E.M.", None, "Ouwehand"),
            ("2", "Aukje", "Aukje", "A.", "de", "Vries"),
            ("3", "Jan", "Johannes", "J.", "de", "Vries"),
            ("4", None, None, None, None, "Wegen"),
            ("5", "René", "René", "R.", None, "Peters"),
            ("6", "Nobody", None, None, None, None),
            ("7", None, None, None, None, "-"),
        ],
    )
    yield connection
    connection.close()


@pytest.mark.parametrize(
    ("typed", "ids"),
    [
        ("pvdd", ["PvdD"]),
        ("Partij voor de Dieren", ["PvdD"]),
        ("hoe stemde de VVD over asiel", ["VVD"]),
        ("GL PvdA", ["GL-PvdA"]),
        ("groenlinks-pvda stikstof", ["GL-PvdA"]),
        ("ouwehand", ["1"]),
        ("motie Esther Ouwehand", ["1"]),
        ("de Vries", ["2", "3"]),
        ("J. de Vries", ["3"]),
        ("jan de vries", ["3"]),
        ("Rene Peters", ["5"]),
        ("wegen", ["4"]),
        ("wegen en water", []),
        ("stikstof", []),
        ("", []),
        ("-", []),
        ("partij " * 40, []),
    ],
)
def test_what_is_named_is_found(index: sqlite3.Connection, typed: str, ids: list[str]) -> None:
    assert [one.id for one in named(index, typed)] == ids
