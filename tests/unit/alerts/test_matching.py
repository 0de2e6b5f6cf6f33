"""A saved search finds among new papers what the site's search finds among all."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harvester.alerts.matching import SmallIndex, read_search, saved_form, small_index
from harvester.index.connection import open_readonly
from harvester.site.queries.finding import matching, understand
from harvester.site.reader import prepare
from harvester.site.search_params import SearchParams
from harvester.source import domain
from tests.unit.index.makers import record, row
from tests.unit.site.dutch import Site, paper

TODAY = date(2026, 12, 1)
TEXTS = (
    "De huurtoeslag stijgt in 2024.", "De huur en de toeslag dalen.", "Moties over stikstof.",
    "Hoe stemde de Partij voor de Vrijheid over wonen?", "Woningen en waterschappen.",
    "Het schap heeft water nodig.", "coördinatie van zorg", "F-35 en 35.925-VII",
    "Op 21 november 2024 sprak Groen.", "De VVD stemde tegen.", "ministers minister ministerie",
)  # fmt: skip
WORDS = (
    "huur", "toeslag", "huurtoeslag", "toeslagen", "stikstof", "moties", "motie", "stemde", "hoe",
    "VVD", "PVV", "Groen", "partij", "voor", "de", "vrijheid", "wonen", "woning", "water",
    "waterschap", "schap", "2024", "november", "21", "vorige", "week", "coordinatie", "zorg",
    "F-35", "minister", '"de huur"', "=huur", "zor*", "title:stuk", "kind:motion", "-huur",
    "-kind:letter", "OR", "AND", "NOT", "(", ")", "NEAR", "NEAR(huur toeslag, 3)", "number:3",
    "party:VVD", "since:2024", "xyzzy", "ingediend", "tegen", "year:2026",
)  # fmt: skip


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("papers")
    site = Site(folder)
    parties = tuple(
        record(f"party{name}", row(domain.Party, abbreviation=name, name=long))
        for name, long in (("VVD", "Volkspartij"), ("PVV", "Partij voor de Vrijheid"))
    )
    site.add(
        *(
            paper(
                str(n), words, domain.StatedPerson(1, "A. Jansen", ("VVD", "Groen")[n % 2], None,
                                                   "mover"),
                kind=("letter", "motion")[n % 2], subject=f"Stuk {n}",
                published_on=f"20{24 + n % 3}-11-2{n % 8}",
            )
            for n, words in enumerate(TEXTS)
        ),
        records=parties,
    )  # fmt: skip
    site.index.close()
    return folder / "index.sqlite"


@pytest.fixture(scope="module")
def large(index: Path) -> Iterator[sqlite3.Connection]:
    with closing(open_readonly(index)) as connection:
        connection.row_factory = sqlite3.Row
        prepare(connection)
        yield connection


@pytest.fixture(scope="module")
def small(index: Path, large: sqlite3.Connection) -> Iterator[SmallIndex]:
    keys = [key for (key,) in large.execute("SELECT key FROM paper")]
    with small_index(index, keys) as made:
        yield made


FILTERS = st.dictionaries(
    st.sampled_from(["kind", "party", "year"]),
    st.sampled_from(["motion", "letter", "VVD", "Groen", "2024"]), max_size=1,
)  # fmt: skip


@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(words=st.lists(st.sampled_from(WORDS), max_size=5), filters=FILTERS)
def test_any_search_finds_the_same(
    large: sqlite3.Connection, small: SmallIndex, words: list[str], filters: dict[str, str]
) -> None:
    params = read_search(saved_form(SearchParams(" ".join(words), filters)))
    understood = understand(large, params.q, TODAY, relax=False)
    is_anything = understood.reading.is_anything or not params.q
    found = matching(large, understood, params.filters).narrowed.tolist()
    expected = found if is_anything else []
    assert sorted(one["key"] for one in small.find(params, TODAY)) == sorted(expected)


@given(st.text(max_size=60))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_search_fails(small: SmallIndex, text: str) -> None:
    small.find(SearchParams(text), TODAY)


def test_only_the_papers_that_are_new_are_found(index: Path, large: sqlite3.Connection) -> None:
    keys = [key for (key,) in large.execute("SELECT key FROM paper ORDER BY key LIMIT 2")]
    with small_index(index, keys) as small:
        assert len(small.find(SearchParams("", {"kind": "letter"}), TODAY)) == 1


def test_equal_searches_are_saved_alike() -> None:
    one, other = read_search("kind=motion&q=a+b&page=3"), read_search("q=a%20b&kind=motion&x=1")
    assert saved_form(one) == saved_form(other) == "q=a+b&kind=motion"
