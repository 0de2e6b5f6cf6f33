"""What became of papers between two indexes."""

import json
from collections.abc import Sequence
from pathlib import Path

from archive.entries import Entry, TakedownEntry
from harvester.index import TextRow
from harvester.snapshot.changes import Change, find_changes
from tests.unit.archive.makers import digest
from tests.unit.index.makers import LATER, PRESS, Log, document, file, filled, withdrawn
from tests.unit.index.test_refresh import publication

FIRST: list[Entry] = [document("a"), document("b"), file("a", "one")]


def changes(
    folder: Path,
    *later: Sequence[Entry],
    texts: Sequence[tuple[str, str]] = (),
    press: Sequence[Entry] = (),
) -> list[Change]:
    before, after = folder / "before.sqlite", folder / "after.sqlite"
    for path, groups in ((before, [FIRST]), (after, [FIRST, *later])):
        index = filled(path, *groups)
        index.apply(Log(PRESS).segment(press))
        index.refresh()
        wanted = [sha256 for sha256, _ in index.wanted_texts()]
        index.put_texts(
            TextRow(digest(name), "ok", None, 1, text)
            for name, text in texts
            if digest(name) in wanted
        )
        index.close()
    return list(find_changes(before, after))


def test_nothing_became_of_papers_that_stayed(tmp_path: Path) -> None:
    assert changes(tmp_path) == []


def test_a_new_paper_is_told_with_all_it_says(tmp_path: Path) -> None:
    [change] = changes(tmp_path, [document("c"), file("c", "three")])
    assert (change.change, change.paper) == ("new", "N-c")
    assert change.fields["subject"] == (None, "Over c")
    assert [f["sha256"] for f in change.files] == [digest("three")]
    assert [v["reason"] for v in change.versions] == ["published"]
    line = json.loads(change.to_json())
    assert line["fields"]["subject"] == [None, "Over c"]
    assert "into" not in line


def test_a_changed_paper_is_told_with_the_words_that_differ(tmp_path: Path) -> None:
    words = "De Kamer verzoekt de regering om in {} te komen met een plan voor de rivieren"
    [change] = changes(
        tmp_path,
        [document("a", subject="Anders", )],
        [file("a", "two", LATER)],
        texts=[("one", words.format("maart")), ("two", words.format("april"))],
    )  # fmt: skip
    assert change.change == "changed"
    assert change.fields["subject"] == ("Over a", "Anders")
    assert change.text == (
        {"after": "verzoekt de regering om in", "first": "maart", "second": "april"},
    )


def test_withdrawn_restored_and_taken_down_are_told_as_such(tmp_path: Path) -> None:
    takedown = TakedownEntry(LATER, "why", "who", (digest("one"),), "Thing/a")
    found = changes(tmp_path, [withdrawn("b")], [takedown])
    assert [(c.change, c.paper) for c in found] == [("taken down", "N-a"), ("withdrawn", "N-b")]


def test_the_words_of_what_was_taken_down_are_not_told(tmp_path: Path) -> None:
    words = "De Kamer verzoekt de regering om in {} te komen met een plan voor de rivieren"
    takedown = TakedownEntry(LATER, "why", "who", (digest("one"),))
    [change] = changes(
        tmp_path,
        [document("a", subject="Anders")],
        [file("a", "two", LATER)],
        [takedown],
        texts=[("one", words.format("maart")), ("two", words.format("april"))],
    )
    assert change.fields["sha256"] == (digest("one"), digest("two"))
    assert change.text is None


def test_a_paper_that_got_its_official_id_is_the_same_paper(tmp_path: Path) -> None:
    [change] = changes(tmp_path, [document("a"), publication("v", "a", "kst-1-2")])
    assert (change.change, change.paper) == ("changed", "kst-1-2")
    assert change.fields["id"] == ("N-a", "kst-1-2")


def test_two_papers_that_turn_out_to_be_one_are_told(tmp_path: Path) -> None:
    printed = document("p", publication_id="kst-1-2")
    found = changes(tmp_path, [publication("v", "a", "kst-1-2")], press=[printed])
    told = [(c.change, c.paper, c.into) for c in found]
    assert told == [("changed", "kst-1-2", None), ("merged", "N-a", "kst-1-2")]


def test_what_is_no_paper_any_more_is_told(tmp_path: Path) -> None:
    [change] = changes(tmp_path, [document("b", kind="annex")])
    assert (change.change, change.paper) == ("gone", "N-b")
