"""A search that names a party or a person shows it, in whatever way it is named."""

import sqlite3
from collections.abc import Iterator

import pytest

from harvester.site.queries.named import named
from harvester.source import domain
from tests.unit.index.makers import filled, record, row

PARTIES = [
    ("PvdD", "Partij voor de Dieren", "Party for the Animals"),
    ("VVD", "Volkspartij voor Vrijheid en Democratie", None),
    ("GL-PvdA", "GroenLinks-PvdA", None),
    (None, "Zonder naam", None),
    ("Ü", "", None),
]
PEOPLE = [
    ("1", "Esther", "Esther Maria", "E.M.", None, "Ouwehand"),
    ("2", "Aukje", "Aukje", "A.", "de", "Vries"),
    ("3", "Jan", "Johannes", "J.", "de", "Vries"),
    ("4", None, None, None, None, "Wegen"),
    ("5", "René", "René", "R.", None, "Peters"),
    ("6", "Nobody", None, None, None, None),
    ("7", None, None, None, None, "-"),
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    said = [
        record(f"p{n}", row(domain.Party, abbreviation=short, name=name, name_en=english))
        for n, (short, name, english) in enumerate(PARTIES)
    ]
    for id_, known_as, first_names, initials, prefix, surname in PEOPLE:
        person = row(
            domain.Person, known_as=known_as, first_names=first_names, initials=initials,
            prefix=prefix, surname=surname,
        )  # fmt: skip
        said.append(record(id_, person))
    index = filled(tmp_path_factory.mktemp("named") / "index.sqlite", said)
    yield index.connection
    index.close()


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
