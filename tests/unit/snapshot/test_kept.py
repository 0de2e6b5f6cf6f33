"""Indexes of earlier times that are kept: one for each state, never with what was taken down."""

import os
from pathlib import Path

import pytest

from archive.entries import DecisionEntry, HoldEntry, TakedownEntry
from archive.errors import SegmentDamaged
from harvester.errors import HarvestRunning
from harvester.index import Index, rebuild
from harvester.lock import making_lock
from harvester.progress import Silent
from harvester.snapshot.kept import NoRoom
from tests.unit.archive.makers import digest
from tests.unit.index.makers import READERS, SOURCE, document
from tests.unit.snapshot.makers import Old, at


@pytest.fixture
def old(tmp_path: Path) -> Old:
    return Old(tmp_path)


@pytest.mark.parametrize("day", [1, 2, 3])
def test_what_an_index_says_was_the_log_is_what_a_rebuild_reads(
    tmp_path: Path, old: Old, day: int
) -> None:
    then, _ = old.ask(at(day))
    path = tmp_path / "then.sqlite"
    rebuild(old.archive, path, READERS, progress=Silent(), as_of=at(day))
    index = Index.open(path, READERS)
    assert then.heads == {SOURCE: index.applied(SOURCE)}
    index.close()
    assert (then.entries, then.entries_later) == ([2, 4, 5][day - 1], [3, 1, 0][day - 1])
    assert then.is_now == (day == 3)


def test_before_the_first_segment_nothing_was_known(old: Old) -> None:
    assert old.ask("2020-10-31T00:00:00.000Z")[0].heads == {}


def test_days_between_which_nothing_was_written_share_an_index(old: Old) -> None:
    assert old.find(at(2)) is None
    path = old.make(at(2))
    assert old.papers(path) == ["N-a", "N-b"]
    assert old.find("2020-11-02T18:00:00.000Z") == path
    assert old.find(at(1)) is None
    assert old.make("2020-11-02T18:00:00.000Z") == path, "it is not made twice"
    assert sorted(p.name for p in path.parent.glob("*.sqlite*")) == [path.name]
    assert old.papers(path, "SELECT text FROM paper_fts WHERE text <> '' ORDER BY 1") == [
        "words of bytes", "words of other bytes"
    ]  # fmt: skip


def test_the_one_that_was_not_used_for_longest_goes(old: Old) -> None:
    old.add(document("d"))
    paths = {day: old.make(at(day)) for day in (1, 2)}
    for path in paths.values():
        os.utime(path, (1, 1))
    assert old.find(at(1))
    third = old.make(at(3))
    assert (old.find(at(1)), old.find(at(2)), old.find(at(3))) == (paths[1], None, third)


def test_what_was_taken_down_since_is_in_none(old: Old) -> None:
    path = old.make(at(2))
    old.add(TakedownEntry(at(4), "why", "who", (digest("bytes"),), "Thing/a"))
    assert old.find(at(2)) is None
    assert not path.exists(), "it tells what was taken down"
    again = old.make(at(2))
    taken = "SELECT id FROM paper WHERE is_taken_down"
    assert old.papers(again, taken) == ["N-a"]
    assert old.papers(again, "SELECT rowid FROM paper_fts WHERE paper_fts MATCH 'words'") == [2]
    old.kept.clear()
    assert list(again.parent.glob("*.sqlite")) == []


def test_what_was_held_then_did_not_count_then(old: Old) -> None:
    old.add(HoldEntry(at(4), ("half of it",)), document("d"), document("a", subject="Anders"))
    old.add(DecisionEntry(at(5), "released", "it is true", "who"))
    held, released = old.make(at(4)), old.make(at(5))
    subject = "SELECT subject FROM paper WHERE id = 'N-a'"
    assert (len(old.papers(held)), old.papers(held, subject)) == (3, ["Over a"])
    assert (len(old.papers(released)), old.papers(released, subject)) == (4, ["Anders"])
    old.add(HoldEntry(at(6), ("half of it",)), document("a", subject="Onzin"))
    old.add(DecisionEntry(at(7), "discarded", "it is not", "who"))
    old.add(document("e"))
    for day in (6, 7):
        assert old.papers(old.make(at(day)), subject) == ["Anders"]


def test_of_two_who_make_one_one_does_nothing(old: Old) -> None:
    with making_lock(old.kept.folder), pytest.raises(HarvestRunning):
        old.make(at(1))
    assert old.kept.making() is None
    assert old.make(at(1)).exists()


def test_what_a_killed_maker_left_is_removed(old: Old) -> None:
    old.kept.folder.mkdir()
    left = [old.kept.folder / f"x.half{end}" for end in ("", ".new", ".new-wal")]
    for path in left:
        path.write_bytes(b"half of an index")
    old.make(at(1))
    assert not any(path.exists() for path in left)


def test_what_cannot_be_made_is_not_tried_again_at_once(old: Old) -> None:
    segment = next((old.kept.index.parent / "archive").rglob("*.jsonl.gz"))
    segment.chmod(0o644)
    segment.write_bytes(b"damaged")
    with pytest.raises(SegmentDamaged):
        old.make(at(2))
    then, _ = old.ask(at(2))
    assert not old.kept.has_failed(then.key)
    old.kept.note_failure(then.key)
    assert old.kept.has_failed(then.key)
    os.utime(old.kept.folder / f"{then.key}.failed", (1, 1))
    assert not old.kept.has_failed(then.key)


def test_nothing_is_made_where_there_is_no_room(old: Old, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harvester.snapshot.kept.ROOM", 1e12)
    with pytest.raises(NoRoom, match="make room"):
        old.make(at(1))
    assert old.find(at(1)) is None


def test_how_long_it_takes_is_learned_from_the_last_time(old: Old) -> None:
    then, _ = old.ask(at(2))
    usual = old.kept.estimate_s(then)
    old.make(at(1))
    (old.kept.folder / "speed.json").write_text('{"entries_per_s": 1}')
    assert old.kept.estimate_s(then) == usual - then.effort / 3_000 + then.effort
    (old.kept.folder / "speed.json").write_text("no json")
    assert old.kept.estimate_s(then) == usual
