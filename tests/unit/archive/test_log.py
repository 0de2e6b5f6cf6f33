"""Appending to a log and reading it, alone and against others."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive import keys
from archive.archive import Archive
from archive.entries import Head
from archive.errors import (
    ChainBroken,
    EntryInvalid,
    KeyInvalid,
    LogConflict,
    SegmentDamaged,
    StoreFull,
)
from archive.log import Log
from archive.stores.local import LocalStore
from tests.unit.archive.makers import TIME, append, digest, record, small_archive


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return small_archive(tmp_path / "archive")


@pytest.fixture
def root(archive: Archive, tmp_path: Path) -> Path:
    return tmp_path / "archive"


def _path(root: Path, sequence: int) -> Path:
    return root / keys.segment_key("tweedekamer", sequence)


def test_a_new_log_is_empty(tmp_path: Path) -> None:
    log = Archive.create(tmp_path, TIME).log("tweedekamer")
    assert log.head() is None
    assert list(log.read()) == []
    assert list(log.keys()) == []


def test_segments_read_back_in_order_with_their_checkpoints(archive: Archive) -> None:
    segments = list(archive.log("tweedekamer").read())
    assert [segment.sequence for segment in segments] == [1, 2, 3, 4]
    assert [segment.checkpoint for segment in segments] == [{"Document": n} for n in range(1, 5)]
    assert archive.log("tweedekamer").head() == segments[-1].head
    for before, segment in pairwise(segments):
        assert segment.header.previous == before.sha256
    assert segments[0].header.previous is None


def test_an_appended_segment_is_what_reading_gives(archive: Archive) -> None:
    log = archive.log("tweedekamer")
    written = append(log, [record(1)], log.head(), 9)
    assert list(archive.log("tweedekamer").read())[-1] == written


def test_a_head_is_the_digest_of_the_stored_bytes(archive: Archive, root: Path) -> None:
    assert archive.log("tweedekamer").head() == Head(4, digest(_path(root, 4).read_bytes()))


def test_a_reader_goes_on_from_what_it_knows(archive: Archive) -> None:
    log = archive.log("tweedekamer")
    second = list(log.read())[1].head
    assert [segment.sequence for segment in log.read(second)] == [3, 4]
    assert log.head(after=second) == log.head()
    assert log.head(after=log.head()) == log.head()
    assert list(log.read(log.head())) == []


def test_a_lost_race_for_a_sequence_number_loses_nothing(archive: Archive, root: Path) -> None:
    mine, theirs = archive.log("tweedekamer"), archive.log("tweedekamer")
    head = mine.head()
    won = append(theirs, [record(100)], theirs.head(), 100)
    with pytest.raises(LogConflict) as caught:
        append(mine, [record(200)], head, 200)
    assert caught.value.sequence == 5
    assert list(archive.log("tweedekamer").read())[-1] == won
    assert list((root / ".tmp").iterdir()) == []
    assert append(mine, [record(200)], won.head, 200).sequence == 6


def test_a_writer_that_never_looked_cannot_begin_a_log_anew(archive: Archive) -> None:
    with pytest.raises(LogConflict):
        append(archive.log("tweedekamer"), [record(1)], None)


def test_a_writer_far_behind_is_told_so(archive: Archive) -> None:
    log = archive.log("tweedekamer")
    first = next(log.read()).head
    with pytest.raises(LogConflict):
        append(log, [record(1)], first)


def test_a_changed_head_is_not_appended_to(archive: Archive, root: Path) -> None:
    head = archive.log("tweedekamer").head()
    path = _path(root, 4)
    data = path.read_bytes()
    path.chmod(0o644)
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(ChainBroken, match="0000000004"):
        append(archive.log("tweedekamer"), [record(1)], head)
    assert not _path(root, 5).exists()


def test_a_missing_head_is_not_appended_to(archive: Archive, root: Path) -> None:
    head = archive.log("tweedekamer").head()
    _path(root, 4).unlink()
    for call in (
        lambda log: append(log, [record(1)], head),
        lambda log: log.head(after=head),
        lambda log: list(log.read(head)),
    ):
        with pytest.raises(ChainBroken, match="missing"):
            call(archive.log("tweedekamer"))


def test_a_log_with_a_gap_is_not_appended_to(archive: Archive, root: Path) -> None:
    second = list(archive.log("tweedekamer").read())[1].head
    _path(root, 3).unlink()
    with pytest.raises(ChainBroken, match="segment 3 is missing"):
        append(archive.log("tweedekamer"), [record(1)], second)
    assert not _path(root, 3).exists()


@pytest.mark.parametrize("sequence", [1, 2, 3])
def test_reading_over_a_gap_stops_at_it(archive: Archive, root: Path, sequence: int) -> None:
    _path(root, sequence).unlink()
    read = archive.log("tweedekamer").read()
    assert [next(read).sequence for _ in range(sequence - 1)] == list(range(1, sequence))
    with pytest.raises(ChainBroken, match=f"segment {sequence} is missing"):
        next(read)


def test_swapped_segments_are_not_read(archive: Archive, root: Path) -> None:
    second, third = _path(root, 2), _path(root, 3)
    second.rename(root / "aside")
    third.rename(second)
    (root / "aside").rename(third)
    with pytest.raises(ChainBroken, match="it says it is segment 3 of tweedekamer"):
        list(archive.log("tweedekamer").read())


def test_a_segment_of_another_archive_is_not_read(
    archive: Archive, root: Path, tmp_path: Path
) -> None:
    log = Archive.create(tmp_path / "other", TIME).log("tweedekamer")
    head = append(log, [record(77)], None).head
    append(log, [record(78)], head)
    _path(root, 2).unlink()
    _path(root, 2).write_bytes(_path(tmp_path / "other", 2).read_bytes())
    with pytest.raises(ChainBroken, match="not written after"):
        list(archive.log("tweedekamer").read())


def test_a_damaged_segment_is_named_by_its_key(archive: Archive, root: Path) -> None:
    path = _path(root, 2)
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(SegmentDamaged, match=r"log/tweedekamer/0000000002\.jsonl\.gz is damaged"):
        list(archive.log("tweedekamer").read())


def test_a_segment_that_cannot_be_written_leaves_the_log_as_it_was(archive: Archive) -> None:
    log = archive.log("tweedekamer")
    head = log.head()
    with pytest.raises(EntryInvalid):
        log.append([], {"x": 0.5}, after=head, harvest="h", written_at=TIME)  # type: ignore[dict-item]
    with pytest.raises(EntryInvalid):
        log.append([], {}, after=head, harvest="h", written_at="now")
    assert archive.log("tweedekamer").head() == head


def test_sources_are_listed_whatever_else_lies_there(archive: Archive, root: Path) -> None:
    for source in ("a", "a-b", "ab", "z"):
        append(archive.log(source), [], None)
    (root / "log/b").mkdir()
    (root / "log/b/readme.txt").write_text("x")
    (root / "log/stray").write_text("x")
    assert archive.sources() == ["a", "a-b", "ab", "tweedekamer", "z"]


def test_a_source_name_that_could_leave_the_log_is_refused(archive: Archive) -> None:
    with pytest.raises(KeyInvalid):
        archive.log("../payloads")


class _Crash(Exception):
    """Stands for a kill."""


class _CrashingStore(LocalStore):
    """Dies on request just before or just after an object becomes visible."""

    crash: str | None = None

    def put_new(self, key: str, content: bytes) -> None:
        if self.crash == "before":
            raise _Crash
        if self.crash == "full":
            raise StoreFull(key)
        super().put_new(key, content)
        if self.crash == "after":
            raise _Crash


steps = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from([None, "before", "after", "full"]), st.booleans()),
    max_size=12,
)


@settings(max_examples=40)
@given(steps)
def test_any_mix_of_appends_races_and_crashes_reads_back_in_order(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[int, str | None, bool]]
) -> None:
    root = tmp_path_factory.mktemp("archive")
    stores = [_CrashingStore(root) for _ in range(3)]
    logs = [Log(store, "s") for store in stores]
    heads: list[Head | None] = [None] * 3
    committed: list[int] = []
    for number, (writer, crash, catches_up) in enumerate(steps):
        if catches_up:
            heads[writer] = logs[writer].head(after=heads[writer])
        stores[writer].crash = crash
        is_behind = (heads[writer].sequence if heads[writer] else 0) < len(committed)  # type: ignore[union-attr]
        try:
            heads[writer] = append(logs[writer], [record(number)], heads[writer], number).head
            committed.append(number)
        except LogConflict:
            assert is_behind
        except StoreFull:
            assert crash == "full"
        except _Crash:
            if crash == "after":
                committed.append(number)
            logs[writer], heads[writer] = Log(stores[writer], "s"), None
    segments = list(Log(LocalStore(root), "s").read())
    assert [segment.checkpoint["Document"] for segment in segments] == committed
    assert [segment.sequence for segment in segments] == list(range(1, len(committed) + 1))
