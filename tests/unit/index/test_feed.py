"""The feed gives each change of a paper a greater number, and nothing else."""

from pathlib import Path

import pytest

from archive.archive import Archive
from archive.entries import Entry, Head, TakedownEntry
from harvester.index import Index, rebuild
from harvester.index.feed import generation
from harvester.progress import Silent
from harvester.source import domain
from tests.unit.archive.makers import digest
from tests.unit.index.makers import (
    HARVEST,
    LATER,
    READERS,
    SOURCE,
    TIME,
    Log,
    document,
    file,
    record,
    row,
    select,
    withdrawn,
)
from tests.unit.index.test_refresh import publication


def feed(index: Index, after: int = 0) -> list[tuple[int, str, int]]:
    sql = "SELECT sequence, paper, is_gone FROM feed WHERE sequence > ? ORDER BY sequence"
    return [(n, paper, gone) for n, paper, gone in select(index, sql, after)]


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def index(tmp_path: Path, log: Log) -> Index:
    made = Index.open(tmp_path / "index.sqlite", READERS)
    made.apply(log.segment([document("a"), document("b"), file("a")]))
    made.refresh()
    return made


def test_each_paper_is_there_once(index: Index) -> None:
    assert [(paper, gone) for _, paper, gone in feed(index)] == [("N-a", 0), ("N-b", 0)]
    assert [n for n, _, _ in feed(index)] == [1, 2]


@pytest.mark.parametrize(
    "entry",
    [
        document("a", subject="Anders"),
        file("a", "other bytes", LATER),
        withdrawn("a"),
        TakedownEntry(LATER, "why", "who", (digest("bytes"),), "Thing/a"),
    ],
)
def test_what_changed_gets_a_number_beyond_all_others(index: Index, log: Log, entry: Entry) -> None:
    index.apply(log.segment([entry]))
    index.refresh()
    assert feed(index, after=2) == [(3, "N-a", 0)]
    assert [paper for _, paper, _ in feed(index)] == ["N-b", "N-a"]


def test_what_was_looked_at_and_is_the_same_keeps_its_number(index: Index, log: Log) -> None:
    before = feed(index)
    # The document is derived again for the dossier's sake, and says what it said.
    index.apply(log.segment([record("d", row(domain.Dossier, number=1))]))
    index.connection.execute(
        "INSERT INTO stale SELECT 'document', key FROM record WHERE id = 'Thing/a'"
    )
    index.refresh()
    assert feed(index) == before


def test_a_paper_that_goes_leaves_a_tombstone(index: Index, log: Log) -> None:
    index.apply(log.segment([publication("v", "a", "kst-1-2")]))
    index.refresh()
    assert feed(index, after=2) == [(3, "kst-1-2", 0), (4, "N-a", 1)]
    index.apply(log.segment([document("b", kind="annex")]))
    index.refresh()
    assert feed(index, after=4) == [(5, "N-b", 1)]
    index.apply(log.segment([document("b")]))
    index.refresh()
    assert feed(index, after=5) == [(6, "N-b", 0)]


def test_an_index_without_a_feed_begins_one_with_all_papers(index: Index, log: Log) -> None:
    connection = index.connection
    first = generation(connection)
    connection.execute("DELETE FROM feed")
    connection.execute("DELETE FROM feed_generation")
    index.apply(log.segment([document("c")]))
    index.refresh()
    assert [paper for _, paper, _ in feed(index)] == ["N-a", "N-b", "N-c"]
    assert generation(connection) not in {None, first}


def test_a_rebuild_goes_on_with_the_numbers(tmp_path: Path) -> None:
    groups: list[list[Entry]] = [[document("a"), document("b")], [document("a", subject="x")]]
    archive = Archive.create(tmp_path / "archive", TIME)
    head: Head | None = None
    for n, group in enumerate(groups):
        log = archive.log(SOURCE)
        head = log.append(group, {"n": n}, after=head, harvest=HARVEST, written_at=TIME).head
    path = tmp_path / "index.sqlite"
    index = Index.open(path, READERS)
    for segment in archive.log(SOURCE).read():
        index.apply(segment)
        index.refresh()
    before, series = feed(index), generation(index.connection)
    # Something in which the index differs from the log, and a paper that there never was.
    index.connection.execute("UPDATE feed SET fingerprint = 'x' WHERE paper = 'N-b'")
    index.connection.execute("INSERT INTO feed VALUES (9, 'N-none', 0, 'y')")
    index.close()
    rebuild(archive, path, READERS, progress=Silent())
    index = Index.open(path, READERS)
    assert before == [(2, "N-b", 0), (3, "N-a", 0)]
    assert feed(index) == [(3, "N-a", 0), (10, "N-b", 0), (11, "N-none", 1)]
    assert generation(index.connection) == series
    index.close()
