"""Papers come in an order that a reader expects, the same on every page."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from harvester.index import TextRow
from harvester.site.queries import search
from harvester.site.queries.finding import matching, understand
from harvester.site.reader import prepare
from tests.unit.archive.makers import digest
from tests.unit.index.makers import document, file, filled

TODAY = date(2026, 11, 25)
FILL = "De Kamer heeft hierover gesproken en zal er nog over spreken. " * 6
PAPERS = {
    "title": ("Over windmolens op zee", "2020-01-01", FILL),
    "text": ("Over iets anders", "2020-01-01", f"{FILL} windmolens {FILL}"),
    "form": ("Over de windmolen", "2020-01-01", FILL),
    "near": ("Een", "2020-01-01", f"{FILL} dijken en duinen {FILL}"),
    "far": ("Twee", "2020-01-01", f"dijken {FILL} {FILL} duinen"),
    "old": ("Over turf", "2001-01-01", FILL),
    "new": ("Over turf", "2026-01-01", FILL),
    "motion": ("Motie over heide", "2020-01-01", f"heide {FILL}"),
    "answer": ("Brief over de motie over heide en de heide", "2020-01-01", f"heide heide {FILL}"),
    **{f"many{n}": ("Over veen", "2020-01-01", FILL) for n in range(50)},
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    path: Path = tmp_path_factory.mktemp("index") / "index.sqlite"
    entries = [
        document(id_, subject=subject, published_on=day)
        for id_, (subject, day, _) in PAPERS.items()
    ]
    texts = {id_: f"{text} {id_}" for id_, (_, _, text) in PAPERS.items()}
    made = filled(path, entries, [file(id_, text) for id_, text in texts.items()])
    made.put_texts(TextRow(digest(text), "ok", None, 1, text) for text in texts.values())
    made.refresh()
    made.close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO citation SELECT sha256, 1, 'paper', 'N-motion', 'de motie', 0, 8, 'text' "
            "FROM paper WHERE number = 'N-answer'"
        )
    connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
    connection.row_factory = sqlite3.Row
    prepare(connection)
    yield connection
    connection.close()


def found(index: sqlite3.Connection, typed: str, limit: int = 100, offset: int = 0) -> list[str]:
    matches = matching(index, understand(index, typed, TODAY), {})
    papers = search.find(index, matches, "relevance", limit, offset)
    return [paper["number"].removeprefix("N-") for paper in papers]


def test_the_title_counts_more_than_the_text_and_what_was_typed_more_than_a_form(
    index: sqlite3.Connection,
) -> None:
    assert found(index, "windmolens") == ["title", "text", "form"]
    assert found(index, "windmolen") == ["form", "title", "text"]


def test_words_that_stand_together_count_more(index: sqlite3.Connection) -> None:
    assert found(index, "dijken duinen") == ["near", "far"]


def test_of_two_that_say_the_same_the_newer_comes_first(index: sqlite3.Connection) -> None:
    assert found(index, "turf") == ["new", "old"]


def test_what_answers_a_paper_does_not_stand_before_it(index: sqlite3.Connection) -> None:
    assert found(index, "heide") == ["motion", "answer"]


def test_the_pages_of_a_search_are_parts_of_one_order(index: sqlite3.Connection) -> None:
    whole = found(index, "veen")
    assert len(whole) == 50
    for size in (7, 10, 20):
        pages = [found(index, "veen", size, start) for start in range(0, 50, size)]
        assert [number for page in pages for number in page] == whole


def test_where_few_papers_have_all_words_those_that_lack_one_come_after(
    index: sqlite3.Connection,
) -> None:
    understood = understand(index, "turf heide veen", TODAY)
    assert "any" not in [note.name for note in understood.notes]
    understood = understand(index, "dijken duinen windmolens", TODAY)
    assert "any" in [note.name for note in understood.notes]
    assert found(index, "dijken duinen windmolens")[:2] == ["near", "far"]
    assert found(index, "=dijken =duinen =windmolens") == []
