"""What the index knows of takedowns, and that it keeps no word of what was taken down."""

import hashlib
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive.entries import TakedownEntry
from archive.keys import payload_key
from harvester.index import FilePolicy, FixityLedger, Index, TextRow
from harvester.index.fixity import fixity_state
from harvester.index.takedowns import (
    takedown_of,
    taken_payloads,
    target_of_payload,
    targets_of_paper,
    to_erase,
)
from tests.unit.index.makers import DOCUMENT, TIME, Log, document, file, filled, select

POLICY = FilePolicy(kinds=frozenset({"letter"}), recheck_days=14, recheck_every_h=24)
NOW = datetime(2026, 11, 24, tzinfo=UTC)
A, B = (hashlib.sha256(content).hexdigest() for content in (b"first", b"second"))


@pytest.fixture
def index(tmp_path: Path) -> Index:
    return filled(tmp_path / "index.sqlite")


@pytest.fixture
def log(index: Index) -> Log:
    made = Log()
    index.apply(made.segment([document("d1"), document("d2"), file("d1", "first")]))
    index.refresh()
    index.put_texts([TextRow(A, "ok", None, 1, "geheime naam")])
    return made


def decision(*payloads: str, record: str | None = None) -> TakedownEntry:
    return TakedownEntry(TIME, "court order", "J. Jansen", payloads, record)


def found(index: Index, word: str) -> int:
    return len(select(index, "SELECT rowid FROM paper_fts WHERE paper_fts MATCH ?", word))


def is_taken_down(index: Index) -> dict[str, int]:
    return dict(select(index, f"SELECT {DOCUMENT}, is_taken_down FROM paper"))


def wanted(index: Index) -> list[str]:
    return [w.record for w in index.wanted_files("testland", POLICY, NOW)]


def test_no_word_of_it_is_found_and_it_is_not_asked_for_again(index: Index, log: Log) -> None:
    assert found(index, "geheime") == 1
    assert is_taken_down(index) == {"d1": 0, "d2": 0}
    index.apply(log.segment([decision(A, record="Thing/d1")]))
    index.refresh()
    assert found(index, "geheime") == 0
    assert is_taken_down(index) == {"d1": 1, "d2": 0}
    assert index.wanted_texts() == []
    assert wanted(index) == ["Thing/d2"]
    assert taken_payloads(index.connection) == {A}
    assert to_erase(index.connection) == [A]
    index.note_erased([A])
    assert to_erase(index.connection) == []
    taken = takedown_of(index.connection, A)
    assert taken is not None
    assert (taken.reason, taken.decided_by) == ("court order", "J. Jansen")


def test_a_decision_about_bytes_leaves_the_paper_to_get_others(index: Index, log: Log) -> None:
    index.apply(log.segment([decision(A)]))
    index.refresh()
    assert is_taken_down(index) == {"d1": 1, "d2": 0}
    index.apply(log.segment([file("d1", "second")]))
    index.refresh()
    assert is_taken_down(index) == {"d1": 0, "d2": 0}
    assert [sha256 for sha256, _ in index.wanted_texts()] == [B]


def test_another_paper_with_the_same_bytes_is_concerned_too(index: Index, log: Log) -> None:
    index.apply(log.segment([decision(A)]))
    index.apply(log.segment([file("d2", "first")]))
    index.refresh()
    assert is_taken_down(index) == {"d1": 1, "d2": 1}
    assert index.wanted_texts() == []


def test_what_would_be_taken_down_is_told(index: Index, log: Log) -> None:
    index.apply(log.segment([file("d1", "second"), file("d2", "second")]))
    index.refresh()
    paper, other = (id_ for (id_,) in select(index, f"SELECT id FROM paper ORDER BY {DOCUMENT}"))
    [target] = targets_of_paper(index.connection, paper)
    assert (target.source, target.record) == ("testland", "Thing/d1")
    assert target.payloads == tuple(sorted([A, B]))
    assert target.papers == tuple(sorted([paper, other]))
    bytes_alone = target_of_payload(index.connection, B)
    assert bytes_alone is not None
    assert (bytes_alone.record, bytes_alone.payloads) == (None, (B,))
    assert target_of_payload(index.connection, "0" * 64) is None


@pytest.mark.usefixtures("log")
def test_checks_go_on_where_they_ended(index: Index, tmp_path: Path) -> None:
    def at(days: int, older_than: timedelta | None = None) -> FixityLedger:
        path = tmp_path / "index.sqlite"
        return stack.enter_context(closing(FixityLedger(path, NOW + timedelta(days), older_than)))

    with ExitStack() as stack:
        digests = [character * 64 for character in "abcd"]
        first = at(0)
        first.note([(payload_key(digests[0]), None)])
        at(1).note([(payload_key(digests[1]), None), (payload_key(digests[2]), "is missing")])
        assert first.due(digests) == [digests[2], digests[3], digests[0], digests[1]]
        assert at(31, timedelta(days=30)).due(digests) == [digests[2], digests[3], digests[0]]
        state = fixity_state(index.connection)
        assert (state.payloads, state.checked) == (1, 0)
        assert [key for key, _, _ in state.damaged] == [payload_key(digests[2])]
        at(2).note([(payload_key(digests[2]), None), (payload_key(A), None)])
        state = fixity_state(index.connection)
        assert (state.checked, state.damaged) == (1, ())
        assert state.oldest_check == "2026-11-26T00:00:00.000Z"
