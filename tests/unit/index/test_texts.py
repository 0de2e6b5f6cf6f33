"""Words of files are found in the papers that have those files now."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from harvester.index import Index, TextRow
from tests.unit.archive.makers import digest
from tests.unit.index.makers import READERS, Log, document, file, select, withdrawn

WORDS = {"one": "over stikstof", "two": "over water"}


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    made = Index.open(tmp_path / "index.sqlite", READERS)
    yield made
    made.close()


@pytest.fixture
def log() -> Log:
    return Log()


def apply(index: Index, log: Log, *entries: object) -> None:
    index.apply(log.segment(entries))  # type: ignore[arg-type]
    index.refresh()
    known = {digest(content): text for content, text in WORDS.items()}
    wanted = index.wanted_texts()
    index.put_texts([TextRow(sha256, "ok", None, 1, known[sha256]) for sha256, _ in wanted])
    assert index.wanted_texts() == []


def found(index: Index, word: str) -> list[str]:
    rows = select(
        index,
        "SELECT document_id FROM paper_fts JOIN paper ON key = paper_fts.rowid "
        "WHERE paper_fts MATCH ? ORDER BY 1",
        f"text: {word}",
    )
    return [document_id for (document_id,) in rows]


def test_every_paper_with_the_file_is_found(index: Index, log: Log) -> None:
    apply(index, log, document("a"), document("b"), file("a", "one"), file("b", "one"))
    assert found(index, "stikstof") == ["a", "b"]


def test_a_later_paper_with_a_known_file_is_found_too(index: Index, log: Log) -> None:
    apply(index, log, document("a"), file("a", "one"))
    apply(index, log, document("b"), file("b", "one"))
    assert found(index, "stikstof") == ["a", "b"]


def test_another_file_brings_other_words(index: Index, log: Log) -> None:
    apply(index, log, document("a"), file("a", "one"))
    apply(index, log, file("a", "two"))
    assert found(index, "stikstof") == []
    assert found(index, "water") == ["a"]
    assert select(index, "SELECT count(*) FROM text") == [(2,)]


def test_other_metadata_leave_the_words(index: Index, log: Log) -> None:
    apply(index, log, document("a"), file("a", "one"))
    apply(index, log, document("a", subject="anders"))
    assert found(index, "stikstof") == ["a"]


def test_a_withdrawn_paper_is_still_found(index: Index, log: Log) -> None:
    apply(index, log, document("a"), file("a", "one"))
    apply(index, log, withdrawn("a"))
    assert found(index, "stikstof") == ["a"]
