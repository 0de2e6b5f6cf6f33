"""A takedown is of a paper: of every copy, also of those to come, and of every trace of words."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.entries import Entry, TakedownEntry
from harvester.index import FilePolicy, TextRow
from harvester.index.papers import find_paper
from harvester.index.takedowns import overtaken, targets_of_paper
from tests.unit.archive.makers import digest
from tests.unit.index.makers import PRESS, SOURCE, TIME, document, file, select, withdrawn
from tests.unit.index.test_grouping import printed, provisional
from tests.unit.index.test_histories import Kept
from tests.unit.index.test_refresh import publication

POLICY = FilePolicy(frozenset({"letter", "motion"}), 14, 24.0)
NOW = datetime(2026, 11, 25, tzinfo=UTC)
KST = "kst-36900-XII-48"
HOUSE: tuple[Entry, ...] = (document("t"), publication("v", "t", KST), file("t"))


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path / "index.sqlite")


def put(kept: Kept, source: str, *entries: Entry) -> None:
    kept.take((source, entries))
    kept.index.refresh()


def take_down(kept: Kept, name: str) -> None:
    for target in targets_of_paper(
        kept.index.connection, str(find_paper(kept.index.connection, name))
    ):
        entry = TakedownEntry(TIME, "names a minor", "me", target.payloads, target.record)
        put(kept, target.source, entry)


def wanted(kept: Kept, source: str) -> list[str]:
    return [file.record for file in kept.index.wanted_files(source, POLICY, NOW)]


def test_the_printer_s_copy_that_comes_later_is_not_fetched(kept: Kept) -> None:
    put(kept, SOURCE, *HOUSE)
    take_down(kept, KST)
    put(kept, PRESS, printed(KST)[1])
    assert wanted(kept, PRESS) == []


def test_the_typeset_record_that_comes_later_is_not_fetched(kept: Kept) -> None:
    put(kept, PRESS, provisional(kind="letter")[1], file("kst-1183756"))
    take_down(kept, "kst-1183756")
    put(kept, PRESS, printed(KST)[1])
    assert wanted(kept, PRESS) == []


def test_the_record_under_which_it_is_issued_again_is_not_fetched(kept: Kept) -> None:
    put(kept, SOURCE, *HOUSE)
    take_down(kept, KST)
    put(kept, SOURCE, withdrawn("t"), document("u"), publication("w", "u", KST))
    assert wanted(kept, SOURCE) == []


def test_a_copy_that_was_fetched_before_it_joined_goes_too(kept: Kept) -> None:
    put(kept, PRESS, printed(KST)[1], file(KST, "printed"))
    put(kept, SOURCE, document("t"), file("t"))
    take_down(kept, "N-t")
    assert overtaken(kept.index.connection, PRESS) == []
    put(kept, SOURCE, publication("v", "t", KST))
    [(target, decision)] = overtaken(kept.index.connection, PRESS)
    assert target.record == f"Thing/{KST}"
    assert target.payloads == (digest("printed"),)
    assert (decision.reason, decision.decided_by) == ("names a minor", "me")
    put(kept, PRESS, TakedownEntry(TIME, "names a minor", "me", target.payloads, target.record))
    assert overtaken(kept.index.connection, PRESS) == []


def test_a_paper_that_shares_only_a_corrected_record_stays(kept: Kept) -> None:
    """What was taken down under one id says nothing of the id that its record bears later."""
    put(kept, SOURCE, *HOUSE)
    put(kept, PRESS, printed(KST)[1], printed("kst-36900-XII-49")[1])
    take_down(kept, KST)
    put(kept, SOURCE, publication("v", "t", "kst-36900-XII-49"))
    assert wanted(kept, PRESS) == ["Thing/kst-36900-XII-49"]
    assert overtaken(kept.index.connection, PRESS) == []


def test_no_word_is_left_anywhere_in_the_file(kept: Kept, tmp_path: Path) -> None:
    words = [f"geheimwoord{n:03}" for n in range(200)]
    path = tmp_path / "index.sqlite"
    put(kept, SOURCE, *HOUSE, document("other"), file("other", "other"))
    kept.index.put_texts([
        TextRow(digest("bytes"), "ok", None, 1, f"Kamerstuk 35 925 V, nr. 48 {' '.join(words)}"),
        TextRow(digest("other"), "ok", None, 1, "woorden die blijven"),
    ])  # fmt: skip
    assert any(word.encode() in path.read_bytes() + wal(path) for word in words)
    take_down(kept, KST)
    kept.index.scrub()
    left = path.read_bytes() + wal(path)
    assert [word for word in words if word.encode() in left] == []
    # FTS5 keeps a word as what it does not share with the one before.
    assert b"eheimwoord" not in left
    found = "SELECT count(*) FROM paper_fts WHERE paper_fts MATCH ?"
    assert select(kept.index, found, "blijven") == [(1,)]
    assert select(kept.index, found, words[0]) == [(0,)]


def wal(path: Path) -> bytes:
    beside = path.with_name(f"{path.name}-wal")
    return beside.read_bytes() if beside.exists() else b""
