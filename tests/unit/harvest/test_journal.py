"""The journal writes what is new, when there is enough of it, always with its position."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.archive import Archive
from archive.entries import Entry, PayloadEntry, RecordEntry
from archive.errors import LogConflict
from archive.payloads import Staged
from harvester.harvest import journal as journal_module
from harvester.harvest.journal import HarvestName, Journal, JournalRules
from harvester.index import Index, Wanted
from harvester.source.files import Reason
from harvester.source.steps import Fetched, Step
from tests.unit.index.makers import (
    HARVEST,
    READERS,
    SOURCE,
    TIME,
    document,
    failure,
    file,
    record,
    withdrawn,
)

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def name_of(entry: Entry) -> str:
    """A record's or file's name; of holds and decisions what they are."""
    if isinstance(entry, RecordEntry):
        return entry.id
    return str(getattr(entry, "record", type(entry).__name__))


class Desk:
    """An archive, its index, and journals that continue it."""

    def __init__(self, folder: Path) -> None:
        self.archive = Archive.create(folder / "archive", TIME)
        self.index = Index.open(folder / "index.sqlite", READERS)

    def journal(self) -> Journal:
        return Journal(
            self.archive,
            self.index,
            HarvestName(SOURCE, HARVEST),
            JournalRules(7),
            clock=lambda: NOW,
        )

    def segments(self) -> list[tuple[list[str], object]]:
        """Of each segment, ids of records or files, and the checkpoint."""
        return [
            (
                [name_of(entry) for entry in segment.entries],
                segment.checkpoint,
            )
            for segment in self.archive.log(SOURCE).read(None)
        ]

    def stage(self, content: bytes) -> Staged:
        writer = self.archive.payloads.writer()
        writer.write(content)
        return writer.close()


def fetched(
    entry: PayloadEntry,
    staged: Staged | None = None,
    reason: Reason = "new",
    held: str | None = None,
) -> Fetched:
    wanted = Wanted(
        entry.record, entry.name, entry.url, None, None, None, None, held, None, None, reason
    )
    return Fetched(wanted, entry, staged)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.index.close()


def test_news_goes_into_one_segment_with_its_position(desk: Desk) -> None:
    journal = desk.journal()
    journal.take_step(Step("Thing", (document("a"), document("b")), 5))
    journal.take_step(Step("Other", (document("c"),), 7))
    assert desk.segments() == []
    journal.commit()
    assert desk.segments() == [(["Thing/a", "Thing/b", "Thing/c"], {"Thing": 5, "Other": 7})]
    assert desk.index.checkpoint(SOURCE) == {"Thing": 5, "Other": 7}
    assert (journal.seen, journal.segments) == ({"Thing": 2, "Other": 1}, 1)


def test_what_is_known_is_not_written_and_the_walk_goes_on(desk: Desk) -> None:
    journal = desk.journal()
    journal.take_step(Step("Thing", (document("a"),), 5))
    journal.commit()
    journal.take_step(Step("Thing", (document("a"),), 9))
    journal.commit()
    assert len(desk.segments()) == 1
    assert desk.journal().position == {"Thing": 9}


def test_within_a_segment_only_what_differs_counts(desk: Desk) -> None:
    changed = document("a", subject="anders")
    journal = desk.journal()
    journal.take_step(Step("Thing", (document("a"),), 1))
    journal.take_step(Step("Thing", (document("a"), changed, changed, withdrawn("a")), 2))
    journal.commit()
    [(ids, _)] = desk.segments()
    assert ids == ["Thing/a"] * 3
    assert journal.applied == {"new": 1, "changed": 1, "withdrawn": 1}


def test_what_a_page_takes_back_is_taken_back(desk: Desk) -> None:
    journal = desk.journal()
    journal.take_step(Step("Thing", (document("a"),), 1))
    journal.take_step(Step("Thing", (withdrawn("a"), document("a")), 2))
    journal.commit()
    assert journal.applied == {"new": 1, "withdrawn": 1, "restored": 1}
    assert desk.index.known(SOURCE, ["Thing/a"])["Thing/a"][0] == "present"


def test_a_page_without_a_position_leaves_it(desk: Desk) -> None:
    journal = desk.journal()
    journal.take_step(Step("Thing", (document("a"),), 5))
    journal.take_step(Step("Thing", (), None))
    journal.commit()
    assert desk.index.checkpoint(SOURCE) == {"Thing": 5}


def test_enough_news_is_written_at_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_module, "MOST_ENTRIES", 3)
    journal = desk.journal()
    for n in range(7):
        journal.take_step(Step("Thing", (document(f"n{n}"),), n))
    assert [len(ids) for ids, _ in desk.segments()] == [3, 3]


def test_a_file_is_in_the_archive_before_the_segment_that_names_it(desk: Desk) -> None:
    journal = desk.journal()
    journal.take_step(Step("Thing", (document("a"),), 1))
    staged = desk.stage(b"bytes")
    journal.take_file(fetched(file("a"), staged))
    journal.commit()
    with desk.archive.payloads.open(staged.sha256) as stored:
        assert stored.read() == b"bytes"
    assert desk.segments()[0][0] == ["Thing/a", "Thing/a"]
    assert not staged.path.exists()


def test_the_same_file_again_is_dropped(desk: Desk) -> None:
    journal = desk.journal()
    journal.take_step(Step("Thing", (document("a"),), 1))
    journal.take_file(fetched(file("a"), desk.stage(b"bytes")))
    journal.commit()
    again = desk.stage(b"bytes")
    journal.take_file(fetched(file("a"), again, "recheck", again.sha256))
    journal.commit()
    assert len(desk.segments()) == 1
    assert not again.path.exists()


def test_a_failure_is_written_once(desk: Desk) -> None:
    journal = desk.journal()
    for _ in range(3):
        journal.take_file(fetched(failure("a")))
        journal.commit()
    assert [ids for ids, _ in desk.segments()] == [["Thing/a"]]


def test_freshness_is_that_of_the_newest_page(desk: Desk) -> None:
    journal = desk.journal()
    for at in ("2026-11-20T10:00:00.000Z", "2026-11-24T10:00:00.000Z", "2026-11-21T10:00:00.000Z"):
        journal.take_step(Step("Thing", (record("a", at=at),), 1))
    assert journal.freshest == datetime(2026, 11, 24, 10, tzinfo=UTC)


def test_another_writer_s_segment_is_not_overwritten(desk: Desk) -> None:
    journal, other = desk.journal(), desk.journal()
    other.take_step(Step("Thing", (document("b"),), 9))
    other.commit()
    journal.take_step(Step("Thing", (document("a"),), 1))
    with pytest.raises(LogConflict):
        journal.commit()
    assert [ids for ids, _ in desk.segments()] == [["Thing/b"]]
