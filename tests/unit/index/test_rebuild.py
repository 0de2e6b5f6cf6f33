"""An index made again is the index that was, and `compare` sees any difference."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from archive.archive import Archive
from archive.entries import Entry, Head
from archive.errors import ArchiveError
from harvester.index import Index, TextRow, compare, rebuild
from harvester.progress import Silent
from tests.unit.archive.makers import digest
from tests.unit.index.makers import (
    HARVEST,
    READERS,
    SOURCE,
    TIME,
    document,
    file,
    select,
    withdrawn,
)
from tests.unit.index.test_refresh import MOTION, publication

GROUPS: list[Sequence[Entry]] = [
    MOTION,
    [document("a"), publication("v", "a", "kst-1-2"), file("a"), file("m", "motion")],
    [document("a", subject="anders"), withdrawn("m")],
    *([document(f"n{n}")] for n in range(40)),
]


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    made = Archive.create(tmp_path / "archive", TIME)
    log = made.log(SOURCE)
    head: Head | None = None
    for number, group in enumerate(GROUPS):
        segment = log.append(group, {"Thing": number}, after=head, harvest=HARVEST, written_at=TIME)
        head = segment.head
    return made


@pytest.fixture
def grown(tmp_path: Path, archive: Archive) -> Path:
    """An index that followed the log segment by segment."""
    path = tmp_path / "grown.sqlite"
    index = Index.open(path, READERS)
    for segment in archive.log(SOURCE).read(None):
        index.apply(segment)
        index.refresh()
    index.put_texts([TextRow(digest("bytes"), "ok", None, 1, "De tekst over stikstof")])
    index.close()
    return path


@pytest.mark.parametrize("workers", [1, 2])
def test_a_rebuilt_index_is_the_same(
    tmp_path: Path, archive: Archive, grown: Path, workers: int
) -> None:
    path = tmp_path / "rebuilt.sqlite"
    rebuild(archive, path, READERS, workers=workers, progress=Silent())
    index = Index.open(path, READERS)
    assert digest("bytes") in dict(index.wanted_texts())
    index.put_texts([TextRow(digest("bytes"), "ok", None, 1, "De tekst over stikstof")])
    index.close()
    assert [str(difference) for difference in compare(grown, path)] == []


def test_catching_up_gives_the_same(tmp_path: Path, archive: Archive, grown: Path) -> None:
    index = Index.open(tmp_path / "late.sqlite", READERS)
    segments = archive.log(SOURCE).read(None)
    for _ in range(2):
        index.apply(next(segments))
    assert index.catch_up(archive.log(SOURCE)) == len(GROUPS) - 2
    assert index.catch_up(archive.log(SOURCE)) == 0
    index.put_texts([TextRow(digest("bytes"), "ok", None, 1, "De tekst over stikstof")])
    index.close()
    assert list(compare(grown, tmp_path / "late.sqlite")) == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE paper SET outcome = 'rejected' WHERE kind = 'motion'",
        "DELETE FROM paper_version WHERE version = 2",
        "INSERT INTO paper_alias VALUES ('x', 'kst-1-2')",
        "UPDATE paper_fts SET text = 'anders'",
        "UPDATE record SET observed_at = 'never'",
    ],
)
def test_any_difference_is_seen(tmp_path: Path, archive: Archive, grown: Path, change: str) -> None:
    index = Index.open(grown, READERS)
    index.connection.execute(change)
    index.close()
    other = tmp_path / "other.sqlite"
    rebuild(archive, other, READERS, progress=Silent())
    index = Index.open(other, READERS)
    index.put_texts([TextRow(digest("bytes"), "ok", None, 1, "De tekst over stikstof")])
    index.close()
    assert list(compare(grown, other))


def test_a_damaged_log_leaves_the_old_index_in_place(
    tmp_path: Path, archive: Archive, grown: Path
) -> None:
    segment = tmp_path / "archive" / "log" / SOURCE / "0000000005.jsonl.gz"
    segment.unlink()
    before = grown.read_bytes()
    with pytest.raises(ArchiveError, match="5"):
        rebuild(archive, grown, READERS, progress=Silent())
    assert grown.read_bytes() == before


def test_what_a_killed_rebuild_left_is_no_hindrance(
    tmp_path: Path, archive: Archive, grown: Path
) -> None:
    path = tmp_path / "rebuilt.sqlite"
    for suffix in ("", "-wal", "-shm"):
        path.with_name(f"{path.name}.new{suffix}").write_bytes(b"half an index")
    rebuild(archive, path, READERS, progress=Silent())
    index = Index.open(path, READERS)
    assert select(index, "SELECT count(*) FROM paper") == [(42,)]
    index.close()
    assert [p.name for p in tmp_path.iterdir() if ".new" in p.name] == []
