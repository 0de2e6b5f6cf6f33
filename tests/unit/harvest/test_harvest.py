"""Whatever fails while a page is taken, no checkpoint moves over what is not in the log."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from archive.errors import EntryInvalid
from harvester.errors import HarvestBroken
from harvester.harvest.journal import Journal
from harvester.index import Index
from harvester.source.steps import Step
from tests.unit.harvest.scripted import Testland
from tests.unit.index.makers import SOURCE, document, record

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
