"""The made-up index of the benchmarks is one that the site takes."""

import sqlite3
from datetime import date
from pathlib import Path

import pytest

from harvester.site.pages.search import find
from harvester.site.queries.people import address_of
from harvester.site.reader import prepare
from harvester.site.search_params import SearchParams
from tests.benchmarks.many_papers import Words, make


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path, _ = make(tmp_path_factory.mktemp("many") / "made", 120, with_texts=1)
    return path


def test_papers_of_the_benchmark_are_found_by_their_words(index: Path) -> None:
    connection = sqlite3.connect(index)
    connection.row_factory = sqlite3.Row
    prepare(connection)
    found = find(connection, SearchParams(Words.made(1).words[0]), date(2026, 12, 1))
    assert found.counts.total > 60
    assert dict(found.counts.facets["kind"]).keys() == {"letter", "motion", "annex"}
    signers = found.counts.facets["person"]
    assert signers
    key = connection.execute("SELECT person_key FROM actor").fetchone()[0]
    assert "/" not in address_of(connection, key)
    connection.close()
