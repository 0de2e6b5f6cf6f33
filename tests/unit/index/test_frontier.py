"""Which files are asked for, and when again."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive.entries import PayloadEntry, RecordEntry
from harvester.index import Attempt, FilePolicy, Index
from harvester.source import domain
from tests.unit.archive.makers import digest
from tests.unit.index.makers import (
    READERS,
    SOURCE,
    Log,
    document,
    failure,
    file,
    withdrawn,
)

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
POLICY = FilePolicy(kinds=frozenset({"letter", "motion"}), recheck_days=14, recheck_every_h=24)


LONG_AGO = "2026-01-01T10:00:00.000Z"


def old(id_: str, *rows: domain.Row) -> RecordEntry:
    """A paper that was published long ago, and not changed since."""
    return replace(document(id_, *rows, published_on="2026-01-01"), updated=LONG_AGO)


class Archive:
    """An index that grows."""

    def __init__(self, path: Path) -> None:
        self.index = Index.open(path, READERS)
        self._log = Log()

    def apply(self, *entries: object) -> None:
        self.index.apply(self._log.segment(entries))  # type: ignore[arg-type]
        self.index.refresh()

    def tried(self, entry: PayloadEntry, now: datetime = NOW, *, is_misfit: bool = False) -> None:
        attempt = Attempt(entry, "etag", "yesterday", is_misfit)
        self.index.note_attempts(SOURCE, [attempt], 7, now)

    def wanted(self, now: datetime = NOW, policy: FilePolicy = POLICY) -> list[tuple[str, str]]:
        found = list(self.index.wanted_files(SOURCE, policy, now))
        assert self.index.count_wanted_files(SOURCE, policy, now) == len(found)
        return [(wanted.record.partition("/")[2], wanted.reason) for wanted in found]


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    made = Archive(tmp_path / "index.sqlite")
    yield made
    made.index.close()


def test_new_files_are_wanted_the_newest_papers_first(archive: Archive) -> None:
    archive.apply(
        document("old", published_on="2020-01-01"), document("new", published_on="2026-11-01")
    )
    assert archive.wanted() == [("new", "new"), ("old", "new")]


def test_only_chosen_kinds_of_papers_that_are_there(archive: Archive) -> None:
    archive.apply(document("a"), document("m", kind="motion"), document("r", kind=None))
    archive.apply(withdrawn("a"))
    assert archive.wanted() == [("m", "new")]
    letters = FilePolicy(frozenset({"letter"}), 14, 24)
    assert archive.wanted(policy=letters) == []


def test_a_file_that_is_there_is_asked_for_again_while_its_paper_is_young(
    archive: Archive,
) -> None:
    archive.apply(document("young"), old("old"))
    for id_ in ("young", "old"):
        archive.tried(file(id_))
    archive.apply(file("young"), file("old"))
    assert archive.wanted(NOW + timedelta(hours=23)) == []
    assert archive.wanted(NOW + timedelta(hours=25)) == [("young", "recheck")]
    [wanted] = archive.index.wanted_files(SOURCE, POLICY, NOW + timedelta(hours=25))
    assert (wanted.etag, wanted.last_modified) == ("etag", "yesterday")
    assert wanted.sha256 == digest("bytes")


def test_a_file_is_asked_for_again_while_its_record_is_newly_changed(archive: Archive) -> None:
    """Metadata runs hours ahead of bytes, whatever day the paper is of."""
    archive.apply(old("touched"), old("quiet"))
    touched = replace(
        document("touched", published_on="2026-01-01", subject="anders"), updated=LONG_AGO
    )
    archive.apply(touched)
    for id_ in ("touched", "quiet"):
        archive.apply(file(id_))
        archive.tried(file(id_))
    assert archive.wanted(NOW + timedelta(hours=25)) == [("touched", "recheck")]
    assert archive.wanted(NOW + timedelta(days=20)) == []


@pytest.mark.parametrize(
    ("offered", "came"),
    [
        (domain.OfferedFile("file", "u", "application/pdf", 9), file("a")),
        (
            domain.OfferedFile("file", "u", "application/pdf", 5),
            replace(file("a"), media_type="application/msword"),
        ),
    ],
)
def test_what_does_not_fit_is_asked_for_later_and_later_until_it_does(
    archive: Archive, offered: domain.OfferedFile, came: PayloadEntry
) -> None:
    archive.apply(old("a", offered), came)
    now, waits = NOW, []
    for _ in range(12):
        archive.tried(came, now, is_misfit=True)
        hours = next(h for h in range(1, 2000) if archive.wanted(now + timedelta(hours=h)))
        waits.append(hours)
        now += timedelta(hours=hours)
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 720, 720]
    assert archive.wanted(now) == [("a", "misfit")]
    assert not archive.index.is_news(SOURCE, came, "misfit", came.sha256)
    assert archive.index.is_news(SOURCE, file("a", "anders"), "misfit", came.sha256)
    archive.apply(old("a", offered._replace(size_bytes=5)), file("a", "whole"))
    archive.tried(file("a", "whole"), now)
    assert archive.wanted(now) == []


def test_what_cannot_be_read_is_asked_for_again(archive: Archive) -> None:
    archive.apply(old("a"), file("a"))
    archive.tried(file("a"))
    assert archive.wanted() == []
    connection = archive.index.connection
    connection.execute(
        "INSERT INTO text VALUES (?, 'failed', 'cut short', NULL, 0)", (digest("bytes"),)
    )
    assert archive.wanted() == [("a", "misfit")]


def test_every_file_is_asked_for_once_in_a_rotation_as_many_each_day(archive: Archive) -> None:
    names = [f"p{n}" for n in range(120)]
    archive.apply(*map(old, names))
    archive.apply(*map(file, names))
    for name in names:
        archive.tried(file(name))
    policy = replace(POLICY, rotation_days=30)
    counts = []
    asked: list[str] = []
    for day in range(1, 31):
        now = NOW + timedelta(days=day)
        today = archive.wanted(now, policy)
        counts.append(len(today))
        for name, reason in today:
            assert reason == "recheck"
            archive.tried(file(name), now)
            asked.append(name)
    assert sorted(asked) == sorted(names)
    assert max(counts) <= 6
    assert archive.wanted(NOW + timedelta(days=30), policy) == []


def test_it_is_told_how_many_files_wait_since_when_and_until_when(archive: Archive) -> None:
    archive.apply(document("a"), document("b"), document("c"))
    assert archive.index.waiting_files(SOURCE) is None
    archive.tried(failure("a"))
    archive.tried(failure("a"), NOW + timedelta(hours=1))
    archive.tried(failure("b"), NOW + timedelta(hours=2))
    archive.tried(file("c"), NOW)
    assert archive.index.waiting_files(SOURCE) == (
        2, "2026-11-24T12:00:00.000Z", "2026-11-24T15:00:00.000Z", "2026-11-24T15:00:00.000Z",
    )  # fmt: skip
    archive.tried(file("a"), NOW)
    archive.apply(withdrawn("b"))
    assert archive.index.waiting_files(SOURCE) is None


def test_a_change_of_the_record_asks_for_its_file_again(archive: Archive) -> None:
    archive.apply(document("a"), file("a"))
    archive.tried(file("a"))
    archive.apply(document("a", subject="anders"))
    assert archive.wanted() == [("a", "changed")]


def test_a_file_that_fails_is_tried_again_later_and_later(archive: Archive) -> None:
    archive.apply(document("a"))
    now, waits = NOW, []
    for _ in range(8):
        archive.tried(failure("a"), now)
        hours = next(h for h in range(1, 200) if archive.wanted(now + timedelta(hours=h)))
        waits.append(hours)
        now += timedelta(hours=hours)
    assert waits == [1, 2, 4, 8, 16, 24, 24, 24]
    assert archive.wanted(now) == [("a", "retry")]
    archive.tried(file("a"), now)
    archive.apply(file("a"))
    assert archive.wanted(now) == []


@pytest.mark.parametrize(
    ("entry", "reason", "held", "is_news"),
    [
        (file("a"), "new", None, True),
        (file("a"), "changed", digest("bytes"), True),
        (file("a"), "recheck", digest("bytes"), False),
        (file("a", "others"), "recheck", digest("bytes"), True),
        (failure("a"), "new", None, True),
    ],
)
def test_only_news_goes_into_the_log(
    archive: Archive, entry: PayloadEntry, reason: str, held: str | None, is_news: bool
) -> None:
    assert archive.index.is_news(SOURCE, entry, reason, held) is is_news  # type: ignore[arg-type]


def test_a_failure_is_news_once(archive: Archive) -> None:
    archive.tried(failure("a"))
    assert not archive.index.is_news(SOURCE, failure("a"), "retry", None)
    assert archive.index.is_news(SOURCE, failure("a", "500"), "retry", None)


def test_a_source_may_choose_which_of_a_record_s_files(archive: Archive) -> None:
    given = ("application/pdf", 9)
    offered = [
        domain.OfferedFile(name, f"https://x/{name}", *given) for name in ("pdf", "pdf-2", "odt")
    ]
    archive.apply(document("a", *offered))
    policy = FilePolicy(frozenset({"letter"}), 14, 24, names=frozenset({"pdf"}))
    wanted = archive.index.wanted_files(SOURCE, policy, NOW)
    assert sorted(w.name for w in wanted) == ["pdf", "pdf-2"]


def test_what_was_provisional_is_not_asked_for_once_it_is_final(archive: Archive) -> None:
    archive.apply(
        document("early", expected_id="kst-1-2", is_provisional=1),
        document("final", publication_id="kst-1-2"),
    )
    assert archive.wanted() == [("final", "new")]
