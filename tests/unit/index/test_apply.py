"""A segment is applied exactly once, and every record keeps its history."""

from pathlib import Path

import pytest

from harvester.index import Index, IndexDiverged, IndexUnusable, SchemaOutdated
from harvester.source.domain import Dossier
from tests.unit.index.makers import (
    READERS,
    SOURCE,
    Log,
    document,
    file,
    filled,
    record,
    row,
    select,
    withdrawn,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "index.sqlite"


def test_a_segment_is_applied_once(path: Path) -> None:
    index, log = Index.open(path, READERS), Log()
    segment = log.segment([document("a"), document("b")], position=7)
    assert index.apply(segment).counts == {"new": 2}
    assert index.applied(SOURCE) == segment.head
    assert index.checkpoint(SOURCE) == {"Thing": 7}
    with pytest.raises(IndexDiverged):
        index.apply(segment)
    assert select(index, "SELECT count(*) FROM record") == [(2,)]
    index.close()


def test_a_segment_that_does_not_follow_changes_nothing(path: Path) -> None:
    index, log, other = Index.open(path, READERS), Log(), Log()
    index.apply(log.segment([document("a")]))
    log.segment([document("lost")])
    with pytest.raises(IndexDiverged):
        index.apply(log.segment([document("b")]))
    other.segment([document("of another log")])
    with pytest.raises(IndexDiverged):
        index.apply(other.segment([document("b")]))
    assert select(index, "SELECT number FROM document") == [("N-a",)]
    index.close()


def test_what_a_record_says_again_is_no_version(path: Path) -> None:
    index = filled(path, [document("a"), document("a")], [document("a")])
    assert select(index, "SELECT version, state, line FROM record") == [(1, "present", 2)]
    assert select(index, "SELECT count(*) FROM superseded_record") == [(0,)]
    index.close()


def test_each_state_of_a_record_is_kept_in_order(path: Path) -> None:
    first, second = document("a", subject="eerst"), document("a", subject="toen")
    index, log = Index.open(path, READERS), Log()
    applied = index.apply(log.segment([first, second, withdrawn("a"), first]))
    assert applied.counts == {"new": 1, "changed": 1, "withdrawn": 1, "restored": 1}
    index.refresh()
    assert select(
        index, "SELECT version, state, line, fingerprint FROM record_version ORDER BY version"
    ) == [
        (1, "present", 2, first.fingerprint),
        (2, "present", 3, second.fingerprint),
        (3, "withdrawn", 4, withdrawn("a").fingerprint),
        (4, "present", 5, first.fingerprint),
    ]
    assert select(index, "SELECT reason FROM paper_version ORDER BY version") == [
        ("published",), ("changed",), ("withdrawn",), ("restored",),
    ]  # fmt: skip
    assert select(index, "SELECT subject, is_withdrawn, version FROM paper") == [("eerst", 0, 4)]
    index.close()


def test_what_no_reader_knows_is_counted(path: Path) -> None:
    index, log = Index.open(path, READERS), Log()
    applied = index.apply(log.segment([document("a", subject="strange"), document("b")]))
    assert applied.unknown == {"Thing.strange": 1}
    index.close()


def test_rows_of_a_record_replace_what_it_said_before(path: Path) -> None:
    before = record("d", row(Dossier, id="d", number=36900, title="Oud"))
    after = record("d", row(Dossier, id="d", number=36901, suffix="VI"))
    index = filled(path, [before], [after])
    assert select(index, "SELECT number, suffix, title FROM dossier") == [(36901, "VI", None)]
    gone = filled(path.with_name("gone.sqlite"), [before], [withdrawn("d")])
    assert select(gone, "SELECT * FROM dossier") == []
    index.close()
    gone.close()


def test_a_source_that_this_program_does_not_know_is_kept_uninterpreted(path: Path) -> None:
    index = Index.open(path, {})
    index.apply(Log().segment([document("a"), file("a")]))
    assert select(index, "SELECT id FROM record") == [("Thing/a",)]
    assert select(index, "SELECT count(*) FROM payload") == [(1,)]
    assert select(index, "SELECT * FROM document") == []
    index.close()


def test_a_walk_without_news_is_remembered_until_a_segment_says_more(path: Path) -> None:
    index, log = Index.open(path, READERS), Log()
    index.apply(log.segment([document("a")], position=5))
    index.advance(SOURCE, {"Thing": 9})
    assert index.checkpoint(SOURCE) == {"Thing": 9}
    index.apply(log.segment([document("b")], position=12))
    assert index.checkpoint(SOURCE) == {"Thing": 12}
    assert index.checkpoint("elsewhere") == {}
    index.close()


def test_known_records_are_told_with_state_and_fingerprint(path: Path) -> None:
    index = filled(path, [document("a"), withdrawn("b")])
    known = index.known(SOURCE, ["Thing/a", "Thing/b", "Thing/c"])
    assert known == {
        "Thing/a": ("present", document("a").fingerprint),
        "Thing/b": ("withdrawn", withdrawn("b").fingerprint),
    }
    assert index.known("elsewhere", ["Thing/a"]) == {}
    index.close()


def test_a_failure_in_the_middle_of_a_segment_leaves_nothing(path: Path) -> None:
    index, log = Index.open(path, READERS), Log()
    segment = log.segment([document("a"), document("b")])
    index.connection.execute(
        "CREATE TEMP TRIGGER full BEFORE INSERT ON document WHEN new.number = 'N-b' "
        "BEGIN SELECT raise(ABORT, 'full'); END"
    )
    with pytest.raises(Exception, match="full"):
        index.apply(segment)
    assert index.applied(SOURCE) is None
    assert select(index, "SELECT count(*) FROM record") == [(0,)]
    index.connection.execute("DROP TRIGGER temp.full")
    index.apply(segment)
    assert select(index, "SELECT count(*) FROM document") == [(2,)]
    index.close()


def test_an_index_of_another_version_or_none_is_refused(path: Path) -> None:
    index = Index.open(path, READERS)
    index.connection.execute("PRAGMA user_version = 99")
    index.close()
    with pytest.raises(SchemaOutdated, match="99"):
        Index.open(path, READERS)
    path.write_bytes(b"no database at all, but long enough to be read as one" * 100)
    with pytest.raises(IndexUnusable):
        Index.open(path, READERS)
    with pytest.raises(IndexUnusable):
        Index.open(path.with_name("nothing"), READERS, create=False)
