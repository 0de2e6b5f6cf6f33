"""Which files are asked for, and when again."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive.entries import PayloadEntry
from harvester.index import FilePolicy, Index
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


class Archive:
    """An index that grows."""

    def __init__(self, path: Path) -> None:
        self.index = Index.open(path, READERS)
        self._log = Log()

    def apply(self, *entries: object) -> None:
        self.index.apply(self._log.segment(entries))  # type: ignore[arg-type]
        self.index.refresh()

    def tried(self, entry: PayloadEntry, now: datetime = NOW) -> None:
        self.index.note_attempts([(entry, "etag", "yesterday")], 7, now)

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
    archive.apply(document("young"), document("old", published_on="2026-01-01"))
    for id_ in ("young", "old"):
        archive.tried(file(id_))
    archive.apply(file("young"), file("old"))
    assert archive.wanted(NOW + timedelta(hours=23)) == []
    assert archive.wanted(NOW + timedelta(hours=25)) == [("young", "recheck")]
    [wanted] = archive.index.wanted_files(SOURCE, POLICY, NOW + timedelta(hours=25))
    assert (wanted.etag, wanted.last_modified) == ("etag", "yesterday")
    assert wanted.sha256 == digest("bytes")


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
    assert archive.index.is_news(entry, reason, held) is is_news  # type: ignore[arg-type]


def test_a_failure_is_news_once(archive: Archive) -> None:
    archive.tried(failure("a"))
    assert not archive.index.is_news(failure("a"), "retry", None)
    assert archive.index.is_news(failure("a", "500"), "retry", None)


def test_a_source_may_choose_which_of_a_record_s_files(archive: Archive) -> None:
    given = ("application/pdf", 9)
    offered = [
        domain.OfferedFile("a", name, f"https://x/{name}", *given)
        for name in ("pdf", "pdf-2", "odt")
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
