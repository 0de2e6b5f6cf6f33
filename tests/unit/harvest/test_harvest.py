"""Whatever fails while a page is taken, no checkpoint moves over what is not in the log."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from archive.entries import Aside, Enclosure, RecordEntry
from archive.errors import EntryInvalid
from harvester.errors import HarvestBroken
from harvester.harvest import phases
from harvester.harvest.journal import Journal
from harvester.index import Index, rebuild
from harvester.progress import Silent
from harvester.source.steps import Step, put_aside
from tests.unit.archive.makers import digest
from tests.unit.harvest.scripted import ScriptedSpider, Testland
from tests.unit.index.makers import READERS, SOURCE, TIME, document, file, record

ERRORS: list[Exception] = [
    ValueError("no such day"),
    KeyError("x"),
    RecursionError(),
    MemoryError(),
    AssertionError(),
    sqlite3.OperationalError("disk I/O error"),
    sqlite3.InterfaceError("unsupported"),
    OverflowError("too large"),
    UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed"),
    StopIteration(),
]
PAGES = [
    Step("Thing", (document("a1"), document("a2")), 1),
    Step("Other", (document("b1"),), 1),
    Step("Thing", (document("a3"),), 2),
    Step("Other", (document("b2"),), 2),
    Step("Thing", (document("a4"),), 3),
]
EVERYTHING = {f"Thing/{name}" for name in ("a1", "a2", "a3", "a4", "b1", "b2")}


@pytest.fixture
def testland(tmp_path: Path) -> Iterator[Testland]:
    made = Testland(tmp_path)
    yield made
    made.index.close()


def failing(monkeypatch: pytest.MonkeyPatch, where: type, name: str, error: Exception) -> None:
    """Let a method fail, once, on what concerns record a3."""
    whole = getattr(where, name)

    def failing_once(self: Any, *args: Any, **kwargs: Any) -> Any:
        if "Thing/a3" in repr(args or self._entries):
            monkeypatch.setattr(where, name, whole)
            raise error
        return whole(self, *args, **kwargs)

    monkeypatch.setattr(where, name, failing_once)


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize(
    "where", [(Journal, "take_step"), (Index, "known"), (Journal, "_newest")], ids=lambda w: w[1]
)
def test_a_page_that_cannot_be_taken_ends_its_category_alone(
    testland: Testland,
    monkeypatch: pytest.MonkeyPatch,
    where: tuple[type, str],
    error: Exception,
) -> None:
    failing(monkeypatch, *where, error)
    report = testland.harvest(*PAGES)
    ids, checkpoint = testland.logged()
    assert report.outcome == "incomplete"
    [failure] = report.failures
    assert failure.category == "Thing"
    assert type(error).__name__ in failure.reason
    assert checkpoint == {"Thing": 1, "Other": 2} == report.checkpoint
    assert ids == {"Thing/a1", "Thing/a2", "Thing/b1", "Thing/b2"}
    assert testland.harvest(*PAGES).outcome == "complete"
    assert testland.held() == EVERYTHING


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize(
    "where", [(Index, "apply"), (Journal, "_write"), (Journal, "_commit")], ids=lambda w: w[1]
)
def test_a_commit_that_fails_ends_the_harvest_and_loses_nothing(
    testland: Testland,
    monkeypatch: pytest.MonkeyPatch,
    where: tuple[type, str],
    error: Exception,
) -> None:
    failing(monkeypatch, *where, error)
    with pytest.raises(HarvestBroken, match=type(error).__name__):
        testland.harvest(*PAGES)
    report = testland.last_report()
    assert report["outcome"] == "failed"
    assert type(error).__name__ in report["error"]
    assert report["checkpoint"] == {}
    assert testland.harvest(*PAGES).outcome == "complete"
    assert testland.held() == EVERYTHING


@pytest.mark.parametrize(
    "updated",
    ["gisteren", "2026-02-30T10:00:00Z", "0000-01-01T00:00:00Z", "2026-01-01T00:00:60Z", "",
     "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "9" * 5000],
)  # fmt: skip
def test_a_time_that_is_none_loses_no_page(testland: Testland, updated: str) -> None:
    odd = replace(record("odd"), updated=updated)
    report = testland.harvest(Step("Thing", (document("a"), odd), 1), *PAGES[2:])
    assert testland.held() >= {"Thing/odd", "Thing/a", "Thing/a4"}
    assert (report.outcome, report.unknown) == ("complete", {"Thing.updated is no time": 1})
    assert report.freshest_updated == "2026-11-23T20:15:09.120Z"


@pytest.mark.parametrize("cursor", [2**53, 1.5, {"a": {1}}, "\ud800"], ids=ascii)
def test_a_position_that_the_log_cannot_hold_ends_its_category(
    testland: Testland, cursor: Any
) -> None:
    report = testland.harvest(
        Step("Other", (document("a"),), None), Step("Thing", (document("b"),), cursor)
    )
    [failure] = report.failures
    assert (failure.category, report.outcome) == ("Thing", "incomplete")
    assert EntryInvalid.__name__ in failure.reason
    assert testland.held() == {"Thing/a"}
    assert testland.index.applied(SOURCE) is not None


def bad(
    raw: bytes = b"<x>&#1;</x>", name: str | None = "Thing/b", url: str = "https://t/1"
) -> Aside:
    """Something that a source sent and that is no record."""
    return put_aside("Thing", name, "not well-formed", raw, url=url, at=TIME)


def logged_asides(testland: Testland) -> list[tuple[str, bool]]:
    """What the log says was put aside, in order: name, and whether it is over."""
    segments = testland.archive.log(SOURCE).read(None)
    return [(a.name, a.raw is None) for segment in segments for a in segment.asides]


def test_what_is_put_aside_is_in_the_log_and_told_until_the_record_comes(
    testland: Testland,
) -> None:
    page = Step("Thing", (document("a"),), 1, (bad(),))
    report = testland.harvest(page)
    assert (report.outcome, report.failures) == ("incomplete", [])
    [told] = report.to_json()["aside"]["examples"]
    assert told["name"] == "Thing/b"
    assert testland.harvest(page).outcome == "incomplete"  # nothing new, and it still waits
    [segment] = [s for s in testland.archive.log(SOURCE).read(None) if s.asides]
    assert segment.asides == (bad(),)
    assert segment.header.format == "griffie-log/1.1"
    mended = Step("Thing", (document("b"),), 2)
    assert testland.harvest(mended).outcome == "complete"
    assert testland.held() == {"Thing/a", "Thing/b"}
    assert logged_asides(testland) == [("Thing/b", False), ("Thing/b", True)]


def test_it_is_put_aside_again_only_when_it_changed(testland: Testland) -> None:
    for n, raw in enumerate(
        (b"<x>&#1;", b"<x>&#1;", b"<x>&#2;", b"\xff<x>&#2;", b"\xff<x>&#2;"), 1
    ):
        testland.harvest(Step("Thing", (), n, (bad(raw),)))
    segments = testland.archive.log(SOURCE).read(None)
    raws = [a.raw for segment in segments for a in segment.asides]
    assert raws == [b"<x>&#1;", b"<x>&#2;", b"\xff<x>&#2;"]


def test_what_is_not_sent_any_more_is_over(testland: Testland) -> None:
    nameless = bad(name=None)
    testland.harvest(Step("Thing", (), 1, (nameless, bad(url="https://t/2"))))
    again = Step("Thing", (document("a"),), None, asked_again="https://t/1")
    assert testland.harvest(again).outcome == "incomplete"
    assert [row.name for row in testland.index.asides(SOURCE)] == ["Thing/b"]
    again = Step("Thing", (), None, (bad(url="https://t/2"),), asked_again="https://t/2")
    assert testland.harvest(again).outcome == "incomplete"
    assert testland.harvest(replace(again, asides=())).outcome == "complete"


@pytest.mark.parametrize(
    "broken",
    [
        replace(record("x"), url="\ud800"),
        replace(record("x"), raw="<x>\udfff</x>"),
        replace(record("x"), updated="\ud800"),
        replace(record("x"), enclosures=(Enclosure("f", "u", None, 2**60),)),
    ],
    ids=range(4),
)
def test_a_record_that_the_log_cannot_hold_is_put_aside(
    testland: Testland, broken: RecordEntry
) -> None:
    report = testland.harvest(Step("Thing", (document("a"), broken, document("b")), 1))
    assert (report.outcome, report.failures) == ("incomplete", [])
    assert testland.held() == {"Thing/a", "Thing/b"}
    assert [row.name for row in testland.index.asides(SOURCE)] == ["Thing/x"]
    assert testland.harvest(Step("Thing", (record("x"),), 2)).outcome == "complete"


def test_an_index_made_anew_knows_what_is_put_aside(testland: Testland, tmp_path: Path) -> None:
    testland.harvest(Step("Thing", (document("a"),), 1, (bad(), bad(b"y", "Thing/y"))))
    testland.harvest(Step("Thing", (document("y"),), 2))
    rebuild(testland.archive, tmp_path / "new.sqlite", READERS, progress=Silent())
    again = Index.open(tmp_path / "new.sqlite", READERS)
    assert again.asides(SOURCE) == testland.index.asides(SOURCE)
    assert [row.name for row in again.asides(SOURCE)] == ["Thing/b"]
    again.close()


def test_what_an_earlier_version_knew_by_another_fingerprint_is_no_news(
    testland: Testland,
) -> None:
    known, now_known = document("a"), replace(document("a"), fingerprint="1" * 64)
    testland.harvest(Step("Thing", (known,), 1))
    same = Step("Thing", (now_known,), 2, formerly={"Thing/a": known.fingerprint})
    assert not any(testland.harvest(same).changes.values())
    later = replace(now_known, updated="2026-11-23T21:00:00.000Z")
    changed = testland.harvest(replace(same, observations=(later,), cursor=3))
    assert changed.changes["changed"] == 1
    assert testland.index.known(SOURCE, ["Thing/a"]) == {"Thing/a": ("present", "1" * 64)}


def test_a_file_that_says_that_its_paper_is_gone_withdraws_it_until_the_record_changes(
    testland: Testland, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = document("a")
    testland.harvest(Step("Thing", (paper, document("b")), 1))
    testland.add(file("a"), file("b", "other"))
    connection = testland.index.connection
    for content, words in (("bytes", "this paper is gone"), ("other", "HERDRUK")):
        sha256 = digest(content)
        connection.execute("INSERT INTO text VALUES (?, 'ok', NULL, 1, 9)", (sha256,))
        connection.execute("INSERT INTO statement (sha256, status) VALUES (?, ?)", (sha256, words))
    monkeypatch.setattr(phases, "extract_wanted", lambda *_: {})
    monkeypatch.setattr(
        ScriptedSpider, "is_withdrawal", classmethod(lambda _, words: "gone" in words)
    )
    assert testland.harvest(parts={"files"}).changes == {"withdrawn": 1}
    assert testland.states() == {"Thing/a": "withdrawn", "Thing/b": "present"}
    [entry] = [e for s in testland.archive.log(SOURCE).read(None) for e in s.entries][-1:]
    assert (entry.state, entry.raw) == ("withdrawn", "this paper is gone")  # type: ignore[union-attr]
    assert not any(testland.harvest(Step("Thing", (paper,), 2)).changes.values())
    assert not any(testland.harvest(parts={"files"}).changes.values())
    back = Step("Thing", (document("a", subject="terug"),), 3)
    assert testland.harvest(back).changes == {"restored": 1}
    assert not any(testland.harvest(parts={"files"}).changes.values())
