"""Times as people write them; an index as of a time gives nobody what was taken down later."""

from pathlib import Path

import pytest

from archive.archive import Archive
from archive.entries import Entry, Head, TakedownEntry
from harvester.errors import ConfigurationError
from harvester.index import Index, compare, rebuild
from harvester.progress import Silent
from harvester.times import read_moment
from tests.unit.archive.makers import digest
from tests.unit.index.makers import DOCUMENT, HARVEST, READERS, SOURCE, document, file, select

GROUPS: list[list[Entry]] = [
    [document("a"), file("a")],
    [document("b"), file("b", "other bytes")],
    [TakedownEntry("2026-11-03T00:00:00.000Z", "why", "who", (digest("bytes"),), "Thing/a")],
    [document("c")],
]


def at(number: int) -> str:
    return f"2026-11-{number:02}T12:00:00.000Z"


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    made = Archive.create(tmp_path / "archive", at(1))
    log = made.log(SOURCE)
    head: Head | None = None
    for number, group in enumerate(GROUPS, 1):
        head = log.append(
            group, {"Thing": number}, after=head, harvest=HARVEST, written_at=at(number)
        ).head
    return made


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-23", "2026-11-23T23:59:59.999Z"),
        ("2026-11-23T20:15", "2026-11-23T20:15:00.000Z"),
        ("2026-11-23T20:15:09.120456Z", "2026-11-23T20:15:09.120Z"),
        ("2026-11-23T21:15:09+01:00", "2026-11-23T20:15:09.000Z"),
    ],
)
def test_a_day_means_its_end_and_a_time_itself(text: str, moment: str) -> None:
    assert read_moment(text) == moment


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01", "2026-11-23T99:00"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError, match="no time"):
        read_moment(text)


def test_what_was_taken_down_later_is_marked_as_of_before(tmp_path: Path, archive: Archive) -> None:
    path = tmp_path / "then.sqlite"
    rebuild(archive, path, READERS, progress=Silent(), as_of=at(2))
    index = Index.open(path, READERS)
    assert select(index, f"SELECT {DOCUMENT}, is_taken_down FROM paper ORDER BY 1") == [
        ("a", 1), ("b", 0)
    ]  # fmt: skip
    assert [sha256 for sha256, _ in index.wanted_texts()] == [digest("other bytes")]
    assert index.applied(SOURCE) == next(
        s.head for s in archive.log(SOURCE).read() if s.sequence == 2
    )
    index.close()


@pytest.mark.parametrize("number", [0, 1, 2, 3])
def test_an_index_as_of_a_time_can_catch_up(tmp_path: Path, archive: Archive, number: int) -> None:
    then, now = tmp_path / "then.sqlite", tmp_path / "now.sqlite"
    rebuild(archive, now, READERS, progress=Silent())
    rebuild(archive, then, READERS, progress=Silent(), as_of=at(number) if number else "2026")
    index = Index.open(then, READERS)
    assert index.catch_up(archive.log(SOURCE)) == len(GROUPS) - number
    index.close()
    assert list(compare(then, now)) == []
